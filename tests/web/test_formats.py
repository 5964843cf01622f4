"""Dates, times and spans read as people here say them, in London's time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.web import formats
from sentinel.web.jinja import environment

EVENING = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MOMENTS = st.integers(-600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC))


def test_dates_and_times_read_as_in_the_drawings() -> None:
    assert formats.uk_date(EVENING) == "Fri 20 Nov 2026"
    assert formats.uk_datetime(EVENING) == "Fri 20 Nov 2026, 21:58"
    assert formats.uk_day(EVENING) == "Fri 20 Nov"
    assert formats.uk_day_time(EVENING, NOW) == "Fri 20 Nov, 21:58"
    assert formats.uk_time(EVENING) == "21:58"
    assert formats.uk_long_date(date(2026, 11, 21), year=False) == "Saturday 21 November"
    assert formats.uk_month(date(2019, 12, 1)) == "December 2019"


def test_summer_time_moves_the_clock_and_the_day() -> None:
    assert formats.uk_datetime(SUMMER) == "Wed 1 Jul 2026, 23:30"
    assert formats.uk_date(SUMMER + timedelta(hours=1)) == "Thu 2 Jul 2026"


def test_the_year_is_said_when_it_is_another() -> None:
    assert formats.uk_day(date(2025, 12, 31), NOW) == "Wed 31 Dec 2025"
    assert formats.uk_day(date(2026, 1, 1), NOW) == "Thu 1 Jan"


def test_new_year_is_reckoned_in_london() -> None:
    assert formats.uk_day(datetime(2025, 12, 31, 23, 59, tzinfo=UTC), NOW) == "Wed 31 Dec 2025"


@pytest.mark.parametrize(
    "shown", [formats.uk_date, formats.uk_time, formats.uk_datetime, formats.uk_day, formats.uk_month]
)
def test_nothing_is_shown_as_nothing(shown: object) -> None:
    assert shown(None) == ""  # type: ignore[operator]


def test_a_time_without_a_zone_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="zone"):
        formats.uk_datetime(datetime(2026, 11, 20, 21, 58))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(hours=31), "31 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=19), "19 days"),
        (timedelta(days=150), "4 months"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_a_span_is_said_in_its_largest_fitting_unit(span: timedelta, words: str) -> None:
    assert formats.how_long(NOW - span, NOW) == words


def test_past_and_coming_are_told_apart() -> None:
    assert formats.ago(NOW - timedelta(days=9), NOW) == "9 days ago"
    assert formats.ago(NOW + timedelta(days=3), NOW) == "in 3 days"
    assert formats.ago(NOW - timedelta(seconds=5), NOW) == "just now"
    assert formats.ago(None, NOW) == ""


def test_days_are_counted_by_the_calendar_across_the_change_of_clocks() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # 13:00 in London
    assert formats.how_long(before, datetime(2026, 10, 27, 13, 0, tzinfo=UTC)) == "3 days"


def test_counts_agree_with_their_noun() -> None:
    assert formats.plural(1, "day") == "1 day"
    assert formats.plural(0, "day") == "0 days"
    assert formats.plural(1200, "person", "people") == "1,200 people"


@pytest.mark.parametrize(
    ("items", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_said_as_a_sentence(items: list[str], words: str) -> None:
    assert formats.sentence_list(items) == words


def test_templates_have_the_filters() -> None:
    source = "{{ at|uk_datetime }}; {{ at|ago(now) }}; {{ 2|plural('case') }}"
    assert (
        environment().from_string(source).render(at=EVENING, now=NOW)
        == "Fri 20 Nov 2026, 21:58; 12 hours ago; 2 cases"
    )


@given(MOMENTS, MOMENTS)
def test_every_span_reads_the_same_both_ways(one: datetime, other: datetime) -> None:
    assert formats.how_long(one, other) == formats.how_long(other, one)


@given(MOMENTS)
def test_every_moment_shows_the_wall_clock(moment: datetime) -> None:
    assert formats.uk_time(moment) == moment.astimezone(formats.LONDON).strftime("%H:%M")
