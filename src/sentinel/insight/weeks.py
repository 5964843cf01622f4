"""The figures of past weeks, from the dates in the records: worked out once for each week, and never again.

They are counted from parties, assessments, deferrals and tellings as these stood at the moment asked for, by another
statement than the figures of now (matters.py): the two agree at any present moment, which tests hold. Whose a
case was at that moment is not dated in it: it is counted for the agency and team that have it when the week is worked out, which is
why a week is worked out as soon as it is over and kept. Answers and reviews behind a narrower audience are
not in them: a week is one number for everybody in an agency, also for those whom such an audience leaves out.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.insight.matters import limits, of_age, read_figures
from sentinel.insight.models import WeekFigures
from sentinel.insight.rules import AGES, CASES, LATE, MEASURES, REVIEWS, UNKNOWN, Figures, age_begins
from sentinel.kernel.clock import london_date, start_of_day

WEEK = timedelta(days=7)
# What is worked out later than this after its week is marked.
IN_TIME = timedelta(days=1)

_AT = """
WITH limits AS MATERIALIZED (
    SELECT l.agency_id, l.band, l.before
      FROM jsonb_to_recordset(%(limits)s::jsonb) AS l (agency_id uuid, band smallint, before timestamptz)),
open_cases AS MATERIALIZED (
    SELECT c.id, c.owner_agency_id AS agency_id, c.team_id, c.opened_at FROM cases_case c
     WHERE c.opened_at <= %(at)s AND (c.closed_at IS NULL OR c.closed_at > %(at)s)
       -- Closed at that moment and opened again since.
       AND COALESCE((SELECT s.status FROM cases_statuschange s WHERE s.case_id = c.id AND s.at <= %(at)s
                      ORDER BY s.at DESC, s.id DESC LIMIT 1), '') <> 'closed'),
parts AS MATERIALIZED (
    SELECT p.case_id, p.id AS party_id, r.role
      FROM open_cases c JOIN cases_party p ON p.case_id = c.id
      JOIN cases_partyrole r ON r.party_id = p.id AND r.since <= %(at)s AND (r.until IS NULL OR r.until > %(at)s)
     WHERE r.role IN ('victim', 'alleged_perpetrator', 'witness')
     GROUP BY p.case_id, p.id, r.role),
wanted AS (
    SELECT v.case_id, v.party_id, 'victim' AS subject FROM parts v WHERE v.role = 'victim'
    UNION ALL
    SELECT c.id, NULL, 'case' FROM open_cases c
     WHERE NOT EXISTS (SELECT 1 FROM parts v WHERE v.case_id = c.id AND v.role = 'victim')),
made AS MATERIALIZED (
    SELECT a.id, a.case_id, a.party_id, a.audience_id, a.subject, a.assessed_at, a.band, a.answers, a.question_set_id
      FROM open_cases c JOIN risk_assessment a ON a.case_id = c.id AND a.subject <> 'location' AND a.assessed_at <= %(at)s),
newest AS MATERIALIZED (
    SELECT DISTINCT ON (m.case_id, m.party_id, m.subject) m.* FROM made m
     ORDER BY m.case_id, m.party_id, m.subject, m.assessed_at DESC, m.id DESC),
holds AS MATERIALIZED (
    SELECT n.* FROM newest n WHERE EXISTS (
        SELECT 1 FROM wanted w WHERE n.subject = 'case' AND w.case_id = n.case_id AND w.subject = 'case'
        UNION ALL
        SELECT 1 FROM parts p WHERE p.party_id = n.party_id
           AND p.role = CASE n.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE n.subject END)),
missing AS (
    SELECT w.case_id, (SELECT max(f.until) FROM risk_deferral f WHERE f.case_id = w.case_id AND f.subject = w.subject
                          AND f.party_id IS NOT DISTINCT FROM w.party_id AND f.deferred_at <= %(at)s) AS until
      FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM newest n WHERE n.case_id = w.case_id AND n.subject = w.subject
                                         AND n.party_id IS NOT DISTINCT FROM w.party_id)),
