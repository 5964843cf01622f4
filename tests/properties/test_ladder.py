"""Partnerships, shares and cases are invented, and what each agency can read is compared with a model of the ladder
that knows nothing of policies, SQL or Django."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, open_record, revoke, share
from sentinel.access.queries import desk_of, holders_of, rung_of
from sentinel.audit.models import Entry, History
from sentinel.audit.operations import note
from sentinel.cases.models import Case, Note
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import Event
from sentinel.kernel.ids import new_id
from tests.support import NOW, actor

PEOPLE = (
    "priya.nair@charnwood.example",
    "beth.carr@three-oaks.example",
    "aisha.rahman@police.example",
    "kofi.mensah@soar-valley.example",
)


@dataclass(frozen=True)
class Share:
    """Somebody shares a case with an agency on a rung, perhaps until a moment that has passed."""

    case: int
    with_whom: int
    rung: int
    expired: bool


@dataclass(frozen=True)
class Revoke:
    """The owner ends what an agency reaches."""

    case: int
    from_whom: int


@dataclass
class Model:
    """What the ladder says, in plain Python: who opened which case, and what was given."""

    owners: list[int]
    narrow: list[int | None]
    given: dict[tuple[int, int], int] = field(default_factory=dict)

    def apply(self, step: Share | Revoke) -> None:
        """Follow one step."""
        if isinstance(step, Revoke):
            self.given.pop((step.case, step.from_whom), None)
        else:
            self.given[(step.case, step.with_whom)] = 0 if step.expired else step.rung

    def rung(self, who: int, case: int) -> int:
        """The rung of an agency for a case."""
        return 4 if self.owners[case] == who else self.given.get((case, who), 0)

    def notes(self, who: int, case: int) -> set[str]:
        """The notes that an agency reads: the plain one from READ up, the narrow one where it is in the audience too."""
        if self.rung(who, case) < 2:
            return set()
        found = {f"plain {case}"}
        if who in {self.owners[case], self.narrow[case]}:
            found.add(f"narrow {case}")
        return found


people = st.integers(0, len(PEOPLE) - 1)


@st.composite
def partnerships(draw: st.DrawFn) -> tuple[list[int], list[int | None], list[Share | Revoke]]:
    """Owners of up to three cases, who is in the narrow audience of each, and what happened since."""
    owners = draw(st.lists(people, min_size=1, max_size=3))
    narrow = [draw(st.one_of(st.none(), people)) for _ in owners]
    cases = st.integers(0, len(owners) - 1)
    steps = draw(
        st.lists(
            st.one_of(
                st.builds(Share, case=cases, with_whom=people, rung=st.integers(1, 3), expired=st.booleans()),
                st.builds(Revoke, case=cases, from_whom=people),
            ),
            max_size=8,
        )
    )
    return owners, narrow, [s for s in steps if _other(s) != owners[s.case]]


def _other(step: Share | Revoke) -> int:
    return step.with_whom if isinstance(step, Share) else step.from_whom


def build(actors: list[Actor], owner: int, narrow: int | None, number: int) -> Case:
    me = actors[owner]
    state_actor(me)
    case_id = new_id()
    open_record(actor=me, now=NOW, record_id=case_id, kind=Kind.CASE)
    row = {"origin_agency_id": me.agency, "created_at": NOW, "created_by_id": me.user_id}
    case = Case.objects.create(
        id=case_id, record_id=case_id, reference=f"T-{case_id}"[:24], title="x", category="nuisance",
        national_type="noise", opened_at=NOW, told_at=NOW, owner_agency_id=me.agency, changed_at=NOW, **row,
    )  # fmt: skip
    others = [actors[narrow].agency] if narrow is not None else []
    audience = make_audience(actor=me, now=NOW, holders=others)
    Note.objects.create(record_id=case_id, case=case, text=f"plain {number}", at=NOW, **row)
    Note.objects.create(
        record_id=case_id, audience_id=audience, case=case, text=f"narrow {number}", at=NOW, **row
    )
    raise_event(kind="note_added", actor=me, now=NOW, record_id=case_id, payload={"n": number})
    raise_event(
        kind="note_added",
        actor=me,
        now=NOW,
        record_id=case_id,
        audience_id=audience,
        payload={"n": -number - 1},
    )
    note("view", record_id=case_id, detail={"n": number})
    return case


def carry_out(actors: list[Actor], records: list[uuid.UUID], owners: list[int], step: Share | Revoke) -> None:
    me = actors[owners[step.case]]
    state_actor(me)
    record = records[step.case]
    if isinstance(step, Revoke):
        revoke(actor=me, now=NOW, record_id=record, holder_id=actors[step.from_whom].agency, why="test")
        return
    share(
        actor=me, now=NOW, record_id=record, kind=Kind.CASE, holder_id=actors[step.with_whom].agency,
        rung=Rung(step.rung), what="case", lawful_basis="test",
        until=now() - timedelta(minutes=1) if step.expired else None,
    )  # fmt: skip


@given(partnerships())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_agency_reads_what_the_ladder_says_and_nothing_else(transactional_db: None, invented) -> None:
    owners, narrow, steps = invented
    actors = [actor(email) for email in PEOPLE]
    model = Model(owners, narrow)
    with transaction.atomic():
        cases = [build(actors, owner, narrow[n], n) for n, owner in enumerate(owners)]
        for step in steps:
            model.apply(step)
            carry_out(actors, [case.id for case in cases], owners, step)
        for who, me in enumerate(actors):
            state_actor(me)
            compare(model, who, me, cases)
        transaction.set_rollback(True)


def compare(model: Model, who: int, me: Actor, cases: list[Case]) -> None:
    ids = [case.id for case in cases]
    expected = [model.notes(who, n) for n in range(len(cases))]
    readable = {n for n in range(len(cases)) if model.rung(who, n) >= 2}
    assert set(Case.objects.filter(id__in=ids).values_list("id", flat=True)) == {ids[n] for n in readable}
    assert set(Note.objects.filter(case_id__in=ids).values_list("text", flat=True)) == set().union(*expected)
    said = {event.payload["n"] for event in Event.objects.filter(record_id__in=ids)}
    assert said == set(readable) | {-n - 1 for n in readable if f"narrow {n}" in expected[n]}
    words = History.objects.filter(record_id__in=ids, table="cases_note").values_list(
        "after__text", flat=True
    )
    assert set(words) == set().union(*expected)
    owned = {n for n in range(len(cases)) if model.rung(who, n) == 4}
    views = Entry.objects.filter(record_id__in=ids, kind="view").values_list("detail__n", flat=True)
    assert set(views) == owned
    for n, record in enumerate(ids):
        rung = model.rung(who, n)
        assert rung_of(me, record) == rung
        assert bool(holders_of(me, record)) == (rung >= 2)
        assert (desk_of(me, record) is not None) == (rung >= 1)
        changed = Note.objects.filter(case_id=record, text=f"plain {n}").update(standing="fact")
        assert changed == (1 if rung >= 3 else 0)
