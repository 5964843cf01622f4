"""The question sets and lists as they are shipped, and answers to them for the tests."""

from __future__ import annotations

from typing import Any

from sentinel.questionnaires.content_files import FoundRule, FoundSet, read_question_sets, read_rules
from sentinel.questionnaires.rules import (
    Kind,
    Outcome,
    QuestionSet,
    check_answers,
    score,
)

SETS: dict[str, FoundSet] = {found.key: found for found in read_question_sets()}
RULES: dict[str, FoundRule] = {rule.name: rule for rule in read_rules()}
GENERIC = "victim-risk-generic-2012-style-draft"
MATRICES = ("victim-risk-llr", GENERIC)
# Of whom and what else is assessed (tests/risk/test_subjects.py looks into them).
OF_OTHERS = ("perpetrator-risk-llr", "witness-risk-short", "no-victim-risk-llr", "location-risk-llr")
AT_ONCE = ("threat_to_life", "weapon", "violence", "stalking", "person_at_risk")


def the(key: str) -> QuestionSet:
    return SETS[key].question_set


def items(name: str) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in RULES[name].content["items"]}


def lowest(key: str) -> dict[str, Any]:
    """The answers with the fewest points, and no to every question of yes or no."""
    answers: dict[str, Any] = {}
    for question in the(key).questions():
        if question.kind is Kind.YES_NO_UNKNOWN:
            answers[question.key] = "no"
        elif question.kind.has_options:
            known = [option for option in question.options if not option.unknown]
            least = min(known, key=lambda option: option.score or 0).key
            answers[question.key] = [least] if question.kind is Kind.MANY_OF else least
        else:
            answers[question.key] = "None known after asking."
    return answers


def assessed(key: str, answers: dict[str, Any]) -> Outcome:
    question_set = the(key)
    assert {
        name for name in check_answers(question_set, answers, True) if not name.endswith("__why")
    } == set()
    return score(question_set, answers, "low" if key == "victim-risk-llr" else None)
