"""A pair that several runs found: each run keeps telling of it, and it leaves the queue when none of them stands any more."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sentinel.cases.models import Case
from sentinel.kernel.clock import london_date
from sentinel.matching.batch.queries import Outcome, outcome
from sentinel.matching.operations import say_same
from sentinel.matching.steward.models import Proposal, Suggestion
from sentinel.matching.steward.operations import Proposed, compare_by_hand, decide, fill, throw_away
from sentinel.matching.steward.queries import Filters, queue
from sentinel.people.models import Person
from tests.cases.making import a_case
from tests.people.merging import NOOR, PHONES, somebody
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
TODAY = london_date(NOW)
FIRST, SECOND, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def case(db: None) -> Case:
    return a_case(acting(PRIYA))


@pytest.fixture
def three(case: Case) -> list[Person]:
    return [
        somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Anne Lea", "A Lee"))
    ]


def found(run: uuid.UUID, one: Person, other: Person, bits: float = 21.0, band: str = "very_likely") -> int:
    acting(PRIYA)
    return fill([Proposed(one.pk, other.pk, bits, band)], run_id=run, now=NOW)


def waiting(**given: uuid.UUID) -> list[uuid.UUID]:
    return [one.row.pk for one in queue(acting(NOOR), Filters(**given), TODAY).pairs]  # type: ignore[arg-type]


def test_what_an_earlier_run_found_stays_when_a_later_one_is_thrown_away(three: list[Person]) -> None:
    for run in (FIRST, SECOND, THIRD):
        found(run, three[0], three[1])
    found(THIRD, three[0], three[2])
    assert throw_away(run_id=THIRD) == 1
    assert len(waiting()) == 1
    assert throw_away(run_id=FIRST) == 0
    assert throw_away(run_id=SECOND) == 1, "none is left that proposes it"
    assert waiting() == []
    assert throw_away(run_id=SECOND) == 0


def test_an_earlier_run_that_is_thrown_away_takes_nothing_from_a_later_one(three: list[Person]) -> None:
    found(FIRST, three[0], three[1])
    found(SECOND, three[0], three[1])
    assert throw_away(run_id=FIRST) == 0
    assert len(waiting()) == 1


def test_a_run_keeps_telling_of_its_own_pairs_whoever_found_them_too(three: list[Person]) -> None:
    ann, anne, lee = three
    for run in (FIRST, SECOND):
        found(run, ann, anne)
        found(run, anne, lee)
    found(SECOND, ann, lee)
    [one, other] = Suggestion.objects.filter(proposals__run_id=FIRST).order_by("pk")
    decide(actor=acting(NOOR), now=NOW, suggestion_id=one.pk, verdict="not_same", version=one.version)
    decide(actor=acting(NOOR), now=NOW, suggestion_id=other.pk, verdict="later", version=other.version)
    found(THIRD, ann, lee)
    assert outcome(FIRST) == Outcome(waiting=0, later=1, same=0, not_same=1, withdrawn=0)
    assert outcome(SECOND) == Outcome(waiting=1, later=1, same=0, not_same=1, withdrawn=0)
    assert outcome(SECOND).proposed == 3
    assert outcome(THIRD) == Outcome(waiting=1, later=0, same=0, not_same=0, withdrawn=0)


def test_what_was_decided_before_a_run_is_none_of_its_proposals(three: list[Person]) -> None:
    found(FIRST, three[0], three[1])
    row = Suggestion.objects.get()
    decide(actor=acting(NOOR), now=NOW, suggestion_id=row.pk, verdict="not_same", version=row.version)
    assert found(SECOND, three[0], three[1]) == 0
    assert outcome(SECOND).proposed == 0


def test_what_was_left_for_later_is_a_proposal_of_the_run_that_finds_it_again(three: list[Person]) -> None:
    found(FIRST, three[0], three[1])
    row = Suggestion.objects.get()
    decide(actor=acting(NOOR), now=NOW, suggestion_id=row.pk, verdict="later", version=row.version)
    assert found(SECOND, three[0], three[1]) == 0, "no run opens it"
    assert outcome(SECOND) == Outcome(waiting=0, later=1, same=0, not_same=0, withdrawn=0)


def test_a_pair_weighs_what_the_runs_that_stand_say_of_it(three: list[Person]) -> None:
    found(FIRST, three[0], three[1], 12.0, "may_be")
    found(SECOND, three[0], three[1], 40.0)
    row = Suggestion.objects.get()
    assert (row.bits, row.band) == (40.0, "very_likely")
    told = Proposal.objects.order_by("run_id").values_list("run_id", "bits", "band")
    assert list(told) == [(FIRST, 12.0, "may_be"), (SECOND, 40.0, "very_likely")]
    throw_away(run_id=SECOND)
    row.refresh_from_db()
    assert (row.bits, row.band, row.state) == (12.0, "may_be", "open")
    throw_away(run_id=FIRST)
    found(THIRD, three[0], three[1], 9.0, "may_be")
    row.refresh_from_db()
    assert (row.bits, row.state) == (9.0, "open"), "what a run weighed that was thrown away says nothing"


def test_what_somebody_said_or_compared_stays_with_its_weight(three: list[Person], case: Case) -> None:
    ann, anne, lee = three
    found(FIRST, ann, anne)
    say_same(actor=acting(PRIYA), now=NOW, record_id=case.id, first=ann.pk, second=anne.pk, how="She told me")
    found(SECOND, ann, anne)
    row = compare_by_hand(actor=acting(NOOR), now=NOW, first=ann.pk, second=lee.pk)
    found(SECOND, ann, lee)
    assert throw_away(run_id=FIRST) == 0
    assert throw_away(run_id=SECOND) == 0
    assert set(waiting()) == {row.pk, Suggestion.objects.get(source="said").pk}
    assert set(Suggestion.objects.values_list("bits", flat=True)) == {100.0}
    assert outcome(SECOND).waiting == 2


def test_the_queue_by_a_run_shows_what_that_run_found(three: list[Person]) -> None:
    found(FIRST, three[0], three[1])
    found(SECOND, three[0], three[1])
    found(SECOND, three[0], three[2])
    assert len(waiting(run=FIRST)) == 1
    assert len(waiting(run=SECOND)) == 2
    assert waiting(run=THIRD) == []


def test_a_run_that_is_gone_on_with_tells_of_each_pair_once(three: list[Person]) -> None:
    for _ in range(2):
        found(FIRST, three[0], three[1])
    assert outcome(FIRST).proposed == 1


def test_as_many_queries_however_many_pairs_a_run_found(three: list[Person]) -> None:
    ann, anne, lee = three
    pairs = [
        Proposed(one.pk, other.pk, 20.0, "may_be") for one, other in ((ann, anne), (anne, lee), (lee, ann))
    ]
    counts = []
    for many in (1, 3):
        acting(PRIYA)
        with CaptureQueriesContext(connection) as asked:
            fill(pairs[:many], run_id=FIRST, now=NOW)
            throw_away(run_id=FIRST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
