"""Reading high risk: what one was told of, what the control room has to answer, and the protocol."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, QuerySet, SmallIntegerField, When

from sentinel.access.models import Reach, Rung
from sentinel.accounts.queries import agency_with
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound, Refused
from sentinel.questionnaires.queries import rule_contents
from sentinel.risk.high import rules
from sentinel.risk.high.models import HighRisk, Marker, MarkerReview, ToldOfHighRisk

TOLD_RULE, MARKER_RULE = "high-risk-told", "high-risk-marker"
MOST = 200


def protocol_on(on: date) -> list[rules.Telling]:
    """Who is told in which step, as the rule stands on a day in London. One query."""
    content: Mapping[str, list[Mapping[str, object]]] = rule_contents([TOLD_RULE], on).get(TOLD_RULE, {})
    return rules.tellings(content.get("items", []))


def marker_terms(subject: str, on: date) -> rules.Terms | None:
    """The terms of a marker for a subject of assessment; None where none is made. One query."""
    content: Mapping[str, list[Mapping[str, object]]] = rule_contents([MARKER_RULE], on).get(MARKER_RULE, {})
    return rules.terms(content.get("items", []), subject)


def role_words(on: date) -> dict[str, str]:
    """The protocol's roles in words, as the rule stands on a day in London. One query."""
    return {line.key: line.words for line in protocol_on(on)}


def in_hands() -> Exists:
    """Of a line of ToldOfHighRisk: that somebody of its role or of a later step has acknowledged. Then nobody waits for it any more."""
    others = ToldOfHighRisk.objects.filter(high_risk=OuterRef("high_risk"), acknowledged_at__isnull=False)
    return Exists(others.filter(Q(role=OuterRef("role")) | Q(step__gt=OuterRef("step"))))


