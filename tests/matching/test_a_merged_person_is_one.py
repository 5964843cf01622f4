"""Two entries that a data steward made one are one candidate for a call taker, with what both tell, as far as the reader may see."""

from __future__ import annotations

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Case
from sentinel.cases.operations import add_party
from sentinel.kernel.phones import parse_phone
from sentinel.matching.operations import say_not_same, say_same
from sentinel.matching.queries import KnownPerson, known_people, open_cases_of
from sentinel.matching.rules import Given
from sentinel.matching.steward.operations import part
from sentinel.people.models import Person
from tests.cases.making import a_case, agency
from tests.matching.steward.test_deciding import decided, proposed
from tests.people.merging import NOOR, PHONES, joined, parted, somebody
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"
FIRST, SECOND = parse_phone(PHONES[0]), parse_phone(PHONES[1])


@pytest.fixture
def cases(db: None) -> list[Case]:
    return [a_case(acting(PRIYA)), a_case(acting(PRIYA), title="Noise at Tern Street")]


@pytest.fixture
def two(cases: list[Case]) -> list[Person]:
    return [
        somebody(name, case, phone=phone)
        for name, case, phone in zip(("Margaret Ellis", "Peggy Elis"), cases, PHONES, strict=False)
    ]


def asked(given: Given, email: str = PRIYA, **more: object) -> list[KnownPerson]:
    return known_people(acting(email), given, NOW, **more)  # type: ignore[arg-type]


def test_one_candidate_with_the_reasons_of_both(two: list[Person]) -> None:
    # The name of one and the number of the other: of neither alone would both agree.
    given = Given(name="Margaret Ellis", phones=(SECOND.e164,))
    assert {one.person_id for one in asked(given)} == {one.pk for one in two}
    row = joined(*two)
    [one] = asked(given)
    assert one.person_id in {person.pk for person in two}
    assert one.match.band == "Very likely"
    assert len(one.match.reasons) > 1
    parted(row)
    assert {one.person_id for one in asked(given)} == {one.pk for one in two}


def test_who_sees_one_half_is_told_of_that_half_alone(two: list[Person], cases: list[Case]) -> None:
    share(
        actor=acting(PRIYA), now=NOW, record_id=cases[1].id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
        rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    given = Given(name="Peggy Elis", phones=(SECOND.e164,))
    # What the other half was told, and its number.
    of_the_other = Given(name="Margaret Ellis", phones=(FIRST.e164,))
    before = asked(given, KOFI), asked(of_the_other, KOFI)
    joined(*two)
    after = asked(given, KOFI), asked(of_the_other, KOFI)
    assert [one.person_id for one in after[0]] == [two[1].pk]
    assert after == before, "neither more nor otherwise for the merge"


def test_who_is_ruled_out_is_ruled_out_under_every_id(two: list[Person], cases: list[Case]) -> None:
    joined(*two)
    given = Given(name="Margaret Ellis", phones=(SECOND.e164,))
    for person in two:
        assert asked(given, without=[person.pk]) == []
        assert asked(given, about=person.pk) == []
    other = somebody("Maggie Elis", cases[0], phone=PHONES[2])
    say_not_same(
        actor=acting(PRIYA), now=NOW, record_id=cases[0].id, first=other.pk, second=two[1].pk, how="A cousin"
    )
    assert asked(given, about=other.pk) == []


def test_the_open_cases_of_both_are_told(two: list[Person], cases: list[Case]) -> None:
    for person, case in zip(two, cases, strict=True):
        add_party(
            actor=acting(PRIYA), now=NOW, case_or_record=case, kind="person", person=person, roles=("victim",)
        )
    joined(*two)
    for person in two:
        assert {one.reference for one in open_cases_of(acting(PRIYA), person.pk)} == {
            case.reference for case in cases
        }


def test_taken_apart_because_nobody_is_sure_both_are_offered_again(cases: list[Case]) -> None:
    case = cases[0]
    both = [somebody(name, case, phone=PHONES[0]) for name in ("Margaret Ellis", "Margaret Elis")]
    given = Given(name="Margaret Ellis", phones=(FIRST.e164,))
    row = decided(proposed(both[0], both[1]), "same")
    assert row.merge_id
    assert len(asked(given)) == 1
    part(actor=acting(NOOR), now=NOW, merge_id=row.merge_id, why="Not sure after all", two=False)
    assert {one.person_id for one in asked(given)} == {one.pk for one in both}
    say_same(
        actor=acting(PRIYA),
        now=NOW,
        record_id=case.id,
        first=both[0].pk,
        second=both[1].pk,
        how="She told me",
    )
    assert len(asked(given)) == 1, "what somebody said when asked stands, merged or not"
