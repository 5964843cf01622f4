"""Sharing agreements: signed by two agencies, in force from a day in London, ended and not forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from sentinel.access.agreements import end_agreements, enter_agreement
from sentinel.access.models import Agreement, Kind, Rung
from sentinel.access.operations import open_record, share_by_agreement
from sentinel.access.queries import rung_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.ids import new_id
from tests.cases.making import agency
from tests.support import PRIYA, acting

pytestmark = pytest.mark.django_db
BETH = "beth.carr@three-oaks.example"
FIRST_OF_JULY = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in London


def reached(at: datetime) -> Rung:
    """On what rung the landlord stands for a report that Charnwood takes at a moment."""
    priya: Actor = acting(PRIYA)
    record = new_id()
    open_record(actor=priya, now=at, record_id=record, kind=Kind.REPORT)
    share_by_agreement(actor=priya, now=at, record_id=record, kind=Kind.REPORT, involved=())
    return rung_of(acting(BETH), record)


GRACE = "grace.holt@police.example"  # governance officer
TENTH = datetime(2026, 7, 10, 12, tzinfo=UTC)


def enter(email: str = GRACE, **given: Any) -> Agreement:
    """Charnwood lets the landlord know of its reports from 1 July, unless other things are given."""
    wanted = {
        "owner": agency("charnwood"), "other": agency("three-oaks"), "kind": Kind.REPORT, "rung": Rung.SUMMARY,
        "legal_basis": "Crime and Disorder Act 1998 s.115", "source": "Signed on 1 June, in the safe",
        "effective_from": date(2026, 7, 1), **given,
    }  # fmt: skip
    return enter_agreement(actor=acting(email), **wanted)


def end(last_day: date) -> list[Agreement]:
    return end_agreements(
        actor=acting(GRACE), now=TENTH, owner=agency("charnwood"), other=agency("three-oaks"), kind=Kind.REPORT,
        last_day=last_day,
    )  # fmt: skip


def test_it_is_in_force_from_midnight_in_london() -> None:
    enter()
    assert reached(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == Rung.NONE
    assert reached(FIRST_OF_JULY) == Rung.SUMMARY


def test_it_goes_one_way_alone() -> None:
    enter(owner=agency("three-oaks"), other=agency("charnwood"))
    assert reached(TENTH) == Rung.NONE


def test_after_its_last_day_nothing_new_is_shared_by_it() -> None:
    enter()
    end(date(2026, 7, 12))
    assert reached(datetime(2026, 7, 12, 22, tzinfo=UTC)) == Rung.SUMMARY
    assert reached(datetime(2026, 7, 12, 23, 30, tzinfo=UTC)) == Rung.NONE


def test_it_cannot_be_ended_backwards_or_twice() -> None:
    enter()
    with pytest.raises(Invalid):
        end(date(2026, 7, 9))
    end(date(2026, 7, 10))
    with pytest.raises(Invalid):
        end(date(2026, 7, 10))


def test_the_next_one_begins_when_it_has_ended() -> None:
    enter()
    with pytest.raises(Invalid):
        enter(effective_from=date(2026, 8, 1), rung=Rung.READ)
    end(date(2026, 7, 31))
    enter(effective_from=date(2026, 8, 1), rung=Rung.READ)
    assert reached(datetime(2026, 8, 1, 12, tzinfo=UTC)) == Rung.READ


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", {"kind": Kind.AUDIENCE}),
        ("rung", {"rung": Rung.OWNER}),
        ("break_glass_roles", {"break_glass_roles": ["analyst"]}),
        ("break_glass_roles", {"break_glass_roles": ["supervisor"], "rung": Rung.READ}),
        ("effective_until", {"effective_until": date(2026, 6, 30)}),
        ("legal_basis", {"legal_basis": " "}),
        ("source", {"source": "x" * 121}),
    ],
)
def test_what_cannot_be_agreed_is_said_with_its_field(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        enter(**given)
    assert field in refused.value.errors


def test_an_agency_makes_none_with_itself() -> None:
    with pytest.raises(Invalid):
        enter(other=agency("charnwood"))


@pytest.mark.parametrize("email", [PRIYA, "joyce.lim@charnwood.example", "colin.webb@charnwood.example"])
def test_nobody_of_the_agency_enters_one(email: str) -> None:
    with pytest.raises(Refused):
        enter(email)
