"""Which question set and which local rule hold on a day."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet

from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion
from sentinel.questionnaires.rules import QuestionSet, build


def current_version(key: str, on: date) -> QuestionSetVersion:
    """The newest version of a question set released on or before a day. Raises NotFound where there is none."""
    rows = _newest(key, on)
    if not rows:
        raise NotFound("This question set has not been released yet.")
    return rows[0]


@kept_in_memory
@compiled
def _newest(key: str, on: date) -> QuerySet[QuestionSetVersion]:
    released = QuestionSetVersion.objects.filter(key=key, released_from__lte=on)
    return released.defer("definition").order_by("-number")[:1]


# So long may somebody go on answering under a version that another has followed: a night shift, and a little.
FINISHED_WITHIN = timedelta(days=2)


def version_under_way(
    now_in_force: QuestionSetVersion, begun: uuid.UUID | None, on: date
) -> QuestionSetVersion:
    """The version under which answers that were begun are finished: the one that was shown, where it is of the same set and
    was still in force within FINISHED_WITHIN of the day `on`; else the one in force. `begun` is what a form says it was."""
    if begun is None or begun == now_in_force.id:
        return now_in_force
    shown = QuestionSetVersion.objects.filter(
        pk=begun, key=now_in_force.key, number__lt=now_in_force.number
    ).first()
    if shown is None:
        return now_in_force
    followed = QuestionSetVersion.objects.filter(
        key=shown.key, number__gt=shown.number, released_from__lte=on - FINISHED_WITHIN
    )
    return now_in_force if followed.exists() else shown


def versions_of(key: str) -> list[QuestionSetVersion]:
    """Every released version of a set, newest first, without what they ask."""
    return list(QuestionSetVersion.objects.filter(key=key).defer("definition").order_by("-number"))


@lru_cache(maxsize=64)
def _version(version_id: uuid.UUID) -> QuestionSetVersion:
    return QuestionSetVersion.objects.get(pk=version_id)


def version_of(version_id: uuid.UUID) -> QuestionSetVersion:
    """A version by id; versions never change, so it is kept in memory."""
    return _version(version_id)


@lru_cache(maxsize=64)
def question_set_of(version_id: uuid.UUID) -> QuestionSet:
    """The question set of a version, kept in memory. Raises ValueError where it cannot be read."""
    version = version_of(version_id)
    question_set, problems = build(version.definition)
    if question_set is None or problems:
        raise ValueError(f"Version {version.number} of the question set {version.key} cannot be read.")
    return question_set


def rule(name: str, on: date, agency_id: uuid.UUID | None = None) -> LocalRule:
    """The local rule or list in force on a day: the agency's own where it has one, else the partnership's.

    Raises NotFound where there is none.
    """
    rows = _rules(name, on, agency_id)
    if not rows:
        raise NotFound("This local rule has not been loaded.")
    return rows[0]


@kept_in_memory
@compiled
def _rules(name: str, on: date, agency: uuid.UUID | None) -> QuerySet[LocalRule]:
    whose = Q(agency_id=agency) | Q(agency_id__isnull=True)
    rows = LocalRule.objects.filter(whose, name=name, effective_from__lte=on)
    return rows.order_by(F("agency_id").asc(nulls_last=True), "-effective_from")[:1]


def rule_contents(
    names: Sequence[str], on: date, agency_id: uuid.UUID | None = None, *, needed: bool = False
) -> dict[str, Any]:
    """By name the content of `rule` for each of these that there is. One query.

    With `needed` raises NotFound, as `rule` does, where one is not there.
    """
    found: dict[str, Any] = {}
    for row in _of_names(list(names), on, agency_id):  # the agency's own before the partnership's
        found.setdefault(row.name, row.content)
    if needed and set(names) - found.keys():
        raise NotFound("This local rule has not been loaded.")
    return found


@kept_in_memory
@compiled
def _of_names(names: list[str], on: date, agency: uuid.UUID | None) -> QuerySet[LocalRule]:
    whose = Q(agency_id=agency) | Q(agency_id__isnull=True)
    rows = LocalRule.objects.filter(whose, Among("name", names), effective_from__lte=on)
    rows = rows.order_by("name", F("agency_id").asc(nulls_last=True), "-effective_from")
    return rows.distinct("name", "agency_id")


def rule_for_each_agency(name: str, on: date) -> Callable[[uuid.UUID | None], Any]:
    """The content of `rule` on a day for any agency, None where there is none: for who asks of many agencies at once. One query."""
    newest = _of_each(name, on)
    return lambda agency_id: newest.get(agency_id, newest.get(None))


@kept_in_memory
def _of_each(name: str, on: date) -> Mapping[uuid.UUID | None, Any]:
    rows = LocalRule.objects.filter(name=name, effective_from__lte=on).order_by("effective_from")
    return {row.agency_id: row.content for row in rows}


def rule_content(name: str, on: date, agency_id: uuid.UUID | None = None) -> Any:
    """The content of `rule`, as its file has it."""
    return rule(name, on, agency_id).content
