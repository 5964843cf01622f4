"""The demonstration has two data stewards: a pair of which two people have to agree can be decided in it. They are of one agency, for what was told in
a report that is in no case yet no other agency reads."""

from __future__ import annotations

import pytest

from sentinel.cli.demo.invented import Inventor
from sentinel.cli.demo.story import Cast, sparrow_lane
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.ids import new_id
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import Proposed, decide, fill
from sentinel.matching.steward.queries import Filters, queue, side_by_side
from sentinel.people.models import PersonName
from tests.people.merging import NOOR
from tests.support import PRIYA, acting

IRIS = "iris.tanner@charnwood.example"


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [(NOOR, IRIS), (IRIS, NOOR)])
def test_margaret_and_margret_are_made_one_by_both(first: str, second: str) -> None:
    moment = now()
    today = london_date(moment)
    sparrow_lane(Cast(moment, Inventor(7)))
    acting(PRIYA)
    [margaret, margret] = PersonName.objects.filter(full__in=("Margaret Ellis", "Margret Elis")).values_list(
        "person_id", flat=True
    )
    fill([Proposed(margaret, margret, 14.0, "may_be")], run_id=new_id(), now=moment)
    for steward, state in ((first, "second"), (second, "same")):
        actor = acting(steward)
        [shown] = queue(actor, Filters(), today).pairs
        assert side_by_side(actor, shown.row.pk, today).why_two
        row = decide(
            actor=actor, now=moment, suggestion_id=shown.row.pk, verdict="same", version=shown.row.version
        )
        assert row.state == state
        assert queue(acting(steward), Filters(), today).pairs == ()
    assert Suggestion.objects.get(pk=row.pk).merge is not None
