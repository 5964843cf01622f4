"""What a rule would have sent in the past year, from what is recorded: numbers by role, agency and team, and by month.

Pure but for `run`, which is the worker's: nobody who drafts rules reads a case, and no person comes out of it.
Reminders are counted, not messages: a message a day gathers them. Who leads a case and its team are today's.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.kernel.working_time import Calendar
from sentinel.reminders.conditions import CONDITIONS, Past
from sentinel.reminders.models import Simulation
from sentinel.reminders.reading import read_rule
from sentinel.reminders.rules import Rule, decided_between, step_reached
from sentinel.reminders.sweep import calendars_of_agencies

YEAR = timedelta(days=365)
TELL_EVERY = 2_000
MOST_SECONDS = 900.0


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
    for one in past:
        counted.matters += 1
        calendar = calendars.get(one.agency_id)
        if calendar is not None:
            _count(counted, rule, one, calendar, since, until)
        yield counted.matters


def _count(
    counted: Tally, rule: Rule, one: Past, calendar: Calendar, since: datetime, until: datetime
) -> None:
    begins = start_of_day(london_date(since))
    decided, reminded = 0, False
    for first, over in one.spans:
        last = min(over or until, until)
        if first < min(begins, last):
            # What was decided before the span that is asked for: all that had been reached by then.
            before = min(begins, last) - timedelta(microseconds=1)
            decided = max(decided, step_reached(rule, one.started_at, calendar, before))
        found = decided_between(rule, one.started_at, decided, calendar, max(first, begins), last)
        for step, day in found:
            decided, reminded = step, True
            for told in rule.to:
                if told.since_step <= step:
                    counted.by_who[told.who] += 1
                    counted.by_agency[str(one.agency_id)] += 1
                    counted.by_team[str(one.team_id or "")] += 1
                    counted.by_month[f"{day:%Y-%m}"] += 1
    counted.reminded += reminded


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
