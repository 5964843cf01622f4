"""Reading persons. Every fact stands under its own record's reach: the row policies leave out what the actor may not
see, and a person of whom nothing may be seen is not there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.errors import NotFound
from sentinel.people.models import (
    AddressLink,
    Alias,
    ContactPoint,
    Identifier,
    PersonBirth,
    PersonFact,
    PersonName,
    SafeContact,
)
from sentinel.people.rules import UNNAMED, age_on, called_by, most_exact, on_one_line
from sentinel.people.standing import standing
from sentinel.people.whole import OfOne, wholes

Row = TypeVar("Row", bound=PersonFact)


@dataclass
class Known:
    """What the actor may see of one person, newest first in each list; of all ids that are one person with `person_id`."""

    person_id: uuid.UUID
    names: list[PersonName] = field(default_factory=list)
    births: list[PersonBirth] = field(default_factory=list)
    contact_points: list[ContactPoint] = field(default_factory=list)
    addresses: list[AddressLink] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    safe_contacts: list[SafeContact] = field(default_factory=list)

    @property
    def rows(self) -> list[PersonFact]:
        """Every fact, whatever its kind."""
        return [
            *self.names, *self.births, *self.contact_points, *self.addresses, *self.identifiers, *self.safe_contacts,
        ]  # fmt: skip

    @property
    def safe_contact(self) -> SafeContact | None:
        """What was said last of how this person may be contacted; None: not asked. Of somebody merged no more than every half
        allowed, until somebody has asked since (people/standing.py)."""
        return standing(self.safe_contacts)

    @property
    def birth(self) -> PersonBirth | None:
        """The birth as most exactly known; of two alike the newer."""
        return most_exact(self.births, lambda row: row.precision)

    @property
    def home(self) -> AddressLink | None:
        """Where the person lives, as told last; a safe address only where it is all there is."""
        living = [row for row in self.addresses if row.kind == "lives" and row.ended_at is None]
        return next((row for row in living if not row.safe_address), living[0] if living else None)

    def phones(self) -> list[ContactPoint]:
        """The telephone numbers in use, newest first."""
        return [row for row in self.contact_points if row.kind == "phone" and row.ended_at is None]

    def emails(self) -> list[ContactPoint]:
        """The email addresses in use, newest first."""
        return [row for row in self.contact_points if row.kind == "email" and row.ended_at is None]


def known_by(person_id: uuid.UUID, rows: Iterable[PersonFact]) -> Known:
    """What these rows, in the order in which they were written, say of one person. No query."""
    known = Known(person_id)
    lists: dict[type[PersonFact], list[Any]] = {
        PersonName: known.names,
        PersonBirth: known.births,
        ContactPoint: known.contact_points,
        AddressLink: known.addresses,
        Identifier: known.identifiers,
        SafeContact: known.safe_contacts,
    }
    for row in reversed(list(rows)):
        lists[type(row)].append(row)
    return known


def own_half(known: Known, person_id: uuid.UUID) -> Known:
    """Of what is known of a whole person what was told of this very id. No query."""
    return known_by(person_id, [row for row in reversed(known.rows) if row.person_id == person_id])


def told_of(actor: Actor, person_id: uuid.UUID) -> Known | None:
    """Everything the actor may see that was told of this very id, and not of one that it was merged with; None for nothing.

    For what is written beside it: a record keeps what it was told, and takes over nothing that came by a merge. Six queries.
    """
    known = facts_of(actor, [person_id]).get(person_id)
    own = own_half(known, person_id) if known else None
    return own if own and own.rows else None


def display_name(known: Known | None) -> str:
    """The name a person is called by: the newest current one, else any, else that it is not known."""
    if known is None:
        return UNNAMED
    return _name_of(known.names)


def told_name(known: Known, audience_id: uuid.UUID | None) -> str:
    """As `display_name`, from what may be written down for this audience: a name that was told to fewer people is not."""
    return _name_of([name for name in known.names if name.audience_id in {None, audience_id}])


def _name_of(names: Sequence[PersonName]) -> str:
    return called_by((name.full, name.kind == "current" and name.ended_at is None) for name in names)


def birth_of(row: PersonBirth | None) -> Birth | None:
    """The birth that a row tells of, as the kernel's value; None for none."""
    if row is None or row.born_on is None:
        return None
    return Birth(row.born_on, row.born_latest or row.born_on, BirthPrecision(row.precision))


def age_words(known: Known, on: date) -> str:
    """ "71", "65 to 75" or "" where no birth is known, on a day in London."""
    return age_on(birth_of(known.birth), on)


def address_words(row: AddressLink) -> str:
    """An address on one line: the place's, or the words told."""
    return on_one_line(row.place.line, row.place.postcode) if row.place is not None else row.text


