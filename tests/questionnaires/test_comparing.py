"""What differs between two versions of a set, in words that a board can read."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.questionnaires.rules import Change, QuestionSet, compare
from tests.questionnaires.making import JUDGED, PLAIN, SCORED, made, question_data, question_sets


def after(data: dict[str, Any], edit: Any) -> list[Change]:
    changed = copy.deepcopy(data)
    edit(changed)
    return compare(made(data), made(changed))


def one(data: dict[str, Any], edit: Any) -> Change:
    found = after(data, edit)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("data", [PLAIN, SCORED, JUDGED])
def test_a_set_does_not_differ_from_itself(data: dict[str, Any]) -> None:
    assert compare(made(data), made(data)) == []


@given(question_sets())
def test_no_set_differs_from_itself(question_set: QuestionSet) -> None:
    assert compare(question_set, question_set) == []


def test_version_status_and_date_are_not_what_it_says() -> None:
    assert (
        after(SCORED, lambda data: data.update(version=3, status="draft", released_from="2026-12-01")) == []
    )


def test_points_of_an_answer() -> None:
    change = one(SCORED, lambda data: question_data(data, "often")["options"][1].update(score=3))
    assert change == Change("changed", "“How often?”, the answer “Weekly”", "points", "2", "3", "often")


def test_no_points_is_not_nought() -> None:
    change = one(PLAIN, lambda data: question_data(data, "methods")["options"][0].update(help="By telephone"))
    assert (change.aspect, change.before, change.after) == ("help", "", "By telephone")


def test_a_band() -> None:
    change = one(SCORED, lambda data: data["bands"][2].update(min=8))
    assert (change.where, change.aspect, change.before, change.after) == (
        "The band High",
        "points",
        "7 or more",
        "8 or more",
    )


def test_what_is_added_and_removed() -> None:
    def edit(data: dict[str, Any]) -> None:
        questions = data["sections"][1]["questions"]
        del questions[1]
        questions[-1].pop("required_when")
        questions.insert(0, {"key": "dog", "text": "A dog?", "kind": "text"})
        question_data(data, "methods")["options"].append({"key": "post", "label": "Post"})

    found = after(PLAIN, edit)
    assert Change("added", "“A dog?”", question="dog") in found
    assert Change("removed", "“How many times?”", question="times") in found
    assert Change("added", "“How?”, the answer “Post”", question="methods") in found
    assert ("“Say more.”", "must be answered", "when “How many times?” has any answer", "no") in [
        (change.where, change.aspect, change.before, change.after) for change in found
    ]
    assert not [change for change in found if change.what == "moved"], (
        "what stands beside something new has not moved"
    )


def test_what_moved_is_said_once() -> None:
    def edit(data: dict[str, Any]) -> None:
        questions = data["sections"][1]["questions"]
        questions.insert(0, questions.pop(2))

    change = one(PLAIN, edit)
    assert change == Change("moved", "“Which day?”", "place", "3 of 4", "1 of 4", "day")


def test_into_another_section() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["sections"][0]["questions"].append(data["sections"][1]["questions"].pop(0))

    change = one(PLAIN, edit)
    assert (change.what, change.where, change.before, change.after) == (
        "moved",
        "“How?”",
        "“Second”",
        "“First”",
    )


def test_sections_and_the_set_itself() -> None:
    found = after(PLAIN, lambda data: (data["sections"].reverse(), data.update(title="Smaller"),
                                       question_data(data, "words").update(required_when=True)))  # fmt: skip
    assert [(change.what, change.aspect) for change in found] == [
        ("changed", "title"), ("moved", "place"), ("changed", "must be answered"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "aspect", "said"),
    [
        ({"text": "How often is it?"}, "wording", ("How often?", "How often is it?")),
        ({"required_when": False}, "must be answered", ("always", "no")),
        ({"script": "Tell me."}, "words to say aloud", ("", "Tell me.")),
        ({"carries_to": "often"}, "carried to", ("", "often")),
    ],
)
def test_what_is_asked(edit: dict[str, Any], aspect: str, said: tuple[str, str]) -> None:
    change = one(SCORED, lambda data: question_data(data, "often").update(edit))
    assert (change.aspect, (change.before, change.after)) == (aspect, said)


@pytest.mark.parametrize(
    ("edit", "aspect"),
    [
        ({"automatic": "So it is."}, "makes it high by itself"),
        ({"text_required": True}, "asks for words"),
        ({"say": "Ring 999."}, "said to the caller"),
        ({"sets": {"hate": True}}, "sets"),
        ({"label": "One time"}, "words"),
    ],
)
def test_what_an_answer_does(edit: dict[str, Any], aspect: str) -> None:
    assert one(SCORED, lambda data: question_data(data, "often")["options"][0].update(edit)).aspect == aspect


@given(question_sets(), st.randoms(use_true_random=False))
def test_the_questions_of_a_section_in_another_order_have_moved_and_nothing_else(
    question_set: QuestionSet, chance: random.Random
) -> None:
    from dataclasses import replace

    section = question_set.sections[0]
    order = list(section.questions)
    chance.shuffle(order)
    other = replace(
        question_set, sections=(replace(section, questions=tuple(order)), *question_set.sections[1:])
    )
    found = compare(question_set, other)
    assert {change.what for change in found} <= {"moved"}
    assert len(found) < max(len(order), 1)
    assert bool(found) == (tuple(order) != section.questions)
