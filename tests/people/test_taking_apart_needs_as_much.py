"""Who sees too little to decide that two are one sees too little to decide that they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.foundation.actor import Actor, state_actor
from sentinel.kernel.errors import NotFound
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import decide, heard, part
from sentinel.people.merging import merge, take_apart
from sentinel.people.models import Merge, Person
from sentinel.people.operations import add_contact_point
from tests.cases.making import a_case, a_person, agency
from tests.people.merging import NOOR, joined, somebody
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db: None) -> tuple[Person, Person]:
    """One of whom the landlord sees all, and one of whom they see a name alone."""
    told, named, numbered = (a_case(acting(PRIYA), title=title) for title in ("A", "B", "C"))
    margaret = somebody("Margaret Ellis", told)
    peggy = a_person(acting(PRIYA), named.id, "Peggy Elis")
    add_contact_point(
        actor=acting(PRIYA), now=NOW, person_id=peggy.pk, record_id=numbered.id, kind="phone", value="07700 900102"
    )  # fmt: skip
    for case, rung in ((told, Rung.WRITE), (named, Rung.READ)):
        share(
            actor=acting(PRIYA), now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=agency("soar-valley").id, rung=rung,
            what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
        )  # fmt: skip
    return margaret, peggy


def the_landlords() -> Actor:
    """A steward of the landlord's, stated."""
    kofi = acting("kofi.mensah@soar-valley.example")
    steward = replace(kofi, rights=kofi.rights | {"put_right"})
    state_actor(steward)
    return steward


def test_a_name_alone_is_too_little_for_both(two: tuple[Person, Person]) -> None:
    first, second = (one.pk for one in two)
    with pytest.raises(NotFound):
        merge(actor=the_landlords(), now=NOW, first=first, second=second, why="The same")
    row = joined(*two, email=NOOR)
    with pytest.raises(NotFound):
        take_apart(actor=the_landlords(), now=NOW, merge_id=row.pk, why="Two people")
    for for_good in (True, False):
        with pytest.raises(NotFound):
            part(actor=the_landlords(), now=NOW, merge_id=row.pk, why="Two people", two=for_good)
    assert Merge.objects.get().apart_at is None


def test_nor_does_it_do_to_decide_a_pair_that_was_merged_and_doubted(two: tuple[Person, Person]) -> None:
    first, second = (one.pk for one in two)
    row = joined(*two, email=NOOR)
    heard(actor=acting(NOOR), now=NOW, first=first, second=second, same=True)
    Suggestion.objects.update(merge=row, state="doubted")
    pair = Suggestion.objects.get()
    with pytest.raises(NotFound):
        decide(
            actor=the_landlords(), now=NOW, suggestion_id=pair.pk, verdict="not_same", version=pair.version
        )
    assert Merge.objects.get().apart_at is None
