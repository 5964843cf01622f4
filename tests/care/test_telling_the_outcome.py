"""Before a case is closed each victim was told all four things, declined, or could not be reached after dated attempts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.care.models import ClosureNotice, VictimContact
from sentinel.care.operations import closure_notice
from sentinel.care.queries import victims_not_told
from sentinel.cases.gates import missing
from sentinel.cases.models import Closure
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid
from tests.care.making import LATER, a_victim, contact
from tests.cases.making import a_party
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"
ALL_FOUR = {
    "told_outcome": True, "told_reasons": True, "told_review_right": True, "told_how_to_return": True,
}  # fmt: skip


def notice(actor: Any, case: Any, party: Any, **given: Any) -> ClosureNotice:
    wanted = {
        "now": LATER,
        "at": NOW,
        "result": "told",
        "method": "post",
        "words": "Written to, with all four.",
        **given,
    }
    return closure_notice(actor=actor, case=case, party=party, **wanted)


def codes(case: Any, actor: Any) -> set[str]:
    return {one.code for one in missing(actor, case, NOW)}


def test_told_means_all_four() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Invalid) as error:
        notice(priya, case, margaret, **{**ALL_FOUR, "told_review_right": False})
    assert set(error.value.errors) == {"told_review_right"}


def test_telling_the_outcome_is_a_contact_too_so_that_nothing_is_typed_twice() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    notice(priya, case, margaret, **ALL_FOUR)
    assert [(row.method, row.result) for row in VictimContact.objects.filter(party=margaret)] == [
        ("post", "reached")
    ]
    assert Event.objects.filter(record_id=case.id, kind="closure_told").count() == 1


def test_telling_it_in_an_unsafe_way_is_refused_as_any_contact_is() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Invalid) as error:
        notice(priya, case, margaret, method="visit", **ALL_FOUR)
    assert set(error.value.errors) == {"method"}
    assert not ClosureNotice.objects.filter(case=case).exists()


def test_every_victim_is_missing_until_something_is_recorded_of_each() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    joan = a_party(priya, case, "Joan Ellis")
    assert set(victims_not_told(priya, case)) == {margaret.id, joan.id}
    assert "victim_not_told" in codes(case, priya)
    notice(priya, case, margaret, **ALL_FOUR)
    assert victims_not_told(priya, case) == [joan.id]
    notice(priya, case, joan, result="declined", method="to_us")
    assert "victim_not_told" not in codes(case, priya)


def test_not_reached_takes_dated_attempts_and_copies_them() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya, method="phone")
    for hour in range(2):
        contact(priya, case, margaret, at=NOW + timedelta(minutes=hour), method="phone", result="not_reached")
    with pytest.raises(Invalid, match="2 of 3"):
        notice(priya, case, margaret, result="not_reached")
    contact(priya, case, margaret, at=NOW + timedelta(minutes=50), method="phone", result="not_reached")
    row = notice(priya, case, margaret, result="not_reached")
    assert [one["method"] for one in row.attempts] == ["phone"] * 3
    assert all("2026-11-2" in one["at"] for one in row.attempts)


def test_attempts_from_before_she_was_last_reached_do_not_count() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya, method="phone")
    for minute in range(3):
        contact(
            priya, case, margaret, at=NOW + timedelta(minutes=minute), method="phone", result="not_reached"
        )
    contact(priya, case, margaret, at=NOW + timedelta(minutes=30), method="phone", result="reached")
    with pytest.raises(Invalid, match="0 of 3"):
        notice(priya, case, margaret, result="not_reached")


def test_after_a_reopening_everybody_is_told_anew() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    notice(priya, case, margaret, **ALL_FOUR)
    Closure.objects.create(
        case=case, code="resolved_informal", outcome="resolved", reasons="r", proposed_at=NOW, decided_at=NOW,
        reopened_at=NOW + timedelta(days=2), record_id=case.id, origin_agency_id=priya.agency_id, created_at=NOW,
    )  # fmt: skip
    assert victims_not_told(priya, case) == [margaret.id]


@pytest.mark.parametrize("result", ["", "perhaps"])
def test_another_result_is_refused(result: str) -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Invalid):
        notice(priya, case, margaret, result=result)
