"""When a reminder is due: pure functions of a rule, the start, what was decided already, a calendar and the moment.

A matter (an unknown answer, an unassessed person) starts at a moment. Its **steps** are numbered from 1; each falls on a
day in London, so many days after the day on which the matter started, and holds from the midnight that begins that day.
Days and not hours are counted: a change of the clock moves no step to another day. Only the step that has been
reached counts: of steps that were missed while no worker ran, one reminder goes, for the last of them, because it says
all that the earlier ones would have said; and it goes to whom that step goes to, because time has passed whether a
worker ran or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sentinel.kernel.clock import london_date, start_of_day
from sentinel.kernel.working_time import Calendar, add_business_days, business_days_between

CALENDAR_DAYS, BUSINESS_DAYS = "calendar", "business"
# How far back starts are told apart. A matter that is open longer than this stays at its last step.
HORIZON = timedelta(days=3653)
_DAY = timedelta(days=1)

# Whom a rule may tell, in the order in which a person who is several of them is named.
WHO = {
    "lead": "The lead officer, or the deputy while the lead is away",
    "supervisor": "The supervisors of the case’s team, or of its agency where the team has none",
    "team": "Everybody in the case’s team",
    "agency_contact": "The agency’s desk, at its address",
    "administrator": "The agency’s local administrators",
}
CHANNELS = {"email": "By email", "page": "On their page of reminders only"}
DAYS = {CALENDAR_DAYS: "calendar days", BUSINESS_DAYS: "business days of the agency"}


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told, a key of WHO, and from which step on."""

    who: str
    since_step: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what must be true, after which days, who is told and in which words.

    `after` are days, ascending; `then_every` goes on from the last of them, 0 for never. `urgent` goes by itself and at
    once, everything else in one message a day. `words` name no person.
    """

    key: str
    label: str
    condition: str
    days: str
    after: tuple[int, ...]
    then_every: int
    to: tuple[Told, ...]
    channel: str
    urgent: bool
    words: str

    def who_from(self, who: str) -> int:
        """From which step somebody is told; 0 where they never are."""
        return next((one.since_step for one in self.to if one.who == who), 0)

    def days_of(self, step: int) -> int | None:
        """So many days after the start step `step` falls; None where the rule has no such step."""
        if step <= len(self.after):
            return self.after[step - 1]
        return self.after[-1] + (step - len(self.after)) * self.then_every if self.then_every else None


def due_day(rule: Rule, started: datetime, step: int, calendar: Calendar) -> date | None:
    """The day in London on which a step falls; None where there is no such step."""
    days = rule.days_of(step)
    if days is None:
        return None
    first = london_date(started)
    return first + _DAY * days if rule.days == CALENDAR_DAYS else add_business_days(first, days, calendar)


def step_reached(rule: Rule, started: datetime, calendar: Calendar, now: datetime) -> int:
    """The number of the last step whose day has come, 0 while none has."""
    first, today = london_date(started), london_date(now)
    if today < first:
        return 0
    if rule.days == CALENDAR_DAYS:
        passed = (today - first).days
    else:
        passed = business_days_between(first, today, calendar)
        if passed == 0 and not calendar.is_business_day(first):
            # Day 0 of a start on a closed day is the next business day, which has not come.
            return 0
    return steps_after(rule, passed)


def steps_after(rule: Rule, passed: int) -> int:
    """How many steps have fallen when so many days of the rule's kind have passed."""
    reached = bisect_right(rule.after, passed)
    if rule.then_every and passed >= rule.after[-1]:
        reached += (passed - rule.after[-1]) // rule.then_every
    return reached


def due_steps(
    rule: Rule, started: datetime, decided: Collection[int], calendar: Calendar, now: datetime
) -> list[int]:
    """The steps to be decided now: the one that is reached, unless it or a later one was decided already. Never two."""
    reached = step_reached(rule, started, calendar, now)
    return [reached] if reached > max(decided, default=0) else []


def decided_between(
    rule: Rule, started: datetime, decided: int, calendar: Calendar, since: datetime, until: datetime
) -> Iterator[tuple[int, date]]:
    """What sweeping without a break from one moment to before another (UTC) would decide of a matter that is there for so long,
    each step with its day. `decided` is the last step that was decided before, 0 for none."""
    now = since
    while now < until:
        for step in due_steps(rule, started, [decided], calendar, now):
            decided = step
            yield step, london_date(now)
        following = due_day(rule, started, step_reached(rule, started, calendar, now) + 1, calendar)
        if following is None:
            return
        now = start_of_day(following)


def marks(rule: Rule, calendar: Calendar, now: datetime) -> list[datetime]:
    """The same for a whole table at once: ascending moments (UTC) of which so many lie after a start as steps are reached.

    A matter that started at `s` has reached step `len([one for one in marks if one > s])`. The database counts
    them by bisection, for every open matter in one statement.
    """
    today = london_date(now)
    last = today - HORIZON
    found: list[datetime] = []
    day, passed, step = today, 0, 1
    wanted = rule.days_of(step)
    if rule.days == BUSINESS_DAYS and wanted == 0:
        # Day 0 of a start on a closed day is the next business day.
        found.append(start_of_day(_last_business_day(today, calendar) + _DAY))
        step += 1
        wanted = rule.days_of(step)
    while wanted is not None and day > last:
        if passed >= wanted:
            found.append(start_of_day(day + _DAY))
            step += 1
            wanted = rule.days_of(step)
            continue
        passed += 1 if rule.days == CALENDAR_DAYS else int(calendar.is_business_day(day))
        day -= _DAY
    return found[::-1]


def _last_business_day(day: date, calendar: Calendar) -> date:
    while not calendar.is_business_day(day):
        day -= _DAY
    return day
