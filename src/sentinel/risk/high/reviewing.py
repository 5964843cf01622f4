"""A marker that is shown is looked at again: on its day, or when the person whom it protects moves."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.accounts.queries import agency_with
from sentinel.cases.models import Case, PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.text import filled
from sentinel.people.models import AddressLink
from sentinel.people.provenance import provenance
from sentinel.risk.high.models import Marker, MarkerReview
from sentinel.risk.high.operations import let_workers_reach
from sentinel.risk.high.queries import marker_terms
from sentinel.risk.high.telling import tell_case

CHANGED = "Somebody has changed, reviewed or ended this marker meanwhile. Look at it again."


def may_review(actor: Actor, marker: Marker) -> bool:
    """Whether the actor reviews a marker: the control room of the police, or a supervisor who works on the case; never whoever
    proposed it."""
    if marker.created_by_id == actor.user_id or actor.agency_id is None:
        return False
    if actor.may("answer_markers") and agency_with(actor.agency_id).kind == "police":
        return True
    return actor.may("lower_band") and rung_of(actor, marker.high_risk.case_id) >= Rung.WRITE


def review_marker(
    *, actor: Actor, now: datetime, marker_id: uuid.UUID, version: int, stays: bool, reason: str
) -> MarkerReview:
    """Decide that a marker stays, which renews it by the rule `high-risk-marker`, or that it ends: then the control room takes it off.

    Raises NotFound, Refused for who does not review it, Invalid (reason), Conflict where it changed meanwhile or is not shown.
    """
    marker = Marker.objects.select_related("high_risk").filter(pk=marker_id).first()
    if marker is None:
        raise NotFound()
    if not may_review(actor, marker):
        raise Refused(
            "The control room, or a supervisor who works on the case, reviews a marker; never whoever proposed it."
        )
    said = filled("reason", reason, "Say why it stays or ends.", longest=2000)
    today = london_date(now)
    row = MarkerReview(
        **provenance(actor=actor, now=now, record_id=marker.record_id), marker=marker, reviewed_at=now,
        reviewed_by_id=actor.user_id, because=marker.review_because, stays=stays, reason=said,
    )  # fmt: skip
    change: dict[str, object] = {"reviewed_at": now, "review_asked_at": None, "review_because": ""}
    if stays:
        terms = marker_terms(marker.high_risk.subject, today)
        if terms is None:
            raise Invalid("The local rule has no marker of this kind any more. It can only end.")
        _, row.review_on, ends = terms.days(today)
        change |= {"review_on": row.review_on, "ends_on": max(ends, marker.ends_on)}
    else:
        change |= {"state": "ending", "ended_at": now}
    done = Marker.objects.filter(pk=marker.pk, version=version, state="accepted").update(
        version=F("version") + 1, **change
    )
    if not done:
        raise Conflict(CHANGED)
    row.save(force_insert=True)
    tell_case("marker_reviewed", marker.id, now)
    return row


def ask_reviews_after_move(*, actor: Actor, now: datetime, case: Case) -> int:
    """Have the markers of a case looked at whose people live elsewhere than when they were proposed or looked at last: a place's
    where a victim has moved from it, a person's own where that person has. Returns how many; each is asked for once.

    Only what this case itself tells counts: what another agency knows of a move is not told by a marker.
    """
    let_workers_reach(case)
    shown = Marker.objects.filter(high_risk__case=case, state="accepted", review_asked_at__isnull=True)
    asked = 0
    for marker in shown.select_related("high_risk"):
        because = _moved(case, marker)
        if because:
            asked += Marker.objects.filter(pk=marker.pk, state="accepted").update(
                review_asked_at=now, review_because=because, version=F("version") + 1
            )
            raise_event(
                kind="marker_review_asked", actor=actor, now=now, record_id=marker.record_id, subject_id=marker.id,
                payload={"because": because},
            )  # fmt: skip
    return asked


def _moved(case: Case, marker: Marker) -> str:
    """Why a marker is to be looked at: a key of Marker.BECAUSE, "" where nobody has moved."""
    row = marker.high_risk
    if row.party_id is None:
        victims = PartyRole.objects.filter(party__case=case, role="victim", until__isnull=True)
        whose = PartyIdentity.objects.filter(party_id__in=victims.values("party_id"))
    else:
        whose = PartyIdentity.objects.filter(party_id=row.party_id)
    homes = AddressLink.objects.filter(
        person_id__in=whose.values("person_id"), record_id=case.id, kind="lives", ended_at__isnull=True,
        created_at__gt=marker.reviewed_at or marker.proposed_at,
    )  # fmt: skip
    if row.place_id is not None:
        homes = homes.exclude(place_id=row.place_id)
    open_to_all = [home.audience_id is None and not home.safe_address for home in homes]
    if not open_to_all:
        return ""
    return "moved" if any(open_to_all) else "asked"
