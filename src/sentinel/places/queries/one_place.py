"""Rows that turned out to be one place, read as one: nothing was moved, so what points at any of them is looked for at all of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from sentinel.places.models import Place


def of_one_place(places: Collection[uuid.UUID]) -> QuerySet[Place, Any]:
    """The ids of these places and of the rows that are one with them, for `place_id__in`. `places` are kept ones."""
    ids = list(places)
    return Place.objects.filter(Q(pk__in=ids) | Q(same_as__in=ids)).values("pk")


def kept_place(prefix: str = "place") -> Coalesce:
    """The id of the place that is kept, for a query whose rows point at one by `prefix`."""
    return Coalesce(f"{prefix}__same_as_id", f"{prefix}_id")
