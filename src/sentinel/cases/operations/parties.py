"""Parties of a record: adding them, their roles and what is alleged."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Incident, Note, Party, PartyIdentity, PartyRole
from sentinel.cases.operations.guards import change
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import protected_label
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled
from sentinel.people.models import Person

ROLES = dict(PartyRole.ROLES)
KINDS = dict(Party.KINDS)
ALLEGATIONS = dict(PartyRole.ALLEGATIONS)
ALLEGED = "alleged_perpetrator"


def record_of(case_or_record: Case | uuid.UUID) -> tuple[uuid.UUID, Case | None]:
    """The record's id, and the case where it is one rather than a report's record."""
    if isinstance(case_or_record, Case):
        return case_or_record.id, case_or_record
    return case_or_record, None


def add_party(
    *,
    actor: Actor,
    now: datetime,
    case_or_record: Case | uuid.UUID,
    kind: str,
    person: Person | uuid.UUID | None = None,
    label: str = "",
    description: str = "",
    roles: Iterable[str] = (),
    incident: Incident | None = None,
    identity_protected: bool = False,
    anonymous_to_us: bool = False,
    named: Iterable[uuid.UUID] = (),
    audience_id: uuid.UUID | None = None,
    household: str = "",
    guardian: Party | None = None,
    confirmed_how: str = "",
    allegation: str = "alleged",
    allegation_source: str = "",
) -> Party:
    """Add somebody to a case, or to a report's record given by its id.

    `roles` are codes of PartyRole.ROLES; an alleged perpetrator's or counter-alleged role starts as `allegation` with
    its source. `named` are the users who may know a protected identity besides the actor; `audience_id` narrows the
    party itself. Raises Invalid for what cannot be, with the field's name.
    """
    record_id, case = record_of(case_or_record)
    codes = list(dict.fromkeys(roles))
    _check(
        kind=kind, person=person, label=label, description=description, roles=codes, anonymous=anonymous_to_us
    )
    origin = provenance(actor=actor, now=now, record_id=record_id, audience_id=audience_id)
    if identity_protected:
        label = protected_label(codes, labels_taken(record_id))
    party = Party.objects.create(
        case=case,
        kind=kind,
        label=label.strip(),
        description=description.strip(),
        identity_protected=identity_protected,
        anonymous_to_us=anonymous_to_us,
        child_involved="child_involved" in codes,
        guardian_party=guardian,
        household=household,
        **origin,
    )
    if person is not None:
        guarded = dict(origin)
        if identity_protected:
            guarded["audience_id"] = make_audience(actor=actor, now=now, named=_with(actor, named))
        identity = PartyIdentity.objects.create(
            party=party,
            person_id=person.id if isinstance(person, Person) else person,
            confirmed_by_id=actor.user_id if confirmed_how else None,
            confirmed_how=confirmed_how,
            **guarded,
        )
        if identity_protected:
            from sentinel.cases.operations.protection import guard_person

            guard_person(record_id, identity)
    PartyRole.objects.bulk_create(
        PartyRole(
            party=party, incident=incident, role=code, since=now, **origin,
            allegation=allegation if code == ALLEGED else "",
            allegation_source=allegation_source.strip() if code == ALLEGED else "",
        )
        for code in codes
    )  # fmt: skip
    raise_event(
        kind="party_added", actor=actor, now=now, record_id=record_id, subject_id=party.id, audience_id=audience_id,
        payload={"roles": codes, "kind": kind},
    )  # fmt: skip
    return party


def _with(actor: Actor, named: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    # Never empty: an audience of nobody named would fall back to the whole agency.
    return list(dict.fromkeys([*([actor.user_id] if actor.user_id else []), *named]))


def labels_taken(record_id: uuid.UUID) -> list[str]:
    """The labels that protected parties of a record bear or bore."""
    return list(
        Party.objects.filter(record_id=record_id, identity_protected=True).values_list("label", flat=True)
    )


def _check(
    *, kind: str, person: object, label: str, description: str, roles: list[str], anonymous: bool
) -> None:
    if kind not in KINDS:
        raise Invalid.of("kind", "Choose what this party is.")
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Invalid.of("roles", "Choose from the roles shown.")
    if "child_involved" in roles and ALLEGED in roles:
        raise Invalid.of("roles", "A child under 10 is never a perpetrator: choose “Child involved” alone.")
    if kind != "person" and person is not None:
        raise Invalid.of("kind", "Only a person has a person's record.")
    if kind in {"organisation", "unidentified"} and not (label.strip() or description.strip()):
        raise Invalid.of("label", "Say who this is, or describe them.")
    if kind == "person" and person is None and not anonymous and not (label.strip() or description.strip()):
        raise Invalid.of("person", "Say who this is, or describe them.")


def add_role(
    *,
    actor: Actor,
    now: datetime,
    party: Party,
    role: str,
    incident: Incident | None = None,
    allegation: str = "alleged",
    allegation_source: str = "",
) -> PartyRole:
    """Give a party a further role, for an incident or for the whole record.

    Raises Conflict where it has that role now, Invalid for an unknown role or a child under 10 made a perpetrator.
    """
    if role not in ROLES:
        raise Invalid.of("role", "Choose from the roles shown.")
    if role == ALLEGED and party.child_involved:
        raise Invalid.of("role", "A child under 10 is never a perpetrator.")
    if PartyRole.objects.filter(party=party, role=role, incident=incident, until__isnull=True).exists():
        raise Conflict(f"This party is {ROLES[role].lower()} already.")
    origin = provenance(actor=actor, now=now, record_id=party.record_id, audience_id=party.audience_id)
    if role == "child_involved":
        Party.objects.filter(pk=party.pk).update(child_involved=True, version=F("version") + 1)
        party.refresh_from_db()
    made = PartyRole.objects.create(
        party=party, incident=incident, role=role, since=now, **origin,
        allegation=allegation if role == ALLEGED else "",
        allegation_source=allegation_source.strip() if role == ALLEGED else "",
    )  # fmt: skip
    raise_event(
        kind="role_added", actor=actor, now=now, record_id=party.record_id, subject_id=party.id,
        audience_id=party.audience_id, payload={"role": role, "incident": str(incident.id) if incident else None},
    )  # fmt: skip
    return made


def end_role(*, actor: Actor, now: datetime, role: PartyRole, reason: str) -> None:
    """End a role that a party has. It stays in the history. Raises Conflict where it has ended, Invalid without reason."""
    words = filled("reason", reason, "Say why this role ends.")
    ended = PartyRole.objects.filter(pk=role.pk, until__isnull=True).update(
        until=now, version=F("version") + 1
    )
    if not ended:
        raise Conflict("This role has ended already.")
    raise_event(
        kind="role_ended", actor=actor, now=now, record_id=role.record_id, subject_id=role.party_id,
        audience_id=role.audience_id, payload={"role": role.role},
    )  # fmt: skip
    if role.party.case_id:
        origin = provenance(actor=actor, now=now, record_id=role.record_id, audience_id=role.audience_id)
        Note.objects.create(case_id=role.party.case_id, text=words, at=now, **origin)


def set_allegation(
    *, actor: Actor, now: datetime, role: PartyRole, allegation: str, source: str
) -> PartyRole:
    """Say how an allegation stands: alleged, admitted, found or unfounded, with its source.

    Raises Invalid where the role alleges nothing or no source is given, Conflict where the role has ended.
    """
    if allegation not in ALLEGATIONS or not allegation:
        raise Invalid.of("allegation", "Choose alleged, admitted, found or unfounded.")
    if role.role != ALLEGED:
        raise Invalid.of("allegation", "Nothing is alleged of this party in this role.")
    words = filled("source", source, "Say where this comes from: a court, an admission, an officer.")
    changed = PartyRole.objects.filter(pk=role.pk, until__isnull=True).update(
        allegation=allegation, allegation_source=words, version=F("version") + 1
    )
    if not changed:
        raise Conflict("This role has ended already.")
    role.refresh_from_db()
    raise_event(
        kind="allegation_set", actor=actor, now=now, record_id=role.record_id, subject_id=role.party_id,
        audience_id=role.audience_id, payload={"allegation": allegation},
    )  # fmt: skip
    return role


def describe_party(
    *,
    actor: Actor,
    now: datetime,
    party: Party,
    version: int,
    label: str,
    description: str,
    household: str = "",
) -> Party:
    """Change what a party that is no known person is called, how it is described, and its household.

    The label of a protected identity is Sentinel's own and stays. Raises Conflict where the party changed since `version`.
    """
    if party.identity_protected:
        label, description = party.label, ""
    if party.kind in {"organisation", "unidentified"} and not (label.strip() or description.strip()):
        raise Invalid.of("label", "Say who this is, or describe them.")
    changed = change(
        party,
        version,
        label=label.strip()[:120],
        description=description.strip(),
        household=household.strip()[:60],
    )
    raise_event(
        kind="party_changed", actor=actor, now=now, record_id=party.record_id, subject_id=party.id,
        audience_id=party.audience_id,
    )  # fmt: skip
    return changed
