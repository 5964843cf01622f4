"""VICTOR-E, decided and decided again. A later answering supersedes; none is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.people.provenance import provenance
from sentinel.reports import rules
from sentinel.reports.models import Report, VictorE
from sentinel.reports.operations.guards import open_to_change
from sentinel.reports.queries import latest_decisions


def decide_victor_e(
    *, actor: Actor, now: datetime, report: Report, answers: Mapping[str, str], reason: str = "",
    sources: Mapping[str, str] | None = None,
) -> VictorE:  # fmt: skip
    """Answer VICTOR-E again; the decision follows from the answers and the earlier ones stay to be read.

    `reason` is asked for where a letter that was yes becomes anything else. Raises Refused without the right take_report,
    Invalid for such a change without a reason or answers that there are not, Conflict for a report that has ended or that
    a supervisor decided not to open.
    """
    words = reason.strip()
    known = {rules.YES, rules.NO, rules.NOT_ASKED}
    given = {letter: str(answers.get(letter) or rules.NOT_ASKED) for letter in (rules.HAD, *rules.LETTERS)}
    for letter, answer in given.items():
        if answer not in known:
            raise Invalid.of(letter, "Choose yes, no or not asked.")
    with transaction.atomic():
        row = open_to_change(actor, report, "take_report", "Your roles do not include answering this.")
        before = VictorE.objects.filter(report=row).order_by("-at", "-id").first()
        if before is not None and before.decision == "not_opened" and not actor.may("decide_not_to_open"):
            raise Conflict("A supervisor has decided that no case is opened. Only a supervisor changes that.")
        taken_back = [
            letter for letter, answer in given.items()
            if before is not None and before.answers.get(letter) == rules.YES and answer != rules.YES
        ]  # fmt: skip
        if taken_back and not words:
            raise Invalid.of("reason", "Say why an answer that was yes is not any more.")
        made = VictorE.objects.create(
            **provenance(actor=actor, now=now, record_id=row.record_id),
            report=row,
            answers=given,
            sources=dict(sources or {}),
            decision=rules.decide(given),
            reason=words,
            decided_by_id=actor.user_id,
            at=now,
        )
        Report.objects.filter(pk=row.pk).update(changed_at=now, version=F("version") + 1)
        raise_event(
            kind="victor_e_decided", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"decision": made.decision},
        )  # fmt: skip
    return made


def decide_not_to_open(*, actor: Actor, now: datetime, report: Report, reason: str) -> VictorE:
    """Decide, as a supervisor and with a reason, that no case is opened although VICTOR-E is met.

    Raises Refused for anybody who is no supervisor, Invalid without a reason, Conflict where no case has to be opened.
    """
    words = reason.strip()
    if not words:
        raise Invalid.of(
            "reason", "Say why no case is opened. It stands on the report for whoever looks later."
        )
    with transaction.atomic():
        row = open_to_change(
            actor, report, "decide_not_to_open", "Only a supervisor decides that no case is opened."
        )
        before = VictorE.objects.filter(report=row).order_by("-at", "-id").first()
        if latest_decisions([row]).get(row.id) != "case_required" or before is None:
            raise Conflict("No case has to be opened for this report as it stands.")
        made = VictorE.objects.create(
            **provenance(actor=actor, now=now, record_id=row.record_id),
            report=row,
            answers=before.answers,
            sources=before.sources,
            decision="not_opened",
            reason=words,
            decided_by_id=actor.user_id,
            at=now,
        )
        Report.objects.filter(pk=row.pk).update(changed_at=now, version=F("version") + 1)
        raise_event(
            kind="case_not_opened", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"decision": made.decision},
        )  # fmt: skip
    return made
