"""Before a rule is released one sees how many it would have sent in the past year, to whom; in numbers alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.cases.models import Case
from sentinel.kernel.working_time import ALWAYS, Calendar
from sentinel.reminders.conditions import Past
from sentinel.reminders.models import Simulation
from sentinel.reminders.operations import draft_rule, try_out
from sentinel.reminders.rules import Told, due_steps
from sentinel.reminders.simulation import YEAR, run, tally
from tests.cases.making import a_case, a_party
from tests.reminders.making import OFFICE, a_rule
from tests.risk.answers import assessed
from tests.support import NOW, acting, signed_in, user

PRIYA, GRACE = "priya.nair@charnwood.example", "grace.holt@police.example"
AGENCY, TEAM = uuid.UUID(int=1), uuid.UUID(int=2)
DAY = timedelta(days=1)
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE = UNTIL - YEAR


def matter(began: float, ended: float | None = None, agency: uuid.UUID = AGENCY) -> Past:
    """A matter that began and ended so many days before the end of the span."""
    start, end = UNTIL - began * DAY, None if ended is None else UNTIL - ended * DAY
    return Past(agency, TEAM, start, ((start, end),))


def test_an_unknown_that_stood_fifteen_days_would_have_sent_four_to_the_lead_and_two_to_the_supervisor() -> (
    None
):
    found = tally(a_rule(), [matter(100, 85)], {AGENCY: OFFICE}, SINCE, UNTIL)
    assert found.by_who == {"lead": 4, "supervisor": 2}
    assert found.by_agency == {str(AGENCY): 6}
    assert found.by_team == {str(TEAM): 6}
    assert sum(found.by_month.values()) == 6
    assert (found.matters, found.reminded) == (1, 1)


def test_what_was_sent_before_the_span_or_never_due_is_not_counted() -> None:
    rule = a_rule(then_every=0)
    assert not tally(rule, [matter(390)], {AGENCY: OFFICE}, SINCE, UNTIL).by_who
    assert not tally(rule, [matter(3), matter(50, 48), matter(10, 12)], {AGENCY: OFFICE}, SINCE, UNTIL).by_who
    assert not tally(rule, [matter(50, agency=TEAM)], {AGENCY: OFFICE}, SINCE, UNTIL).by_who


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=4, unique=True).map(sorted),
    st.sampled_from([0, 3, 7]),
    st.sampled_from(["calendar", "business"]),
    st.sampled_from([OFFICE, Calendar(hours=ALWAYS)]),
    st.integers(1, 420),
    st.lists(st.integers(1, 420), min_size=1, max_size=6, unique=True),
)
def test_it_counts_what_sweeping_every_day_would_have_decided(
    after: list[int], every: int, days: str, calendar: Calendar, began: int, changes: list[int]
) -> None:
    """The days of a matter count from its beginning, also while it is hidden; it may be there already before they do."""
    rule = a_rule(after=tuple(after), then_every=every, days=days, to=(Told("lead"), Told("supervisor", 2)))
    ago = sorted(changes, reverse=True)
    ends = [*(UNTIL - days * DAY for days in ago[1::2]), None][: len(ago[::2])]
    spans = tuple(zip((UNTIL - days * DAY for days in ago[::2]), ends, strict=True))
    one = Past(AGENCY, TEAM, UNTIL - began * DAY, spans)
    decided: list[int] = []
    counted = {"lead": 0, "supervisor": 0}
    for night in range(422, -1, -1):
        # At noon, the hour at which matters begin and end here; what ends then is gone after the morning's sweep.
        now = UNTIL - night * DAY
        there = any(first <= now and (over is None or now <= over) for first, over in spans)
        steps = due_steps(rule, one.started_at, decided, calendar, now) if there else []
        decided += steps
        if now.date() >= SINCE.date():
            counted["lead"] += len(steps)
            counted["supervisor"] += sum(step >= 2 for step in steps)
    found = tally(rule, [one], {AGENCY: calendar}, SINCE, UNTIL)
    assert found.by_who.get("lead", 0) == counted["lead"]
    assert found.by_who.get("supervisor", 0) == counted["supervisor"]


def test_it_is_worked_out_by_the_worker_from_what_is_recorded_and_names_nobody(
    as_worker: Callable[[], Any],
) -> None:
    began = NOW - 60 * DAY
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, now=began)
        margaret = a_party(priya, case, now=began)
        assessed(priya, case, margaret, now=began, vulnerable="unknown", safeguarding="unknown")
        case = Case.objects.get(pk=case.pk)
        assessed(priya, case, margaret, now=began + 8 * DAY, vulnerable="unknown")
        assessed(priya, Case.objects.get(pk=case.pk), margaret, now=began + 15 * DAY)
    with transaction.atomic():
        grace = acting(GRACE)
        row = draft_rule(
            actor=grace, now=NOW, source="A test", confirmed=False, active=True,
            data={"key": "unknown_answer", "label": "Unknown", "condition": "unknown_answer", "days": "calendar",
                  "after": [4, 7, 10, 14], "then_every": 7, "channel": "email", "urgent": False, "words": "Find out.",
                  "to": [{"who": "lead", "from": 1}, {"who": "supervisor", "from": 3}]},
        )  # fmt: skip
        asked = try_out(actor=grace, now=NOW, rule_id=row.pk)
        assert try_out(actor=grace, now=NOW, rule_id=row.pk).pk == asked.pk, "it is being worked out already"
    with as_worker():
        run(asked.pk)
        run(asked.pk)
    found = Simulation.objects.get()
    assert found.finished_at is not None
    # Vulnerable stood for 15 days (4, 7, 10, 14), safeguarding for 8 (4, 7); the supervisor from the third.
    assert found.result["by_who"] == {"lead": 6, "supervisor": 2}
    assert found.matters == 2
    page = signed_in(GRACE).get("/system/reminders/unknown_answer").content.decode()
    assert "8 reminders" in page
    assert "Charnwood" in page
    for name in ("Margaret", "Sparrow", "Priya", case.reference):
        assert name not in page
