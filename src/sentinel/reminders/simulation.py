"""What a rule would have sent in the past year, from what is recorded: numbers by role, agency and team, and by month.

Pure but for `run`, which is the worker's: nobody who drafts rules reads a case, and no person comes out of it.
Reminders are counted, not messages: a message a day gathers them. Who leads a case and its team are today's.
"""

from __future__ import annotations

import time
import uuid
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.working_time import Calendar
from sentinel.reminders.conditions import CONDITIONS, Past
from sentinel.reminders.models import Simulation
from sentinel.reminders.reading import read_rule
from sentinel.reminders.rules import CALENDAR_DAYS, Rule, due_day, steps_after
from sentinel.reminders.sweep import calendars_of_agencies

YEAR = timedelta(days=365)
TELL_EVERY = 2_000
MOST_SECONDS = 900.0
_DAY = timedelta(days=1)


@dataclass
class Tally:
    """What was counted: matters looked at, those that began in the span or lasted into it and reached a step, reminders."""

    matters: int = 0
    reminded: int = 0
    by_who: Counter[str] = field(default_factory=Counter)
    by_agency: Counter[str] = field(default_factory=Counter)
    by_team: Counter[str] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)
    stopped: bool = False

    def as_result(self) -> dict[str, object]:
        """JSON-fit. Agencies and teams by id."""
        return {
            "reminded": self.reminded, "by_who": dict(self.by_who), "by_agency": dict(self.by_agency),
            "by_team": dict(self.by_team), "by_month": dict(self.by_month), "stopped": self.stopped,
        }  # fmt: skip


class Days:
    """Business days of a calendar up to a day, worked out once: how many lie between two days is then a subtraction."""

    def __init__(self, calendar: Calendar, last: date, first: date) -> None:
        self.calendar, self.first = calendar, first
        self.business = [
            day for n in range((last - first).days + 1) if calendar.is_business_day(day := first + _DAY * n)
        ]

    def passed(self, rule: Rule, start: date, today: date) -> int:
        """So many days of the rule's kind lie after `start` up to `today`; -1 where not even day 0 has come."""
        if today < start:
            return -1
        if rule.days == CALENDAR_DAYS:
            return (today - start).days
        count = bisect_right(self.business, today) - bisect_right(self.business, start)
        return -1 if count == 0 and not self.calendar.is_business_day(start) else count


def tally(
    rule: Rule,
    past: Iterable[Past],
    calendars: Mapping[uuid.UUID, Calendar],
    since: datetime,
    until: datetime,
) -> Tally:
    """Count what a rule would have sent between two moments (UTC)."""
    counted = Tally()
    for _ in counting(counted, rule, past, calendars, since, until):
        pass
    return counted


def counting(
    counted: Tally,
    rule: Rule,
    past: Iterable[Past],
    calendars: Mapping[uuid.UUID, Calendar],
    since: datetime,
    until: datetime,
) -> Iterable[int]:
    """The same, told step by step: yields how many matters have been looked at."""
    days: dict[frozenset[int], Days] = {}
    first_day, last_day = london_date(since), london_date(until)
    for one in past:
        counted.matters += 1
        calendar = calendars.get(one.agency_id)
        ended = min(one.ended_at or until, until)
        if calendar is None or ended <= one.started_at or one.started_at >= until:
            yield counted.matters
            continue
        key = frozenset(calendar.hours)
        if key not in days:
            days[key] = Days(calendar, last_day, first_day - timedelta(days=3653))
        _count(counted, rule, one, days[key], first_day, london_date(ended))
        yield counted.matters


def _count(counted: Tally, rule: Rule, one: Past, days: Days, first_day: date, ended: date) -> None:
    start = max(london_date(one.started_at), days.first)
    reached = _steps(rule, days.passed(rule, start, ended))
    before = _steps(rule, days.passed(rule, start, first_day - _DAY))
    if reached > before:
        counted.reminded += 1
    steps = range(before + 1, reached + 1)
    fall = {step: due_day(rule, one.started_at, step, days.calendar) for step in steps}
    for step, day in fall.items():
        if day is None or day == fall.get(step + 1):
            # Two steps on one day make one reminder, the later.
            continue
        for told in rule.to:
            if told.since_step <= step:
                counted.by_who[told.who] += 1
                counted.by_agency[str(one.agency_id)] += 1
                counted.by_team[str(one.team_id or "")] += 1
                counted.by_month[f"{day:%Y-%m}"] += 1


def _steps(rule: Rule, passed: int) -> int:
    return steps_after(rule, passed) if passed >= 0 else 0


def run(simulation_id: uuid.UUID) -> None:
    """Work one simulation out, telling as it goes how far it is. The worker's; opens its own transactions."""
    with transaction.atomic():
        state_actor(SYSTEM)
        asked = Simulation.objects.select_related("rule").get(pk=simulation_id)
        if asked.finished_at is not None:
            return
        rule, _ = read_rule(asked.rule.content, CONDITIONS)
        calendars = calendars_of_agencies()
    counted = Tally()
    begun = time.monotonic()
    if rule is not None:
        past = CONDITIONS[rule.condition].past(asked.since, asked.until)
        for many in counting(counted, rule, past, calendars, asked.since, asked.until):
            if many % TELL_EVERY == 0:
                Simulation.objects.filter(pk=simulation_id).update(matters=many)
                if time.monotonic() - begun > MOST_SECONDS:
                    counted.stopped = True
                    break
    Simulation.objects.filter(pk=simulation_id).update(
        matters=counted.matters, result=counted.as_result(), finished_at=asked.until
    )
