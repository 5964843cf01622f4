"""What the referrals know: that one is opened and not sent, that one waits for a supervisor because the person objects, that
one was sent and nobody has acknowledged or declined it in the hours of its rule."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from sentinel.partnership.referrals.rules import ADULT, CHILD, JAG, UNDECIDED, VICTIM_FIRST
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import OPEN, past_of

# Beginning at what is not settled, by its own index. `due_at` was worked out when it was sent, by the hours of that day.
_WAITS = """
SELECT c.id AS record_id, r.audience_id, r.id AS subject_id, r.kind AS detail, r.due_at AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM partnership_referral r JOIN cases_case c ON c.id = r.case_id
 WHERE r.settled_at IS NULL AND r.sent_at IS NOT NULL AND r.acknowledged_at IS NULL AND r.declined_at IS NULL AND r.due_at <= %(now)s
   AND c.status <> 'closed' AND r.kind IN ({kinds})"""

# One that nobody has sent, nor said why not: since it was opened, or since a supervisor was asked about an objection.
_OBJECTS = "r.asked_at IS NOT NULL AND r.wish = 'objects'"
_LEFT = """
SELECT c.id AS record_id, r.audience_id, r.id AS subject_id, '' AS detail, r.{since} AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM partnership_referral r JOIN cases_case c ON c.id = r.case_id
 WHERE r.settled_at IS NULL AND r.sent_at IS NULL AND {asked} AND r.{since} <= %(now)s
   AND c.status <> 'closed' AND r.kind IN ({kinds})"""


PAST = f"""
SELECT c.owner_agency_id, c.team_id, r.due_at, tstzmultirange(tstzrange(r.due_at, r.over)) * {OPEN}
  FROM (SELECT p.case_id, p.due_at, least(p.acknowledged_at, p.declined_at, p.withdrawn_at) AS over FROM partnership_referral p
         WHERE p.sent_at IS NOT NULL AND p.kind = ANY(%(kinds)s)) r JOIN cases_case c ON c.id = r.case_id
 WHERE r.due_at < COALESCE(r.over, 'infinity') AND tstzrange(r.due_at, r.over) && tstzrange(%(since)s, %(until)s)
"""  # noqa: S608  put together from constants


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The referral's own page on its case."""
    return "case_referral", {"referral": subject_id}


def _past(kinds: tuple[str, ...]) -> Callable[[datetime, datetime], Iterator[Past]]:
    def past(since: datetime, until: datetime) -> Iterator[Past]:
        """Every referral that was late in a span, until it was answered or withdrawn, or the case closed."""
        return past_of(PAST, {"kinds": list(kinds), "since": since, "until": until})

    return past


# From when to when one was left: not sent until somebody was asked about an objection, or undecided since.
_UNSENT = (
    "p.opened_at",
    "least(CASE WHEN p.wish = 'objects' THEN p.asked_at END, p.sent_at, p.not_sent_at)",
    "true",
)
_UNDECIDED = ("p.asked_at", "least(p.decided_at, p.sent_at, p.not_sent_at)", "p.wish = 'objects'")


def _left_past(
    span: tuple[str, str, str], kinds: tuple[str, ...]
) -> Callable[[datetime, datetime], Iterator[Past]]:
    begun, over, where = span
    statement = f"""
SELECT c.owner_agency_id, c.team_id, r.begun, tstzmultirange(tstzrange(r.begun, r.over)) * {OPEN}
  FROM (SELECT p.case_id, {begun} AS begun, {over} AS over FROM partnership_referral p
         WHERE {begun} IS NOT NULL AND {where} AND p.kind = ANY(%(kinds)s)) r JOIN cases_case c ON c.id = r.case_id
 WHERE r.begun < COALESCE(r.over, 'infinity') AND tstzrange(r.begun, r.over) && tstzrange(%(since)s, %(until)s)
"""  # noqa: S608  put together from constants

    def past(since: datetime, until: datetime) -> Iterator[Past]:
        """Every referral that was left unsent, or undecided, in a span, while the case was open."""
        return past_of(statement, {"kinds": list(kinds), "since": since, "until": until})

    return past


def _unsettled(key: str, label: str, since: str, *kinds: str) -> Condition:
    """A condition of referrals that are opened (`since` is "opened_at") or objected to ("asked_at") and not settled."""
    asked = since == "asked_at"
    sql = _LEFT.format(
        since=since, asked=_OBJECTS if asked else f"NOT ({_OBJECTS})", kinds=", ".join(f"'{kind}'" for kind in kinds)
    )  # fmt: skip
    return Condition(
        key,
        label,
        "when a supervisor was asked, because the person objects" if asked else "when it was opened",
        "a supervisor has decided, or the case is closed"
        if asked
        else "it is sent, a supervisor is asked, somebody says why it is not sent, or the case is closed",
        sql,
        page,
        _left_past(_UNDECIDED if asked else _UNSENT, kinds),
    )


def _waiting(key: str, label: str, *kinds: str) -> Condition:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    return Condition(
        key, label, "the end of the hours in which it was to be acknowledged, by the local rule for referrals",
        "it is acknowledged, declined or withdrawn, or the case is closed", _WAITS.format(kinds=words), page, _past(kinds),
    )  # fmt: skip


register(
    _waiting("safeguarding_waits", "A safeguarding referral is not acknowledged", CHILD, ADULT),
)
register(
    _waiting(
        "referral_waits",
        "A referral to Victim First or the Joint Action Group is not acknowledged",
        VICTIM_FIRST,
        JAG,
    )
)
for _key, _label, _kinds in (
    ("safeguarding", "A safeguarding referral", (UNDECIDED, CHILD, ADULT)),
    ("referral", "A referral to Victim First or the Joint Action Group", (VICTIM_FIRST, JAG)),
):
    register(_unsettled(f"{_key}_unsent", f"{_label} is opened and not sent", "opened_at", *_kinds))
    register(
        _unsettled(f"{_key}_undecided", f"{_label} is objected to and not decided on", "asked_at", *_kinds)
    )
