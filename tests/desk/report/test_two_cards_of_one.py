"""Where two cards are as likely, confirming one hides nothing that is known of the other, and both may be said to be one."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from sentinel.cases.models import PartyIdentity
from sentinel.foundation import clock
from sentinel.kernel.births import birth_date
from sentinel.matching.models import SameOrNot
from sentinel.matching.steward.models import Suggestion
from sentinel.people.models import PersonName
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.report.calling import TAKE, call, page, value_of
from tests.reports.telling import MARGARET, telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
KNOWN = "/reports/take/known"
NUMBER = "01632 960142"


def told_twice(second: str = "Margret Elis", *, born: str = "3/4/1955") -> list[uuid.UUID]:
    """Margaret Ellis, whose report is in an open case, and an entry that an earlier telling made of another spelling: their ids."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        found = []
        for name, birth in (("Margaret Ellis", "3/4/1955"), (second, born)):
            caller = CallerGiven(name=name, phone=MARGARET.phone, birth=birth_date(birth, now.date()))
            report = take_report(actor=priya, now=now, telling=telling(told_at=now, caller=caller))
            found.append(PartyIdentity.objects.get(party=report.caller_party).person_id)
            if name == "Margaret Ellis":
                open_case_from_report(actor=priya, now=now, report=report, title="Noise at Sparrow Lane")
    return found


def sent() -> dict[str, str]:
    return call(q__caller_name="Margaret Ellis", q__caller_number=NUMBER)


def panel(given: dict[str, str], **pressed: object) -> str:
    """The panel beside the form, the same with the script and without."""
    client = signed_in(PRIYA)
    more = {name: str(value) for name, value in pressed.items()}
    live = page(client.post(KNOWN, {**given, **more}))  # type: ignore[arg-type]
    whole = page(client.post(TAKE, {**given, **more, "do": "known"}))  # type: ignore[arg-type]
    assert live.count("s-known__card") == whole.count("s-known__card")
    return live


def test_where_both_would_answer_alike_it_is_still_asked_whether_it_is_one_of_them() -> None:
    told_twice()
    text = panel(sent())
    assert text.count("Very likely") == 2
    assert text.count("Ask their date of birth") == 2


def test_they_are_asked_for_what_tells_them_apart() -> None:
    told_twice(born="9/1/1980")
    assert panel(sent()).count("Ask their date of birth") == 2


def test_the_other_stays_with_its_case_and_its_band_once_one_is_confirmed() -> None:
    _, misspelt = told_twice()
    text = panel(sent(), person_is=misspelt)
    assert 'role="status">Already known: Margret Elis confirmed; very likely Margaret Ellis, 71 too' in text
    other = text.split("Confirmed")[1]
    assert "Noise at Sparrow Lane" in other
    assert "Not assessed" in other
    assert "It is them too" in other
    assert f'name="person_is" value="{misspelt}"' not in text


def test_it_is_them_too_is_kept_taken_back_and_told_to_the_steward_when_the_report_is_recorded() -> None:
    first, misspelt = told_twice()
    given = {**sent(), "r-person_is": str(misspelt)}
    text = panel(given, person_also=first)
    assert "Confirmed too" in text
    assert "it may be too" not in text
    assert "Noise at Sparrow Lane" in text
    answer = signed_in(PRIYA).get(TAKE, {"draft": given["r-submission"]})
    assert value_of(answer, "r-person_also") == str(first), "who is called away keeps it"  # type: ignore[arg-type]
    both = {**given, "r-person_also": str(first)}
    back = panel(both, person_undo=first)
    assert "It is them too" in back
    assert "Confirmed too" not in back
    assert "Confirmed" not in panel(both, person_undo="yes")
    assert signed_in(PRIYA).post(TAKE, both).status_code == 302
    with transaction.atomic():
        acting(PRIYA)
        said = SameOrNot.objects.get()
        assert said.same
        assert {said.first_id, said.second_id} == {first, misspelt}
        assert said.how == "Asked on the call"
        assert said.audience_id is not None, "who reads the report alone is not told of the other"
        assert said.record_id == Report.objects.order_by("entered_at").last().record_id  # type: ignore[union-attr]
        assert Suggestion.objects.filter(state="open").count() == 1
    again = panel(sent(), person_is=misspelt)
    assert "somebody has said already that this is one person with Margret Elis" in again
    assert "Noise at Sparrow Lane" in again, "until a steward has made them one, each has its own cases"
    assert "It is them too" not in again


def test_someone_else_after_all_is_kept_of_the_other_and_shows_it_no_more() -> None:
    first, misspelt = told_twice()
    given = {**sent(), "r-person_is": str(misspelt)}
    assert "Noise at Sparrow Lane" not in panel(given, person_not=first)
    assert signed_in(PRIYA).post(TAKE, {**given, "r-person_not": str(first)}).status_code == 302
    with transaction.atomic():
        acting(PRIYA)
        elsewhere = set(PersonName.objects.filter(person_id=first).values_list("record_id", flat=True))
        said = SameOrNot.objects.get()
        assert (said.same, {said.audience_id} <= elsewhere) == (False, True), "for who reaches both alone"
    assert "Noise at Sparrow Lane" not in panel(sent(), person_is=misspelt)


def test_who_may_only_be_meant_is_not_shown_with_a_case_once_another_is_confirmed() -> None:
    _, other = told_twice("Basia Ellis", born="9/1/1980")
    text = panel(call(q__caller_name="Basia Ellis", q__caller_number=NUMBER), person_is=other)
    assert "Confirmed" in text
    assert "Noise at Sparrow Lane" not in text


@pytest.mark.parametrize("made_up", ["x", "0192f0c1-0000-7000-8000-000000000000", "' OR 1=1", ",,"])
def test_a_made_up_person_is_left_alone_and_the_report_is_recorded(made_up: str) -> None:
    _, misspelt = told_twice()
    given = {**sent(), "r-person_is": str(misspelt), "r-person_also": made_up}
    assert signed_in(PRIYA).post(TAKE, given).status_code == 302
    with transaction.atomic():
        acting(PRIYA)
        assert not SameOrNot.objects.exists()
