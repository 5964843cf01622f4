"""The people of a case as its pages show them: one query, however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Choose
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from sentinel.cases.models import Case, Party, PartyRole
from sentinel.cases.once import once
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.models import PROVENANCE
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.errors import NotFound
from sentinel.people.models import PersonBirth, PersonName
from sentinel.people.queries import birth_of
from sentinel.people.rules import contact_words
from sentinel.people.whole import safe_contacts_of

ROLE_WORDS = dict(PartyRole.ROLES)
ALLEGATION_WORDS = dict(PartyRole.ALLEGATIONS)
# The order in which people stand on a page: who is hurt first.
# What is said of how somebody may be contacted, as `OnCase.safe` has it.
SAFE = (
    "method", "methods", "text_may_be_sent", "post_may_be_sent", "do_not_visit", "through", "times", "language",
    "interpreter",
)  # fmt: skip
_PLACE = {
    "victim": 0,
    "complainant": 1,
    "reporter": 2,
    "witness": 3,
    "alleged_perpetrator": 4,
    "child_involved": 5,
}


@dataclass(frozen=True)
class Role:
    """A role that a party has or had. `until` (UTC) is None while it lasts."""

    id: uuid.UUID
    role: str
    allegation: str
    source: str
    since: datetime
    until: datetime | None

    @property
    def words(self) -> str:
        """'Victim', 'Alleged perpetrator (admitted)'."""
        said = (
            f" ({ALLEGATION_WORDS[self.allegation].lower()})"
            if self.allegation not in {"", "alleged"}
            else ""
        )
        return f"{ROLE_WORDS[self.role]}{said}"


@dataclass(frozen=True)
class OnCase:
    """A party of a case as the reader may see it.

    `name` is the label of a protected identity for everybody. `person_id` is None where it is protected or nobody is
    known; `holds_identity` says that this reader may know who a protected party is. `age` is "71" or "65 to 75" or "";
    `is_young` says that they are, or may be, from 10 to 17, also of a protected one.
    `is_confirmed` says that an officer has confirmed who they are.
    `contact` is how they may be contacted, loud, or "" where that is not due (nobody known, not one to be told);
    `safe` the same as it was said (SAFE), None where nobody asked.
    """

    id: uuid.UUID
    name: str
    kind: str
    protected: bool
    holds_identity: bool
    person_id: uuid.UUID | None
    description: str
    household: str
    child_involved: bool
    version: int
    roles: list[Role] = field(default_factory=list)
    age: str = ""
    is_young: bool = False
    is_confirmed: bool = False
    contact: str = ""
    safe: Mapping[str, Any] | None = None

    @property
    def current(self) -> list[Role]:
        """The roles held now."""
        return [role for role in self.roles if role.until is None]

    @property
    def role_codes(self) -> set[str]:
        """The codes of the roles held now."""
        return {role.role for role in self.current}

    @property
    def is_victim(self) -> bool:
        """Whether this is a victim now."""
        return "victim" in self.role_codes

    @property
    def role_words(self) -> str:
        """'Victim', 'Victim and witness'; 'No longer in the case' for who has no role left."""
        words = list(dict.fromkeys(role.words for role in self.current))
        if not words:
            return "No role now" if self.roles else ""
        first, *rest = words
        lowered = [one[0].lower() + one[1:] for one in rest]
        return first if not lowered else f"{', '.join([first, *lowered[:-1]])} and {lowered[-1]}"


def _names(person: OuterRef) -> QuerySet[PersonName]:
    """The names of a person that may be seen, that which they go by first."""
    in_use = When(Q(kind="current", ended_at__isnull=True), then=Value(0))
    return PersonName.objects.filter(person_id=person).order_by(
        Choose(in_use, default=Value(1), output_field=IntegerField()), "-created_at", "-id"
    )


def _rows() -> QuerySet[Party]:
    person = OuterRef("identity__person_id")
    roles = PartyRole.objects.filter(party=OuterRef("pk")).order_by("since", "id")
    names = _names(person)
    births = PersonBirth.objects.filter(person_id=person).order_by("-created_at", "-id")
    contacts = safe_contacts_of("identity__person_id")
    unread = (*PROVENANCE, *(f"identity__{name}" for name in PROVENANCE))
    return (
        Party.objects.select_related("identity")
        .defer(*unread)
        .annotate(
            said_roles=ArraySubquery(
                roles.values(
                    json=JSONObject(
                        id="id",
                        role="role",
                        allegation="allegation",
                        source="allegation_source",
                        since="since",
                        until="until",
                    )
                )
            ),
            said_name=Subquery(names.values("full")[:1]),
            said_births=ArraySubquery(
                births.values(
                    json=JSONObject(born_on="born_on", born_latest="born_latest", precision="precision")
                )
            ),
            said_contact=Subquery(contacts.values(json=JSONObject(**{name: name for name in SAFE}))[:1]),
        )
    )


@compiled
def _in_case(case: uuid.UUID) -> QuerySet[Party]:
    return _rows().filter(case_id=case).order_by("created_at", "id")


@compiled
def _one(case: uuid.UUID, party: uuid.UUID) -> QuerySet[Party]:
    return _rows().filter(case_id=case, pk=party)


def people_of(actor: Actor, case: Case, on: date) -> list[OnCase]:
    """The parties of a case that the actor may see, victims first; ages on a day in London. One query."""
    return once(case, f"people {on}", lambda: _people_of(case, on))


def roles_of(actor: Actor, case: Case) -> dict[uuid.UUID, set[str]]:
    """Each party of a case, victims first, with the codes of the roles that it has now. One query."""
    found = {
        row.id: {one["role"] for one in row.said_roles or [] if one["until"] is None}
        for row in _rows_of(case)
    }
    return dict(sorted(found.items(), key=lambda one: _place(one[1])))


def _rows_of(case: Case) -> list[Any]:
    return once(case, "people", lambda: _in_case(case.id))


def _place(roles: set[str]) -> int:
    return min((_PLACE.get(code, 6) for code in roles), default=7)


def _people_of(case: Case, on: date) -> list[OnCase]:
    found = [_on_case(row, on) for row in _rows_of(case)]
    return sorted(found, key=lambda one: _place(one.role_codes))


def party_of(actor: Actor, case: Case, party_id: uuid.UUID, on: date) -> OnCase:
    """One party of a case. Raises NotFound where it is not this case's."""
    row = next(iter(_one(case.id, party_id)), None)
    if row is None:
        raise NotFound()
    return _on_case(row, on)


