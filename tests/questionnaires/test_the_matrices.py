"""The shipped victim matrices: immediate harm is high, yes is explained, points reach what they should."""

from __future__ import annotations

import itertools

import pytest

from sentinel.questionnaires.rules import (
    Kind,
    check_answers,
    max_score,
    score,
    unanswered,
)
from tests.questionnaires.shipped import AT_ONCE, GENERIC, MATRICES, assessed, lowest, the


@pytest.mark.parametrize("key", MATRICES)
def test_a_matrix_has_low_medium_and_high(key: str) -> None:
    assert [band.key for band in the(key).bands] == ["low", "medium", "high"]


@pytest.mark.parametrize(
    ("key", "question"), [*itertools.product(MATRICES, AT_ONCE), ("victim-risk-llr", "suicide")]
)
def test_any_answer_of_immediate_harm_makes_the_risk_high(key: str, question: str) -> None:
    answers = lowest(key)
    assert assessed(key, answers).band == "low"
    outcome = assessed(key, {**answers, question: "yes"})
    assert outcome.band == "high"
    assert [one.question for one in outcome.automatic_reasons] == [question]


def test_thoughts_of_suicide_make_the_risk_high_in_the_scored_matrix_too() -> None:
    outcome = assessed(GENERIC, {**lowest(GENERIC), "health": ["self_harm"]})
    assert outcome.band == "high"
    assert outcome.flags["safeguarding_prompt"] is True


@pytest.mark.parametrize(("key", "question"), list(itertools.product(MATRICES, AT_ONCE)))
def test_immediate_harm_that_is_unknown_stays_unknown(key: str, question: str) -> None:
    outcome = assessed(key, {**lowest(key), question: "unknown"})
    assert outcome.unknowns == (question,)
    assert not outcome.automatic


@pytest.mark.parametrize(("key", "question"), list(itertools.product(MATRICES, [*AT_ONCE, "vulnerable"])))
def test_yes_has_to_be_explained(key: str, question: str) -> None:
    errors = check_answers(the(key), {**lowest(key), question: "yes"}, True)
    assert list(errors) == [f"{question}__why"]
    assert errors[f"{question}__why"][0].startswith("Say ")


def test_the_local_matrix_has_its_five_topics_and_its_three_questions() -> None:
    local = the("victim-risk-llr")
    keys = {question.key for question in local.questions() if question.required_when is True}
    assert {"frequency", "impact", "vulnerabilities", "support", "targeted"} <= keys
    assert {"repeat_victim", "vulnerable", "safeguarding"} <= keys
    for key in ("repeat_victim", "vulnerable", "safeguarding"):
        question = local.question(key)
        assert question is not None
        assert question.kind is Kind.YES_NO_UNKNOWN
        assert question.options[0].text_required


def test_the_local_matrix_is_judged_and_asks_why() -> None:
    answers = lowest("victim-risk-llr")
    assert score(the("victim-risk-llr"), answers).band is None
    assert score(the("victim-risk-llr"), answers, "medium").band == "medium"
    del answers["band_reason"]
    assert unanswered(the("victim-risk-llr"), answers) == ["band_reason"]


@pytest.mark.parametrize(
    ("question", "flag"),
    [
        ("repeat_victim", "repeat_victim"),
        ("vulnerable", "vulnerable"),
        ("safeguarding", "safeguarding_prompt"),
    ],
)
def test_the_three_questions_set_their_flags(question: str, flag: str) -> None:
    outcome = assessed("victim-risk-llr", {**lowest("victim-risk-llr"), question: "yes"})
    assert outcome.flags == {flag: True}


def test_the_scored_matrix_reaches_47_points() -> None:
    assert max_score(the(GENERIC)) == 47
    assert assessed(GENERIC, lowest(GENERIC)).score == 0


@pytest.mark.parametrize(
    ("points", "band"), [(0, "low"), (11, "low"), (12, "medium"), (21, "medium"), (22, "high"), (47, "high")]
)
def test_the_bands_of_the_scored_matrix(points: int, band: str) -> None:
    matrix = the(GENERIC)
    held = [one.key for one in matrix.bands if (one.minimum or 0) <= points <= (one.maximum or 99)]
    assert held == [band]


def test_the_worst_answers_of_the_scored_matrix_are_high_by_points_alone() -> None:
    answers = lowest(GENERIC)
    for question in the(GENERIC).questions():
        if question.key in AT_ONCE:
            continue
        best = max(question.options, key=lambda option: option.score or 0).key
        answers[question.key] = ["physical", "mental"] if question.kind is Kind.MANY_OF else best
    outcome = assessed(GENERIC, answers)
    assert (outcome.score, outcome.band, outcome.automatic) == (47, "high", False)
    assert outcome.flags == {"hate": True, "vulnerable": True}
