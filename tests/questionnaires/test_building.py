"""A set is built strictly from data, and written out again without a loss."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from sentinel.questionnaires.rules import (
    Kind,
    QuestionSet,
    Status,
    Style,
    Suggestion,
    build,
    content_hash,
    to_data,
    validate_definition,
)
from tests.questionnaires.making import (
    JUDGED,
    PLAIN,
    SCORED,
    changed,
    made,
    question_data,
    question_sets,
    same_again,
)


def problems_of(data: object) -> list[str]:
    return [str(problem) for problem in build(data)[1]]


def test_a_set_is_built_with_all_its_parts() -> None:
    question_set = made(SCORED)
    assert (question_set.key, question_set.version) == ("scored", 2)
    assert question_set.style is Style.SCORED
    assert question_set.status is Status.RELEASED
    assert question_set.released_from == date(2026, 1, 1)
    assert not question_set.confirmed
    assert [band.key for band in question_set.bands] == ["low", "medium", "high"]
    assert [question.key for question in question_set.questions()] == ["often", "hate", "health"]


def test_a_yes_no_question_has_its_three_answers_without_saying_so() -> None:
    question = made(PLAIN).question("danger")
    assert question is not None
    assert [(option.key, option.label, option.unknown) for option in question.options] == [
        ("yes", "Yes", False),
        ("no", "No", False),
        ("unknown", "Not known", True),
    ]


def test_what_is_added_to_yes_leaves_the_other_answers_alone() -> None:
    question = made(SCORED).question("hate")
    assert question is not None
    yes, no, unknown = question.options
    assert (yes.score, dict(yes.sets)) == (3, {"hate": True})
    assert (no.score, dict(no.sets)) == (0, {})
    assert (unknown.score, unknown.unknown) == (None, True)


def test_the_answer_not_known_cannot_be_made_a_plain_no() -> None:
    data = changed(PLAIN)
    question_data(data, "danger")["options"] = [{"key": "unknown", "unknown": False, "label": "No idea"}]
    question = made(data).question("danger")
    assert question is not None
    assert question.options[2].unknown
    assert question.options[2].label == "No idea"


def test_a_suggestion_names_letter_answer_and_source() -> None:
    data = changed(PLAIN)
    question_data(data, "danger")["options"] = [
        {"key": "yes", "suggests": [{"letter": "risk", "from": "said so"}]},
        {"key": "no", "suggests": [{"letter": "risk", "answer": "no", "from": "said so"}]},
    ]
    question = made(data).question("danger")
    assert question is not None
    assert question.options[0].suggests == (Suggestion("risk", "yes", "said so"),)
    assert question.options[1].suggests == (Suggestion("risk", "no", "said so"),)


@pytest.mark.parametrize("data", [PLAIN, SCORED, JUDGED])
def test_a_set_is_read_back_from_its_data(data: dict[str, Any]) -> None:
    question_set = made(data)
    assert same_again(question_set) == question_set
    assert validate_definition(question_set) == []


@given(question_sets(scored=True))
def test_any_set_is_read_back_from_json(question_set: QuestionSet) -> None:
    text = json.dumps(to_data(question_set))
    assert made(json.loads(text)) == question_set


def test_the_hash_follows_the_words_and_not_the_layout() -> None:
    question_set = made(SCORED)
    reordered = dict(reversed(list(changed(SCORED).items())))
    assert content_hash(made(reordered)) == content_hash(question_set)
    assert content_hash(made(changed(SCORED, title="Another title"))) != content_hash(question_set)
    score = changed(SCORED)
    question_data(score, "often")["options"][1]["score"] = 3
    assert content_hash(made(score)) != content_hash(question_set)
    assert len(content_hash(question_set)) == 64


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"key": None}, "set.key"),
        ({"key": "Not A Key"}, "set.key"),
        ({"version": "1"}, "set.version"),
        ({"version": True}, "set.version"),
        ({"title": "  "}, "set.title"),
        ({"style": "guessed"}, "set.style"),
        ({"status": "secret"}, "set.status"),
        ({"released_from": "1st May"}, "set.released_from"),
        ({"released_from": 2026}, "set.released_from"),
        ({"confirmed": "yes"}, "set.confirmed"),
        ({"sections": {}}, "set.sections"),
        ({"sections": ["first"]}, "set.sections[0]"),
        ({"bands": [{"key": "low"}]}, "set.bands.low.label"),
        ({"colour": "red"}, "set.colour"),
    ],
)
def test_a_wrong_setting_is_named_by_its_place(changes: dict[str, Any], where: str) -> None:
    assert any(problem.startswith(f"{where}: ") for problem in problems_of(changed(PLAIN, **changes)))


@pytest.mark.parametrize("name", ["key", "version", "title", "subject", "style", "status", "source"])
def test_what_must_be_said_is_missed(name: str) -> None:
    data = changed(PLAIN)
    del data[name]
    assert f"set.{name}: This is missing." in problems_of(data)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "essay"}, "danger.kind"),
        ({"text": ""}, "danger.text"),
        ({"help": 5}, "danger.help"),
        ({"max_length": "long"}, "danger.max_length"),
        ({"show_when": "danger == yes"}, "danger.show_when"),
        ({"required_when": "always"}, "danger.required_when"),
        ({"options": [{"key": "perhaps", "label": "Perhaps"}]}, "danger.options"),
        ({"options": [{"key": "yes", "score": "many"}]}, "danger.options.yes.score"),
        ({"options": [{"key": "yes", "sets": {"hate": 3}}]}, "danger.options.yes.sets"),
        (
            {"options": [{"key": "yes", "suggests": [{"letter": "risk"}]}]},
            "danger.options.yes.suggests[0].from",
        ),
        ({"options": [{"key": "yes", "colour": "red"}]}, "danger.options.yes.colour"),
        ({"requird_when": True}, "danger.requird_when"),
    ],
)
def test_a_wrong_question_is_named_by_its_keys(change: dict[str, Any], where: str) -> None:
    data = changed(PLAIN)
    question_data(data, "danger").update(change)
    expected = f"set.sections.first.questions.{where}"
    assert any(problem.startswith(f"{expected}: ") for problem in problems_of(data)), problems_of(data)


@pytest.mark.parametrize("data", [None, [], "set", 5])
def test_what_is_no_mapping_is_no_set(data: object) -> None:
    question_set, problems = build(data)
    assert question_set is None
    assert problems


def test_short_text_is_kept_shorter_than_long_text_unless_said() -> None:
    data = changed(PLAIN)
    question_data(data, "log").pop("max_length")
    question_set = made(data)
    lengths = {question.key: question.max_length for question in question_set.questions()}
    assert (lengths["log"], lengths["words"]) == (200, 4000)


def test_every_kind_says_whether_it_is_answered_by_choosing() -> None:
    assert {kind for kind in Kind if kind.has_options} == {Kind.YES_NO_UNKNOWN, Kind.ONE_OF, Kind.MANY_OF}
