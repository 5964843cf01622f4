"""Which weights a run uses: those that an earlier one learnt while they are young enough, else those that come with Sentinel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sentinel.kernel.errors import Invalid
from sentinel.matching.batch.model import DAYS_KEPT, Model, read_model, start_model
from sentinel.matching.batch.models import Run


def known_model(at: datetime) -> Model | None:
    """What was learnt last, within the days that it is kept; None where it is to be learnt anew."""
    since = (at - timedelta(days=DAYS_KEPT)).date().isoformat()
    rows = (
        Run.objects.filter(state="done", weights__isnull=False)
        .order_by("-begun_at")
        .values_list("weights", flat=True)
    )
    for weights in rows[:20]:
        try:
            model = read_model(weights or {})
        except Invalid:
            continue
        if model.learnt_on >= since:
            return model
    return None


__all__ = ["known_model", "start_model"]