def to_acknowledge(user_id: uuid.UUID) -> QuerySet[ToldOfHighRisk]:
    """What somebody was told of and is to acknowledge: also late, for as long as a risk that lasts is in nobody's hands."""
    return ToldOfHighRisk.objects.filter(
        Q(passed_on_at__isnull=True) | ~in_hands(), user_id=user_id, acknowledged_at__isnull=True,
        high_risk__ended_at__isnull=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """High risk that the actor was told of: `told` is their own line."""

    high_risk: HighRisk
    told: ToldOfHighRisk
    opens: bool
    has_marker: bool = False

    @property
    def district(self) -> str:
        """The district of its place; "" where it is not known."""
        place = self.high_risk.place
        return place.district.name if place is not None and place.district is not None else ""

    @property
    def why(self) -> str:
        """Whom it is about and why one is told, in a line that names nobody."""
        return rules.WHY.get(self.high_risk.subject, rules.WHY_OTHER)


def told_to(actor: Actor) -> list[Mine]:
    """What the actor was told of and is not over: to be acknowledged first, the earliest due first. One query.

    `opens` says whether the actor may open the case, `has_marker` whether a marker tells whom and where it is about.
    """
    may_read = Case.objects.filter(pk=OuterRef("high_risk__case_id"))
    told_by = Marker.objects.filter(high_risk=OuterRef("high_risk_id"), state__in=rules.TELLS)
    rows = (
        ToldOfHighRisk.objects.filter(user=actor.user_id, high_risk__ended_at__isnull=True)
        .select_related("high_risk__place__district")
        .annotate(opens=Exists(may_read), has_marker=Exists(told_by))
        .order_by(F("acknowledged_at").desc(nulls_first=True), "due_at", "id")[:MOST]
    )
    seen: dict[uuid.UUID, Mine] = {}
    for row in rows:
        kept = seen.get(row.high_risk_id)
        if kept is None or (kept.told.acknowledged_at and not row.acknowledged_at):
            seen[row.high_risk_id] = Mine(row.high_risk, row, row.opens, row.has_marker)
    return sorted(seen.values(), key=lambda one: (one.told.acknowledged_at is not None, one.told.due_at))


def in_control_room(actor: Actor) -> None:
    """Raise Refused unless the actor sits in a control room of the police."""
    actor.require("answer_markers", "Only the control room looks at markers.")
    if actor.agency_id is None or agency_with(actor.agency_id).kind != "police":
        raise Refused("Only the control room of the police looks at markers.")


def markers(actor: Actor, on: date) -> list[Marker]:
    """What the control room has to answer, to take off or, on a day in London, to look at again, then what else it shows; each kind
    by when it is due. Two queries.

    Raises Refused for anybody else.
    """
    in_control_room(actor)
    due = When(to_review(on), then=2)
    order = Choose(
        When(state="proposed", then=0), When(state="ending", then=1), due, default=3,
        output_field=SmallIntegerField(),
    )  # fmt: skip
    rows = _markers().filter(state__in=rules.LIVE).annotate(place_in_list=order)
    return list(rows.order_by("place_in_list", "answer_due", "id")[:MOST])


def markers_to_review(actor: Actor, on: date) -> list[Marker]:
    """The markers that a supervisor is to look at on a day in London: those that are due, in cases that the actor works on, the
    longest due first. One query, none for who is no supervisor."""
    if not actor.may("lower_band"):
        return []
    works = Reach.objects.filter(
        record_id=OuterRef("high_risk__case_id"), holder_id__in=actor.holders, rung__gte=Rung.WRITE
    )
    rows = _markers().filter(to_review(on), Exists(works))
    return list(rows.exclude(created_by_id=actor.user_id).order_by("review_on", "id")[:MOST])


def marker_with(actor: Actor, marker_id: uuid.UUID) -> Marker:
    """One marker that is proposed, shown or to be taken off, for the control room. Raises Refused for anybody else, NotFound."""
    in_control_room(actor)
    found = _markers().filter(pk=marker_id, state__in=rules.LIVE).first()
    if found is None:
        raise NotFound()
    return found


def to_review(on: date) -> Q:
    """Of a marker: that it is shown and due to be looked at on a day in London (`Marker.is_to_review`)."""
    return Q(Q(review_asked_at__isnull=False) | Q(review_on__lte=on), state="accepted")


def marker_told_to(actor: Actor, high_risk_id: uuid.UUID) -> Marker:
    """The marker of high risk that the actor was told of and that lasts: whom it is about, and where. Raises NotFound for who was not
    told, and where there is none."""
    mine = ToldOfHighRisk.objects.filter(high_risk=OuterRef("high_risk_id"), user=actor.user_id)
    rows = _markers().filter(
        Exists(mine), high_risk_id=high_risk_id, high_risk__ended_at__isnull=True, state__in=rules.TELLS
    )
    found = rows.order_by("-proposed_at").first()
    if found is None:
        raise NotFound()
    return found


def _markers() -> QuerySet[Marker]:
    return Marker.objects.select_related("high_risk", "answered_by", "taken_off_by")


def reviews_of(marker_ids: Iterable[uuid.UUID]) -> list[MarkerReview]:
    """What was decided each time that markers were looked at, the newest first. One query."""
    rows = MarkerReview.objects.filter(marker_id__in=list(marker_ids)).select_related("reviewed_by")
    return list(rows.order_by("-reviewed_at", "-id"))


@dataclass(frozen=True)
class OnCase:
    """What followed from high risk in a case: who was told, and the marker."""

    high_risk: HighRisk
    told: list[ToldOfHighRisk]
    marker: Marker | None
    reviews: list[MarkerReview]

    @property
    def may_propose(self) -> bool:
        """Whether whoever has the right to may propose a marker of it. The newest marker tells: no other is begun beside a live one."""
        states = [self.marker.state] if self.marker else []
        return rules.may_propose(ended=self.high_risk.ended_at is not None, states=states)


def in_case(actor: Actor, case: Case) -> list[OnCase]:
    """What followed from each high risk of a case, the newest first. Four queries, one where there is none."""
    rows = list(HighRisk.objects.filter(case=case).select_related("ended_by").order_by("-began_at", "-id"))
    if not rows:
        return []
    ids = [row.id for row in rows]
    told = (
        ToldOfHighRisk.objects.filter(high_risk_id__in=ids)
        .select_related("user")
        .order_by("step", "role", "id")
    )
    found = _markers().filter(high_risk_id__in=ids).order_by("-proposed_at")
    every, shown = list(told), list(found)
    reviews = reviews_of(one.id for one in shown)
    last = {row.id: next((one for one in shown if one.high_risk_id == row.id), None) for row in rows}
    return [
        OnCase(
            row,
            [one for one in every if one.high_risk_id == row.id],
            marker := last[row.id],
            [one for one in reviews if marker is not None and one.marker_id == marker.id],
        )
        for row in rows
    ]
