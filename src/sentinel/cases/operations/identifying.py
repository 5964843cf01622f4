"""Who a party of a case is: found as a person to whom facts can be told, or named for the first time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations.guards import may_write
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.people.models import Person

HELD = "Who this is is held by named people. If you need to know, ask the lead of this case."


@dataclass(frozen=True)
class Behind:
    """The person behind a party, and the audience under which the case keeps what it tells of them."""

    person_id: uuid.UUID
    audience_id: uuid.UUID | None


def person_behind(actor: Actor, case: Case, party: Party) -> Behind | None:
    """The person behind a party whom the actor may change; None where nobody has been named yet.

    Raises Refused without the right, or where the identity is protected and held by others; Conflict for a closed case.
    """
    may_write(actor, case)
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is not None:
        return Behind(identity.person_id, identity.audience_id)
    if party.identity_protected:
        raise Refused(HELD)
    return None


def identify_party(*, actor: Actor, now: datetime, case: Case, party: Party, person: Person) -> Behind:
    """Say who a party is that had no name until now ("Somebody not named yet").

    Raises as `person_behind`, Conflict where somebody is named already, Invalid for what is no person.
    """
    if person_behind(actor, case, party) is not None:
        raise Conflict("This person has been named already.")
    if party.kind not in {"person", "unidentified"}:
        raise Invalid.of("name", "Only a person has a name here.")
    PartyIdentity.objects.create(
        party=party,
        person=person,
        **provenance(actor=actor, now=now, record_id=party.record_id, audience_id=party.audience_id),
    )
    raise_event(
        kind="party_changed", actor=actor, now=now, record_id=party.record_id, subject_id=party.id,
        audience_id=party.audience_id,
    )  # fmt: skip
    return Behind(person.id, party.audience_id)
