"""The lines of My work for what the actor began and has not finished: reports, and assessments of people."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Coalesce

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, UNKNOWN, Line, since_words
from sentinel.desk.work.mine import Mine, newest_name
from sentinel.desk.work.sources import MOST, source
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.people.rules import UNNAMED
from sentinel.reports.models import Draft
from sentinel.risk.models import AssessmentDraft
from sentinel.web.formats import ago

COLUMNS = ("draft", "begun_at", "kept_at", "of_party", "called", "label", "protected", "reference", "title")


@source
def begun(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Reports and assessments that the actor began and has not finished; they count for nothing until they are. One query."""
    if actor.user_id is None:
        return
    both = actor.may("assess") and actor.may("take_report")
    if both:
        rows = _both(actor.user_id)
    elif actor.may("assess"):
        rows = _assessments(actor.user_id)
    elif actor.may("take_report"):
        rows = _reports(actor.user_id)
    else:
        return
    for row in rows:
        told = dict(zip(COLUMNS, row, strict=True))
        yield _assessment_line(told, now) if told["of_party"] else _report_line(told, now)


@compiled
def _both(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    return _of_people(user).union(_of_reports(user), all=True).order_by("begun_at")[:MOST]


@compiled
def _assessments(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    return _of_people(user).order_by("begun_at")[:MOST]


@compiled
def _reports(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    return _of_reports(user).order_by("begun_at")[:MOST]


def _of_people(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = AssessmentDraft.objects.filter(
        assessor_id=user, ended_at__isnull=True, case__status__in=OPEN_STATUSES
    )
    return rows.annotate(
        draft=F("id"), of_party=F("party_id"), called=Coalesce(newest_name("party__identity__person_id"), Value("")),
        label=F("party__label"), protected=F("party__identity_protected"), reference=F("case__reference"),
        title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def _of_reports(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Draft.objects.filter(taker_id=user, became_report_id__isnull=True, thrown_away_at__isnull=True)
    none = Value("", output_field=CharField())
    return rows.annotate(
        draft=F("id"), of_party=Cast(Value(None), UUIDField()), called=none, label=none,
        protected=Value(False, output_field=BooleanField()), reference=none, title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _assessment_line(told: dict[str, Any], now: datetime) -> Line:
    name = told["label"] if told["protected"] else told["called"] or told["label"] or UNNAMED
    return Line(
        UNKNOWN, f"Finish assessing {name}", where("assess", reference=told["reference"], party=told["of_party"]),
        told["begun_at"], since_words(told["begun_at"], now), rest=": begun and not finished",
        meta=(f"Kept {ago(told['kept_at'], now)}", told["title"]), reference=told["reference"], late=True, begun=True,
    )  # fmt: skip


def _report_line(told: dict[str, Any], now: datetime) -> Line:
    whole = where("take_report")
    return Line(
        NEXT, "Finish the report you began", f"{whole}?draft={told['draft']}" if whole else None, told["kept_at"],
        since_words(told["begun_at"], now), meta=(f"Kept {ago(told['kept_at'], now)}",),
    )  # fmt: skip
