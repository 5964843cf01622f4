"""The local rules that cases are worked by: closing codes, how long a note may be edited, the words of a type."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import Invalid
from sentinel.questionnaires.queries import rule_content


@dataclass(frozen=True)
class ClosingCode:
    """Why a case is closed. `alone` is False for a code that closes nothing by itself: a supervisor adds a ground."""

    key: str
    label: str
    outcome: str
    reason_required: bool
    alone: bool


def closing_codes(on: date, agency_id: uuid.UUID | None = None) -> list[ClosingCode]:
    """The closing codes in force on a day, in the order of their list. Raises NotFound where none is loaded."""
    return [
        ClosingCode(
            row["key"], row["label"], row["outcome"], bool(row["reason_required"]), bool(row["alone"])
        )
        for row in rule_content("closing-codes", on, agency_id)["items"]
    ]


def closing_code(key: str, on: date, agency_id: uuid.UUID | None = None) -> ClosingCode:
    """One closing code. Raises Invalid (field code) where it is not in force on the day."""
    for code in closing_codes(on, agency_id):
        if code.key == key:
            return code
    raise Invalid.of("code", "Choose why the case is to be closed.")


def note_window(on: date, agency_id: uuid.UUID | None = None) -> timedelta:
    """How long who wrote a note may edit it."""
    return timedelta(minutes=int(rule_content("note-editing", on, agency_id)["edit_minutes"]))


def labels(name: str, on: date, agency_id: uuid.UUID | None = None) -> dict[str, str]:
    """Key to words of a list (categories, national-types, closing-codes), in its order. Raises NotFound for none."""
    return dict(_labels(name, on, agency_id))


@kept_in_memory
def _labels(name: str, on: date, agency_id: uuid.UUID | None) -> tuple[tuple[str, str], ...]:
    return tuple((row["key"], row["label"]) for row in rule_content(name, on, agency_id)["items"])
