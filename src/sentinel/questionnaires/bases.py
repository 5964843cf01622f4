"""On which basis in law something is shared: the local rule `lawful-bases`, chosen by code, kept in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import Invalid
from sentinel.questionnaires.queries import rule_content

RULE = "lawful-bases"
# The power by which those who work on a case share it, and by which high risk is told (Crime and Disorder Act 1998 s.115).
CRIME_AND_DISORDER = "crime_and_disorder"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Basis:
    """One basis: its code, what is chosen, and what stands in the ledger from then on."""

    key: str
    label: str
    ledger: str
    needs_agreement: bool

    def why_not(self, wish: str) -> str | None:
        """Why it cannot stand beside what the person wishes (Disclosure.WISHES), in a sentence; None where it can."""
        if self.needs_agreement and wish != "agrees":
            return "They have not agreed, so consent cannot be the basis. Ask them, or choose another basis."
        return None


@kept_in_memory
def bases_on(on: date, agency_id: uuid.UUID | None) -> tuple[Basis, ...]:
    """The bases that an agency shares by on a day in London, in their order. Raises NotFound where no list is loaded."""
    return tuple(
        Basis(one["key"], str(one["label"]), str(one["ledger"])[:LONGEST], bool(one["needs_agreement"]))
        for one in rule_content(RULE, on, agency_id)["items"]
    )


def basis_with(key: str, on: date, agency_id: uuid.UUID | None) -> Basis:
    """One of them by its code. Raises Invalid (lawful_basis) for any that the list of the day does not have."""
    for one in bases_on(on, agency_id):
        if one.key == key:
            return one
    raise Invalid.of("lawful_basis", "Choose the lawful basis.")


def shared_by(on: date, agency_id: uuid.UUID | None) -> str:
    """What agencies that work on a case share it by, and high risk is told by, as it stands in the ledger."""
    return basis_with(CRIME_AND_DISORDER, on, agency_id).ledger


def key_of(ledger: str, on: date, agency_id: uuid.UUID | None) -> str:
    """The code of what stands in a row, to offer it again; empty where the list of the day does not have it."""
    return next((one.key for one in bases_on(on, agency_id) if one.ledger == ledger), "")
