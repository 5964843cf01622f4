"""Writing the rows of one telling, without an event: the operations of this room raise theirs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from sentinel.access.operations import make_audience
from sentinel.cases.models import ExternalReference, HateMark, Incident, Party, PartyIdentity, PartyRole
from sentinel.cases.rules import protected_label
from sentinel.foundation.actor import Actor
from sentinel.foundation.rows import put, put_all
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.people.facts import AddressGiven, Facts, NameGiven
from sentinel.people.queries import Known, birth_of, told_name, told_of
from sentinel.people.rules import UNNAMED
from sentinel.people.writing import write_facts, write_person, write_stranger
from sentinel.reports.rules import role_of_other
from sentinel.reports.telling import CallerGiven, OtherGiven, Telling

Given = Mapping[str, Any]
ANONYMOUS = "Anonymous caller"
# What somebody complained of may be taken for (rules.role_of_other).
OF_OTHER = ("alleged_perpetrator", "child_involved")
NOT_NAMED = "Somebody not named yet"


@dataclass(frozen=True)
class WrittenCaller:
    """The caller's party, the person behind it where there is one, and the audience that guards who it is.

    `known` is all that is known of a person who was nobody until now.
    """

    party: Party
    person_id: uuid.UUID | None
    audience_id: uuid.UUID | None
    known: Known | None = None


def incident_fields(telling: Telling) -> dict[str, Any]:
    """What a telling says of what happened, as fields of an incident."""
    return {
        "occurred_from": telling.when.start,
        "occurred_to": telling.when.end,
        "precision": telling.when.precision,
        "series": telling.when.series,
        "category": telling.category,
        "national_type": telling.national_type,
        "local_type": telling.local_type,
        "place_id": telling.place_id,
        "place_words": telling.place_words[:300],
        "words": telling.words,
        "crime": telling.crime,
        "crime_number": telling.crime_number,
        "crime_decision": telling.crime_decision,
    }


def write_people(
    *,
    actor: Actor,
    now: datetime,
    given: Given,
    incident: Incident,
    telling: Telling,
    party: Party | None = None,
) -> WrittenCaller:
    """The parties of a telling with their roles: whoever is calling, whom it happened to, and who is complained of.

    `party` is the caller's that a skeleton has already. A caller who does not want to be told of has a narrower audience, the agency's own: everybody else reads "Caller A".
    Raises NotFound for a confirmed person whom the actor may not see.
    """
    caller = telling.caller
    identity = PartyIdentity.objects.filter(party=party).first() if party else None
    audience = identity.audience_id if identity else None
    if caller.wish == "not_disclosed" and audience is None:
        audience = make_audience(actor=actor, now=now)
    roles = _caller_roles(telling)
    others: dict[str, Party] = {}
    if party is None:
        party = put(Party(**given, **_caller_fields(caller)))
    else:
        Party.objects.filter(pk=party.pk).update(**_caller_fields(caller))
        had = _roles_of(party)
        roles = [role for role in roles if role not in had]
        others = _others_of(incident, party)
    _write_roles(given, now, incident, {party: roles} | _write_others(actor, now, given, telling, others))
    if caller.wish == "anonymous":
        return WrittenCaller(party, None, None)
    guarded = {**given, "audience_id": audience}
    if identity is not None:
        known = told_of(actor, identity.person_id)
        facts = only_new(caller_facts(caller, telling), known)
        write_facts(actor=actor, now=now, given=guarded, person_id=identity.person_id, facts=facts)
        return WrittenCaller(party, identity.person_id, audience)
    person_id, known = _caller_person(actor, now, guarded, telling)
    put(
        PartyIdentity(
            **guarded,
            party=party,
            person_id=person_id,
            confirmed_by_id=actor.user_id if caller.person_id else None,
            confirmed_how=caller.confirmed_how[:160] if caller.person_id else "",
        )
    )
    return WrittenCaller(party, person_id, audience, known)


def _caller_person(
    actor: Actor, now: datetime, guarded: Given, telling: Telling
) -> tuple[uuid.UUID, Known | None]:
    facts = caller_facts(telling.caller, telling)
    confirmed = telling.caller.person_id
    if confirmed is None:
        stranger = write_stranger(actor=actor, now=now, given=guarded, facts=facts)
        return stranger.person_id, stranger
    known = told_of(actor, confirmed)
    if known is None:
        raise NotFound()
    name = told_name(known, guarded["audience_id"])
    if name != UNNAMED:
        # The question settled who it is, and with it how the name is written: not as it was heard just now.
        facts = replace(facts, name=NameGiven(full=name))
    write_facts(actor=actor, now=now, given=guarded, person_id=confirmed, facts=facts)
    return confirmed, None


def caller_facts(caller: CallerGiven, telling: Telling) -> Facts:
    """What a telling says of the one who tells it."""
    return Facts(
        name=NameGiven(full=caller.name) if caller.name else None,
        birth=caller.birth,
        phones=(caller.phone,) if caller.phone else (),
        emails=(caller.email,) if caller.email else (),
        addresses=(AddressGiven(place_id=caller.lives_at),) if caller.lives_at else (),
        safe_contact=telling.safe,
    )


def only_new(facts: Facts, known: Known | None) -> Facts:
    """Those facts that are not known in the same words already."""
    if known is None:
        return facts
    names = {name.full for name in known.names}
    normals = {point.normal for point in known.contact_points}
    places = {row.place_id for row in known.addresses}
    births = [birth_of(row) for row in known.births]
    return Facts(
        name=facts.name if facts.name and facts.name.full not in names else None,
        birth=facts.birth if facts.birth not in births else None,
        phones=tuple(phone for phone in facts.phones if phone.e164 not in normals),
        emails=tuple(email for email in facts.emails if email not in normals),
        addresses=tuple(one for one in facts.addresses if one.place_id not in places),
        safe_contact=facts.safe_contact,
    )


def _caller_fields(caller: CallerGiven) -> dict[str, Any]:
    if caller.wish == "anonymous":
        return {"kind": "person", "label": ANONYMOUS, "anonymous_to_us": True, "identity_protected": False}
    protected = caller.wish == "not_disclosed"
    return {
        "kind": "person",
        "label": protected_label(["reporter"], []) if protected else "",
        "identity_protected": protected,
        "anonymous_to_us": False,
    }


def _caller_roles(telling: Telling) -> list[str]:
    return ["reporter", "victim"] if telling.happened_to_caller == "yes" else ["reporter"]


def _roles_of(party: Party) -> set[str]:
    return set(PartyRole.objects.filter(party=party, until__isnull=True).values_list("role", flat=True))


def _write_roles(
    given: Given,
    now: datetime,
    incident: Incident,
    wanted: Mapping[Party, list[str]],
) -> None:
    rows = [
        PartyRole(
            **given,
            party=party,
            incident=incident,
            role=role,
            allegation="alleged" if role == "alleged_perpetrator" else "",
            allegation_source="the caller" if role == "alleged_perpetrator" else "",
            since=now,
        )
        for party, roles in wanted.items()
        for role in roles
    ]
    if rows:
        put_all(rows)


def _others_of(incident: Incident, caller: Party) -> dict[str, Party]:
    """Whom a skeleton has besides the caller: the one it happened to ("victim") and the one complained of ("other")."""
    rows = PartyRole.objects.filter(
        incident=incident, until__isnull=True, role__in=["victim", *OF_OTHER]
    ).exclude(party=caller)  # fmt: skip
    found: dict[str, Party] = {}
    for row in rows.select_related("party").order_by("since", "id"):
        found.setdefault("other" if row.role in OF_OTHER else "victim", row.party)
    return found


def _write_others(
    actor: Actor, now: datetime, given: Given, telling: Telling, had: Mapping[str, Party]
) -> dict[Party, list[str]]:
    """The parties besides the caller, each with the roles that it has not yet. `had` are those that a skeleton has:
    nobody becomes two by being told of twice."""
    wanted: dict[Party, list[str]] = {}
    if telling.victim is not None:
        party = write_party(actor, now, given, telling.victim, label=NOT_NAMED, party=had.get("victim"))
        wanted[party] = [] if "victim" in had else ["victim"]
    if telling.other is not None:
        party, roles = _write_other(actor, now, given, telling, telling.other, had.get("other"))
        wanted[party] = roles
    return wanted


def _write_other(
    actor: Actor, now: datetime, given: Given, telling: Telling, other: OtherGiven, had: Party | None
) -> tuple[Party, list[str]]:
    if had is not None and other.birth is None and other.under_ten not in {"yes", "no"}:
        # Nothing more is said of the age: a child stays one, and nobody becomes one.
        return write_party(actor, now, given, other, child=had.child_involved, party=had), []
    role = role_of_other(other.birth, other.under_ten, london_date(telling.when.start or telling.told_at))
    party = write_party(actor, now, given, other, child=role == "child_involved", party=had)
    if had is None:
        return party, [role]
    # What they were taken for until now ends where it is not so: nobody is a child involved and accused.
    roles = PartyRole.objects.filter(party=party, role__in=OF_OTHER, until__isnull=True)
    roles.exclude(role=role).update(until=now, version=F("version") + 1)
    return party, [role] if role not in _roles_of(party) else []


def write_party(
    actor: Actor,
    now: datetime,
    given: Given,
    other: OtherGiven,
    *,
    label: str = "",
    child: bool = False,
    party: Party | None = None,
) -> Party:
    """One party as it was told: a person where there is a name, else described, unidentified.

    `party` is the one that a skeleton has already: it is named or described better, and keeps what it had.
    """
    named = bool(other.name)
    facts = Facts(name=NameGiven(full=other.name), birth=other.birth)
    if party is not None:
        identity = PartyIdentity.objects.filter(party=party).first()
        Party.objects.filter(pk=party.pk).update(
            kind="person" if named or identity else party.kind,
            label="" if named else party.label,
            description=other.description or party.description,
            child_involved=child,
            version=F("version") + 1,
        )
        if named and identity:
            known = told_of(actor, identity.person_id)
            write_facts(
                actor=actor, now=now, given={**given, "audience_id": identity.audience_id},
                person_id=identity.person_id, facts=only_new(facts, known),
            )  # fmt: skip
        elif named:
            _identify(actor, now, given, party, facts)
        return party
    party = put(
        Party(
            **given,
            kind="person" if named else "unidentified",
            label="" if named else label,
            description=other.description,
            child_involved=child,
        )
    )
    if named:
        _identify(actor, now, given, party, facts)
    return party


def _identify(actor: Actor, now: datetime, given: Given, party: Party, facts: Facts) -> None:
    person = write_person(actor=actor, now=now, given=given, facts=facts)
    put(PartyIdentity(**given, party=party, person=person))


def write_marks(*, given: Given, incident: Incident, telling: Telling, again: bool = False) -> None:
    """Hate and the references of other systems. `again`: some may be there already, which are not written twice."""
    hate = telling.hate
    strands = list(hate.strands or ("unknown",)) if hate is not None else []
    references = [(system[:40], value[:80]) for system, value in telling.references]
    if again:
        marked = set(HateMark.objects.filter(incident=incident).values_list("strand", flat=True))
        strands = [one for one in strands if one not in marked and not (one == "unknown" and marked)]
        record = ExternalReference.objects.filter(record_id=given["record_id"])
        referred = set(record.values_list("system", "value"))
        references = [one for one in references if one not in referred]
    if hate is not None:
        put_all(
            [
                HateMark(
                    **given,
                    incident=incident,
                    strand=strand,
                    perceived_by=hate.perceived_by,
                    crime=hate.crime,
                    data_kept_because=hate.data_kept_because,
                    rule=hate.rule[:120],
                )
                for strand in strands
            ]
        )
    if references:
        put_all([ExternalReference(**given, system=system, value=value) for system, value in references])
