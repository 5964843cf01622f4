"""Markers that ought to be shown and are not: refused and not proposed again, or not answered by the control room."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, QuerySet, When

from sentinel.risk.high.models import Marker


def unshown_markers() -> QuerySet[Any]:
    """The markers of high risk that lasts which the control room refused, or is to answer: `unshown_since` is when it refused, or
    by when it answers (UTC). A refusal is over once a marker is proposed again."""
    later = Marker.objects.filter(high_risk=OuterRef("high_risk"), proposed_at__gt=OuterRef("proposed_at"))
    rows = Marker.objects.filter(state__in=("proposed", "refused"), high_risk__ended_at__isnull=True)
    since = Choose(When(state="refused", then=F("answered_at")), default=F("answer_due"))
    return rows.exclude(Exists(later)).annotate(unshown_since=since)
