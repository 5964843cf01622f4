"""The lines of My work for what stands under the actor's own name, in one query: reports and assessments that they began
and have not finished, and high risk that they were told of and have not acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Coalesce

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, UNKNOWN, URGENT, Line, since_words, when_words
from sentinel.desk.work.mine import Mine, newest_name
from sentinel.desk.work.sources import MOST, source
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.people.rules import UNNAMED
from sentinel.reports.models import Draft
from sentinel.risk.models import AssessmentDraft, ToldOfHighRisk
from sentinel.risk.next import page_of
from sentinel.risk.rules import CASE, LOCATION
from sentinel.web.formats import ago

COLUMNS = (
    "what",
    "draft",
    "begun_at",
    "kept_at",
    "about",
    "of_party",
    "called",
    "label",
    "protected",
    "reference",
    "title",
)


@source
def own(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """What the actor began and has not finished, which counts for nothing until it is, and what they are to acknowledge.
    One query."""
    if actor.user_id is None:
        return
    for row in _own(actor.user_id):
        told = dict(zip(COLUMNS, row, strict=True))
        yield LINES[told["what"]](told, now)


@compiled
def _own(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    return (
        _of_people(user).union(_of_reports(user), _of_high_risk(user), all=True).order_by("begun_at")[:MOST]
    )


def _words(words: str) -> Value:
    return Value(words, output_field=CharField())


def _of_people(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = AssessmentDraft.objects.filter(
        assessor_id=user, ended_at__isnull=True, case__status__in=OPEN_STATUSES
    )
    return rows.annotate(
        what=_words("person"), draft=F("id"), about=F("subject"), of_party=F("party_id"), called=Coalesce(newest_name("party__identity__person_id"), Value("")),
        label=F("party__label"), protected=F("party__identity_protected"), reference=F("case__reference"),
        title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def _of_reports(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Draft.objects.filter(taker_id=user, became_report_id__isnull=True, thrown_away_at__isnull=True)
    none = _words("")
    return rows.annotate(
        what=_words("report"), draft=F("id"), about=none, of_party=Cast(Value(None), UUIDField()), called=none, label=none,
        protected=Value(False, output_field=BooleanField()), reference=none, title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _of_high_risk(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = ToldOfHighRisk.objects.filter(
        user=user, acknowledged_at__isnull=True, passed_on_at__isnull=True, high_risk__ended_at__isnull=True
    )
    none = _words("")
    return rows.annotate(
        what=_words("high_risk"), draft=F("id"), begun_at=F("told_at"), kept_at=F("due_at"), about=none,
        of_party=Cast(Value(None), UUIDField()), called=F("high_risk__ring"), label=none,
        protected=Value(False, output_field=BooleanField()), reference=F("high_risk__reference"), title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _assessment_line(told: dict[str, Any], now: datetime) -> Line:
    name = told["label"] if told["protected"] else told["called"] or told["label"] or UNNAMED
    name = {CASE: "the case", LOCATION: "the place"}.get(told["about"], name)
    page, arguments = page_of(told["about"], told["of_party"])
    return Line(
        UNKNOWN, f"Finish assessing {name}", where(page, reference=told["reference"], **arguments),
        told["begun_at"], since_words(told["begun_at"], now), rest=": begun and not finished",
        meta=(f"Kept {ago(told['kept_at'], now)}", told["title"]), reference=told["reference"], late=True, begun=True,
    )  # fmt: skip


def _report_line(told: dict[str, Any], now: datetime) -> Line:
    whole = where("take_report")
    return Line(
        NEXT, "Finish the report you began", f"{whole}?draft={told['draft']}" if whole else None, told["kept_at"],
        since_words(told["begun_at"], now), meta=(f"Kept {ago(told['kept_at'], now)}",),
    )  # fmt: skip


def _high_risk_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        URGENT, "Acknowledge that there is high risk", where("high_risk"), told["kept_at"], when_words(told["kept_at"], now),
        rest=f" in {told['reference']}", meta=(f"Ring {told['called']}",), band="high", late=True, mine=True, harm=True,
    )  # fmt: skip


LINES = {"person": _assessment_line, "report": _report_line, "high_risk": _high_risk_line}
