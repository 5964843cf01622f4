"""The markers that whoever answers a call is to know of: those of the place, and of the person, whom the call is about."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import BooleanField, F, Func, Q, QuerySet, UUIDField, Value

from sentinel.accounts.models import Agency
from sentinel.foundation.actor import Actor
from sentinel.risk.high.models import Marker

MOST = 5


class _OfPerson(Func):
    """Whether a marker is of a person's high risk."""

    template = "%(expressions)s))"
    arg_joiner = " = ANY(risk_high_of_person("
    output_field = BooleanField()

    def __init__(self, person_id: uuid.UUID) -> None:
        super().__init__(F("high_risk_id"), Value(person_id, output_field=UUIDField()))


def markers_known(
    actor: Actor,
    agency: Agency,
    *,
    places: Collection[uuid.UUID] = (),
    name: str = "",
    postcode: str = "",
    persons: Collection[uuid.UUID] = (),
) -> list[Marker]:
    """The markers that are shown, of these places, of whoever bears this name at this postcode, or of a person who was confirmed,
    under each entry that was.

    For the police alone, to whom markers go, and only those of high risk that they were told of. One query at most.
    """
    if agency.kind != "police":
        return []
    meant = Q()
    if places:
        meant |= Q(high_risk__place_id__in=list(places))
    if name.strip() and postcode:
        meant |= Q(who__iexact=" ".join(name.split()), where__icontains=postcode)
    for person_id in persons:
        meant |= Q(_OfPerson(person_id))
    return list(_shown().filter(meant).order_by("-proposed_at", "id")[:MOST]) if meant else []


def _shown() -> QuerySet[Marker]:
    return Marker.objects.filter(state="accepted", high_risk__ended_at__isnull=True).select_related(
        "high_risk"
    )
