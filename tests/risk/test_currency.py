"""Whether a band still holds: a report since, a changed part, the band's clock. Worked out from what happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.cases.models import Case, Incident, Party, PartyRole
from sentinel.cases.operations import add_note, add_role, end_role
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import months_before
from sentinel.reports.operations import join_case, take_report
from sentinel.risk.queries import Assessed, risk_in
from sentinel.risk.rules import (
    CHANGED,
    CLOCK,
    REPORTED,
    Currency,
    Happened,
    currency,
    review_due,
)
from tests.cases.making import a_case, a_party
from tests.reports.telling import telling
from tests.risk.answers import assessed, assessed_as
from tests.support import NOW, acting

PRIYA = "priya.nair@charnwood.example"
AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
moments = st.integers(-30 * 24, 90 * 24).map(lambda hours: AT + timedelta(hours=hours))
happenings = st.lists(st.builds(Happened, st.sampled_from([REPORTED, CHANGED]), moments), max_size=5)


def held(now: datetime, *happened: Happened, days: int = 28) -> Currency:
    return currency(assessed_at=AT, days=days, happened=happened, now=now)


def test_it_holds_until_the_end_of_the_last_day_in_london_and_not_longer() -> None:
    ends = datetime(2026, 6, 29, 23, tzinfo=UTC)  # midnight of British Summer Time
    assert held(ends - timedelta(seconds=1)) == Currency(ends)
    assert held(AT).last_day == date(2026, 6, 29)
    assert held(ends) == Currency(ends, CLOCK, ends)


@pytest.mark.parametrize(
    ("at", "days", "ends"),
    [
        (
            datetime(2026, 10, 20, 12, tzinfo=UTC),
            14,
            datetime(2026, 11, 4, tzinfo=UTC),
        ),  # the clocks go back between
        (datetime(2026, 3, 20, 23, 30, tzinfo=UTC), 14, datetime(2026, 4, 3, 23, tzinfo=UTC)),  # and forward
        (
            datetime(2026, 6, 1, 23, 30, tzinfo=UTC),
            1,
            datetime(2026, 6, 3, 23, tzinfo=UTC),
        ),  # 2 June in London
    ],
)
def test_the_days_are_londons_across_a_change_of_the_clocks(at: datetime, days: int, ends: datetime) -> None:
    assert review_due(at, days) == ends


def test_a_report_since_makes_it_due_and_one_that_was_known_does_not() -> None:
    later = AT + timedelta(hours=3)
    assert held(AT + timedelta(days=1), Happened(REPORTED, later)).why == REPORTED
    assert held(AT + timedelta(days=1), Happened(REPORTED, AT)).why == ""


@given(happenings, moments, st.integers(1, 60))
def test_whatever_came_first_is_the_reason_and_what_is_told_twice_changes_nothing(
    happened: list[Happened], now: datetime, days: int
) -> None:
    one = currency(assessed_at=AT, days=days, happened=happened, now=now)
    assert one == currency(assessed_at=AT, days=days, happened=[*reversed(happened), *happened], now=now)
    since = [each.at for each in happened if each.at > AT]
    if one.why:
        assert one.since == min([*since, *([one.next_review] if one.next_review <= now else [])])
    else:
        assert not since
        assert one.next_review > now


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 3, 31, 12, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, 12, tzinfo=UTC), 12, datetime(2025, 1, 15, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), 3, datetime(2026, 8, 19, 23, tzinfo=UTC)),
    ],
)
def test_months_before_end_on_a_day_that_there_is(now: datetime, months: int, then: datetime) -> None:
    assert months_before(now, months) == then


def the_one(actor: Actor, case: Case, party: Party | None, subject: str = "victim") -> Assessed:
    found = risk_in(actor, case)
    one = found.people[party.id, subject] if party else found.itself
    assert one is not None
    return one


def incident(actor: Actor, case: Case, at: datetime) -> None:
    Incident.objects.create(
        case=case, category="personal", national_type="x", words="Again.", **provenance(actor=actor, now=at, record_id=case.id)
    )  # fmt: skip


@pytest.mark.django_db
def test_bands_have_the_days_of_the_rule() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    for band, days in (("high", 14), ("medium", 28), ("low", 56)):
        party = a_party(priya, case, f"One {band.title()}")
        assessed(priya, case, party, band)
        one = the_one(priya, case, party)
        assert one.currency(NOW).why == ""
        assert one.currency(NOW).next_review == review_due(NOW, days)
        assert one.currency(NOW + timedelta(days=days + 1)).why == CLOCK


@pytest.mark.django_db
def test_an_incident_entered_since_makes_every_band_of_the_case_due() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    assessed(priya, case, margaret)
    incident(priya, case, NOW + timedelta(hours=2))
    one = the_one(priya, case, margaret).currency(NOW + timedelta(hours=3))
    assert (one.why, one.since) == (REPORTED, NOW + timedelta(hours=2))
    assessed(priya, case, margaret, now=NOW + timedelta(hours=4))
    assert the_one(priya, case, margaret).currency(NOW + timedelta(hours=5)).why == ""


@pytest.mark.django_db
def test_a_breach_makes_every_band_of_the_case_due_and_another_note_does_not() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, dale = a_party(priya, case), a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    assessed(priya, case, margaret)
    assessed_as(priya, case, "perpetrator", dale)
    later = NOW + timedelta(hours=2)
    add_note(actor=priya, now=later, case=case, text="Rang the landlord.")
    assert the_one(priya, case, margaret).currency(later).why == ""
    add_note(
        actor=priya,
        now=later,
        case=case,
        text="Dale was in the street that he is to keep out of.",
        breach=True,
    )
    for one in (the_one(priya, case, margaret), risk_in(priya, case).people[dale.id, "perpetrator"]):
        assert (one.currency(later).why, one.currency(later).since) == (REPORTED, later)


@pytest.mark.django_db
def test_a_changed_part_makes_only_that_persons_due_and_being_a_reporter_too_does_not() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    assessed(priya, case, margaret)
    assessed(priya, case, joan)
    later = NOW + timedelta(hours=2)
    add_role(actor=priya, now=later, party=margaret, role="reporter")
    assert the_one(priya, case, margaret).currency(later).why == ""
    add_role(actor=priya, now=later, party=margaret, role="alleged_perpetrator")
    assert the_one(priya, case, margaret).currency(later).why == CHANGED
    assert the_one(priya, case, joan).currency(later).why == ""


@pytest.mark.django_db
def test_the_end_of_a_part_is_a_change() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case, "Margaret Ellis", "victim", "witness")
    assessed(priya, case, margaret)
    witness = PartyRole.objects.get(party=margaret, role="witness")
    end_role(actor=priya, now=NOW + timedelta(hours=1), role=witness, reason="She saw nothing after all.")
    assert the_one(priya, case, margaret).currency(NOW + timedelta(hours=2)).why == CHANGED


@pytest.mark.django_db
def test_a_case_without_a_victim_is_due_when_somebody_is_added() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assessed_as(priya, case, "case")
    assert the_one(priya, case, None).currency(NOW).why == ""
    a_party(priya, case, "Ada Osei", "witness", now=NOW + timedelta(hours=1))
    assert the_one(priya, case, None).currency(NOW + timedelta(hours=2)).why == CHANGED


@pytest.mark.django_db
def test_a_report_that_was_taken_before_and_joins_after_makes_it_due() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    earlier = take_report(actor=priya, now=NOW, telling=telling())
    assessed(priya, case, margaret, now=NOW + timedelta(hours=1))
    assert the_one(priya, case, margaret).currency(NOW + timedelta(hours=2)).why == ""
    joins = NOW + timedelta(hours=3)
    join_case(actor=priya, now=joins, report=earlier, case=case)
    one = the_one(priya, case, margaret).currency(joins)
    assert (one.why, one.since) == (REPORTED, joins)
