"""Reading the feed: what a client has not seen yet, a page at a time, in the order of what was seen and not of numbers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.rules import ENDED, SHOWN, Entry
from sentinel.interfaces.command_control.tokens import Seen

# Asked of the app, which row policies guard, and of the worker, which they do not: so the reach is asked for in so many words.
_REACHED = """EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = {0}.record_id AND r.holder_id = %(agency)s
                       AND r.rung >= 2 AND (r.until IS NULL OR r.until > (SELECT sentinel_now())))"""
_FIELDS = 'm.state, m.kind, m.who, m."where", m.reference, m.ring, m.first_action, m.starts_on, m.review_on, m.ends_on'

# Who begins is given what is shown, by the marker's id.
BEGINNING = f"""
SELECT m.id, COALESCE((SELECT max(c.number) FROM command_control_change c WHERE c.marker_id = m.id), 0), 'start', {_FIELDS}
  FROM risk_marker m
 WHERE m.state = 'accepted' AND m.ends_on >= %(today)s AND m.id > %(after)s::uuid AND {_REACHED.format("m")}
 ORDER BY m.id LIMIT %(most)s"""  # noqa: S608  put together from constants of the module
# Who goes on is given each marker of which anything was committed between the two snapshots, once, as it now stands.
# Transactions are older than the one snapshot or they are not; `number` only orders what has been found. (Numbers of servers that
# the database lived on before are below `begin`: GREATEST lets the planner look at them in whatever order.)
# Of what it has been given and reaches no more it is told that it has ended, and nothing else: it could not ask for it itself.
FOLLOWING = f"""
SELECT * FROM (
SELECT m.id, t.number, t.kinds, {_FIELDS}
  FROM (SELECT c.marker_id, max(c.number) AS number, string_agg(c.kind, ' ' ORDER BY c.number) AS kinds
          FROM command_control_change c
         WHERE c.transaction >= %(begin)s + pg_snapshot_xmin(%(since)s::pg_snapshot)::text::bigint
           AND NOT pg_visible_in_snapshot(GREATEST(c.transaction - %(begin)s, 0)::text::xid8, %(since)s::pg_snapshot)
           AND pg_visible_in_snapshot(GREATEST(c.transaction - %(begin)s, 0)::text::xid8, %(upto)s::pg_snapshot)
           AND {_REACHED.format("c")}
         GROUP BY c.marker_id) t
  JOIN risk_marker m ON m.id = t.marker_id
 UNION ALL
SELECT l.marker_id, l.number, 'end', 'ended', '', '', '', '', '', '', NULL, NULL, NULL
  FROM command_control_lost(%(agency)s, %(begin)s, %(since)s::pg_snapshot, %(upto)s::pg_snapshot) l) f
 WHERE f.number > %(after)s::bigint
 ORDER BY f.number LIMIT %(most)s"""  # noqa: S608  put together from constants of the module
NO_MARKER = str(uuid.UUID(int=0))


class BeginAnew(Exception):
    """The token is of another database server (Sentinel was restored from a backup): what it says cannot be compared."""


@dataclass(frozen=True)
class Page:
    """Some entries, how far one has then come, and whether more wait."""

    entries: list[Entry]
    seen: Seen
    more: bool


def page(actor: Actor, seen: Seen | None, *, today: date, most: int) -> Page:
    """What the actor's agency has not seen, at most so many markers; None begins. `today` is the day in London. Two queries.

    Raises BeginAnew for a token of another server, Refused for an actor of no agency.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_server_begin(), pg_current_snapshot()::text")
        begin, snapshot = cursor.fetchone()
        if seen is not None and seen.server != begin:
            raise BeginAnew
        at = seen or Seen(server=begin)
        upto = at.upto or str(snapshot)
        values: Mapping[str, Any] = {
            "agency": actor.agency, "begin": begin, "since": at.since, "upto": upto, "today": today, "most": most + 1,
            "after": at.after or (NO_MARKER if at.since is None else "0"),
        }  # fmt: skip
        cursor.execute(BEGINNING if at.since is None else FOLLOWING, values)
        rows = cursor.fetchall()
    more = len(rows) > most
    rows = rows[:most]
    entries = [_entry(row, today) for row in rows]
    if not more:
        return Page(entries, Seen(server=begin, since=upto), more=False)
    last = rows[-1][0] if at.since is None else rows[-1][1]
    return Page(entries, replace(at, upto=upto, after=str(last)), more=True)


def _entry(row: tuple[Any, ...], today: date) -> Entry:
    marker_id, number, kinds, state, kind, who, where, reference, ring, action, starts, review, ends = row
    if state != "accepted" or ends < today:
        return Entry(id=str(marker_id), revision=number, state=ENDED, changes=kinds)
    return Entry(
        id=str(marker_id), revision=number, state=SHOWN, changes=kinds, kind=kind, who=who, where=where, reference=reference,
        ring=ring, first_action=action, starts_on=starts.isoformat(), review_on=review.isoformat(), ends_on=ends.isoformat(),
    )  # fmt: skip
