"""What a data steward says of two is told, where it is told at all, to who reaches both and to nobody who reaches one alone."""

from __future__ import annotations

import uuid

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, share
from sentinel.cases.models import Case
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict
from sentinel.kernel.ids import new_id
from sentinel.matching.models import SameOrNot
from sentinel.matching.operations import say_not_same
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import SAID_TWO, Proposed, fill, part
from sentinel.matching.steward.saying import say_in_hand
from sentinel.people.merging import AS_THEY_STAND
from sentinel.people.models import Person
from tests.cases.making import a_case, agency
from tests.matching.steward.test_deciding import decided, proposed
from tests.people.merging import FACTS, NOOR, PHONES, joined, somebody
from tests.support import NOW, PRIYA, acting, user

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
    decided(proposed(two[0], two[1]), "not_same", why="Willa Ottershaw is another")
    assert told("said_not_same", PRIYA) == {(cases[0].id, cases[1].id)}
    assert SameOrNot.objects.count() == 1
    assert told("said_not_same", KOFI) == set()
    assert not SameOrNot.objects.exists()


def test_nor_where_what_was_one_is_taken_apart_for_good(two: list[Person], cases: list[Case]) -> None:
    row = joined(two[0], two[1])
    part(actor=acting(NOOR), now=NOW, merge_id=row.pk, why="Willa Ottershaw is another", two=True)
    assert told("said_not_same", PRIYA) == {(cases[0].id, cases[1].id)}
    assert told("said_not_same", KOFI) == set()
    assert not SameOrNot.objects.exists()


def behind_two_audiences(person: Person, *, steward: bool = True) -> None:
    """What is told of somebody is for Priya and the steward from now on (Priya alone without `steward`): no one audience tells of them
    and of who is elsewhere."""
    audience = make_audience(actor=acting(PRIYA), now=NOW, named=[user(NOOR if steward else PRIYA).pk])
    for model in FACTS:
        model._default_manager.filter(person_id=person.pk).update(audience_id=audience)


def test_what_no_record_has_room_to_tell_the_pair_keeps(two: list[Person], cases: list[Case]) -> None:
    first, second = two
    third = somebody("W Ottershaw", cases[1], phone=PHONES[2])
    behind_two_audiences(first)
    row = decided(proposed(first, second), "later")
    assert decided(row, "not_same").state == "not_same"
    assert not Event.objects.filter(subject_id__in=[first.pk, second.pk], kind__startswith="said").exists()
    assert not SameOrNot.objects.exists()
    acting(PRIYA)
    assert fill([Proposed(first.pk, second.pk, 40.0, "very_likely")], run_id=new_id(), now=NOW) == 0
    decided(proposed(second, third), "same")
    with pytest.raises(Conflict, match="are two people"):
        decided(proposed(first, third), "same")


def test_that_one_of_them_has_another_half_is_not_told_to_who_does_not_see_it(
    two: list[Person], cases: list[Case]
) -> None:
    first, second = two
    third = somebody("W Ottershaw", cases[1], phone=PHONES[2])
    joined(second, third)
    say_not_same(
        actor=acting(PRIYA),
        now=NOW,
        record_id=cases[1].id,
        first=first.pk,
        second=third.pk,
        how="Two sisters",
    )
    row = proposed(first, second)
    with pytest.raises(Conflict) as told_all:
        decided(row, "same")
    assert told_all.value.message == SAID_TWO
    behind_two_audiences(third, steward=False)
    with pytest.raises(Conflict) as told_half:
        decided(row, "same")
    assert told_half.value.message == AS_THEY_STAND
    assert "merged" not in told_half.value.message


@pytest.mark.parametrize("same", [True, False])
def test_nor_is_it_told_where_an_officer_says_so_and_no_record_has_room(
    two: list[Person], cases: list[Case], same: bool
) -> None:
    first, second = two
    behind_two_audiences(first)
    say_in_hand(
        actor=acting(PRIYA), now=NOW, record_id=cases[1].id, first=second.pk, second=first.pk, how="She said so", same=same
    )  # fmt: skip
    assert Suggestion.objects.get().state == ("open" if same else "not_same")
    assert not SameOrNot.objects.exists()


def test_nor_is_it_lost_where_they_were_one(two: list[Person]) -> None:
    first, second = two
    behind_two_audiences(first)
    merge = joined(first, second)
    part(actor=acting(NOOR), now=NOW, merge_id=merge.pk, why="Two sisters", two=True)
    assert Suggestion.objects.get().state == "not_same", "though nobody had proposed them"