def party_names(actor: Actor, party_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What each party is called. One query; a party that the actor may not see is left out."""
    person = OuterRef("identity__person_id")
    names = _names(person).values("full")[:1]
    rows = Party.objects.filter(pk__in=set(party_ids)).annotate(said_name=Subquery(names))
    return {row.id: _name(row) for row in rows}


def _name(row: Any) -> str:
    if row.identity_protected:
        return str(row.label)
    if row.said_name:
        return str(row.said_name)
    if row.label or row.description:
        return str(row.label or row.description[:80])
    if row.kind == "community":
        return "The community"
    return "Anonymous caller" if row.anonymous_to_us else "Name not known"


def _on_case(row: Any, on: date) -> OnCase:
    identity = getattr(row, "identity", None)
    roles = [_role(one) for one in row.said_roles or []]
    safe = row.said_contact
    held = identity is not None
    told = {role.role for role in roles if role.until is None} & {
        "victim",
        "complainant",
        "reporter",
        "witness",
    }
    birth = _birth(row.said_births or [])
    contact = ""
    if held and told and not row.identity_protected:
        contact = contact_words(
            methods=tuple(safe["methods"] or [safe["method"]]) if safe else None,
            do_not_visit=bool(safe and safe["do_not_visit"]),
            through=safe["through"] if safe else "",
        )
    return OnCase(
        id=row.id,
        name=_name(row),
        kind=row.kind,
        protected=row.identity_protected,
        holds_identity=held and row.identity_protected,
        person_id=identity.person_id if identity is not None and not row.identity_protected else None,
        description=row.description,
        household=row.household,
        child_involved=row.child_involved,
        version=row.version,
        roles=roles,
        age="" if row.identity_protected or birth is None else _age(birth, on),
        is_young=birth is not None
        and birth.is_under(18, on) is not False
        and birth.is_under(10, on) is not True,
        is_confirmed=identity is not None and identity.confirmed_by_id is not None,
        contact=contact,
        safe=safe,
    )


def _role(said: Mapping[str, Any]) -> Role:
    return Role(
        uuid.UUID(said["id"]), said["role"], said["allegation"], said["source"], datetime.fromisoformat(said["since"]),
        datetime.fromisoformat(said["until"]) if said["until"] else None,
    )  # fmt: skip


def _birth(births: list[Mapping[str, Any]]) -> Birth | None:
    """The most exact of the births that are told."""
    exact = [one.value for one in BirthPrecision]
    best = min(births, key=lambda one: exact.index(one["precision"]), default=None)
    if best is None or best["born_on"] is None:
        return None
    latest = date.fromisoformat(best["born_latest"]) if best["born_latest"] else None
    return birth_of(
        PersonBirth(
            born_on=date.fromisoformat(best["born_on"]), born_latest=latest, precision=best["precision"]
        )
    )


def _age(birth: Birth, on: date) -> str:
    youngest, oldest = birth.ages(on)
    return str(youngest) if youngest == oldest else f"{youngest} to {oldest}"
