"""Before a report is made, the open reports near by are shown; one of them may be the same, and this telling is then added to it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.foundation import clock
from sentinel.places.operations import find_or_make_place
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven, WhenGiven
from tests.desk.case.counting import statements
from tests.desk.report.calling import TAKE, call, page, reports
from tests.reports.telling import telling
from tests.support import PRIYA, acting, signed_in

DAWN = "dawn.ashby@charnwood.example"
BETH = "beth.carr@three-oaks.example"
WHERE = "14 Sparrow Lane, Loughborough, LE11 0ZZ"

pytestmark = pytest.mark.usefixtures("transactional_db")


def earlier(email: str = PRIYA, *, metres: float = 0, words: str = WHERE, minutes: int = 30) -> Report:
    """A report of noise that began so many minutes ago, so far north of the place."""
    with transaction.atomic():
        me, now = acting(email), clock.now()
        begun = now - timedelta(minutes=minutes)
        place = find_or_make_place(
            actor=me, now=now, words=words, latitude=52.77 + metres / 111_195, longitude=-1.2
        )
        return take_report(
            actor=me, now=begun + timedelta(minutes=4),
            telling=telling(
                told_at=begun + timedelta(minutes=3), place_id=place.id, caller=CallerGiven(name="Idris Hall"),
                when=WhenGiven(start=begun, precision="minute"),
            ),
        )  # fmt: skip


def again(report: Report) -> Report:
    with transaction.atomic():
        acting(PRIYA)
        return Report.objects.select_related("incident", "case").get(pk=report.pk)


def panel(email: str = DAWN, **changes: Any) -> str:
    client = signed_in(email)
    given = call(q__where=WHERE, q__going_on="yes", **changes)
    live = page(client.post("/reports/take/known", given))  # type: ignore[arg-type]
    whole = page(client.post(TAKE, {**given, "do": "known"}))  # type: ignore[arg-type]
    assert ("Told already" in live) == ("Told already" in whole), "the button shows what the keystroke does"
    return live


def test_an_open_report_of_here_is_shown_with_why_it_may_be_the_same() -> None:
    report = earlier()
    text = panel()
    assert "Very likely the same" in text
    assert f"a report of here, 27 minutes ago, {report.reference}" in text or report.reference in text
    assert "at the same place" in text
    assert "This is the same: add this telling to it" in text


def test_one_near_by_is_shown_with_how_far_off_it_is() -> None:
    earlier(metres=180, words="3 Tern Street, LE11 0ZX", minutes=60 * 24 * 5)
    earlier()
    text = panel()
    assert "Told near here" in text
    assert re.search(r"a report of 3 Tern Street, about 200 m away, 5 days ago, LLR-", text)


def test_another_agency_s_report_is_not_shown() -> None:
    report = earlier(BETH)
    text = panel()
    assert report.reference not in text
    assert "Told already" not in text


def test_this_is_the_same_links_the_new_report_and_counts_once() -> None:
    report = earlier()
    client = signed_in(DAWN)
    given = call(q__where=WHERE, q__going_on="yes")
    pressed = page(client.post(TAKE, {**given, "do": "known", "same_as": str(report.id)}))  # type: ignore[arg-type]
    assert f'name="r-same_as" value="{report.id}"' in pressed
    assert f"Another telling of <strong>{report.reference}" in pressed
    assert "what happened counts once" in pressed
    assert "another telling of " + report.reference in pressed
    assert "open report of here" not in pressed, "what is no card any more is counted no more"
    taken = client.post(TAKE, {**given, "r-same_as": str(report.id)})
    assert taken.status_code == 302
    new = again(reports(DAWN)[-1])
    assert new.reference != report.reference
    assert new.incident is not None
    assert new.incident.occurrence_id == again(report).incident_id
    shown = page(client.get(taken["Location"]))  # type: ignore[arg-type]
    assert "Told of the same occurrence" in shown
    assert report.reference in shown


def test_it_can_be_taken_back_before_and_after() -> None:
    report = earlier()
    priya = signed_in(PRIYA)
    given = call(q__where=WHERE, q__going_on="yes", r__same_as=str(report.id))
    undone = page(priya.post(TAKE, {**given, "do": "known", "same_undo": "yes"}))  # type: ignore[arg-type]
    assert 'name="r-same_as" value=""' in undone
    priya.post(TAKE, given)
    new = again(reports(PRIYA)[-1])
    back = priya.post(
        f"/reports/{new.reference}/same",
        {"other": report.reference, "same": "no", "how": "taken back"},
        follow=True,
    )
    assert f"{new.reference} is something else than {report.reference}." in page(back)  # type: ignore[arg-type]
    assert again(new).incident.occurrence_id is None  # type: ignore[union-attr]
    assert "Very likely the same occurrence" not in page(back), "nobody is asked again"  # type: ignore[arg-type]


def test_what_is_told_twice_is_no_sign_that_it_is_ongoing() -> None:
    report = earlier()
    assert "known at this address" in panel(q__happened_before=None)
    assert "known at this address" not in panel(q__happened_before=None, r__same_as=str(report.id))


def test_each_count_says_whether_what_is_being_told_is_in_it() -> None:
    report = earlier()
    assert "1 incident in 12 months, this one not counted" in panel()
    assert "no other incident in 12 months that you may see" in panel(r__same_as=str(report.id))
    earlier(minutes=60 * 24 * 5)
    assert "2 incidents in 12 months, this one not counted" in panel()
    assert "1 incident in 12 months, this one not counted" in panel(r__same_as=str(report.id))


def test_one_in_a_case_says_so() -> None:
    report = earlier()
    with transaction.atomic():
        case = open_case_from_report(
            actor=acting(PRIYA), now=clock.now(), report=Report.objects.get(pk=report.pk), title="Noise"
        )
    assert f"in case {case.reference}" in panel()
    assert f"it is in case {case.reference}: put this one into it afterwards" in panel(
        r__same_as=str(report.id)
    )


@pytest.mark.parametrize("made_up", ["", "x", "0192f0c1-0000-7000-8000-000000000000", "' OR 1=1"])
def test_a_made_up_report_is_left_alone_and_the_report_is_recorded(made_up: str) -> None:
    answer = signed_in(DAWN).post(TAKE, call(q__where=WHERE, r__same_as=made_up))
    assert answer.status_code in {200, 302}
    assert answer.status_code == 302 or made_up in {"x", "' OR 1=1"}


def test_another_agency_s_report_cannot_be_linked_by_its_id() -> None:
    report = earlier(BETH)
    assert signed_in(DAWN).post(TAKE, call(q__where=WHERE, r__same_as=str(report.id))).status_code == 302
    assert again(reports(DAWN)[-1]).incident.occurrence_id is None  # type: ignore[union-attr]
    mine = reports(DAWN)[-1]
    refused = signed_in(DAWN).post(
        f"/reports/{mine.reference}/same", {"other": report.reference, "same": "yes"}
    )
    assert refused.status_code == 404


def test_who_may_only_read_a_report_says_nothing_of_it() -> None:
    report, other = earlier(), earlier(minutes=20)
    aisha = signed_in("aisha.rahman@police.example")
    said = aisha.post(f"/reports/{report.reference}/same", {"other": other.reference, "same": "yes"})
    assert said.status_code in {403, 404}
    assert signed_in(PRIYA).post(f"/reports/{report.reference}/same", {"other": ""}).status_code in {400, 422}


def test_the_panel_takes_as_many_statements_with_ten_reports_near_by_as_with_one() -> None:
    client = signed_in(DAWN)
    given = call(q__where=WHERE, q__going_on="yes")
    counts = []
    for more in (1, 10):
        for number in range(more):
            earlier(minutes=30 + number)
        client.post("/reports/take/known", given)
        with statements() as ran:
            client.post("/reports/take/known", given)
        counts.append(ran.count)
    assert counts[0] == counts[1]
