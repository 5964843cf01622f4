"""An agency's hours and England's bank holidays as a calendar to count by."""

from __future__ import annotations

from datetime import time

from sentinel.accounts.models import Agency
from sentinel.kernel.bank_holidays import england_bank_holidays
from sentinel.kernel.working_time import OFFICE_HOURS, Calendar, Hours


def _time(text: str) -> time:
    # The end of a day is written 24:00 in the agency's hours; the kernel calls that moment midnight.
    return time(0) if text == "24:00" else time.fromisoformat(text)


def calendar_of(agency: Agency) -> Calendar:
    """The agency's calendar; office hours where it has stated none."""
    hours = {int(day): Hours(_time(span[0]), _time(span[1])) for day, span in agency.hours.items()}
    return Calendar(hours=hours or OFFICE_HOURS, holidays=england_bank_holidays())
