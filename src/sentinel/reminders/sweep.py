"""Deciding what is due, for everything that is open, one statement for each rule. The worker's.

Works from state and never from the tick: whatever was missed is found by the next sweep. Each rule is a
transaction of its own; two sweeps at once wait for each other rule by rule, and the second finds nothing left to
decide. Should they not wait, the constraint `reminder_decided_once` still lets each decision stand once.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.models import Agency
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.working_time import Calendar
from sentinel.reminders.conditions import CONDITIONS, Condition
from sentinel.reminders.in_force import InForce, rules_in_force
from sentinel.reminders.rules import CALENDAR_DAYS, Rule, marks

# Any number that no other room locks by.
SWEEP_LOCK = 7_431_001

# The matters of a condition that have reached a step, with the step.
DUE = """
matters AS MATERIALIZED ({matters}),
calendars AS MATERIALIZED (
    SELECT x.n, x.moments FROM jsonb_to_recordset(%(calendars)s::jsonb) AS x(n integer, moments timestamptz[])),
works AS MATERIALIZED (
    SELECT y.agency_id, y.n FROM jsonb_to_recordset(%(works)s::jsonb) AS y(agency_id uuid, n integer)),
due AS MATERIALIZED (
    SELECT m.*, (cardinality(c.moments) - width_bucket(m.started_at, c.moments))::smallint AS step
      FROM matters m JOIN works w ON w.agency_id = m.agency_id JOIN calendars c ON c.n = w.n
     WHERE m.started_at < c.moments[cardinality(c.moments)])"""

# Who is told. `acts` is the person, or who stands in for them today; nobody where neither is there.
TOLD = """
away AS MATERIALIZED (
    SELECT DISTINCT ON (a.user_id) a.user_id, a.deputy_id FROM accounts_absence a
     WHERE a.ended_at IS NULL AND %(today)s BETWEEN a.first_day AND a.last_day
     ORDER BY a.user_id, a.entered_at DESC),
people AS MATERIALIZED (
    SELECT u.id, u.agency_id, u.team_id, (CASE WHEN a.user_id IS NULL THEN u.id ELSE d.id END) AS acts,
           EXISTS (SELECT 1 FROM accounts_roleheld r WHERE r.user_id = u.id AND r.until IS NULL AND r.role = 'supervisor')
           AS supervises,
           EXISTS (SELECT 1 FROM accounts_roleheld r WHERE r.user_id = u.id AND r.until IS NULL
                    AND r.role = 'local_administrator') AS administers
      FROM accounts_user u LEFT JOIN away a ON a.user_id = u.id
      LEFT JOIN accounts_user d ON d.id = a.deputy_id AND d.is_active
            AND NOT EXISTS (SELECT 1 FROM away b WHERE b.user_id = d.id)
     WHERE u.is_active),
desks AS MATERIALIZED (
    SELECT DISTINCT p.team_id AS desk, p.acts FROM people p
     WHERE p.supervises AND p.acts IS NOT NULL AND p.team_id IS NOT NULL
    UNION SELECT DISTINCT p.agency_id, p.acts FROM people p WHERE p.supervises AND p.acts IS NOT NULL),
teams AS MATERIALIZED (SELECT DISTINCT k.desk FROM desks k),
placed AS MATERIALIZED (
    SELECT d.*, p.acts AS lead_acts, COALESCE(t.desk, d.agency_id) AS desk
      FROM due d LEFT JOIN people p ON p.id = d.lead_id LEFT JOIN teams t ON t.desk = d.team_id),
