"""Changing a definition part by part: whatever is done in whatever order, nothing else is lost and nothing given is changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.governance.rules import editing
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.rules import Kind, QuestionSet, build, to_data
from tests.questionnaires.making import PLAIN, SCORED, question_sets


def keys(definition: dict[str, Any]) -> list[str]:
    return [one["key"] for one in editing.questions(definition)]


@pytest.mark.parametrize(
    ("words", "taken", "key"),
    [
        ("Is there a dog?", (), "is_there_a_dog"),
        ("Is there a dog?", ("is_there_a_dog",), "is_there_a_dog_2"),
        ("Is there a dog?", ("is_there_a_dog", "is_there_a_dog_2"), "is_there_a_dog_3"),
        ("  Ça va?  ", (), "ca_va"),
        ("3 times or more", (), "part_3_times_or_more"),
        ("犬はいますか", (), "part"),
        ("?!", ("part",), "part_2"),
        ("__why", (), "why"),
        ("x" * 200, (), "x" * 40),
    ],
)
def test_a_key_is_made_of_words(words: str, taken: tuple[str, ...], key: str) -> None:
    assert editing.key_from(words, taken) == key


@given(st.text(max_size=60), st.sets(st.text(max_size=5)))
def test_any_words_give_a_key_that_the_engine_takes(words: str, taken: set[str]) -> None:
    data = copy.deepcopy(PLAIN)
    data["sections"][0]["questions"].append(
        {"key": editing.key_from(words, {*taken, *keys(data)}), "text": "New?", "kind": "text"}
    )
    built, problems = build(data)
    assert built is not None
    assert problems == []


@given(question_sets(), st.data())
def test_what_is_moved_is_all_still_there(question_set: QuestionSet, data: st.DataObject) -> None:
    definition = to_data(question_set)
    before = copy.deepcopy(definition)
    now = definition
    for _ in range(data.draw(st.integers(1, 6))):
        question = data.draw(st.sampled_from(keys(definition)))
        now = editing.moved(now, data.draw(st.sampled_from(["up", "down"])), question=question)  # type: ignore[arg-type]
    assert sorted(keys(now)) == sorted(keys(definition))
    assert definition == before, "what was given is never changed"
    by_key = {one["key"]: one for one in editing.questions(definition)}
    assert all(one == by_key[one["key"]] for one in editing.questions(now))


@given(question_sets(), st.data())
def test_up_and_down_again_is_where_it_was(question_set: QuestionSet, data: st.DataObject) -> None:
    definition = to_data(question_set)
    question = data.draw(st.sampled_from(keys(definition)))
    moved = editing.moved(definition, "up", question=question)
    if moved != definition:
        assert editing.moved(moved, "down", question=question) == definition


@given(question_sets(scored=True), st.data())
def test_saving_a_question_as_it_stands_changes_nothing(
    question_set: QuestionSet, data: st.DataObject
) -> None:
    definition = to_data(question_set)
    one = data.draw(st.sampled_from(editing.questions(definition)))
    home = editing.home_of(definition, one["key"])["key"]
    values = {
        name: one.get(name)
        for name in ("text", "kind", "help", "script", "required_when", "max_length", "minimum", "maximum", "not_future")
    }  # fmt: skip
    saved = editing.with_question(definition, one["key"], home, values)
    assert build(saved) == build(definition)


@given(question_sets(scored=True), st.data())
def test_saving_an_answer_as_it_stands_changes_nothing(
    question_set: QuestionSet, data: st.DataObject
) -> None:
    definition = to_data(question_set)
    with_options = [one for one in editing.questions(definition) if one.get("options")]
    if not with_options:
        return
    one = data.draw(st.sampled_from(with_options))
    option = data.draw(st.sampled_from(editing.options_of(one)))
    names = (
        "label",
        "help",
        "score",
        "automatic",
        "text_required",
        "text_label",
        "unknown",
        "exclusive",
        "say",
    )
    saved = editing.with_option(
        definition, one["key"], option["key"], {name: option.get(name) for name in names}
    )
    assert build(saved) == build(definition)


def test_a_new_answer_stands_before_not_known() -> None:
    made = editing.with_option(SCORED, "often", "hourly", {"label": "Every hour", "score": 5})
    options = [one["key"] for one in editing.question_of(made, "often")["options"]]
    assert options == ["once", "weekly", "daily", "hourly", "unknown"]


def test_nought_points_are_points_and_a_limit_of_nought_is_a_limit() -> None:
    made = editing.with_option(SCORED, "often", "once", {"label": "Once", "score": 0})
    assert editing.option_of(editing.question_of(made, "often"), "once")["score"] == 0
    values = {"text": "How many?", "kind": "number", "minimum": 0, "maximum": None, "required_when": False}
    assert (
        editing.question_of(editing.with_question(PLAIN, "times", "second", values), "times")["minimum"] == 0
    )


def test_another_kind_takes_the_answers_along_only_where_there_are_some_to_choose() -> None:
    to_words = {"text": "How?", "kind": Kind.TEXT.value, "required_when": False}
    assert "options" not in editing.question_of(
        editing.with_question(PLAIN, "methods", "second", to_words), "methods"
    )
    to_one = {**to_words, "kind": Kind.ONE_OF.value}
    kept = editing.question_of(editing.with_question(PLAIN, "methods", "second", to_one), "methods")
    assert [one["key"] for one in kept["options"]] == ["call", "text", "none"]
    to_yes = {**to_words, "kind": Kind.YES_NO_UNKNOWN.value}
    usual = editing.question_of(editing.with_question(PLAIN, "methods", "second", to_yes), "methods")
    assert [one["key"] for one in editing.options_of(usual)] == ["yes", "no", "unknown"]


def test_into_another_section_it_goes_to_the_end() -> None:
    values = {"text": "Danger?", "kind": "yes_no_unknown", "required_when": True}
    made = editing.with_question(PLAIN, "danger", "second", values)
    assert [len(section["questions"]) for section in made["sections"]] == [2, 5]
    assert keys(made)[-1] == "danger"


@pytest.mark.parametrize(
    "wrong", [{"section": "no"}, {"question": "no"}, {"question": "methods", "option": "no"}, {}]
)
def test_what_is_not_there_is_neither_moved_nor_removed(wrong: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        editing.without(PLAIN, **wrong)
    with pytest.raises(NotFound):
        editing.moved(PLAIN, "up", **wrong)


def test_removing_a_section_takes_its_questions_along() -> None:
    made = editing.without(PLAIN, section="first")
    assert keys(made) == ["methods", "times", "day", "words"]
    assert keys(editing.without(PLAIN, question="times")) == [
        "danger",
        "who_rang",
        "log",
        "methods",
        "day",
        "words",
    ]
    left = editing.without(PLAIN, question="methods", option="call")
    assert [one["key"] for one in editing.question_of(left, "methods")["options"]] == ["text", "none"]