unknown AS (
    SELECT h.case_id, (
        SELECT min(b.assessed_at) FROM made b
         WHERE b.case_id = h.case_id AND b.subject = h.subject AND b.party_id IS NOT DISTINCT FROM h.party_id
           AND b.assessed_at > COALESCE((
               SELECT max(e.assessed_at) FROM made e
                 LEFT JOIN insight_asked x ON x.question_set_id = e.question_set_id AND x.key = k.key
                WHERE e.case_id = h.case_id AND e.subject = h.subject AND e.party_id IS NOT DISTINCT FROM h.party_id
                  AND NOT COALESCE(insight_is_open(e.answers, x.key, x.unknown, x.required), false)), '-infinity')) AS since
      FROM holds h JOIN insight_asked k ON k.question_set_id = h.question_set_id
       AND insight_is_open(h.answers, k.key, k.unknown, k.required)
     WHERE h.audience_id IS NULL),
late AS (
    SELECT r.case_id FROM open_cases c JOIN risk_highrisk r ON r.case_id = c.id AND r.began_at <= %(at)s
           AND (r.ended_at IS NULL OR r.ended_at > %(at)s)
      JOIN risk_toldofhighrisk t ON t.high_risk_id = r.id AND t.told_at <= %(at)s
     WHERE r.audience_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM risk_toldofhighrisk o WHERE o.high_risk_id = r.id AND o.acknowledged_at <= %(at)s
                          AND (o.role = t.role OR o.step > t.step))
     GROUP BY r.id, t.role HAVING min(t.due_at) <= %(at)s),
counted AS (
    SELECT m.case_id, 1 AS whole, count(*) AS people, count(*) FILTER (WHERE m.until > %(at)s) AS put_off,
           NULL::bigint[] AS unknown, 0 AS reviews, 0 AS late FROM missing m GROUP BY 1
    UNION ALL
    SELECT s.case_id, 0, 0, 0, ARRAY[{ages}], 0, 0 FROM unknown s GROUP BY 1
    UNION ALL
    SELECT h.case_id, 0, 0, 0, NULL, count(*), 0 FROM holds h JOIN open_cases c ON c.id = h.case_id
      JOIN limits l ON l.agency_id = c.agency_id AND l.band = h.band AND h.assessed_at < l.before
     WHERE h.audience_id IS NULL GROUP BY 1
    UNION ALL
    SELECT x.case_id, 0, 0, 0, NULL, 0, count(*) FROM late x GROUP BY 1)
SELECT c.agency_id, c.team_id, count(DISTINCT c.id), COALESCE(sum(n.whole), 0), COALESCE(sum(n.people), 0),
       COALESCE(sum(n.put_off), 0), {sums}, COALESCE(sum(n.reviews), 0), COALESCE(sum(n.late), 0)
  FROM open_cases c LEFT JOIN counted n ON n.case_id = c.id GROUP BY 1, 2"""


STATEMENT = _AT.format(
    ages=", ".join(f"count(*) FILTER (WHERE {of_age(at)})" for at in range(len(AGES))),
    sums=", ".join(f"COALESCE(sum(n.unknown[{at + 1}]), 0)" for at in range(len(AGES))),
)


@dataclass(frozen=True)
class Held:
    """The figures of an agency and team at a moment, and over how many open cases."""

    open_cases: int
    figures: Figures


def figures_at(at: datetime) -> dict[tuple[uuid.UUID, uuid.UUID | None], Held]:
    """The figures of every open case at a moment (UTC), now or past, by agency and team of the case, over what every reader of the
    case may see. For the worker: anybody else has those of what they may see. Three queries."""
    today = london_date(at)
    values: dict[str, Any] = {
        "at": at,
        "limits": json.dumps(
            [{"agency_id": str(a), "band": b, "before": before.isoformat()} for a, b, before in limits(today)]
        ),
        **{f"age{n}": age_begins(today, age) for n, age in enumerate(AGES)},
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        return {
            (row[0], row[1]): Held(row[2], read_figures([int(number) for number in row[3:]]))
            for row in cursor.fetchall()
        }


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_to_take(last: date | None, today: date) -> list[date]:
    """The Mondays of the weeks that are over and not worked out, the earliest first. With none yet (`last` None) only the last
    week: before it nobody promised any."""
    ended = monday_of(today) - WEEK
    if last is None:
        return [ended]
    return [last + WEEK * number for number in range(1, (ended - last).days // 7 + 1)]


def take_weeks(*, now: datetime, since: date | None = None) -> int:
    """Work out every week that is over and has not been, each in a transaction of its own. `since` begins at the week of that
    day where none was worked out yet. The worker's. Returns how many."""
    with transaction.atomic():
        state_actor(SYSTEM)
        last = (
            WeekFigures.objects.filter(agency_id__isnull=True)
            .order_by("-week")
            .values_list("week", flat=True)
            .first()
        )
    if last is None and since is not None:
        last = monday_of(since) - WEEK
    taken = 0
    for week in weeks_to_take(last, london_date(now)):
        try:
            with transaction.atomic():
                state_actor(SYSTEM)
                _take(week, now)
                taken += 1
        except IntegrityError:
            # Another worker was first: what it wrote stands.
            continue
    return taken


