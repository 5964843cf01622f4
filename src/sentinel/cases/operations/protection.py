"""Protecting an identity: everybody but the named people sees "Witness A", on every page (design.md, audience)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Party, PartyIdentity, PartyRole
from sentinel.cases.operations.parties import labels_taken
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import protected_label
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import CaseRow
from sentinel.kernel.errors import Conflict
from sentinel.people.models import Person, PersonName

_SHORTEST_NAME = 3


def person_rows() -> list[type[CaseRow]]:
    """Every model of case data that tells something of one person by a field `person`: facts, keys, identities."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, CaseRow):
            continue
        field = next((one for one in model._meta.get_fields() if one.name == "person"), None)
        if field is not None and field.related_model is Person:
            found.append(model)
    return found


def guard_person(record_id: uuid.UUID, identity: PartyIdentity) -> None:
    """Put all that this record tells of the person behind `identity` under the identity's audience."""
    for model in person_rows():
        about: dict[str, Any] = {"record_id": record_id, "person": identity.person_id, "audience_id": None}
        rows: QuerySet[CaseRow] = model._default_manager.filter(**about)
        rows.update(audience_id=identity.audience_id, version=F("version") + 1)


def protect_identity(*, actor: Actor, now: datetime, party: Party, named: Iterable[uuid.UUID] = ()) -> Party:
    """Hide who a party is from all but the actor and the users in `named`; the party is called "Witness A" from now on.

    The names, births, contacts, addresses and keys that this record holds of the person go behind the same audience,
    and the name is taken out of the case's title. What other records hold keeps its own audience. Raises Conflict where
    the identity is protected already.
    """
    if party.identity_protected:
        raise Conflict("This identity is protected already.")
    roles = PartyRole.objects.filter(party=party, until__isnull=True).values_list("role", flat=True)
    label = protected_label(roles, labels_taken(party.record_id))
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is not None:
        if party.case_id:
            _retitle(Case.objects.get(pk=party.case_id), identity.person_id, label)
        people = list(dict.fromkeys([*([actor.user_id] if actor.user_id else []), *named]))
        identity.audience_id = make_audience(actor=actor, now=now, named=people)
        PartyIdentity.objects.filter(pk=identity.pk).update(
            audience_id=identity.audience_id, version=F("version") + 1
        )
        guard_person(party.record_id, identity)
    elif party.label or party.description:
        _keep_description(actor=actor, now=now, party=party, named=named)
    Party.objects.filter(pk=party.pk).update(
        identity_protected=True, label=label, description="", version=F("version") + 1
    )
    party.refresh_from_db()
    raise_event(
        kind="identity_protected", actor=actor, now=now, record_id=party.record_id, subject_id=party.id,
        audience_id=party.audience_id,
    )  # fmt: skip
    return party


def _keep_description(*, actor: Actor, now: datetime, party: Party, named: Iterable[uuid.UUID]) -> None:
    """A party that was only described keeps its description as a person's name behind the audience."""
    people = list(dict.fromkeys([*([actor.user_id] if actor.user_id else []), *named]))
    audience = make_audience(actor=actor, now=now, named=people)
    origin = provenance(actor=actor, now=now, record_id=party.record_id, audience_id=audience)
    person = Person.objects.create(created_at=now, origin_agency_id=origin["origin_agency_id"])
    words = party.label or party.description
    PersonName.objects.create(person=person, full=words[:400], sort_name=words[:400].casefold(), **origin)
    PartyIdentity.objects.create(party=party, person=person, **origin)


def _retitle(case: Case, person_id: uuid.UUID, label: str) -> None:
    words: set[str] = set()
    for name in PersonName.objects.filter(person_id=person_id):
        words.update(one for one in (name.full, name.given, name.family) if len(one) >= _SHORTEST_NAME)
    title = case.title
    for word in sorted(words, key=len, reverse=True):
        title = re.sub(rf"\b{re.escape(word)}\b", label, title, flags=re.IGNORECASE)
    if title != case.title:
        Case.objects.filter(pk=case.pk).update(title=title[:200], version=F("version") + 1)
