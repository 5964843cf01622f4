"""A run over all records, as the worker, who sees all: what it finds is shown to nobody who may not see enough of both."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction

from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.matching.steward import queries
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import Proposed, decide, fill, throw_away
from sentinel.matching.steward.queries import Filters, queue, side_by_side
from tests.cases.making import a_case
from tests.people.merging import NOOR, joined, somebody
from tests.support import NOW, PRIYA, acting

MARTA = "marta.nowak@city.example"
TODAY = london_date(NOW)
RUN = uuid.UUID(int=5)


def test_a_pair_across_two_ladders_is_shown_to_who_stands_on_both(
    as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        ours, mine = somebody("Ann Lee", case), somebody("Anne Lee", case)
        one, whole = somebody("Bo Ray", case), somebody("Beau Ray", case)
        joined(one, whole)
        theirs = a_case(acting(MARTA), title="Noise in the city")
        stranger = somebody("Ann Lee", theirs, email=MARTA)
    pairs = [
        Proposed(ours.pk, stranger.pk, 30.0, "very_likely"),
        Proposed(mine.pk, ours.pk, 20.0, "very_likely"),
        Proposed(ours.pk, mine.pk, 20.0, "very_likely"),
        Proposed(one.pk, whole.pk, 20.0, "very_likely"),
        Proposed(one.pk, one.pk, 99.0, "very_likely"),
    ]
    with as_worker():
        assert fill(iter(pairs), run_id=RUN, now=NOW) == 2
        hidden = Suggestion.objects.get(bits=30.0).pk
    for email in (NOOR, PRIYA, MARTA):
        with transaction.atomic():
            acting(email)
            assert not Suggestion.objects.filter(pk=hidden).exists()
    with transaction.atomic():
        noor = acting(NOOR)
        [shown] = queue(noor, Filters(), TODAY).pairs
        assert {shown.first, shown.second} == {"Ann Lee", "Anne Lee"}
        with pytest.raises(NotFound):
            side_by_side(noor, hidden, TODAY)
        # Who may see few of very many is not kept waiting: so many are looked through, and the page leads on.
        monkeypatch.setattr(queries, "LOOKED_THROUGH", 1)
        monkeypatch.setattr(queries, "MOST_LOOKS", 1)
        none_yet = queue(noor, Filters(), TODAY)
        assert none_yet.pairs == ()
        assert none_yet.next is not None
        assert queue(noor, Filters(), TODAY, after=none_yet.next).pairs == (shown,)
        monkeypatch.undo()
        with pytest.raises(NotFound):
            decide(actor=noor, now=NOW, suggestion_id=hidden, verdict="same", version=1)
        decide(actor=noor, now=NOW, suggestion_id=shown.row.pk, verdict="not_same", version=1)
    with as_worker():
        assert fill(pairs, run_id=uuid.UUID(int=6), now=NOW) == 1, (
            "what a person has decided is not asked again"
        )
        assert throw_away(run_id=RUN) == 0
        assert throw_away(run_id=uuid.UUID(int=6)) == 1
