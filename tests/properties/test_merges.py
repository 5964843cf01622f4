"""People are invented, merged, told more of and taken apart in any order, while their records are shared and shares end; what each
reader sees is compared with the model of the ladder, which knows nothing of merges: of the whole what they see of each, and no more.
At the end every row stands as it was told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, open_record
from sentinel.foundation.actor import Actor, state_actor
from sentinel.kernel.errors import Conflict, NotFound
from sentinel.kernel.ids import new_id
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.merging import merge, preview, take_apart
from sentinel.people.models import Merge, Person
from sentinel.people.operations import add_name
from sentinel.people.provenance import provenance
from sentinel.people.queries import facts_of, get_person
from sentinel.people.whole import wholes
from sentinel.people.writing import write_facts, write_person
from tests.people.merging import NOOR, rows_of
from tests.properties.test_ladder import PEOPLE as HOLDERS
from tests.properties.test_ladder import Model as Ladder
from tests.properties.test_ladder import Revoke, Share, carry_out
from tests.support import NOW, PRIYA, actor

PEOPLE, RECORDS = 4, 3
OWNER, *OTHERS = range(len(HOLDERS))
# Each reader with the agency that they read for, by its place on the ladder.
READERS = {NOOR: OWNER} | {email: number for number, email in enumerate(HOLDERS)}


@dataclass(frozen=True)
class Join:
    """The steward makes two one."""

    first: int
    second: int


@dataclass(frozen=True)
class Part:
    """The steward takes apart the merge of this place among those that hold."""

    which: int


@dataclass(frozen=True)
class Tell:
    """The officer is told another name of somebody, perhaps for herself alone."""

    person: int
    record: int
    narrow: bool


Step = Join | Part | Tell | Share | Revoke
people = st.integers(0, PEOPLE - 1)
records = st.integers(0, RECORDS - 1)
others = st.sampled_from(OTHERS)
steps = st.lists(
    st.one_of(
        st.builds(Join, first=people, second=people),
        st.builds(Join, first=people, second=people),
        st.builds(Part, which=st.integers(0, 3)),
        st.builds(Tell, person=people, record=records, narrow=st.booleans()),
        st.builds(Share, case=records, with_whom=others, rung=st.integers(1, 3), expired=st.booleans()),
        st.builds(Revoke, case=records, from_whom=others),
    ),
    min_size=2,
    max_size=9,
)


@dataclass
class Model:
    """Who was told of where, and which merges hold: in plain Python."""

    ladder: Ladder
    told: list[tuple[int, int, bool, uuid.UUID]] = field(default_factory=list)
    holds: list[tuple[int, int]] = field(default_factory=list)

    def own(self, reader: str, person: int) -> set[uuid.UUID]:
        """The facts of one id that a reader sees."""
        return {
            row for who, record, narrow, row in self.told
            if who == person and self.ladder.rung(READERS[reader], record) >= Rung.READ and (not narrow or reader == PRIYA)
        }  # fmt: skip

    def whole(self, person: int) -> set[int]:
        """Who is one with somebody."""
        found, more = {person}, True
        while more:
            more = False
            for first, second in self.holds:
                if (first in found) != (second in found):
                    found |= {first, second}
                    more = True
        return found


@dataclass
class World:
    """The same in the database."""

    actors: dict[str, Actor]
    records: list[uuid.UUID]
    people: list[Person]
    narrow: uuid.UUID
    merges: dict[tuple[int, int], Merge] = field(default_factory=dict)

    def as_(self, email: str) -> Actor:
        """Who acts from now on."""
        state_actor(self.actors[email])
        return self.actors[email]


def build(homes: list[int], model: Model) -> World:
    actors = {email: actor(email) for email in READERS}
    priya = actors[PRIYA]
    state_actor(priya)
    made = [new_id() for _ in range(RECORDS)]
    for record in made:
        open_record(actor=priya, now=NOW, record_id=record, kind=Kind.CASE)
    assert priya.user_id
    world = World(actors, made, [], make_audience(actor=priya, now=NOW, named=[priya.user_id]))
    for number, home in enumerate(homes):
        given_ = provenance(actor=priya, now=NOW, record_id=made[home])
        facts = Facts(name=NameGiven(full=f"Person {'ABCD'[number]}"))
        person = write_person(actor=priya, now=NOW, given=given_, facts=facts)
        mail = Facts(emails=[f"{number}@example.org"])
        write_facts(actor=priya, now=NOW, given=given_, person_id=person.pk, facts=mail)
        world.people.append(person)
        for row in facts_of(priya, [person.pk])[person.pk].rows:
            model.told.append((number, home, False, row.pk))
    return world


def follow(world: World, model: Model, step: Step) -> None:
    if isinstance(step, Join):
        noor = world.as_(NOOR)
        first, second = world.people[step.first].pk, world.people[step.second].pk
        if step.second in model.whole(step.first):
            with pytest.raises(Conflict):
                merge(actor=noor, now=NOW, first=first, second=second, why="test")
            return
        seen = preview(noor, first, second).seen
        row = merge(actor=noor, now=NOW, first=first, second=second, why="test", seen=seen)
        model.holds.append((step.first, step.second))
        world.merges[step.first, step.second] = row
    elif isinstance(step, Part):
        if model.holds:
            pair = model.holds.pop(step.which % len(model.holds))
            take_apart(actor=world.as_(NOOR), now=NOW, merge_id=world.merges.pop(pair).pk, why="test")
    elif isinstance(step, Share | Revoke):
        model.ladder.apply(step)
        carry_out([world.actors[email] for email in HOLDERS], world.records, model.ladder.owners, step)
    else:
        row = add_name(
            actor=world.as_(PRIYA), now=NOW, person_id=world.people[step.person].pk, record_id=world.records[step.record],
            full=f"Name {len(model.told)}", audience_id=world.narrow if step.narrow else None,
        )  # fmt: skip
        model.told.append((step.person, step.record, step.narrow, row.pk))


def compare(world: World, model: Model) -> None:
    ids = [one.pk for one in world.people]
    for email in READERS:
        me = world.as_(email)
        together = facts_of(me, ids)
        for number, person in enumerate(ids):
            own, members = model.own(email, number), model.whole(number)
            expected = set().union(*(model.own(email, one) for one in members))
            assert ({row.pk for row in together[person].rows} if person in together else set()) == expected
            if own:
                assert {row.pk for row in get_person(me, person, log=False).rows} == expected
            else:
                with pytest.raises(NotFound):
                    get_person(me, person, log=False)
        seen = {
            (first, second)
            for first, second in model.holds
            if model.own(email, first) and model.own(email, second)
        }
        shown = set(Merge.objects.filter(apart_at__isnull=True).values_list("pk", flat=True))
        assert shown == {world.merges[pair].pk for pair in seen}
    for number, one in enumerate(wholes(ids).values()):
        assert one.ids == {ids[other] for other in model.whole(number)}


@given(
    homes=st.lists(records, min_size=PEOPLE, max_size=PEOPLE),
    happened=steps,
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_reader_sees_of_the_whole_what_they_saw_of_each_and_all_comes_apart_to_the_same_rows(
    transactional_db: None, homes: list[int], happened: list[Step]
) -> None:
    with transaction.atomic():
        model = Model(Ladder([OWNER] * RECORDS, [None] * RECORDS))
        world = build(homes, model)
        ids = [one.pk for one in world.people]
        world.as_(PRIYA)
        stood = rows_of(ids)
        for step in happened:
            follow(world, model, step)
            world.as_(PRIYA)
            stood |= rows_of(ids)  # what was told stays as it was told: nothing may leave this set's count
            compare(world, model)
        while model.holds:
            follow(world, model, Part(0))
        compare(world, model)
        world.as_(PRIYA)
        assert rows_of(ids) == stood
        for number, person in enumerate(ids):
            own = {row.pk for row in facts_of(world.as_(PRIYA), [person])[person].rows}
            assert own == model.own(PRIYA, number)
        transaction.set_rollback(True)
