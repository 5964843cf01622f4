"""When the next contact is due: by band and agency, in business days, from the last time somebody was reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.care.rules import FIRST, RESULTS, UPDATE, Touch, enough_attempts, next_due, standard_days
from sentinel.kernel.working_time import ALWAYS, OFFICE_HOURS, Calendar
from sentinel.questionnaires.content_files import LISTS, read_rule

ITEMS: list[dict[str, Any]] = read_rule(LISTS / "contact-standards.yaml").content["items"]
OFFICE = Calendar(OFFICE_HOURS, frozenset())
CALENDARS = [OFFICE, Calendar(ALWAYS, frozenset())]
TOLD = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)  # a Monday
BANDS = ["high", None, "medium", "low"]


def due(
    band: str | None = "high",
    touches: list[Touch] | None = None,
    kind: str = "district",
    told: datetime = TOLD,
) -> Any:
    return next_due(
        told_at=told, touches=touches or [], band=band, items=ITEMS, agency_kind=kind, calendar=OFFICE
    )


@pytest.mark.parametrize(("band", "day"), [("high", 17), (None, 17), ("medium", 18), ("low", 23)])
def test_the_first_contact_counts_from_when_the_agency_was_told(band: str | None, day: int) -> None:
    found = due(band)
    assert (found.what, found.by) == (FIRST, datetime(2026, 11, day, 17, 0, tzinfo=UTC))


def test_after_a_contact_the_update_counts_from_it() -> None:
    found = due("high", [Touch(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), "reached")])
    assert (found.what, found.days, found.by) == (UPDATE, 5, datetime(2026, 11, 24, 17, 0, tzinfo=UTC))


def test_an_attempt_that_reached_nobody_puts_nothing_off() -> None:
    assert due("high", [Touch(TOLD + timedelta(hours=1), "not_reached")]) == due("high")


def test_a_sooner_promise_holds_and_a_later_one_does_not() -> None:
    reached = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    sooner, later = reached + timedelta(days=1), reached + timedelta(days=60)
    assert due("high", [Touch(reached, "reached", sooner)]).by == sooner
    assert due("high", [Touch(reached, "reached", later)]).by == due("high", [Touch(reached, "reached")]).by


def test_what_the_caller_was_promised_holds_until_a_contact_whatever_band_follows() -> None:
    by = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
    reached = Touch(TOLD + timedelta(hours=2), "reached")

    def promised(band: str, *touches: Touch, made: datetime = TOLD) -> datetime | None:
        return next_due(
            told_at=TOLD, touches=touches, band=band, items=ITEMS, agency_kind="district", calendar=OFFICE,
            promises=[(made, by)],
        ).by  # fmt: skip

    assert promised("low") == by < due("low").by
    assert promised("low", Touch(TOLD + timedelta(hours=1), "not_reached")) == by
    assert promised("low", reached) == due("low", [reached]).by, "it has been kept"
    assert promised("low", reached, made=reached.at + timedelta(hours=1)) == by, "a new call, a new promise"


def test_a_landlord_has_its_own_row_where_there_is_one() -> None:
    assert standard_days(ITEMS, UPDATE, "low", "housing") == 10
    assert standard_days(ITEMS, UPDATE, "low", "district") == 20
    assert standard_days(ITEMS, UPDATE, "high", "housing") == 5


def test_a_row_for_any_band_serves_every_band() -> None:
    assert (
        standard_days(ITEMS, "outcome", "low", "police")
        == standard_days(ITEMS, "outcome", None, "police")
        == 5
    )


def test_where_no_standard_says_nothing_is_invented() -> None:
    assert standard_days([], FIRST, "high", "police") is None
    empty = next_due(told_at=TOLD, touches=[], band="high", items=[], agency_kind="police", calendar=OFFICE)
    assert (empty.by, empty.days) == (None, None)


def test_told_at_night_counts_as_told_at_opening() -> None:
    night = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
    assert due("high", told=night).by == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
touches = st.lists(st.builds(Touch, moments, st.sampled_from(sorted(RESULTS))), max_size=6)


@given(moments, touches, st.sampled_from(CALENDARS), st.sampled_from(["district", "housing", "police"]))
def test_a_higher_band_is_never_told_later(
    told: datetime, given_: list[Touch], calendar: Calendar, kind: str
) -> None:
    found = [
        next_due(told_at=told, touches=given_, band=band, items=ITEMS, agency_kind=kind, calendar=calendar).by
        for band in BANDS
    ]
    assert all(one is not None for one in found)
    assert found == sorted(one for one in found if one is not None)


@given(moments, touches, st.timedeltas(timedelta(0), timedelta(days=90)), st.sampled_from(BANDS))
def test_a_later_contact_never_makes_the_next_one_due_sooner(
    told: datetime, given_: list[Touch], after: timedelta, band: str | None
) -> None:
    """Among updates: the first contact of all may have had a longer time than the next update."""
    newest = max([told, *(one.at for one in given_)])
    earlier, later = [*given_, Touch(newest, "reached")], [*given_, Touch(newest + after, "reached")]
    first = next_due(
        told_at=told, touches=earlier, band=band, items=ITEMS, agency_kind="city", calendar=OFFICE
    )
    second = next_due(
        told_at=told, touches=later, band=band, items=ITEMS, agency_kind="city", calendar=OFFICE
    )
    assert first.by is not None
    assert second.by is not None
    assert first.by <= second.by
    assert second.by > newest


@given(touches)
def test_the_order_in_which_contacts_are_written_down_does_not_matter(given_: list[Touch]) -> None:
    assert due("low", given_) == due("low", list(reversed(given_))) or len({one.at for one in given_}) < len(
        given_
    )


@pytest.mark.parametrize(
    ("hours", "enough"), [([], False), ([1, 2], False), ([1, 2, 3], True), ([1, 1, 1], False)]
)
def test_attempts_count_by_their_own_times(hours: list[int], enough: bool) -> None:
    assert enough_attempts([TOLD + timedelta(hours=hour) for hour in hours], 3) is enough
