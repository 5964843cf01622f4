"""The local rules by which risk is worked: which matrix, how long to put off, when to look again, when a place
is due. Each dated, with its source, and an agency's own where it has one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version, rule_content, rule_for_each_agency

MATRIX_RULE = "risk-matrices"


def matrix_for(subject: str, on: date, agency_id: uuid.UUID | None) -> QuestionSetVersion:
    """The question set that an agency uses for a subject on a day (the local rule `risk-matrices`).

    Raises NotFound where the partnership has none for that subject.
    """
    for item in rule_content(MATRIX_RULE, on, agency_id)["items"]:
        if item["key"] == subject:
            return current_version(item["set"], on)
    raise NotFound("The partnership has no assessment for this yet.")


def deferral_hours(category: str, on: date, agency_id: uuid.UUID | None) -> int:
    """For how many hours an assessment in a case of this category may be put off. Raises NotFound for none."""
    for item in rule_content("risk-deferral", on, agency_id)["items"]:
        if item["key"] == category:
            return int(item["hours"])
    raise NotFound("The partnership has not said how long an assessment may be put off.")


@kept_in_memory  # asked of every band on a page
def review_days(on: date, agency_id: uuid.UUID | None) -> dict[str, int]:
    """For each band after how many days it is assessed again."""
    return _days(rule_content("risk-review", on, agency_id))


def review_days_of_agencies(on: date) -> Callable[[uuid.UUID | None], dict[str, int]]:
    """The same for any agency, for who asks of many at once. One query."""
    content = rule_for_each_agency("risk-review", on)
    return lambda agency_id: _days(content(agency_id))


def _days(content: Mapping[str, Any]) -> dict[str, int]:
    return {item["key"]: int(item["days"]) for item in content["items"]}


@kept_in_memory
def aide_memoire(on: date, agency_id: uuid.UUID | None) -> tuple[dict[str, Any], ...]:
    """What makes the assessment of a place due (R40): each with key, label, at_least and, of incidents, days."""
    return tuple(rule_content("location-aide-memoire", on, agency_id)["items"])
