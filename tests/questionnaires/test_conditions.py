"""Show-when and required-when rules are data: read strictly, held against answers, never run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.questionnaires.rules import (
    AllOf,
    Answered,
    AnyOf,
    Condition,
    Equals,
    In,
    Not,
    Problem,
    condition_data,
    holds,
    is_answered,
    read_condition,
)
from sentinel.questionnaires.rules.conditions import MAX_DEPTH, chosen, leaves

questions = st.sampled_from(["a", "b", "c"])
values = st.sampled_from(["yes", "no", "unknown", "x"])
simple: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Equals, questions, values),
    st.builds(In, questions, st.lists(values, min_size=1, max_size=3).map(tuple)),
    st.builds(Answered, questions),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    simple,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(AllOf, st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(part, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
answers = st.dictionaries(
    questions, st.one_of(values, st.lists(values, max_size=3), st.none(), st.integers())
)


def read(data: object) -> tuple[Condition | None, list[Problem]]:
    problems: list[Problem] = []
    return read_condition(data, "here", problems), problems


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ({"question": "a", "equals": "yes"}, Equals("a", "yes")),
        ({"question": "a", "in": ["x", "y"]}, In("a", ("x", "y"))),
        ({"question": "a", "answered": True}, Answered("a")),
        ({"question": "a", "answered": False}, Not(Answered("a"))),
        ({"not": {"question": "a", "equals": "yes"}}, Not(Equals("a", "yes"))),
        ({"all": [{"question": "a", "equals": "yes"}]}, AllOf((Equals("a", "yes"),))),
        ({"any": [{"question": "a", "equals": "yes"}]}, AnyOf((Equals("a", "yes"),))),
    ],
)
def test_each_form_is_read(data: dict[str, Any], condition: Condition) -> None:
    assert read(data) == (condition, [])


@pytest.mark.parametrize(
    "data",
    [
        None,
        "danger == 'yes'",
        [],
        {},
        {"question": "a"},
        {"question": 1, "equals": "yes"},
        {"question": "a", "equals": True},
        {"question": "a", "equals": "yes", "in": ["x"]},
        {"question": "a", "in": []},
        {"question": "a", "in": "yes"},
        {"question": "a", "answered": "yes"},
        {"question": "a", "above": 3},
        {"all": []},
        {"any": "yes"},
        {"all": [{"question": "a", "equals": "yes"}], "any": []},
        {"not": {"question": "a"}},
        {"all": [{"question": "a", "equals": "yes"}, {"wrong": 1}]},
        {"eval": "__import__('os').system('true')"},
    ],
)
def test_anything_else_is_a_problem_that_says_where(data: object) -> None:
    condition, problems = read(data)
    assert condition is None
    assert problems
    assert all(problem.where.startswith("here") for problem in problems)


def test_a_condition_nested_without_end_is_refused() -> None:
    data: dict[str, Any] = {"question": "a", "equals": "yes"}
    for _ in range(MAX_DEPTH + 1):
        data = {"not": data}
    condition, problems = read(data)
    assert condition is None
    assert "deep" in problems[0].what


@given(conditions)
def test_a_condition_is_read_back_from_its_data(condition: Condition) -> None:
    assert read(condition_data(condition)) == (condition, [])


@pytest.mark.parametrize(
    ("condition", "given_answers", "expected"),
    [
        (Equals("a", "yes"), {"a": "yes"}, True),
        (Equals("a", "yes"), {"a": "no"}, False),
        (Equals("a", "yes"), {}, False),
        (Equals("a", "x"), {"a": ["x", "y"]}, True),
        (In("a", ("x", "y")), {"a": "y"}, True),
        (In("a", ("x", "y")), {"a": ["z"]}, False),
        (Answered("a"), {"a": "unknown"}, True),
        (Answered("a"), {"a": "  "}, False),
        (Answered("a"), {"a": []}, False),
        (Answered("a"), {"a": 0}, True),
        (Not(Equals("a", "yes")), {}, True),
        (AllOf((Equals("a", "yes"), Equals("b", "no"))), {"a": "yes", "b": "no"}, True),
        (AllOf((Equals("a", "yes"), Equals("b", "no"))), {"a": "yes"}, False),
        (AnyOf((Equals("a", "yes"), Equals("b", "no"))), {"b": "no"}, True),
        (AnyOf((Equals("a", "yes"), Equals("b", "no"))), {}, False),
    ],
)
def test_a_condition_holds_or_does_not(
    condition: Condition, given_answers: dict[str, Any], expected: bool
) -> None:
    assert holds(condition, given_answers) is expected


@given(conditions, answers)
def test_not_turns_every_condition_round(condition: Condition, given_answers: dict[str, Any]) -> None:
    assert holds(Not(condition), given_answers) is not holds(condition, given_answers)


@given(st.lists(conditions, min_size=1, max_size=4), answers)
def test_all_and_any_are_what_they_say(parts: list[Condition], given_answers: dict[str, Any]) -> None:
    each = [holds(part, given_answers) for part in parts]
    assert holds(AllOf(tuple(parts)), given_answers) is all(each)
    assert holds(AnyOf(tuple(parts)), given_answers) is any(each)


@given(conditions, answers)
def test_only_the_questions_it_names_matter(condition: Condition, given_answers: dict[str, Any]) -> None:
    named = {leaf.question for leaf in leaves(condition)}
    assert named
    narrowed = {key: value for key, value in given_answers.items() if key in named}
    assert holds(condition, narrowed) is holds(condition, given_answers)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", True), ("", False), (" \n", False), (None, False), ([], False), (0, True), (["x"], True)],
)
def test_what_counts_as_an_answer(value: object, expected: bool) -> None:
    assert is_answered(value) is expected


@pytest.mark.parametrize(
    ("value", "options"), [("x", ("x",)), ("", ()), (None, ()), (["x", "y"], ("x", "y")), (3, ("3",))]
)
def test_what_an_answer_chose(value: object, options: tuple[str, ...]) -> None:
    assert chosen(value) == options
