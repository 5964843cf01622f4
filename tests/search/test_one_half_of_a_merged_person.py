"""Who sees one half of a merged person finds that half, under an address that answers."""

from __future__ import annotations

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.people.queries import get_person
from tests.cases.making import a_case, agency
from tests.people.merging import PHONES, joined, somebody
from tests.search.making import people
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"


def test_who_sees_the_later_half_alone_is_given_its_own_address() -> None:
    cases = [a_case(acting(PRIYA)), a_case(acting(PRIYA), title="Noise at Tern Street")]
    first = somebody("Ottoline Quayle", cases[0])
    second = somebody("Ottilie Quayle", cases[1], phone=PHONES[1])
    share(
        actor=acting(PRIYA), now=NOW, record_id=cases[1].id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
        rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    before = [one.person_id for one in people(acting(KOFI), "Ottilie Quayle").lines]
    assert before == [second.pk]
    joined(first, second)
    after = [one.person_id for one in people(acting(KOFI), "Ottilie Quayle").lines]
    assert after == before, "neither more nor otherwise for the merge"
    get_person(acting(KOFI), after[0])


def test_by_number_too() -> None:
    cases = [a_case(acting(PRIYA)), a_case(acting(PRIYA), title="Noise at Tern Street")]
    first = somebody("Ottoline Quayle", cases[0])
    second = somebody("Ottilie Quayle", cases[1], phone=PHONES[1])
    share(
        actor=acting(PRIYA), now=NOW, record_id=cases[1].id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
        rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    joined(first, second)
    [one] = people(acting(KOFI), PHONES[1]).lines
    assert one.person_id == second.pk
    get_person(acting(KOFI), one.person_id)
