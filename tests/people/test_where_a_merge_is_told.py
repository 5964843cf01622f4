"""A merge is told on a record where everybody who hears of it reaches what tells of both; where no record has room for that, on none."""

from __future__ import annotations

import uuid

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, share
from sentinel.cases.models import Case
from sentinel.cases.operations import add_party
from sentinel.foundation.models import Event
from sentinel.people.models import Merge, Person
from sentinel.people.operations import add_name
from tests.cases.making import a_case, agency
from tests.people.merging import FACTS, NOOR, PHONES, joined, parted, somebody
from tests.search.making import fresh
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"


@pytest.fixture
def case(db: None) -> Case:
    return a_case(acting(PRIYA))


@pytest.fixture
def other(db: None) -> Case:
    return a_case(acting(PRIYA), title="Noise at Tern Street")


def for_noor() -> uuid.UUID:
    """An audience of Priya and of the steward."""
    return make_audience(actor=acting(PRIYA), now=NOW, named=[user(NOOR).pk])


def told_for(audience_id: uuid.UUID, case: Case, name: str = "Greta Stone") -> Person:
    """Somebody of whom a case tells a name and a number, to an audience alone."""
    person = somebody(name, case, phone=PHONES[2])
    hide(person, audience_id)
    return person


def hide(person: Person, audience_id: uuid.UUID) -> None:
    """Put everything told of a person so far behind an audience."""
    acting(PRIYA)
    for model in FACTS:
        model._default_manager.filter(person_id=person.pk).update(audience_id=audience_id)


def told(email: str = NOOR) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
    """Where somebody reads of merges."""
    acting(email)
    return list(Event.objects.filter(kind="people_merged").values_list("record_id", "audience_id"))


def test_of_two_in_one_case_it_is_told_behind_the_audience_of_either(case: Case) -> None:
    audience = for_noor()
    joined(told_for(audience, case), somebody("Margaret Ellis", case))
    assert told() == [(case.id, audience)]


def test_it_is_told_on_the_record_that_everybody_on_it_may_read(case: Case, other: Case) -> None:
    greta = somebody("Greta Stone", other, phone=PHONES[2])
    margaret = somebody("Margaret Ellis", other)
    add_name(
        actor=acting(PRIYA), now=NOW, person_id=greta.pk, record_id=case.id, full="Greta Ellis", audience_id=for_noor()
    )  # fmt: skip
    joined(greta, margaret)
    assert told() == [(other.id, None)]


def test_who_reads_a_protected_half_alone_is_not_told(case: Case, other: Case) -> None:
    first = somebody("Wilhelmina Ottershaw", case)
    second = somebody("Willa Ottershaw", other, phone=PHONES[1])
    share(
        actor=acting(PRIYA), now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=agency("soar-valley").id, rung=Rung.READ,
        what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    add_party(
        actor=acting(PRIYA), now=NOW, case_or_record=fresh(case), kind="person", person=first.pk, roles=["witness"],
        identity_protected=True, named=[user(NOOR).pk, user(KOFI).pk],
    )  # fmt: skip
    row = joined(first, second)
    assert told(KOFI) == []
    assert told() == [], "no one audience keeps it from who reaches one alone"
    assert list(Merge.objects.all()) == [row], "the steward decides all the same, and the ledger keeps it"
    assert parted(row).apart_at
    acting(KOFI)
    assert not Event.objects.filter(kind="people_taken_apart").exists()
    assert not Merge.objects.exists()


def test_two_audiences_in_one_case_are_two(case: Case) -> None:
    joined(told_for(for_noor(), case), told_for(for_noor(), case, "Margaret Ellis"))
    assert told() == []
