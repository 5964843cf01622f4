"""What is asked, what was typed, what is wrong with it, and what is carried on."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.questionnaires.rules import (
    MAX_DETAIL,
    Kind,
    QuestionSet,
    carry,
    check_answers,
    detail_key,
    holds,
    in_words,
    parse_answers,
    settled,
    suggestions,
    unanswered,
    visible,
)
from tests.questionnaires.making import (
    PLAIN,
    SCORED,
    any_answers,
    changed,
    made,
    question_data,
    question_sets,
    right_answers,
)

TODAY = date(2026, 11, 21)
SMALL = made(PLAIN)
with_answers = question_sets().flatmap(lambda one: st.tuples(st.just(one), right_answers(one)))
with_anything = question_sets().flatmap(lambda one: st.tuples(st.just(one), any_answers(one)))
SetAndAnswers = tuple[QuestionSet, dict[str, Any]]


# What is asked


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, ["danger"]),
        ({"danger": "no"}, ["danger"]),
        ({"danger": "unknown"}, ["danger"]),
        ({"danger": "yes"}, ["danger", "who_rang"]),
        ({"danger": "yes", "who_rang": "caller"}, ["danger", "who_rang", "log"]),
        ({"danger": "no", "who_rang": "caller"}, ["danger"]),
        ({"who_rang": "caller", "log": "12"}, ["danger"]),
    ],
)
def test_a_question_is_shown_when_what_it_waits_for_was_answered(
    answers: dict[str, Any], shown: list[str]
) -> None:
    assert [key for key in visible(SMALL, answers) if key in {"danger", "who_rang", "log"}] == shown


@given(with_answers)
def test_what_is_shown_is_what_its_condition_says_of_what_is_shown(both: SetAndAnswers) -> None:
    question_set, answers = both
    shown = visible(question_set, answers)
    seen = {key: answers[key] for key in shown if key in answers}
    for question in question_set.questions():
        expected = question.show_when is None or holds(question.show_when, seen)
        assert (question.key in shown) is expected


@given(with_anything)
def test_hidden_answers_change_nothing(both: SetAndAnswers) -> None:
    question_set, answers = both
    kept = settled(question_set, answers)
    assert visible(question_set, kept) == visible(question_set, answers)
    assert settled(question_set, kept) == kept
    assert unanswered(question_set, kept) == unanswered(question_set, answers)
    assert in_words(question_set, kept) == in_words(question_set, answers)


@given(with_answers, st.data())
def test_an_answer_typed_and_then_hidden_is_not_kept(both: SetAndAnswers, data: st.DataObject) -> None:
    question_set, answers = both
    hidden = [q.key for q in question_set.questions() if q.key not in visible(question_set, answers)]
    kept = settled(question_set, answers)
    assert not set(hidden) & set(kept)
    if hidden:
        key = data.draw(st.sampled_from(hidden))
        assert settled(question_set, {**answers, key: "o1"}) == kept


def test_an_explanation_is_kept_only_with_the_answer_that_asks_for_it() -> None:
    why = detail_key("who_rang")
    answers = {"danger": "yes", "who_rang": "nobody", why: "Asleep."}
    assert settled(SMALL, answers)[why] == "Asleep."
    assert why not in settled(SMALL, {**answers, "who_rang": "caller"})
    assert why not in settled(SMALL, {**answers, "danger": "no"})


# What was typed


def test_a_form_is_read_into_answers() -> None:
    form = {
        "danger": ["yes"],
        "who_rang": ["nobody"],
        "who_rang__why": [" Asleep. "],
        "log": ["  L 12  "],
        "methods": ["text", "call", "call"],
        "times": ["1,000"],
        "day": ["3 April"],
        "words": ["one\r\ntwo"],
        "csrfmiddlewaretoken": ["x"],
        "nobody_asked": ["x"],
    }
    assert parse_answers(SMALL, form, TODAY) == {
        "danger": "yes",
        "who_rang": "nobody",
        "who_rang__why": "Asleep.",
        "log": "L 12",
        "methods": ["call", "text"],
        "times": 1000,
        "day": "2026-04-03",
        "words": "one\ntwo",
    }


def test_plain_strings_are_read_as_well_as_lists() -> None:
    assert parse_answers(SMALL, {"danger": "no", "methods": "call"}, TODAY) == {
        "danger": "no",
        "methods": ["call"],
    }


def test_fields_may_have_a_prefix() -> None:
    assert parse_answers(SMALL, {"script-danger": "no", "danger": "yes"}, TODAY, prefix="script-") == {
        "danger": "no"
    }


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("3", "4", "2026"), "2026-04-03"),
        (("3", "April", "26"), "2026-04-03"),
        (("", "4", "2026"), "? 4 2026"),
        (("31", "2", "2026"), "31 2 2026"),
        (("", "", ""), None),
    ],
)
def test_a_date_may_come_in_three_fields(parts: tuple[str, str, str], expected: str | None) -> None:
    form = dict(zip(("day-day", "day-month", "day-year"), parts, strict=True))
    assert parse_answers(SMALL, form, TODAY).get("day") == expected


@pytest.mark.parametrize(
    ("typed", "number"), [("3", 3), ("3.5", 3.5), ("-2", -2), ("3.0", 3), ("1e3", 1000), ("three", "three")]
)
def test_a_number_is_read_or_stays_as_typed(typed: str, number: object) -> None:
    assert parse_answers(SMALL, {"times": typed}, TODAY)["times"] == number


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e400", "9" * 40])
def test_a_number_that_is_none_stays_as_typed_and_is_refused(typed: str) -> None:
    answers = parse_answers(SMALL, {"times": typed}, TODAY)
    assert answers["times"] == typed
    assert "times" in check_answers(SMALL, answers, False)


@given(st.dictionaries(st.sampled_from([q.key for q in SMALL.questions()]), st.lists(st.text(), max_size=3)))
def test_whatever_a_form_holds_is_read_and_fit_for_json(form: dict[str, list[str]]) -> None:
    answers = parse_answers(SMALL, form, TODAY)
    json.dumps(answers)
    assert set(answers) <= {q.key for q in SMALL.questions()} | {detail_key("who_rang")}
    check_answers(SMALL, answers, True, today=TODAY)


@given(with_answers)
def test_right_answers_are_read_back_from_a_form(both: SetAndAnswers) -> None:
    question_set, answers = both
    form = {key: value if isinstance(value, list) else [str(value)] for key, value in answers.items()}
    read = parse_answers(question_set, form, TODAY)
    for question in question_set.questions():
        if question.kind is not Kind.MANY_OF:
            assert read.get(question.key) == answers.get(question.key)
        else:
            assert sorted(read.get(question.key, [])) == sorted(answers.get(question.key, []))


# What is wrong with it


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"danger": "perhaps"}, {"danger": "Choose one"}),
        ({"danger": ["yes"]}, {"danger": "Choose one"}),
        ({"danger": True}, {"danger": "Choose one"}),
        ({"danger": "yes", "who_rang": "caller", "log": "x" * 11}, {"log": "10 characters or fewer"}),
        ({"danger": "yes", "who_rang": "caller", "log": "a\nb"}, {"log": "on one line"}),
        ({"danger": "yes", "who_rang": "caller", "log": 5}, {"log": "Enter words"}),
        ({"danger": "yes", "who_rang": "caller", "log": "a\x00b"}, {"log": "cannot be stored"}),
        ({"methods": "call"}, {"methods": "Choose from"}),
        ({"methods": ["call", "pigeon"]}, {"methods": "Choose from"}),
        ({"methods": [["call"]]}, {"methods": "Choose from"}),
        ({"methods": ["call", "none"]}, {"methods": "“None” cannot be chosen together"}),
        ({"times": "three"}, {"times": "Enter a number"}),
        ({"times": True}, {"times": "Enter a number"}),
        ({"times": float("nan")}, {"times": "Enter a number"}),
        ({"times": -1}, {"times": "0 or more"}),
        ({"times": 101}, {"times": "100 or less"}),
        ({"day": "31 2 2026"}, {"day": "31 February 2026 is not a real date"}),
        ({"day": "? 4 2026"}, {"day": "Enter the day, month and year"}),
        ({"day": "2026-02-31"}, {"day": "not a real date"}),
        ({"day": "20260403"}, {"day": "day, month and year|no month"}),
        ({"day": 20260403}, {"day": "Enter a date"}),
        ({"day": "2026-11-22"}, {"day": "in the future"}),
        ({"nobody_asked": "x"}, {"nobody_asked": "no such question"}),
        (
            {"danger": "yes", "who_rang": "nobody", "who_rang__why": "x" * (MAX_DETAIL + 1)},
            {"who_rang__why": "2,000 characters or fewer"},
        ),
    ],
)
def test_a_wrong_answer_is_told_by_its_question(answers: dict[str, Any], errors: dict[str, str]) -> None:
    found = check_answers(SMALL, answers, False, today=TODAY)
    assert set(found) == set(errors)
    for key, words in errors.items():
        assert any(part in found[key][0] for part in words.split("|")), found


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"danger": "unknown"},
        {"danger": "no", "who_rang": "robot", "log": "x" * 99},
        {"danger": "yes", "who_rang": "nobody"},
        {"times": 0, "day": "2026-11-21"},
        {"methods": ["none"]},
    ],
)
def test_what_is_only_begun_may_be_left_open(answers: dict[str, Any]) -> None:
    assert check_answers(SMALL, answers, False, today=TODAY) == {}


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, {"danger"}),
        ({"danger": "unknown"}, set()),
        ({"danger": "no"}, set()),
        ({"danger": "yes"}, {"who_rang"}),
        ({"danger": "yes", "who_rang": "nobody"}, {"who_rang__why"}),
        ({"danger": "yes", "who_rang": "nobody", "who_rang__why": "  "}, {"who_rang__why"}),
        ({"danger": "yes", "who_rang": "nobody", "who_rang__why": "Asleep."}, set()),
        ({"danger": "no", "times": 0}, {"words"}),
        ({"danger": "no", "times": 0, "words": "Yes."}, set()),
        ({"danger": "   "}, {"danger"}),
    ],
)
def test_what_is_complete_has_every_answer_that_is_needed(answers: dict[str, Any], missing: set[str]) -> None:
    assert set(check_answers(SMALL, answers, True, today=TODAY)) == missing
    assert set(unanswered(SMALL, answers)) == {key for key in missing if not key.endswith("__why")}


def test_the_words_for_a_missing_explanation_are_the_questions_own() -> None:
    errors = check_answers(SMALL, {"danger": "yes", "who_rang": "nobody"}, True)
    assert errors == {"who_rang__why": ["Say why."]}


@given(with_anything, st.booleans())
def test_whatever_the_answers_hold_they_are_checked(both: SetAndAnswers, complete: bool) -> None:
    question_set, answers = both
    errors = check_answers(question_set, answers, complete, today=TODAY)
    assert all(messages and all(messages) for messages in errors.values())
    if complete:
        assert set(check_answers(question_set, answers, False, today=TODAY)) <= set(errors)
        assert set(unanswered(question_set, answers)) <= set(errors)


@given(with_answers)
def test_right_answers_are_wrong_only_where_two_exclude_each_other(both: SetAndAnswers) -> None:
    question_set, answers = both
    shown = set(visible(question_set, answers))
    known = {**answers}
    for key, messages in check_answers(question_set, known, False).items():
        question = question_set.question(key)
        assert question is not None
        assert key in shown
        assert question.kind is Kind.MANY_OF
        assert "cannot be chosen together" in messages[0]


# What is carried on


def _carrying(key: str, name: str, data: dict[str, Any]) -> dict[str, Any]:
    copy = changed(data)
    question_data(copy, key)["carries_to"] = name
    return copy


def test_an_answer_is_carried_to_the_set_that_asks_the_same() -> None:
    source = made(_carrying("who_rang", "rang", PLAIN))
    target_data = _carrying("who_rang", "rang", PLAIN)
    question_data(target_data, "who_rang")["key"] = "rang_again"
    question_data(target_data, "log").pop("show_when")
    target = made(changed(target_data, key="target"))
    answers = {"danger": "yes", "who_rang": "nobody", "who_rang__why": "Asleep.", "log": "7"}
    assert carry(source, answers, target) == {"rang_again": "nobody", "rang_again__why": "Asleep."}


def test_a_hidden_answer_and_not_known_are_asked_again() -> None:
    source = made(_carrying("danger", "danger", PLAIN))
    assert carry(source, {"danger": "yes"}, source) == {"danger": "yes"}
    assert carry(source, {"danger": "unknown"}, source) == {}
    hidden = made(_carrying("who_rang", "rang", PLAIN))
    assert carry(hidden, {"danger": "no", "who_rang": "caller"}, hidden) == {}


def test_an_option_that_the_other_set_does_not_know_is_asked_again() -> None:
    source = made(_carrying("who_rang", "rang", PLAIN))
    target_data = _carrying("who_rang", "rang", PLAIN)
    question_data(target_data, "who_rang")["options"][0]["key"] = "the_caller"
    assert carry(source, {"danger": "yes", "who_rang": "caller"}, made(target_data)) == {}


def test_another_kind_of_question_takes_no_answer() -> None:
    source = made(_carrying("log", "log", PLAIN))
    target = made(_carrying("words", "log", PLAIN))
    assert carry(source, {"danger": "yes", "who_rang": "caller", "log": "7"}, target) == {}


# What it suggests and says


def test_only_what_is_asked_and_chosen_suggests() -> None:
    data = changed(PLAIN)
    question_data(data, "who_rang")["options"][0]["suggests"] = [
        {"letter": "risk", "from": "the caller rang"}
    ]
    question_set = made(data)
    found = suggestions(question_set, {"danger": "yes", "who_rang": "caller"})
    assert [(key, one.letter, one.answer, one.source) for key, one in found] == [
        ("who_rang", "risk", "yes", "the caller rang")
    ]
    assert suggestions(question_set, {"danger": "no", "who_rang": "caller"}) == []
    assert suggestions(question_set, {"danger": "yes", "who_rang": "nobody"}) == []


def test_answers_are_read_back_in_words() -> None:
    answers = {
        "danger": "yes",
        "who_rang": "nobody",
        "who_rang__why": "Asleep.",
        "methods": ["text", "call"],
        "times": 3,
        "day": "2026-04-03",
    }
    said = in_words(SMALL, answers)
    assert [(one.section, one.question.key, one.words, one.detail) for one in said] == [
        ("First", "danger", "Yes", ""),
        ("First", "who_rang", "Nobody", "Asleep."),
        ("Second", "methods", "Call, Text", ""),
        ("Second", "times", "3", ""),
        ("Second", "day", "3 April 2026", ""),
    ]


def test_not_known_is_marked_when_it_is_read() -> None:
    assert [one.unknown for one in in_words(SMALL, {"danger": "unknown"})] == [True]
    assert [one.unknown for one in in_words(made(SCORED), {"often": "daily", "hate": "unknown"})] == [
        False,
        True,
    ]
