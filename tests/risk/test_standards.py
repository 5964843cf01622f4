"""Minimum standards by band, and the check list of an attendance, answered bit by bit on the case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.risk.models import StandardAnswer
from sentinel.risk.standards.operations import answer_standard
from sentinel.risk.standards.queries import Standard, standard_of, standards_of
from sentinel.risk.standards.rules import Progress, set_for
from tests.cases.making import a_case, a_party
from tests.desk.case.counting import statements
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, signed_in, user

TODAY = london_date(NOW)
MINUTE = timedelta(minutes=1)
GRACE = "grace.holt@police.example"


def test_the_set_follows_the_highest_band_and_nobody_assessed_counts_as_high() -> None:
    items = [{"key": "high", "uses": "h"}, {"key": "low", "uses": "l"}, {"key": "attendance", "uses": "a"}]
    assert [set_for(items, "investigation", band) for band in (0, 1, 2, 3)] == ["h", "l", None, "h"]
    assert set_for(items, "attendance", 1) == "a"


@pytest.fixture
def case(db: None) -> Case:
    return made("medium")


def made(band: str, **given: Any) -> Case:
    priya = acting(PRIYA)
    found = a_case(priya, lead=user(PRIYA), **given)
    assessed(priya, found, a_party(priya, found), band)
    return Case.objects.get(pk=found.pk)


def of(case: Case, which: str = "investigation") -> Standard:
    return standard_of(acting(PRIYA), case, which, TODAY)


def answered(
    case: Case, answers: dict[str, Any], *, later: int = 0, seen: Any = None, which: str = "investigation"
) -> int:
    rows = answer_standard(
        actor=acting(PRIYA), now=NOW + later * MINUTE, case=case, which=which, version=of(case, which).version, answers=answers, seen=seen
    )  # fmt: skip
    return len(rows)


def test_it_is_answered_bit_by_bit_and_says_how_far_it_is_and_who_said_so(case: Case) -> None:
    assert of(case).progress == Progress(0, 7)
    assert answered(case, {"account": "done", "records": "not_yet"}) == 2
    assert of(case).progress == Progress(1, 7)
    shown = of(case)
    assert answered(case, {"account": "done", "records": "done"}, later=5, seen=shown.newest) == 1
    done = of(case)
    assert done.progress == Progress(2, 7)
    assert done.said["account"].answered_at == NOW
    assert done.said["records"].answered_at == NOW + 5 * MINUTE
    assert done.said["records"].answered_by == user(PRIYA)
    event = Event.objects.filter(record_id=case.id, kind="standard_answered").latest("recorded_at")
    assert event.payload == {"list": "investigation", "answers": 1, "met": 2, "total": 7}


def test_what_is_not_needed_takes_its_reason_and_counts(case: Case) -> None:
    answered(case, {"witnesses": "not_needed", "witnesses__why": "Nobody lives within sight."})
    assert of(case).progress.met == 1
    assert of(case).said["witnesses"].detail == "Nobody lives within sight."


def test_a_page_that_was_shown_earlier_undoes_nothing_that_somebody_else_answered(case: Case) -> None:
    answered(case, {"account": "not_yet"})
    shown = of(case).newest
    answered(case, {"account": "done"}, later=1, seen=shown)
    assert answered(case, {"account": "not_yet", "crime": "done"}, later=2, seen=shown) == 1
    assert of(case).answers["account"] == "done"
    assert answered(case, {}, later=3, seen=of(case).newest) == 0, "an emptied page takes nothing back"


def test_a_higher_band_asks_more_and_keeps_what_was_answered(case: Case) -> None:
    answered(case, {"account": "done"})
    joan = a_party(acting(PRIYA), case, "Joan Ellis")
    assessed(acting(PRIYA), case, joan, "high")
    assert of(Case.objects.get(pk=case.pk)).progress == Progress(1, 9)


def test_the_two_lists_are_apart(case: Case) -> None:
    answered(case, {"safe_now": "done"}, which="attendance")
    assert [one.progress for one in standards_of(acting(PRIYA), case, TODAY)] == [
        Progress(0, 7),
        Progress(1, 9),
    ]


def test_bad_answers_other_lists_and_other_people_change_nothing(case: Case) -> None:
    for wrong in ({"account": "perhaps"}, {"no_such": "done"}):
        with pytest.raises(Invalid):
            answered(case, wrong)
    with pytest.raises(NotFound):
        of(case, "everything")
    version = of(case).version
    for email, error in (("aisha.rahman@police.example", Refused), (PRIYA, Conflict)):
        if error is Conflict:
            acting(PRIYA)
            Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW + MINUTE)
            case = Case.objects.get(pk=case.pk)
        with pytest.raises(error):
            answer_standard(
                actor=acting(email),
                now=NOW,
                case=case,
                which="attendance",
                version=version,
                answers={},
                seen=None,
            )
    assert not StandardAnswer.objects.exists()


def test_the_pages_show_progress_take_answers_and_keep_what_was_typed(transactional_db: None) -> None:
    with transaction.atomic():
        case = made("high")
    client = signed_in(PRIYA)
    whole, one = f"/cases/{case.reference}/standards", f"/cases/{case.reference}/standards/investigation"
    assert f'href="{whole}"' in client.get(f"/cases/{case.reference}").content.decode()
    page = client.get(whole).content.decode()
    assert "Investigation at high risk: 0 of 9" in page
    assert "When somebody attends: 0 of 9" in page
    assert "needs local confirmation" in page
    form = client.get(one).content.decode()
    assert "0 of 9 met" in form
    assert "Nothing was answered." in client.post(one, {}, follow=True).content.decode()
    wrong = client.post(one, {"account": "done", "witnesses": "maybe", "crime__why": "typed"})
    assert wrong.status_code == 422
    assert (
        client.post(
            one, {"account": "done", "witnesses": "not_needed", "witnesses__why": "Nobody in sight."}
        )["Location"]
        == whole
    )
    page = client.get(whole).content.decode()
    assert "The answers are kept." in page
    assert "Investigation at high risk: 2 of 9" in page
    assert "Nobody in sight." in page
    assert "Priya Nair" in page
    reader = signed_in("tom.marsh@police.example")
    assert "Nobody in sight." in reader.get(whole).content.decode()
    assert reader.get(one).status_code == 403
    assert reader.post(one, {"account": "done"}).status_code == 403
    assert client.get(f"{whole}/everything").status_code == 404
    assert client.post(one, {"seen": "\x00", "question_set": "no", "records": "done"}).status_code == 302
    with statements() as asked:
        client.get(whole)
    assert asked.count <= 12


def test_the_sets_stand_in_the_governance_editor(transactional_db: None) -> None:
    page = signed_in(GRACE).get("/question-sets/").content.decode()
    for title in (
        "Investigation at high risk",
        "Investigation at medium risk",
        "Investigation at low risk",
        "When somebody attends",
    ):
        assert title in page
    assert (
        "Which standards of investigation and attendance hold"
        in signed_in(GRACE).get("/local-rules/").content.decode()
    )
