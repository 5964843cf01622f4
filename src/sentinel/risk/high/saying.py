"""What may be said outside the case of somebody at high risk: a name and an address, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sentinel.cases.models import Case, Party
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.people.queries import Known, address_words, named_and_housed, told_name
from sentinel.people.rules import UNNAMED


@dataclass(frozen=True)
class Said:
    """Whom and where a marker may name; "" where it may not. `protected`: nothing may be said of who it is."""

    who: str
    where: str
    protected: bool
    young: bool


def said_of(actor: Actor, case: Case, party: Party | None, on: date) -> Said:
    """What a marker may say of a party of a case, or of its place where there is none; ages on a day in London.

    What another record tells of them, what was told to fewer people than the case, and a safe address are not said.
    """
    where = _line(case)
    if party is None:
        return Said("", where, protected=False, young=False)
    one = next((row for row in people_of(actor, case, on) if row.id == party.id), None)
    protected = party.identity_protected or party.audience_id is not None or one is None
    if protected or one is None or one.person_id is None:
        return Said("", "" if protected else where, protected, bool(one and one.is_young))
    known = _of_case(named_and_housed(actor, one.person_id), case)
    name = told_name(known, None)
    return Said("" if name == UNNAMED else name, _home(known) or where, protected=False, young=one.is_young)


def _of_case(known: Known, case: Case) -> Known:
    """What this case itself tells: the marker leaves by its owner's decision, and by nobody else's."""
    return replace(
        known,
        names=[row for row in known.names if row.record_id == case.id],
        addresses=[row for row in known.addresses if row.record_id == case.id],
    )


def _home(known: Known) -> str:
    home = known.home
    if home is None or home.safe_address or home.audience_id is not None:
        return ""
    return address_words(home)


def _line(case: Case) -> str:
    place = case.place
    if place is None:
        return ""
    return (
        place.line
        if not place.postcode or place.postcode in place.line
        else f"{place.line}, {place.postcode}"
    )
