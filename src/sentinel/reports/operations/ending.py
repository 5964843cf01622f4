"""Pointing a caller elsewhere, and ending a report with its notice."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sentinel.accounts.models import Agency
from sentinel.cases.models import PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.people import messages
from sentinel.people.provenance import provenance
from sentinel.reports import rules
from sentinel.reports.letters import END_SUBJECT, end_notice
from sentinel.reports.models import EndNotice, Report, Signpost
from sentinel.reports.operations.guards import open_to_change
from sentinel.reports.queries import associated, latest_decisions

RIGHT = "take_report"
WHY = "Your roles do not include deciding on reports."


def signpost(
    *,
    actor: Actor,
    now: datetime,
    report: Report,
    why: str,
    to_agency: Agency | None = None,
    to_other: str = "",
) -> Signpost:
    """Point the caller elsewhere, with where and why (R19). The report stays ours until the other acknowledges.

    Nothing of the report goes to the other by this: the caller goes there. Raises Invalid without where or why, Conflict
    where the caller was pointed there already and nobody there has acknowledged it (the form sent twice, for one).
    """
    if not why.strip():
        raise Invalid.of("why", "Say why they are the right ones for this.")
    if to_agency is None and not to_other.strip():
        raise Invalid.of("to_agency", "Say where the caller was pointed.")
    with transaction.atomic():
        row = open_to_change(actor, report, RIGHT, WHY)
        if to_agency is not None and to_agency.id == row.agency_id:
            raise Invalid.of("to_agency", "This is your own agency.")
        other = "" if to_agency else to_other.strip()[:120]
        if Signpost.objects.filter(
            report=row, to_agency=to_agency, to_other=other, acknowledged_at__isnull=True
        ).exists():
            raise Conflict("The caller has been pointed there already. Nobody there has acknowledged it yet.")
        made = Signpost.objects.create(
            **provenance(actor=actor, now=now, record_id=row.record_id),
            report=row,
            to_agency=to_agency,
            to_other=other,
            why=why.strip(),
            at=now,
        )
        must = rules.why_must_be_case(latest_decisions([row]).get(row.id, ""), 0)
        # Where a case must be opened, pointing elsewhere does not end what we owe the caller.
        state = {} if must or row.state == "skeleton" else {"state": "signposted"}
        Report.objects.filter(pk=row.pk).update(changed_at=now, version=F("version") + 1, **state)
        raise_event(
            kind="report_signposted", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"signpost": str(made.id), "agency": str(to_agency.id) if to_agency else None},
        )  # fmt: skip
    return made


def acknowledge_signpost(
    *, actor: Actor, now: datetime, signpost_id: uuid.UUID, report: Report, how: str
) -> Signpost:
    """Write down that the other has taken it, and how that is known. Raises Invalid without how, Conflict if known already."""
    if not how.strip():
        raise Invalid.of("how", "Say who told you, and how.")
    with transaction.atomic():
        row = open_to_change(actor, report, RIGHT, WHY)
        changed = Signpost.objects.filter(pk=signpost_id, report=row, acknowledged_at__isnull=True).update(
            acknowledged_at=now, acknowledged_how=how.strip()[:200], version=F("version") + 1
        )
        if not changed:
            raise Conflict("This has been acknowledged already.")
        made = Signpost.objects.get(pk=signpost_id)
        raise_event(
            kind="signpost_acknowledged", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"signpost": str(signpost_id)},
        )  # fmt: skip
    return made


def not_taken_forward(*, actor: Actor, now: datetime, report: Report, reasons: str) -> EndNotice:
    """End a report that goes no further, and tell the caller why by the safe way (R20).

    Raises Invalid without reasons, Conflict where it may not end: a case must be opened, VICTOR-E has not been asked to the
    end, it is still a skeleton, or where the caller was pointed nobody has acknowledged.
    """
    words = reasons.strip()
    if not words:
        raise Invalid.of("reasons", "Say why, in words that the caller will read.")
    with transaction.atomic():
        row = open_to_change(actor, report, RIGHT, WHY)
        _may_end(actor, now, row)
        identity = PartyIdentity.objects.filter(party=row.caller_party).first()
        told_how = "nobody"
        if identity is not None:
            sent = messages.send(
                actor=actor, now=now, record_id=row.record_id, person_id=identity.person_id, subject=END_SUBJECT,
                body=end_notice(row.reference, row.agency.name, row.agency.desk_phone, words),
                decided_key=f"report {row.id} end notice", why="Notice that a report is not taken forward, with reasons",
                audience_id=identity.audience_id,
            )  # fmt: skip
            told_how = sent.state
        notice = EndNotice.objects.create(
            **provenance(actor=actor, now=now, record_id=row.record_id),
            report=row,
            reasons=words,
            told_how=told_how,
            at=now,
        )
        Report.objects.filter(pk=row.pk).update(
            state="not_taken_forward", changed_at=now, next_contact_due=None, version=F("version") + 1
        )
        raise_event(
            kind="report_not_taken_forward", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"told": told_how},
        )  # fmt: skip
    return notice


def _may_end(actor: Actor, now: datetime, row: Report) -> None:
    if row.state == "skeleton":
        raise Conflict("This report is still a skeleton. Complete it first.")
    decision = latest_decisions([row]).get(row.id, "not_decided")
    if decision == "not_decided":
        raise Conflict("VICTOR-E has not been asked to the end: what was not asked may be yes. Ask it first.")
    must = rules.why_must_be_case(decision, len(associated(actor, row, now)))
    if must:
        raise Conflict(f"{must} A supervisor may decide otherwise, with a reason.")
    if Signpost.objects.filter(report=row, acknowledged_at__isnull=True).exists():
        raise Conflict(
            "Nobody has acknowledged it where the caller was pointed. It stays ours until they do."
        )
