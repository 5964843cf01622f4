"""An agency's standard for whoever's life is threatened, and what it means at a moment when the agency may be closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.models import Agency
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.kernel.working_time import next_working_moment
from sentinel.questionnaires.queries import rule_content
from sentinel.questionnaires.rules import line_for
from sentinel.reports import rules
from sentinel.reports.models import Report

RULE = "life-threatened"


@dataclass(frozen=True)
class HandOn:
    """That a report must be handed on by voice now: `words` for whoever holds it, what to `say` to the caller, and until
    when (UTC) the agency is closed; None where it is at work."""

    words: str
    say: str
    closed_until: datetime | None


def standard_at_once(agency: Agency, on: date) -> Mapping[str, Any] | None:
    """The line of the rule that holds for this agency on a day; None where the partnership has no such rule."""
    try:
        lines = rule_content(RULE, on, agency.pk)["items"]
    except NotFound:
        return None
    return line_for(lines, agency.kind)


def to_hand_on(report: Report, now: datetime) -> HandOn | None:
    """What to do at once about an open report in which somebody's life is threatened; None where there is nothing.

    Whoever is at work and has it already need not be told.
    """
    if report.state not in {"skeleton", "recorded"}:
        return None
    if not rules.life_threatened(report.danger, report.script_answers):
        return None
    line = standard_at_once(report.agency, london_date(report.told_at))
    if line is None:
        return None
    opens = next_working_moment(now, calendar_of(report.agency))
    closed_until = opens if opens > now else None
    if report.practitioner_id is not None and closed_until is None:
        return None
    return HandOn(str(line["hand_on"]), str(line["say"]) if closed_until else "", closed_until)