def names_of(actor: Actor, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The display name of each person of whom the actor may see a name told of this very id. One query."""
    wanted = set(person_ids)
    rows: dict[uuid.UUID, list[PersonName]] = defaultdict(list)
    for row in _names(list(wanted)):
        rows[row.person_id].append(row)
    return {person_id: _name_of(names) for person_id, names in rows.items() if person_id in wanted}


def facts_of(actor: Actor, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """Everything the actor may see of each person, in seven queries however many there are, in six for one.

    A person of whom nothing may be seen is left out. Ids that are one person have one `Known`, the same under each.
    """
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        return {}
    asked = _asked(wanted)
    told: dict[uuid.UUID, Known] = {}

    def of(row: PersonFact) -> Known:
        leads = asked.get(row.person_id, wanted[0])
        return told.setdefault(leads, Known(leads))

    for name in _names(wanted):
        of(name).names.append(name)
    for birth in _births(wanted):
        of(birth).births.append(birth)
    for point in _contact_points(wanted):
        of(point).contact_points.append(point)
    for address in _addresses(wanted):
        of(address).addresses.append(address)
    for identifier in _identifiers(wanted):
        of(identifier).identifiers.append(identifier)
    for contact in _safe_contacts(wanted):
        of(contact).safe_contacts.append(contact)
    return {one: told[asked[one]] for one in wanted if asked[one] in told}


def _asked(wanted: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """For every id that is one person with an asked one, the first asked of that whole. One query, none for one person."""
    if len(wanted) == 1:
        return {wanted[0]: wanted[0]}
    asked: dict[uuid.UUID, uuid.UUID] = {}
    for one, whole in wholes(wanted).items():
        if one not in asked:
            asked |= dict.fromkeys(whole.ids, one)
    return asked


def reaching(actor: Actor, person_id: uuid.UUID) -> Known:
    """What the actor may see of a person's names, of how they may be reached, and of how they said they may be. Four queries.

    Numbers and addresses are those of this very id: a merge opens no way to anybody. What was said of how they may be reached
    is the whole person's.
    """
    one = [person_id]
    return Known(
        person_id,
        names=_names(one),
        contact_points=[row for row in _contact_points(one) if row.person_id == person_id],
        addresses=[row for row in _addresses(one) if row.person_id == person_id],
        safe_contacts=_safe_contacts(one),
    )


def named_and_housed(actor: Actor, person_id: uuid.UUID) -> Known:
    """What the actor may see of a person's names and addresses, of this very id, and nothing else. Two queries."""
    one = [person_id]
    return Known(
        person_id,
        names=[row for row in _names(one) if row.person_id == person_id],
        addresses=[row for row in _addresses(one) if row.person_id == person_id],
    )


def _newest(rows: QuerySet[Row], people: list[uuid.UUID], at: str = "created_at") -> QuerySet[Row]:
    return rows.filter(OfOne("person_id", people)).order_by(f"-{at}", "-id")


@compiled
def _names(people: list[uuid.UUID]) -> QuerySet[PersonName]:
    return _newest(PersonName.objects.all(), people)


@compiled
def _births(people: list[uuid.UUID]) -> QuerySet[PersonBirth]:
    return _newest(PersonBirth.objects.all(), people)


@compiled
def _contact_points(people: list[uuid.UUID]) -> QuerySet[ContactPoint]:
    return _newest(ContactPoint.objects.all(), people)


@compiled
def _addresses(people: list[uuid.UUID]) -> QuerySet[AddressLink]:
    return _newest(AddressLink.objects.select_related("place"), people)


@compiled
def _identifiers(people: list[uuid.UUID]) -> QuerySet[Identifier]:
    return _newest(Identifier.objects.all(), people)


@compiled
def _safe_contacts(people: list[uuid.UUID]) -> QuerySet[SafeContact]:
    since = Alias.objects.filter(person_id=OuterRef("person_id")).values("since")[:1]
    return _newest(SafeContact.objects.annotate(merged=Subquery(since)), people, "asked_at")


def is_known_to(actor: Actor, person_id: uuid.UUID) -> bool:
    """Whether the actor may see a name or any other fact told of this very id: not of one that it was merged with."""
    for model in (PersonName, ContactPoint, AddressLink, PersonBirth, SafeContact, Identifier):
        if model._default_manager.filter(person_id=person_id).exists():
            return True
    return False


def get_person(actor: Actor, person_id: uuid.UUID, *, log: bool = True) -> Known:
    """What the actor may see of a person; the read is logged with the records it came from.

    Raises NotFound where there is nobody, or nobody of whom the actor may see anything: the answers are the same.
    """
    actor.require("see_people", "Your roles do not include looking at people.")
    known = facts_of(actor, [person_id]).get(person_id)
    # An id of which the reader may see nothing leads nowhere, though they may see whom it was merged with.
    if known is None or all(row.person_id != person_id for row in known.rows):
        raise NotFound()
    if log:
        note_view(known)
    return known


def note_view(known: Known) -> None:
    """Write down that this was seen of a person, on each record that told it, under the id of whom it was told."""
    for record_id, person_id in sorted({(row.record_id, row.person_id) for row in known.rows}, key=str):
        note("view", record_id=record_id, subject="person", subject_id=person_id)
