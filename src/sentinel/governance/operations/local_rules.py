"""Proposing other figures or words of a local rule, and another person's approval."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import changed_here
from sentinel.governance.local_rules import rule_line
from sentinel.governance.models import LocalRuleProposal
from sentinel.governance.operations.guards import FURTHEST, TOO_FAR, governing
from sentinel.governance.rules.lists import ALWAYS_SAID, LARGEST, fields_of, with_values
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.questionnaires.models import LocalRule

MOVED_ON = "This was decided meanwhile. Look at where it stands now."


def _note(kind: str, row: LocalRuleProposal) -> None:
    detail = {"rule": row.name, "effective_from": row.effective_from.isoformat()}
    note(kind, subject="local_rule", subject_id=row.pk, detail=detail)


@transaction.atomic
def propose_rule(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    based_on: uuid.UUID,
    values: Mapping[str, Any],
    source: str,
    effective_from: date,
) -> LocalRuleProposal:
    """Propose a rule of the partnership with other values from a day (London): `values` by the names of its fields.

    With no other value it proposes to confirm what stands. Raises Refused without the right to govern, NotFound, Conflict where another version
    came in between or one is proposed already, Invalid (effective_from, source, or the field).
    """
    user = governing(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"local rule {name}"])
    line = rule_line(actor, name, london_date(now))
    if line.newest.pk != based_on:
        raise Conflict("This rule has a newer version by now. Look at that one first.")
    if line.proposal is not None:
        raise Conflict("Something is proposed for this rule already. It is decided first.")
    _checked(line.newest, values)
    _not_too_early(line.newest, effective_from, now)
    row = LocalRuleProposal.objects.create(
        name=name,
        based_on=line.newest,
        content=with_values(line.newest.content, values),
        source=filled("source", source, "Say who decided it, and when.", longest=200, one_line=True),
        effective_from=effective_from,
        proposed_by_id=user,
        proposed_at=now,
    )
    row.refresh_from_db()
    _note("local_rule_proposed", row)
    return row


def _checked(rule: LocalRule, values: Mapping[str, Any]) -> None:
    for field in fields_of(rule.content):
        value = values.get(field.name, field.value)
        if field.kind == "number" and not (isinstance(value, int) and 0 <= value <= LARGEST):
            raise Invalid.of(field.name, f"Enter a whole number from 0 to {LARGEST:,}.")
        if field.key in ALWAYS_SAID and not str(value).strip():
            raise Invalid.of(field.name, "This needs words.")


def _not_too_early(newest: LocalRule, day: date, now: datetime) -> None:
    if day <= london_date(now):
        raise Invalid.of("effective_from", "A rule holds from tomorrow at the earliest.")
    if day > london_date(now) + FURTHEST:
        raise Invalid.of("effective_from", TOO_FAR)
    if day <= newest.effective_from:
        raise Invalid.of(
            "effective_from",
            f"A version is planned from {show_date(newest.effective_from)}: this one comes after.",
        )


def _held(proposal_id: uuid.UUID) -> LocalRuleProposal:
    row = LocalRuleProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound()
    if row.state != "proposed":
        raise Conflict(MOVED_ON)
    return row


@transaction.atomic
def approve_rule(*, actor: Actor, now: datetime, proposal_id: uuid.UUID, seen: str) -> LocalRule:
    """Approve a proposal, whose fingerprint `seen` was shown, and so release it from its day; it counts as confirmed.

    The database asks all of this again (`governance_release_rule`). Raises Refused for who proposed it, NotFound, Conflict where it was decided or
    is not what was seen, Invalid where its day has come.
    """
    user = governing(actor)
    row = _held(proposal_id)
    if row.proposed_by_id == user:
        raise Refused("Another person approves: you proposed this yourself.")
    if row.fingerprint != seen:
        raise Conflict("This is not what you were shown. Look at it again before you approve it.")
    _not_too_early(rule_line(actor, row.name, london_date(now)).newest, row.effective_from, now)
    made = new_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance_release_rule(%s, %s, %s)", [row.pk, seen, made])
    changed_here()
    _note("local_rule_released", row)
    return LocalRule.objects.get(pk=made)


@transaction.atomic
def send_rule_back(*, actor: Actor, now: datetime, proposal_id: uuid.UUID, why: str) -> LocalRuleProposal:
    """Send a proposal back with the reason; who proposed it may take it back so. Raises Refused, NotFound, Conflict, Invalid (why)."""
    user = governing(actor)
    row = _held(proposal_id)
    row.decided_why = filled("why", why, "Say what is to be changed.", longest=2000)
    row.state, row.decided_by_id, row.decided_at = "sent_back", user, now
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    _note("local_rule_sent_back", row)
    return row
