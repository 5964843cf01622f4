"""Who reaches many cases of others reads figures of theirs as of a moment; one's own are counted at once, and the two are the same figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sentinel.access.operations import make_audience, revoke
from sentinel.cases.operations import add_party
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.insight.matters import Chosen, figures_by_team
from sentinel.insight.rules import Figures, total
from sentinel.insight.sharing import FRESH, count_shared, counted_for
from tests.cases.making import a_case, a_party, a_person, agency
from tests.insight.test_figures import BETH, KOFI, share
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, signed_in, user


def count(as_worker, many: int, at: datetime = NOW) -> int:
    with as_worker(), transaction.atomic():
        state_actor(SYSTEM)
        return count_shared(now=at, many=many)


def part(found: dict, reader: Actor, *, own: bool) -> Figures:
    return total(one for (agency, _), one in found.items() if (agency == reader.agency_id) == own)


def test_they_are_those_that_the_reader_would_count_and_as_old_as_the_page_says(as_worker) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case, other = a_case(priya), a_case(priya)
        share(priya, case, "three-oaks")
        assessed(priya, case, a_party(priya, case), vulnerable="unknown")
        a_party(priya, case, "Joan Ellis")
        audience = make_audience(actor=priya, now=NOW, named=[user(PRIYA).pk])
        hidden = add_party(
            actor=priya, now=NOW, case_or_record=case, kind="person", person=a_person(priya, case.id, "Hidden Name"),
            roles=("victim",), audience_id=audience,
        )  # fmt: skip
        assessed(priya, case, hidden, vulnerable="unknown", safeguarding="unknown")
        a_party(priya, other, "Ike Ellis")
        a_case(acting(BETH))
    assert count(as_worker, 1_000) == 0
    with transaction.atomic():
        beth = acting(BETH)
        live = counted_for(beth, NOW, Chosen())
        assert live.shared_at is None
        assert total(live.figures.values()) == Figures(cases=2, people=2, unknown=(1, 0, 0, 0, 0)), (
            "what the assessment of somebody guarded says is not counted"
        )
    assert count(as_worker, 0) >= 1
    with transaction.atomic():
        beth = acting(BETH)
        counted = counted_for(beth, NOW, Chosen())
        assert counted.figures == live.figures
        assert counted.shared_at == NOW
        assert counted_for(acting(KOFI), NOW, Chosen()).figures == {}, "a holder is told its own alone"
    with transaction.atomic():
        priya = acting(PRIYA)
        a_party(priya, case, "Sue Ellis", now=NOW + timedelta(minutes=1))
        a_party(acting(BETH), a_case(acting(BETH)), "Tom Bell")
        beth = acting(BETH)
        after = counted_for(beth, NOW, Chosen())
        now_there = figures_by_team(beth, NOW)
    assert part(after.figures, beth, own=True) == part(now_there, beth, own=True), (
        "one's own are counted at once"
    )
    then, there = part(after.figures, beth, own=False), part(now_there, beth, own=False)
    assert there.people == then.people + 1, "those of others as of then"
    count(as_worker, 0, now())
    assert "Those of other agencies were counted" in signed_in(BETH).get("/compliance").content.decode()
    assert "Those of other agencies were counted" not in signed_in(PRIYA).get("/compliance").content.decode()


def test_what_was_counted_too_long_ago_is_not_read_but_counted_anew(as_worker) -> None:
    """With the worker down, a case that is no longer shared does not stay in the numbers."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya)
        share(priya, case, "three-oaks")
        a_party(priya, case)
    assert count(as_worker, 0) >= 1
    with transaction.atomic():
        priya = acting(PRIYA)
        revoke(
            actor=priya,
            now=NOW,
            record_id=case.pk,
            holder_id=agency("three-oaks").pk,
            why="No longer involved.",
        )
        young = counted_for(acting(BETH), NOW + FRESH - timedelta(seconds=1), Chosen())
        assert (young.shared_at, total(young.figures.values()).cases) == (NOW, 1)
        old = counted_for(acting(BETH), NOW + FRESH, Chosen())
        assert (old.shared_at, old.figures) == (None, {})