def _take(week: date, now: datetime) -> None:
    end = start_of_day(week + WEEK)
    found = figures_at(end)
    late = now - end > IN_TIME
    whole = Held(0, Figures())
    rows = []
    for (agency, team), held in found.items():
        rows.append(_row(week, agency, team, held, now, late=late))
        whole = Held(whole.open_cases + held.open_cases, whole.figures + held.figures)
    WeekFigures.objects.bulk_create([_row(week, None, None, whole, now, late=late), *rows])


def _row(
    week: date, agency: uuid.UUID | None, team: uuid.UUID | None, held: Held, now: datetime, *, late: bool
) -> WeekFigures:
    of = held.figures
    return WeekFigures(
        week=week, agency_id=agency, team_id=team, open_cases=held.open_cases, cases=of.cases, people=of.people,
        put_off=of.put_off, unknown=list(of.unknown), reviews=of.reviews, late=of.late, taken_at=now, taken_late=late,
    )  # fmt: skip


# The numbers of a week in a table, in their order; before them its name, after them when it was worked out.
WEEK_HEADS = (
    MEASURES[CASES].title, "Open cases", "Share", *(MEASURES[key].title for key in (UNKNOWN, REVIEWS, LATE)),
)  # fmt: skip


@dataclass(frozen=True)
class Week:
    """One week of a trend: its Monday, and the figures at its end."""

    week: date
    open_cases: int
    figures: Figures
    taken_at: datetime
    taken_late: bool

    @property
    def ended(self) -> date:
        """Its Sunday."""
        return self.week + timedelta(days=6)

    @property
    def share(self) -> float:
        """The share of the open cases with somebody not assessed, in per cent; 0 where none was open."""
        return 100 * self.figures.cases / self.open_cases if self.open_cases else 0.0

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands under WEEK_HEADS."""
        of = self.figures
        return (
            f"{of.cases:,}", f"{self.open_cases:,}", f"{self.share:.1f}%",
            *(f"{of.of(key):,}" for key in (UNKNOWN, REVIEWS, LATE)),
        )  # fmt: skip


def own_weeks(agency_id: uuid.UUID, since: date, team: uuid.UUID | None = None) -> list[Week]:
    """The past weeks of one's own agency, or of one of its teams, the earliest first. One query."""
    rows = WeekFigures.objects.filter(agency_id=agency_id, week__gte=since)
    if team:
        rows = rows.filter(team_id=team)
    found: dict[date, list[WeekFigures]] = defaultdict(list)
    for row in rows.order_by("week"):
        found[row.week].append(row)
    return [_sum(week, some) for week, some in found.items()]


def _sum(week: date, rows: list[WeekFigures]) -> Week:
    figures = Figures()
    for row in rows:
        figures += Figures(row.cases, row.people, row.put_off, tuple(row.unknown), row.reviews, row.late)
    return Week(
        week, sum(row.open_cases for row in rows), figures, max(row.taken_at for row in rows),
        any(row.taken_late for row in rows),
    )  # fmt: skip


def partnership_weeks(since: date) -> dict[uuid.UUID | None, list[Week]]:
    """The past weeks of the whole partnership (under None) and of each agency, the earliest first; empty for who is no
    governance officer. Unknown answers stand under the youngest age: how old they were is not told. One query."""
    found: dict[uuid.UUID | None, list[Week]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM insight_partnership(%s)", [since])
        for (
            week,
            agency,
            opened,
            cases,
            people,
            put_off,
            unknown,
            reviews,
            late,
            at,
            was_late,
        ) in cursor.fetchall():
            ages = (int(unknown or 0), *(0,) * (len(AGES) - 1))
            figures = Figures(int(cases), int(people), int(put_off), ages, int(reviews), int(late))
            found[agency].append(Week(week, int(opened), figures, at, was_late))
    return dict(found)
