"""When a question is shown or must be answered is built by choosing a question, how, and answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given

from sentinel.governance.models import QuestionSetDraft
from sentinel.governance.rules.building_conditions import Built, Part, as_condition, as_list
from sentinel.questionnaires.rules import condition_data, condition_words, holds, read_condition
from tests.governance.making import GRACE, SCRIPT, asked, begun, errors, says, text
from tests.questionnaires.making import PLAIN, made, question_sets
from tests.support import signed_in


@pytest.fixture
def grace(transactional_db: None) -> Client:
    return signed_in(GRACE)


@pytest.fixture
def draft(transactional_db: None) -> QuestionSetDraft:
    return begun()


def at(draft: QuestionSetDraft, question: str, which: str = "show_when", more: str = "") -> str:
    return f"/question-sets/drafts/{draft.pk}/questions/{question}/when/{which}{more}"


def test_a_condition_is_chosen_step_by_step(grace: Client, draft: QuestionSetDraft) -> None:
    page = text(grace.get(at(draft, "worse")))
    assert "It is always shown" in page
    chooser = grace.get(at(draft, "worse", more="/add")).content.decode()
    assert 'value="frequency"' in chooser
    assert 'value="known"' not in chooser, "a question that is asked later cannot be looked at"
    second = text(grace.get(at(draft, "worse", more="/add?of=frequency")))
    assert "is one of these answers" in second
    assert "Most days" in second
    sent = {"how": "is", "options": ["most_days", "daily"], "seen": 1}
    assert grace.post(at(draft, "worse", more="/add?of=frequency"), sent)["Location"] == at(draft, "worse")
    assert asked(says(draft), "worse")["show_when"] == {"question": "frequency", "in": ["most_days", "daily"]}
    assert "how often does this happen?” is Most days or Every day" in text(grace.get(at(draft, "worse")))


def test_several_conditions_are_joined_and_taken_away(grace: Client, draft: QuestionSetDraft) -> None:
    for of, how, options in (
        ("frequency", "is", ["daily"]),
        ("linked", "is_not", ["no"]),
        ("weapon", "answered", []),
    ):
        grace.post(at(draft, "worse", more=f"/add?of={of}"), {"how": how, "options": options, "seen": 9})
    assert asked(says(draft), "worse")["show_when"] == {
        "all": [
            {"question": "frequency", "equals": "daily"},
            {"not": {"question": "linked", "equals": "no"}},
            {"question": "weapon", "answered": True},
        ]
    }
    grace.post(at(draft, "worse"), {"mode": "any", "seen": 9})
    assert list(asked(says(draft), "worse")["show_when"]) == ["any"]
    grace.post(at(draft, "worse"), {"do": "take_1", "seen": 9})
    assert len(asked(says(draft), "worse")["show_when"]["any"]) == 2
    grace.post(at(draft, "worse"), {"do": "clear", "seen": 9})
    assert "show_when" not in asked(says(draft), "worse")


def test_an_answer_may_be_compulsory_only_after_another(grace: Client, draft: QuestionSetDraft) -> None:
    sent = {"how": "is", "options": ["yes"], "seen": 1}
    grace.post(at(draft, "worse", "required_when", "/add?of=linked"), sent)
    assert asked(says(draft), "worse")["required_when"] == {"question": "linked", "equals": "yes"}
    page = text(grace.get(f"/question-sets/drafts/{draft.pk}/questions/worse"))
    assert "Only when certain answers were given" in page
    grace.post(
        f"/question-sets/drafts/{draft.pk}/questions/worse",
        {"text": "Worse?", "section": "history", "required": "when", "seen": 9},
    )
    assert asked(says(draft), "worse")["required_when"] == {"question": "linked", "equals": "yes"}


def test_no_answer_ticked_is_said_beside_them(grace: Client, draft: QuestionSetDraft) -> None:
    answer = grace.post(at(draft, "worse", more="/add?of=linked"), {"how": "is", "seen": 1})
    assert answer.status_code == 422
    assert "Tick at least one answer." in errors(answer)
    made_up = grace.post(
        at(draft, "worse", more="/add?of=linked"), {"how": "is", "options": ["robot"], "seen": 1}
    )
    assert made_up.status_code == 422


def test_words_can_only_be_asked_for(grace: Client) -> None:
    script = begun(SCRIPT)
    page = text(grace.get(at(script, "rang_at", more="/add?of=who_rang")))
    assert "is one of these answers" in page
    page = text(grace.get(at(script, "emergency_log", more="/add?of=rang_at")))
    assert "is one of these answers" not in page
    assert "has any answer" in page


def test_the_first_question_has_nothing_to_look_at(grace: Client, draft: QuestionSetDraft) -> None:
    assert "there is no earlier answer" in text(grace.get(at(draft, "threat_to_life")))
    assert grace.get(at(draft, "threat_to_life", more="/add")).status_code == 302


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"question": "a", "equals": "yes"},
        {"question": "a", "in": ["yes", "no"]},
        {"not": {"question": "a", "equals": "yes"}},
        {"question": "a", "answered": True},
        {"question": "a", "answered": False},
        {"any": [{"question": "a", "equals": "yes"}, {"question": "b", "answered": True}]},
        {"all": [{"question": "a", "equals": "yes"}, {"not": {"question": "b", "in": ["x", "y"]}}]},
    ],
)
def test_what_the_pages_build_is_read_back_as_it_was(condition: Any) -> None:
    built = as_list(condition)
    assert built is not None
    assert as_condition(built) == condition


def test_not_answered_is_said_in_one_way() -> None:
    assert as_list({"not": {"question": "a", "answered": True}}) == Built("all", (Part("a", "not_answered"),))
    assert as_list({"not": {"question": "a", "answered": False}}) == Built("all", (Part("a", "answered"),))


@pytest.mark.parametrize(
    "deep",
    [
        {"not": {"all": [{"question": "a", "equals": "yes"}]}},
        {"all": [{"any": [{"question": "a", "equals": "yes"}]}]},
        {"not": {"not": {"question": "a", "equals": "yes"}}},
        "nonsense",
    ],
)
def test_what_is_nested_deeper_is_not_flattened(deep: Any) -> None:
    assert as_list(deep) is None


@given(question_sets())
def test_a_condition_that_can_be_a_list_means_the_same_as_one(question_set: Any) -> None:
    for question in question_set.questions():
        if question.show_when is None:
            continue
        built = as_list(condition_data(question.show_when))
        if built is None or not built.parts:
            continue
        problems: list[Any] = []
        again = read_condition(as_condition(built), "here", problems)
        assert problems == []
        assert again is not None
        for answers in (
            {},
            {one.key: "yes" for one in question_set.questions()},
            {"q0": "o0"},
            {"q0": ["o0", "o1"]},
        ):
            assert holds(again, answers) == holds(question.show_when, answers)


def test_conditions_are_said_in_words() -> None:
    question_set = made(PLAIN)

    def said(data: Any) -> str:
        condition = read_condition(data, "", [])
        assert condition is not None
        return condition_words(condition, question_set)

    assert said({"question": "danger", "equals": "yes"}) == "“Danger?” is Yes"
    assert said({"question": "who_rang", "in": ["caller", "nobody"]}) == "“Who rang?” is The caller or Nobody"
    assert said({"not": {"question": "danger", "equals": "no"}}) == "“Danger?” is not No"
    assert said({"question": "log", "answered": False}) == "“Log number?” has no answer"
    assert (
        said({"question": "gone", "equals": "x"}) == "“gone” (which is not there) is “x” (which is not there)"
    )
    both = {"any": [{"question": "danger", "equals": "yes"}, {"question": "log", "answered": True}]}
    assert said(both) == "“Danger?” is Yes or “Log number?” has any answer"
    assert said({"all": [both, {"question": "times", "answered": True}]}) == (
        "(“Danger?” is Yes or “Log number?” has any answer) and “How many times?” has any answer"
    )
