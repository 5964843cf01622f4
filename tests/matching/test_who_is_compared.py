"""Of many who share keys with what is said the database chooses whom to compare: by how telling what they share is."""

from __future__ import annotations

import uuid

import pytest

from sentinel.foundation.actor import Actor
from sentinel.kernel.phones import parse_phone
from sentinel.matching.queries import candidates
from sentinel.matching.queries.people import RINGS
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from tests.matching.test_keys_are_guarded import AISHA, a_record
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
