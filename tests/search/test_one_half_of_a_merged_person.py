"""What is shown of a merged person: one line, under the name that was found. Who sees one half of a merged person finds that half, under an
address that answers."""

from __future__ import annotations

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.people.models import PersonName
from sentinel.people.operations import add_name
from sentinel.people.queries import get_person
from tests.cases.making import a_case, agency
from tests.desk.case.counting import statements
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


def test_the_name_that_was_found_is_shown_and_what_they_are_called_beside_it() -> None:
    case = a_case(acting(PRIYA))
    first = somebody("Gordon Pike", case)
    joined(first, somebody("Gordan Pyke", case))
    me = acting(PRIYA)
    with statements() as ran:
        people(me, "Gordon Pike")
    with statements() as called_so:
        people(me, "Gordan Pyke")
    assert ran.count == called_so.count, "nothing more is asked for it"
    for typed in ("Gordon Pike", "pike gordon", "Gordon Pikes"):
        [one] = people(me, typed).lines
        assert (one.name, one.also) == ("Gordon Pike", "Gordan Pyke"), typed
    [one] = people(me, "Gordan Pyke").lines
    assert (one.name, one.also) == ("Gordan Pyke", "")
    [one] = people(me, PHONES[0]).lines
    assert (one.name, one.also) == ("Gordan Pyke", "")


def test_whoever_is_called_otherwise_by_now_is_shown_under_that() -> None:
    case = a_case(acting(PRIYA))
    person = somebody("Gordon Pike", case)
    PersonName.objects.filter(person=person).update(kind="former")
    add_name(actor=acting(PRIYA), now=NOW, person_id=person.pk, record_id=case.id, full="Gail Pike")
    [one] = people(acting(PRIYA), "Gordon Pike").lines
    assert (one.name, one.also) == ("Gail Pike", "Gordon Pike")
