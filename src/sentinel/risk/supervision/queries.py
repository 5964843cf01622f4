"""Reading reviews and the clock of a case: what is due by when, and which cases are over it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateField, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate

from sentinel.accounts.queries import agency_with
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.clock import LONDON, london_date
from sentinel.questionnaires.queries import rule_contents
from sentinel.risk.supervision.models import SupervisionReview
from sentinel.risk.supervision.rules import Clock, ReviewDue, Reviewed, clocks, next_review

RULE = "supervision-review"


@kept_in_memory  # asked for every case on a page
def clocks_on(on: date, agency_id: uuid.UUID) -> tuple[Clock, ...]:
    """The clocks by which an agency's cases are reviewed on a day in London; none where no rule is loaded."""
    content = rule_contents([RULE], on, agency_id).get(RULE)
    return clocks(content["items"], agency_with(agency_id).kind) if content else ()


def counted_since(case: Case) -> datetime:
    """Since when (UTC) the band of an open case holds: what was opened before this was kept counts from its opening."""
    return case.band_since or case.opened_at


def due_of(case: Case, reviews: Sequence[Reviewed], now: datetime) -> ReviewDue | None:
    """The next review of a case; None where it is closed, nobody is assessed, or the rule asks for none."""
    if case.status == "closed" or not case.highest_band:
        return None
    lines = clocks_on(london_date(now), case.owner_agency_id)
    return next_review(lines, band=case.highest_band, since=counted_since(case), reviews=reviews)


def reviews_of(actor: Actor, case: Case) -> list[SupervisionReview]:
    """Every review of a case, newest first. One query."""
    rows = SupervisionReview.objects.filter(case=case).select_related("reviewer")
    return list(rows.order_by("-reviewed_at", "-id"))


def as_reviewed(row: SupervisionReview) -> Reviewed:
    """A row as the clock reads it."""
    return Reviewed(row.reviewed_at, row.level, row.next_on)


def with_due(rows: QuerySet[Case], level: int, low: int, medium: int, high: int) -> QuerySet[Any]:
    """Cases with `review_by`, the day on which a review on a level is due where a band has so many days: what
    `rules.due_on` says, worked out by the database, for lists."""
    last = SupervisionReview.objects.filter(case=OuterRef("pk"), level__gte=level).order_by(
        "-reviewed_at", "-id"
    )
    since = Coalesce("band_since", "opened_at")
    days = Choose(
        When(highest_band=1, then=Value(low, output_field=IntegerField())),
        When(highest_band=2, then=Value(medium, output_field=IntegerField())),
        default=Value(high, output_field=IntegerField()),
        output_field=IntegerField(),
    )
    counted = Func(
        TruncDate(Greatest(Coalesce(Subquery(last.values("reviewed_at")[:1]), since), since), tzinfo=LONDON),
        days, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField(),
    )  # fmt: skip
    asked = Subquery(last.values("next_on")[:1])
    return rows.annotate(review_by=Least(Coalesce(asked, counted), counted))


NEVER = 30_000


def days_of(lines: Sequence[Clock], level: int) -> tuple[int, int, int]:
    """The days of low, medium and high on a level; NEVER where the rule has none."""
    found = {one.band: one.days for one in lines if one.level == level}
    return found.get(1, NEVER), found.get(2, NEVER), found.get(3, NEVER)
