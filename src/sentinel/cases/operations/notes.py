"""Notes: added, edited for a little while by who wrote them, corrected for ever after."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sentinel.access.operations import make_audience
from sentinel.cases.lists import note_window
from sentinel.cases.models import Case, Incident, Note
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import can_edit_note
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.text import filled

EMPTY = "Write the note."
# What stands among what happened in the case. The words of the note stay in the note.
BROKEN = "An order, a contract, a warning or a condition was broken."


def audience_of(
    *, actor: Actor, now: datetime, only_own: bool = False, named: Iterable[uuid.UUID] = ()
) -> uuid.UUID | None:
    """The narrower audience that was asked for: the actor's agency alone, or the named users and the actor; else None."""
    people = list(dict.fromkeys(named))
    if people:
        with_me = list(dict.fromkeys([*([actor.user_id] if actor.user_id else []), *people]))
        return make_audience(actor=actor, now=now, named=with_me)
    return make_audience(actor=actor, now=now) if only_own else None


def add_note(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    text: str,
    happened_at: datetime | None = None,
    opinion: bool = False,
    breach: bool = False,
    only_own: bool = False,
    named: Iterable[uuid.UUID] = (),
) -> Note:
    """Write a note on a case. `happened_at` (UTC) is when what it tells happened; `opinion` marks it as one (DPA s.38).

    `breach` says that it tells of an order, a contract, a warning or a condition that was broken: that is something which happened
    in the case, as an incident is, and asks for everybody's risk to be assessed again.
    `only_own` keeps it within the actor's agency, `named` within those users. Raises Invalid, Refused, Conflict.
    """
    may_write(actor, case)
    words = filled("text", text, EMPTY)
    if happened_at is not None and happened_at > now:
        raise Invalid.of("happened_at", "What has not happened yet is an action, not a note.")
    audience = audience_of(actor=actor, now=now, only_own=only_own, named=named)
    origin = provenance(actor=actor, now=now, record_id=case.id, audience_id=audience)
    note = Note.objects.create(
        case=case, text=words, at=happened_at or now, standing="opinion" if opinion else "fact", **origin
    )
    if breach:
        Incident.objects.create(
            case=case, category=case.category, national_type=case.national_type, words=BROKEN,
            occurred_from=note.at, precision="hour" if happened_at is None else "day", **origin,
        )  # fmt: skip
    tell(
        kind="note_added", actor=actor, now=now, case=case, subject_id=note.id, audience_id=audience,
        happened_at=happened_at, payload={"breach": True} if breach else None,
    )  # fmt: skip
    return note


def edit_note(*, actor: Actor, now: datetime, case: Case, note: Note, version: int, text: str) -> Note:
    """Change a note's words within the edit window (rule note-editing); it is shown as edited.

    Raises Refused for anybody but its author or after the window, Conflict where it changed since `version`.
    """
    may_write(actor, case)
    words = filled("text", text, EMPTY)
    window = note_window(london_date(now), actor.agency_id)
    if not can_edit_note(
        author=note.created_by_id, by=actor.user_id, at=note.created_at, now=now, window=window
    ):
        raise Refused("This note can no longer be edited. Add a correction instead.")
    if words == note.text:
        return note
    changed = change(note, version, text=words, edited_at=now)
    tell(
        kind="note_edited", actor=actor, now=now, case=case, subject_id=note.id, audience_id=note.audience_id
    )
    return changed


def correct_note(*, actor: Actor, now: datetime, case: Case, note: Note, text: str) -> Note:
    """Add a correction to a note, by anybody who writes the case; the note itself stays as it is."""
    may_write(actor, case)
    words = filled("text", text, "Write the correction.")
    origin = provenance(actor=actor, now=now, record_id=case.id, audience_id=note.audience_id)
    correction = Note.objects.create(case=case, text=words, at=now, corrects=note, **origin)
    tell(
        kind="note_corrected", actor=actor, now=now, case=case, subject_id=correction.id, audience_id=note.audience_id,
        payload={"note": str(note.id)},
    )  # fmt: skip
    return correction