told AS MATERIALIZED (
    SELECT DISTINCT ON (s.record_id, s.subject_id, s.detail, s.recipient_id) s.* FROM (
        SELECT p.*, p.lead_acts AS recipient_id, 'lead' AS who, 1 AS rank FROM placed p
         WHERE %(lead)s::int > 0 AND p.step >= %(lead)s::int AND p.lead_acts IS NOT NULL
        UNION ALL
        SELECT p.*, k.acts, 'supervisor', 2 FROM placed p JOIN desks k ON k.desk = p.desk
         WHERE (%(supervisor)s::int > 0 AND p.step >= %(supervisor)s::int)
            OR (%(lead)s::int > 0 AND p.step >= %(lead)s::int AND p.lead_acts IS NULL)
        UNION ALL
        SELECT p.*, m.acts, 'team', 3 FROM placed p JOIN people m ON m.team_id = p.team_id AND m.acts IS NOT NULL
         WHERE %(team)s::int > 0 AND p.step >= %(team)s::int
        UNION ALL
        SELECT p.*, m.acts, 'administrator', 4 FROM placed p
          JOIN people m ON m.agency_id = p.agency_id AND m.administers AND m.acts IS NOT NULL
         WHERE %(administrator)s::int > 0 AND p.step >= %(administrator)s::int
        UNION ALL
        SELECT p.*, g.id, 'agency_contact', 5 FROM placed p JOIN accounts_agency g ON g.id = p.agency_id
         WHERE %(agency_contact)s::int > 0 AND p.step >= %(agency_contact)s::int AND g.desk_email <> ''
           AND p.audience_id IS NULL) s
     ORDER BY s.record_id, s.subject_id, s.detail, s.recipient_id, s.rank)"""

# Joined by probes of an index and by grouping, never by what the planner might loop over: after a first sweep it does not know
# yet how many decisions there are. All probes come before the first row is written, which sorting sees to: planned for a table that
# was empty, a probe reads it from end to end, and beside the writing that would be all that the sweep itself has just put there.
# The recipient is compared as text, so that the index of a matter is taken and not that of all that a recipient has. What is live
# was decided already for a step as late; `before` are the earlier steps, which it follows. What is not live, but stands again (a case
# closed and reopened), comes alive as the decision that it was: with its message, where it had one.
DECIDE = """
fresh AS MATERIALIZED (
    SELECT t.*, y.before FROM told t CROSS JOIN LATERAL (
        SELECT bool_or(x.step >= t.step) AS decided, array_agg(x.id) AS before FROM reminders_decision x
         WHERE x.live AND x.rule_id = %(rule)s AND x.subject_id = t.subject_id AND x.detail = t.detail
           AND x.recipient_id::text = t.recipient_id::text AND x.started_at = t.started_at) y
     WHERE y.decided IS NOT TRUE),
put AS (
    INSERT INTO reminders_decision AS kept
           (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing, retention_class, created_at,
            created_by_id, version, rule_id, subject_id, detail, started_at, step, recipient_id, who, channel, urgent, live,
            ended_at, ended_why, message_id, gathered_at)
    SELECT gen_random_uuid(), f.record_id, f.audience_id, f.agency_id, g.regime, 'asb_case_management', 'reminder', 'fact',
           'asb_standard', %(now)s, NULL, 1, %(rule)s, f.subject_id, f.detail, f.started_at, f.step, f.recipient_id, f.who,
           %(channel)s, %(urgent)s, true, NULL, '', NULL, NULL
      FROM fresh f JOIN accounts_agency g ON g.id = f.agency_id
     ORDER BY f.subject_id, f.detail, f.recipient_id
    ON CONFLICT (rule_id, subject_id, detail, started_at, step, recipient_id) DO UPDATE
       SET live = true, ended_at = NULL, ended_why = '' WHERE NOT kept.live
    RETURNING (xmax = 0) AS made),
passed AS (
    UPDATE reminders_decision d SET live = false, ended_at = %(now)s, ended_why = 'followed'
      FROM (SELECT unnest(f.before) AS id FROM fresh f) b WHERE d.id = b.id RETURNING 1),
gone AS (
    SELECT unnest(array_agg(u.id)) AS id FROM (
        SELECT x.subject_id, x.detail, x.recipient_id, x.started_at, x.id FROM reminders_decision x
         WHERE x.live AND x.rule_id = %(rule)s
        UNION ALL SELECT t.subject_id, t.detail, t.recipient_id, t.started_at, NULL FROM told t) u
     GROUP BY u.subject_id, u.detail, u.recipient_id, u.started_at HAVING bool_and(u.id IS NOT NULL)),
