"""The shipped call script, and what follows from it for VICTOR-E, the assessment and the visit."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sentinel.questionnaires.rules import (
    Kind,
    carry,
    check_answers,
    score,
    suggestions,
    unanswered,
    visible,
)
from tests.questionnaires.shipped import MATRICES, SETS, the

CALL = {
    "danger_now": "no",
    "name_wish": "may_be_used",
    "caller_name": "Margaret Ellis",
    "caller_number": "0116 496 0123",
    "happened_to": "caller",
    "where": "14 Sparrow Lane",
    "what": "He is banging on our door again.",
    "afraid": "yes",
    "crime": "unknown",
    "happened_before": "yes",
    "under_18": "no",
    "vulnerable": "no",
    "threat_to_life": "no",
    "weapon": "no",
    "violence": "no",
    "hate": "no",
}


def asked(**more: Any) -> list[str]:
    return visible(the("call-script"), {**CALL, **more})


def test_the_first_question_is_whether_anyone_is_in_danger() -> None:
    assert the("call-script").questions()[0].key == "danger_now"


def test_a_whole_call_can_be_finished() -> None:
    assert check_answers(the("call-script"), CALL, True) == {}


def test_danger_gives_the_words_to_say_and_asks_who_rang() -> None:
    question = the("call-script").question("danger_now")
    assert question is not None
    yes = question.option("yes")
    assert yes is not None
    assert "Ring 999 now" in yes.say
    assert "press 55" in yes.say
    assert "who_rang" in asked(danger_now="yes")
    assert unanswered(the("call-script"), {**CALL, "danger_now": "yes"}) == ["who_rang"]
    assert {"rang_at", "emergency_log"} <= set(asked(danger_now="yes", who_rang="caller"))
    assert "emergency_log" not in asked(danger_now="yes", who_rang="nobody_yet")


def test_a_caller_who_gives_no_name_is_not_asked_for_it_or_contacted() -> None:
    shown = asked(name_wish="anonymous")
    assert not {"caller_name", "caller_number", "safe_methods", "safe_times"} & set(shown)
    without = {key: value for key, value in CALL.items() if not key.startswith("caller_")}
    assert check_answers(the("call-script"), {**without, "name_wish": "anonymous"}, True) == {}


@pytest.mark.parametrize(
    ("target", "prompted"), [("one_person", True), ("household", True), ("place", False), ("nobody", False)]
)
def test_crime_is_prompted_for_where_somebody_is_picked_out(target: str, prompted: bool) -> None:
    shown = asked(targeted=target)
    assert ("same_person" in shown) is ("stalking" in shown) is prompted


@pytest.mark.parametrize(
    ("more", "flag"),
    [
        ({"targeted": "one_person", "same_person": "yes"}, "crime_prompt_harassment"),
        (
            {"targeted": "one_person", "stalking": "yes", "stalking__why": "Follows her."},
            "crime_prompt_stalking",
        ),
        ({"doing_it": "by_name", "relationship": "partner"}, "crime_prompt_domestic_abuse"),
        ({"doing_it": "by_sight", "relationship": "family"}, "crime_prompt_domestic_abuse"),
    ],
)
def test_answers_that_may_be_a_crime_raise_their_prompt(more: dict[str, Any], flag: str) -> None:
    assert score(the("call-script"), {**CALL, **more}).flags.get(flag) is True
    assert not score(the("call-script"), CALL).flags.get(flag)


def test_the_other_side_is_not_spoken_of_where_there_is_none() -> None:
    assert "may_approach" in asked(doing_it="by_name")
    assert "may_approach" not in asked(doing_it="no_person")
    assert "may_be_identifiable" in asked(may_approach="yes")
    assert "may_be_identifiable" not in asked(may_approach="no")


def test_every_suggestion_is_for_a_row_of_victor_e_and_says_where_it_comes_from() -> None:
    rows = the("victor-e")
    found = [
        suggestion
        for question in the("call-script").questions()
        for option in question.options
        for suggestion in option.suggests
    ]
    assert {suggestion.letter for suggestion in found} == {question.key for question in rows.questions()}
    for suggestion in found:
        row = rows.question(suggestion.letter)
        assert row is not None
        assert row.option(suggestion.answer) is not None
        assert suggestion.source


@pytest.mark.parametrize(
    ("more", "letter", "answer"),
    [
        ({"afraid": "yes"}, "had", "yes"),
        ({"targeted": "household"}, "targeted", "yes"),
        ({"targeted": "nobody"}, "targeted", "no"),
        ({"happened_before": "yes"}, "ongoing", "yes"),
        ({"happened_before": "no"}, "ongoing", "no"),
        ({"vulnerable": "yes"}, "vulnerable", "yes"),
        ({"under_18": "yes"}, "vulnerable", "yes"),
        ({"impact": "a_lot"}, "impact", "yes"),
        ({"told_others": "yes"}, "combined", "yes"),
        ({"weapon": "yes"}, "risk", "yes"),
        ({"hate": "yes"}, "hate", "yes"),
    ],
)
def test_what_the_caller_says_suggests_a_letter(more: dict[str, Any], letter: str, answer: str) -> None:
    said = [(one.letter, one.answer) for _, one in suggestions(the("call-script"), {**CALL, **more})]
    assert (letter, answer) in said


def test_not_known_suggests_nothing() -> None:
    answers = dict.fromkeys(
        ("afraid", "happened_before", "vulnerable", "under_18", "weapon", "hate"), "unknown"
    )
    assert suggestions(the("call-script"), {**CALL, **answers}) == []


@pytest.mark.parametrize("key", MATRICES)
def test_the_assessment_does_not_ask_again_what_the_call_has_answered(key: str) -> None:
    call = {
        **CALL,
        "weapon": "yes",
        "weapon__why": "A knife was shown.",
        "frequency": "most_days",
        "impact": "a_lot",
        "stalking": "no",
        "targeted": "one_person",
        "vulnerable": "unknown",
    }
    carried = carry(the("call-script"), call, the(key))
    assert carried["weapon"] == "yes"
    assert carried["weapon__why"] == "A knife was shown."
    assert (carried["frequency"], carried["impact"]) == ("most_days", "a_lot")
    assert (carried["threat_to_life"], carried["violence"], carried["stalking"]) == ("no", "no", "no")
    assert "vulnerable" not in carried
    assert check_answers(the(key), carried, False) == {}


@pytest.mark.parametrize("target", sorted(SETS))
def test_questions_that_carry_one_answer_are_of_one_kind(target: str) -> None:
    kinds: dict[str, Kind] = {}
    for found in SETS.values():
        for question in found.question_set.questions():
            if question.carries_to:
                assert kinds.setdefault(question.carries_to, question.kind) is question.kind, (
                    target,
                    question.key,
                )


def test_the_call_asks_before_the_visit_what_the_visit_needs() -> None:
    call = {**CALL, "may_approach": "yes", "may_be_identifiable": "no"}
    assert carry(the("call-script"), call, the("approach")) == {
        "may_approach": "yes",
        "may_be_identifiable": "no",
    }


def test_victor_e_is_harm_and_seven_letters_and_not_asked_is_not_no() -> None:
    rows = list(the("victor-e").questions())
    assert [row.key for row in rows] == [
        "had",
        "vulnerable",
        "impact",
        "combined",
        "targeted",
        "ongoing",
        "risk",
        "hate",
    ]
    for row in rows:
        assert [option.key for option in row.options] == ["yes", "no", "not_asked"]
        assert [option.unknown for option in row.options] == [False, False, True]
        assert all(option.score is None for option in row.options)


def test_the_letters_can_be_read_from_the_words() -> None:
    words = [question.text.split(":")[0] for question in the("victor-e").questions()][1:]
    assert "".join(next(letter for letter in word if letter.isupper()) for word in words) == "VICTORE"


def test_four_yeses_let_one_go_and_anything_else_takes_a_supervisors_reason() -> None:
    approach = the("approach")
    questions = ["may_approach", "may_be_identifiable", "told_before", "safety_plan"]
    yes = {
        **dict.fromkeys(questions, "yes"),
        "told_before__why": "By telephone today.",
        "safety_plan__why": "Alarm.",
    }
    assert check_answers(approach, yes, True) == {}
    assert "supervisor_reason" not in visible(approach, yes)
    for question, answer in itertools.product(questions, ["no", "unknown"]):
        errors = check_answers(approach, {**yes, question: answer}, True)
        assert list(errors) == ["supervisor_reason"], (question, answer)
