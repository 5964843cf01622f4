"""A rule is read strictly: what is wrong is said beside the field, and nothing unsound comes into force."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.questionnaires.content_files import read_rules
from sentinel.reminders.conditions import CONDITIONS, Condition, register
from sentinel.reminders.operations import CONTENT
from sentinel.reminders.reading import as_data, read_rule

SOUND: dict[str, Any] = {
    "key": "unknown_answer", "label": "Still unknown", "condition": "unknown_answer", "days": "calendar", "after": [4, 7],
    "then_every": 7, "to": [{"who": "lead", "from": 1}, {"who": "supervisor", "from": 3}], "channel": "email",
    "urgent": False, "words": "Find it out.",
}  # fmt: skip


def wrong(**changed: Any) -> set[str]:
    rule, faults = read_rule({**SOUND, **changed}, CONDITIONS)
    assert (rule is None) == bool(faults)
    return set(faults)


def test_every_file_that_is_shipped_is_sound_and_says_where_it_comes_from() -> None:
    found = list(read_rules(CONTENT))
    assert {one.name for one in found} >= {
        "unknown_answer",
        "unassessed_person",
        "new_report",
        "message_failed",
    }
    for one in found:
        rule, faults = read_rule({**one.content, "key": one.name}, CONDITIONS)
        assert (faults, bool(one.source)) == ({}, True)
        assert rule
        assert not one.confirmed, "nothing of this has been confirmed locally"


def test_a_rule_is_written_and_read_again_the_same() -> None:
    rule, _ = read_rule(SOUND, CONDITIONS)
    assert rule
    assert read_rule(as_data(rule), CONDITIONS) == (rule, {})
    assert (rule.who_from("supervisor"), rule.who_from("team")) == (3, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "Unknown answer"), ("label", " "), ("words", ""), ("condition", "the_weather"), ("days", "hours"),
        ("channel", "pigeon"), ("after", []), ("after", [4, 4]), ("after", [7, 4]), ("after", [-1]), ("after", ["4"]),
        ("after", list(range(30))), ("after", [True]), ("then_every", -1), ("then_every", "7"), ("to", []),
        ("to", [{"who": "the_press", "from": 1}]), ("to", [{"who": "lead", "from": 0}]),
        ("to", [{"who": "lead", "from": 1}, {"who": "lead", "from": 2}]), ("to", [{"who": "lead", "from": 2}]),
        ("urgent", "yes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(field: str, value: Any) -> None:
    assert wrong(**{field: value}) == {field}


def test_two_conditions_of_one_name_are_refused() -> None:
    one = CONDITIONS["unknown_answer"]
    with pytest.raises(ValueError, match="already"):
        register(Condition("unknown_answer", "Another", "then", "now", "SELECT 1", one.page, one.past))
    assert CONDITIONS["unknown_answer"] is one


def test_every_condition_says_in_words_what_it_counts_from_and_what_ends_it() -> None:
    for one in CONDITIONS.values():
        assert one.label
        assert one.counted_from
        assert one.until
