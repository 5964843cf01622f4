"""A local rule or list as figures and words that may be changed, and codes that may not: pages read those. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sentinel.questionnaires.rules import Change

Content = dict[str, Any]
HEAD: Final = ("title", "effective_from", "source", "confirmed", "help", "items")
# Words that people read. All other words are codes.
WORDING: Final = ("label", "help", "test", "say", "hand_on", "number", "first_action", "told_by", "ledger")
# Words that may not be taken away: somebody is shown them, or they are kept.
ALWAYS_SAID: Final = ("label", "first_action", "ledger")
NAMES: Final = {
    "at_least": "At least", "attempts": "Attempts", "average_tenths": "On average since, in tenths of a case", "business_days": "Working days", "days": "Days",
    "edit_minutes": "Minutes", "hand_on": "For whoever hands it on", "help": "Help", "hours": "Hours", "label": "Words", "ledger": "In the ledger",
    "months": "Months", "number": "Number to read out", "of": "Of how many cases", "reports": "Reports", "say": "Said to the caller",
    "set": "Question set", "test": "Test", "told_by": "Where that is told", "without": "Cases without one", "working_hours": "Working hours",
}  # fmt: skip
LARGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be changed: `name` for a form, `of` the item in words (empty: of the whole), `kind` of its value."""

    name: str
    of: str
    label: str
    value: Any
    kind: Literal["words", "number", "set"]
    item: int | None
    key: str


def named(key: str) -> str:
    """A field of an item in words."""
    return NAMES.get(key, key.replace("_", " ").capitalize())


def _kind(key: str, value: Any) -> Literal["words", "number", "set"] | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return "number"
    if isinstance(value, str) and key in WORDING:
        return "words"
    return "set" if isinstance(value, str) and key == "set" else None


def fields_of(content: Content) -> list[Field]:
    """Everything in a rule that may be changed, in its order."""
    found = []
    for key, value in content.items():
        kind = _kind(key, value)
        if key not in HEAD and kind:
            found.append(Field(f"whole-{key}", "", named(key), value, kind, None, key))
    for at, item in enumerate(content.get("items", [])):
        for key, value in item.items():
            kind = _kind(key, value)
            if kind:
                of = str(item.get("label", item.get("key", "")))
                found.append(Field(f"item-{at}-{key}", of, named(key), value, kind, at, key))
    return found


def codes_of(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What of an item is shown and stays: its codes, yes and no."""
    return [
        (named(key), "yes" if value is True else "no" if value is False else str(value))
        for key, value in item.items()
        if key != "key" and _kind(key, value) is None and not isinstance(value, dict | list)
    ]


def with_values(content: Content, values: Mapping[str, Any]) -> Content:
    """The rule with other values, by the names of its fields; what is not named stays."""
    made = copy.deepcopy(content)
    for field in fields_of(content):
        if field.name in values:
            home = made if field.item is None else made["items"][field.item]
            home[field.key] = values[field.name]
    return made


def differences(before: Content, after: Content) -> Iterator[Change]:
    """What differs between two contents of one rule, as a question set's changes are told."""
    was = {field.name: field for field in fields_of(before)}
    for field in fields_of(after):
        old = was.get(field.name)
        if old is None:
            yield Change("added", field.of or "The rule", field.label.lower(), "", str(field.value))
        elif old.value != field.value:
            where = old.of or "The rule"
            yield Change("changed", where, field.label.lower(), str(old.value), str(field.value))
    now = {field.name for field in fields_of(after)}
    for name, field in was.items():
        if name not in now:
            yield Change("removed", field.of or "The rule", field.label.lower(), str(field.value), "")
