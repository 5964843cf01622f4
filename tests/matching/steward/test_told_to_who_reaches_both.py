"""What a data steward says of two is told, where it is told at all, to who reaches both and to nobody who reaches one alone."""

from __future__ import annotations

import uuid

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Case
from sentinel.foundation.models import Event
from sentinel.matching.models import SameOrNot
from sentinel.matching.steward.operations import part
from sentinel.people.models import Person
from tests.cases.making import a_case, agency
from tests.matching.steward.test_deciding import decided, proposed
from tests.people.merging import NOOR, PHONES, joined, somebody
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"


@pytest.fixture
def cases(db: None) -> list[Case]:
    return [a_case(acting(PRIYA)), a_case(acting(PRIYA), title="Noise at Tern Street")]


@pytest.fixture
def two(cases: list[Case]) -> list[Person]:
    """One in a case that the landlord reads, one in a case that they do not."""
    people = [
        somebody(name, case, phone=phone)
        for name, case, phone in zip(
            ("Wilhelmina Ottershaw", "Willa Ottershaw"), cases, PHONES[:2], strict=True
        )
    ]
    share(
        actor=acting(PRIYA), now=NOW, record_id=cases[0].id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
        rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    return people


def told(kind: str, email: str) -> set[tuple[uuid.UUID, uuid.UUID | None]]:
    """On which records, behind which audiences, somebody reads that this was done."""
    acting(email)
    return set(Event.objects.filter(kind=kind).values_list("record_id", "audience_id"))


def test_that_they_are_two_is_told_to_nobody_who_reads_one_alone(
    two: list[Person], cases: list[Case]
) -> None:
    decided(proposed(*two), "not_same", why="Willa Ottershaw is another")
    assert told("said_not_same", PRIYA) == {(cases[0].id, cases[1].id)}
    assert SameOrNot.objects.count() == 1
    assert told("said_not_same", KOFI) == set()
    assert not SameOrNot.objects.exists()


def test_nor_where_what_was_one_is_taken_apart_for_good(two: list[Person], cases: list[Case]) -> None:
    row = joined(*two)
    part(actor=acting(NOOR), now=NOW, merge_id=row.pk, why="Willa Ottershaw is another", two=True)
    assert told("said_not_same", PRIYA) == {(cases[0].id, cases[1].id)}
    assert told("said_not_same", KOFI) == set()
    assert not SameOrNot.objects.exists()
