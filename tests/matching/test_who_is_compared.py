"""Of many who share keys with what is said the database chooses whom to compare: by how telling what they share is."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.phones import parse_phone
from sentinel.matching.queries import candidates
from sentinel.matching.queries.people import RINGS
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import asked_for
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_birth, add_person
from tests.matching.test_keys_are_guarded import AISHA, BORN, a_record
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
PHONE = parse_phone("07700 900321")


def somebody(actor: Actor, record: uuid.UUID, name: str, phone: bool = False) -> uuid.UUID:
    return add_person(
        actor=actor,
        now=NOW,
        record_id=record,
        facts=Facts(name=NameGiven(full=name), phones=[PHONE] if phone else []),
    ).id


def test_what_one_alone_has_counts_for_more_than_a_name_that_forty_have() -> None:
    priya = acting(PRIYA)
    record = a_record(priya)
    rings_bell = somebody(priya, record, "Oonagh Prendergast", phone=True)
    for _ in range(40):
        somebody(priya, record, "John Smith")
    found, _ = candidates(acting(PRIYA), Given(name="John Smith", phones=(PHONE.e164,)))
    assert rings_bell in found
    assert 5 <= len(found) <= 12


def test_of_a_name_alone_more_are_asked_for_so_that_who_is_within_reach_is_found() -> None:
    priya = acting(PRIYA)
    open_to_both = somebody(priya, a_record(priya, readers=(AISHA,)), "John Smith")
    own = a_record(priya)
    for _ in range(RINGS + 5):
        somebody(priya, own, "John Smith")
    found, _ = candidates(acting(AISHA), Given(name="John Smith"))
    assert set(found) == {open_to_both}


def test_somebody_of_whom_many_records_tell_hides_nobody_else() -> None:
    priya = acting(PRIYA)
    often = somebody(priya, a_record(priya), "Margaret Ellis")
    for _ in range(RINGS + 2):
        add_birth(actor=priya, now=NOW, person_id=often, record_id=a_record(priya), birth=BORN)
    daughter = a_record(priya)
    joan = somebody(priya, daughter, "Joan Ellis")
    add_birth(actor=priya, now=NOW, person_id=joan, record_id=daughter, birth=BORN)
    found, _ = candidates(acting(PRIYA), Given(name="Margaret Ellis", birth=BORN))
    assert set(found) == {often, joan}


@pytest.mark.parametrize(
    ("more", "alone"),
    [
        ({}, True),
        ({"homes": ("a house on the green",)}, True),
        ({"birth": Birth(date(1960, 1, 1), date(1990, 12, 31), BirthPrecision.ABOUT)}, True),
        ({"birth": BORN}, False),
        ({"homes": ("9 Sparrow Lane, LE11 0ZZ",)}, False),
    ],
)
def test_what_nobody_is_looked_for_by_leaves_a_name_alone(more: dict[str, Any], alone: bool) -> None:
    given = Given(name="John Smith", **more)
    assert given.is_name_alone is alone
    assert (len(asked_for(given)) == len(asked_for(Given(name="John Smith")))) is alone