ended AS (
    UPDATE reminders_decision x SET live = false, ended_at = %(now)s, ended_why = 'over' FROM gone g
     WHERE x.id = g.id RETURNING 1)
SELECT (SELECT count(*) FROM put WHERE made), (SELECT count(*) FROM ended), (SELECT count(*) FROM due)"""


@dataclass(frozen=True)
class Swept:
    """What one sweep did: reminders decided, decisions that ended, and how many matters had reached a step."""

    decided: int = 0
    ended: int = 0
    due: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(self.decided + other.decided, self.ended + other.ended, self.due + other.due)


def sweep(*, now: datetime) -> Swept:
    """Decide all that is due by every rule in force, and end what stands no longer. Opens its own transactions."""
    with transaction.atomic():
        state_actor(SYSTEM)
        rules = rules_in_force(london_date(now))
        _end_rules(now, [one.id for one in rules])
        calendars = calendars_of_agencies()
    done = Swept()
    for one in rules:
        with transaction.atomic():
            state_actor(SYSTEM)
            done += decide(one, calendars, now=now)
    return done


def decide(one: InForce, calendars: dict[uuid.UUID, Calendar], *, now: datetime) -> Swept:
    """Decide one rule within the present transaction."""
    condition = CONDITIONS[one.rule.condition]
    with connection.cursor() as cursor:
        # A sweep that runs already finishes first.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SWEEP_LOCK])
        cursor.execute(statement(condition), parameters(one, condition, calendars, now))
        decided, ended, due = cursor.fetchone()
    return Swept(decided, ended, due)


def statement(condition: Condition, last: str = DECIDE) -> str:
    """The statement that decides a condition's matters; `last` is its end."""
    first = [condition.with_] if condition.with_ else []
    return "WITH " + ",\n".join([*first, DUE.format(matters=condition.sql), TOLD, last])


def parameters(
    one: InForce, condition: Condition, calendars: dict[uuid.UUID, Calendar], now: datetime
) -> dict[str, Any]:
    """The values of `statement` for one rule at one moment."""
    works, moments = _marks_by_agency(one.rule, calendars, now)
    return {
        **condition.parameters(now),
        "calendars": json.dumps([{"n": n, "moments": some} for n, some in enumerate(moments)]),
        "works": json.dumps([{"agency_id": str(agency), "n": n} for agency, n in works.items()]),
        "today": london_date(now),
        "now": now,
        "rule": one.id,
        "channel": one.rule.channel,
        "urgent": one.rule.urgent,
        **{
            who: one.rule.who_from(who)
            for who in ("lead", "supervisor", "team", "administrator", "agency_contact")
        },
    }


def _marks_by_agency(
    rule: Rule, calendars: dict[uuid.UUID, Calendar], now: datetime
) -> tuple[dict[uuid.UUID, int], list[list[str]]]:
    """Which of the lists of moments holds for each agency: agencies of like hours share one."""
    lists: list[list[str]] = []
    numbered: dict[frozenset[int], int] = {}
    works: dict[uuid.UUID, int] = {}
    for agency, calendar in calendars.items():
        # Holidays are England's for everybody: calendars differ by the days of the week alone.
        key = frozenset() if rule.days == CALENDAR_DAYS else frozenset(calendar.hours)
        if key not in numbered:
            numbered[key] = len(lists)
            lists.append([moment.isoformat() for moment in marks(rule, calendar, now)])
        works[agency] = numbered[key]
    return works, lists


def calendars_of_agencies() -> dict[uuid.UUID, Calendar]:
    """The calendar of every agency, merged ones too: a case may still be theirs."""
    return {agency.pk: calendar_of(agency) for agency in Agency.objects.all()}


def _end_rules(now: datetime, in_force: list[uuid.UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_decision SET live = false, ended_at = %s, ended_why = 'rule'"
            " WHERE live AND NOT rule_id = ANY(%s)",
            [now, in_force],
        )
