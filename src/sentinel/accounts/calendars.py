"""An agency's hours and England's bank holidays as a calendar to count by, and whether its desk is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sentinel.accounts.models import Agency
from sentinel.accounts.rules import open_in_words
from sentinel.kernel.bank_holidays import england_bank_holidays
from sentinel.kernel.working_time import ALWAYS, OFFICE_HOURS, Calendar, Hours, next_working_moment


def _time(text: str) -> time:
    # The end of a day is written 24:00 in the agency's hours; the kernel calls that moment midnight.
    return time(0) if text == "24:00" else time.fromisoformat(text)


def calendar_of(agency: Agency) -> Calendar:
    """The agency's calendar; office hours where it has stated none."""
    return Calendar(hours=_hours(agency.hours) or OFFICE_HOURS, holidays=england_bank_holidays())


def _hours(stated: Mapping[str, Sequence[str]]) -> dict[int, Hours]:
    return {int(day): Hours(_time(span[0]), _time(span[1])) for day, span in stated.items()}


@dataclass(frozen=True)
class Opening:
    """When a desk is open, in words ("" where nothing is stated), and when it opens next (UTC): None while it is open, or where
    nobody has said."""

    words: str
    opens: datetime | None


def opening_of(stated: Mapping[str, Sequence[str]], moment: datetime) -> Opening:
    """How a desk with these hours stands at a moment (UTC), by England's bank holidays; a desk that is open day and night is
    open on those as well. Pure."""
    hours = _hours(stated)
    if not hours or hours == ALWAYS:
        return Opening(open_in_words(stated), None)
    opens = next_working_moment(moment, Calendar(hours=hours, holidays=england_bank_holidays()))
    return Opening(open_in_words(stated), opens if opens > moment else None)
