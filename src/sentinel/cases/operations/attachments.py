"""Files on a case: attached, scanned, read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sentinel.audit.operations import note
from sentinel.cases import files, scanning
from sentinel.cases.models import Attachment, Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.operations.notes import audience_of
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import clean_text


def attach(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    name: str,
    chunks: Iterable[bytes],
    description: str = "",
    only_own: bool = False,
    named: Iterable[uuid.UUID] = (),
) -> Attachment:
    """Attach a file that comes in `chunks`. Infected ones are refused; where the scanner is away the file waits, and
    nobody can open it until it has been scanned.

    Raises Invalid (field file) where it is not taken, Unavailable where files cannot be kept.
    """
    may_write(actor, case)
    words = clean_text(description, 300, one_line=True)
    received = files.receive(name, chunks)
    try:
        verdict = scanning.scan(received.path)
        if verdict == "infected":
            infected = Invalid.of(
                files.FIELD, "The virus scanner found something in this file. It has not been kept."
            )
            infected.kept = {
                "record_id": case.id,
                "subject": "attachment",
                "detail": {"why": "infected", "sha256": received.sha256},
            }
            raise infected
        audience = audience_of(actor=actor, now=now, only_own=only_own, named=named)
        made = Attachment.objects.create(
            case=case, name=received.name, media_type=received.media_type, size=received.size,
            sha256=received.sha256, description=words, scan=verdict,
            scanned_at=None if verdict in {"waiting", "not_scanned"} else now,
            **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience),
        )  # fmt: skip
        files.keep(received)
    except BaseException:
        files.forget(received)
        raise
    tell(kind="attachment_added", actor=actor, now=now, case=case, subject_id=made.id, audience_id=audience)
    if verdict == "waiting":
        from sentinel.cases.tasks import scan_waiting
        from sentinel.foundation.jobs import defer

        defer(scan_waiting, once="cases.scan_waiting")
    return made


def open_attachment(*, actor: Actor, now: datetime, case: Case, attachment: Attachment) -> bytes:
    """The content of a file, its opening recorded. Raises Conflict while it waits for its scan or where it is infected."""
    if attachment.case_id != case.id:
        raise Invalid("This file is not on this case.")
    if attachment.scan == "waiting":
        raise Conflict("This file waits for its virus scan. Nobody can open it until then.")
    if attachment.scan == "infected":
        raise Conflict("A virus was found in this file. It has not been kept.")
    content = files.read(attachment.sha256)
    note(
        "view",
        record_id=case.id,
        audience_id=attachment.audience_id,
        subject="attachment",
        subject_id=attachment.id,
    )
    return content


def settle_scan(*, actor: Actor, now: datetime, attachment: Attachment, verdict: str) -> None:
    """Write down what a later scan found; an infected file is removed, wherever else it hangs."""
    rows = Attachment.objects.filter(pk=attachment.pk, scan="waiting")
    if not rows.update(scan=verdict, scanned_at=now, version=attachment.version + 1):
        return
    if verdict == "infected":
        Attachment.objects.filter(sha256=attachment.sha256, scan__in=["clean", "not_scanned"]).update(
            scan="infected", scanned_at=now
        )
        files.remove(attachment.sha256)
    raise_event(
        kind="attachment_scanned", actor=actor, now=now, record_id=attachment.record_id, subject_id=attachment.id,
        audience_id=attachment.audience_id, payload={"scan": verdict},
    )  # fmt: skip
