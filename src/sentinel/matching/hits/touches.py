"""What searches met and were not told: for the owners of what they met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from sentinel.access.models import Reach, Rung
from sentinel.audit.operations import note
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.matching.hits.models import Touch
from sentinel.reports.models import Report

MAY_NOT_SEE = "The people who share your agency's records see what searches have touched."
SHOWN = 100
MET = {"person": "Somebody in it", "place": "Its address"}


@dataclass(frozen=True)
class Touched:
    """One touch with the names that a reader needs: of which record of theirs."""

    row: Touch
    reference: str
    is_case: bool

    @property
    def met(self) -> str:
        """What the search met, in words."""
        return MET.get(self.row.met, self.row.met)


def unseen(actor: Actor) -> QuerySet[Touch]:
    """The touches of records that the actor's agency owns and of which nobody there has said that they have seen them."""
    mine = Reach.objects.filter(holder_id=actor.agency, rung=Rung.OWNER, record_id=OuterRef("record_id"))
    return Touch.objects.filter(Exists(mine), seen_at__isnull=True)


def touched(actor: Actor) -> list[Touched]:
    """What searches of others met in the agency's records, unseen first, then the newest; 100 at most. Three queries.

    What was met behind a narrower audience is there for that audience alone. Raises Refused without the right.
    """
    actor.require("share_case", MAY_NOT_SEE)
    mine = Reach.objects.filter(holder_id=actor.agency, rung=Rung.OWNER, record_id=OuterRef("record_id"))
    rows = list(
        Touch.objects.filter(Exists(mine))
        .select_related("by_user", "by_agency")
        .order_by("-seen_at", "-created_at")[:SHOWN]
    )
    ids = {row.record_id for row in rows}
    cases = dict(Case.objects.filter(pk__in=ids).values_list("id", "reference"))
    left = ids - cases.keys()
    reports = dict(Report.objects.filter(pk__in=left).values_list("id", "reference")) if left else {}
    return [
        Touched(row, cases.get(row.record_id) or reports.get(row.record_id, ""), row.record_id in cases)
        for row in rows
    ]


@transaction.atomic
def mark_seen(*, actor: Actor, now: datetime, up_to: datetime) -> int:
    """Say that the touches up to a moment (UTC), those that the page showed, have been seen. Returns how many."""
    actor.require("share_case", MAY_NOT_SEE)
    done = unseen(actor).filter(created_at__lte=up_to).update(seen_at=now, seen_by_id=actor.user_id)
    note("touches_seen", subject="touches", detail={"count": done})
    return done
