"""The one operation that sends anything to anybody outside. It looks at safe contact first (design.md)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from sentinel.access.operations import disclose
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import Message
from sentinel.foundation.rows import put
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.phones import parse_phone
from sentinel.people.models import ContactPoint
from sentinel.people.provenance import provenance
from sentinel.people.queries import Known, address_words, reaching
from sentinel.people.rules import Reachable, names_somebody, way_to_send

LAWFUL_BASIS = "UK GDPR Art 6(1)(e), public task"


def send(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    person_id: uuid.UUID,
    subject: str,
    body: str,
    decided_key: str,
    why: str,
    lawful_basis: str = LAWFUL_BASIS,
    audience_id: uuid.UUID | None = None,
    known: Known | None = None,
    first: bool = False,
) -> Message:
    """Decide, once, how a message goes to a person: by the safe way, or held where there is none.

    `decided_key` names the decision ("report <id> confirmation"): asked again with the same key, the message decided then
    comes back and nothing new is written. `subject` must hold no personal data. What leaves gets a row in the disclosure
    ledger with `why`; what is held leaves nothing. Raises Invalid for a subject that names the person, Conflict where
    the key was used for a record that the actor may not see. `audience_id` guards it where the person's identity is guarded;
    a number or address that was told to fewer people guards the message that goes there. `known` is what `reaching` would
    give, where the caller has written all of it just now. `first` says that nobody can have used the key before: it names
    what was made in this very transaction.
    """
    decided = [] if first else _decided(decided_key)
    if decided:
        return decided[0]
    known = _sayable(known or reaching(actor, person_id), audience_id)
    if names_somebody(subject, (name.full for name in known.names)):
        raise Invalid.of("subject", "The subject of a message must not name the person.")
    way = way_to_send(_reachable(known, record_id))
    audience_id = audience_id or _audience_of(known, way.recipient)
    message = Message(
        **provenance(actor=actor, now=now, record_id=record_id, audience_id=audience_id),
        decided_key=decided_key,
        channel=way.channel,
        recipient_person_id=person_id,
        recipient=way.recipient,
        subject=subject,
        body=body,
        state=way.state,
        why_held=way.why_held,
    )
    try:
        with nullcontext() if first else transaction.atomic():
            put(message)
    except IntegrityError as error:
        # Two at once: the other one has committed by now, and its decision holds.
        decided = _decided(decided_key)
        if not decided:
            raise Conflict("This message was decided elsewhere.") from error
        return decided[0]
    if way.state != "held":
        disclose(
            actor=actor, now=now, record_id=record_id, kind="letter" if way.state == "post" else "message",
            what=subject, lawful_basis=lawful_basis,
            why=why, wish="agrees", to_agency=None, to_person=person_id,
        )  # fmt: skip
    raise_event(
        kind="message_decided", actor=actor, now=now, record_id=record_id, subject_id=person_id,
        audience_id=audience_id,
        payload={"message": str(message.id), "state": way.state, "channel": way.channel},
    )  # fmt: skip
    return message


def release(
    *,
    actor: Actor,
    now: datetime,
    person_id: uuid.UUID,
    decided_keys: Iterable[str],
    why: str,
    lawful_basis: str = LAWFUL_BASIS,
) -> list[Message]:
    """Send what was held for lack of a safe way, where one is known by now; what still has none stays held, with why.

    Only messages to this person, of these decisions, on records that the actor may change. Returns those that go. Each
    gets its row in the disclosure ledger, as when it is sent at once.
    """
    keys = list(decided_keys)
    rows = Message.objects.filter(state="held", recipient_person_id=person_id, decided_key__in=keys)
    facts = reaching(actor, person_id)
    gone = []
    for message in rows.order_by("created_at"):
        known = _sayable(facts, message.audience_id)
        way = way_to_send(_reachable(known, message.record_id))
        changed = Message.objects.filter(pk=message.pk, state="held").update(
            state=way.state, channel=way.channel, recipient=way.recipient, why_held=way.why_held,
            audience_id=message.audience_id or _audience_of(known, way.recipient), version=F("version") + 1,
        )  # fmt: skip
        if not changed or way.state == "held":
            continue
        disclose(
            actor=actor, now=now, record_id=message.record_id, kind="letter" if way.state == "post" else "message",
            what=message.subject, lawful_basis=lawful_basis, why=why, wish="agrees", to_agency=None, to_person=person_id,
        )  # fmt: skip
        message.refresh_from_db()
        raise_event(
            kind="message_decided", actor=actor, now=now, record_id=message.record_id, subject_id=person_id,
            audience_id=message.audience_id,
            payload={"message": str(message.id), "state": way.state, "channel": way.channel},
        )  # fmt: skip
        gone.append(message)
    return gone


@compiled
def _decided(key: str) -> QuerySet[Message]:
    return Message.objects.filter(decided_key=key)


def _sayable(known: Known, audience_id: uuid.UUID | None) -> Known:
    """What may stand on a message for this audience: nothing that was told to others than these."""
    if audience_id is None:
        return known
    both = {None, audience_id}
    return replace(
        known,
        contact_points=[row for row in known.contact_points if row.audience_id in both],
        addresses=[row for row in known.addresses if row.audience_id in both],
    )


def _audience_of(known: Known, recipient: str) -> uuid.UUID | None:
    """Who alone may know where the message goes, if not everybody on the record."""
    points = [row.audience_id for row in known.contact_points if row.normal == recipient]
    places = [row.audience_id for row in known.addresses if address_words(row) == recipient]
    told = [*points, *places]
    return None if None in told else next(iter(told), None)


def _reachable(known: Known, record_id: uuid.UUID) -> Reachable:
    """What is known of how to reach a person; this record's own facts before those of others."""
    safe = known.safe_contact
    home = known.home
    return Reachable(
        methods=tuple(safe.methods or [safe.method]) if safe else None,
        text_may_be_sent=safe.text_may_be_sent if safe else None,
        post_may_be_sent=safe.post_may_be_sent if safe else None,
        mobile=next(
            (p.normal for p in _own_first(known.phones(), record_id) if parse_phone(p.normal).mobile), ""
        ),
        email=next((p.normal for p in _own_first(known.emails(), record_id)), ""),
        address=address_words(home) if home else "",
    )


def _own_first(points: list[ContactPoint], record_id: uuid.UUID) -> list[ContactPoint]:
    return sorted(points, key=lambda point: point.record_id != record_id)
