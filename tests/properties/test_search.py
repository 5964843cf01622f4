"""What the box finds for four agencies, compared with a model of the ladder that knows nothing of policies, SQL or Django."""

from __future__ import annotations

from django.db import transaction
from hypothesis import HealthCheck, given, settings

from sentinel.cases.models import Case, Note
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from sentinel.search import rules
from sentinel.search.persons import find_people
from sentinel.search.queries import PROSE, Within, find_texts
from tests.properties.test_ladder import PEOPLE, Model, build, carry_out, partnerships
from tests.support import NOW, actor

NAMES = ("Abernathy", "Bickerstaff", "Culpepper")


@given(partnerships())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_agency_finds_what_the_ladder_says_and_counts_nothing_else(
    transactional_db: None, invented
) -> None:
    owners, narrow, steps = invented
    actors = [actor(email) for email in PEOPLE]
    model = Model(owners, narrow)
    with transaction.atomic():
        cases = []
        for number, owner in enumerate(owners):
            cases.append(build(actors, owner, narrow[number], number))
            me = actors[owner]
            facts = Facts(name=NameGiven(full=f"Ann {NAMES[number]}"))
            add_person(actor=me, now=NOW, record_id=cases[-1].id, facts=facts)
        for step in steps:
            model.apply(step)
            carry_out(actors, [case.id for case in cases], owners, step)
        for who, me in enumerate(actors):
            state_actor(me)
            compare(model, who, me, cases)
        transaction.set_rollback(True)


def compare(model: Model, who: int, me: Actor, cases: list[Case]) -> None:
    expected: set[str] = set().union(*(model.notes(who, number) for number in range(len(cases))))
    for word in ("plain", "narrow"):
        found = find_texts(me, rules.read(word), now(), kinds=PROSE, within=Within())
        ours = set(
            Note.objects.filter(id__in=[line.hit.id for line in found.lines]).values_list("text", flat=True)
        )
        wanted = {one for one in expected if one.startswith(word)}
        assert ours == wanted
        assert found.count == len(wanted), "a hidden row is not counted either"
    for number, name in enumerate(NAMES[: len(cases)]):
        found = find_people(me, rules.read(f"Anne {name[:-1]}"), now(), within=Within())
        shown = [one.name for one in found.lines]
        assert (f"Ann {name}" in shown) == (model.rung(who, number) >= 2)
        assert found.count == len(shown)
