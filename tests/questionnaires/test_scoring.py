"""From answers to a band: points, judgement, automatic answers, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.questionnaires.rules import (
    QuestionSet,
    band_for,
    band_rank,
    highest_band,
    max_score,
    score,
    settled,
    unanswered,
)
from tests.questionnaires.making import (
    JUDGED,
    PLAIN,
    SCORED,
    any_answers,
    changed,
    made,
    question_data,
    question_sets,
    right_answers,
)

POINTS, JUDGEMENT = made(SCORED), made(JUDGED)
scored_sets = question_sets(scored=True)
with_answers = scored_sets.flatmap(lambda one: st.tuples(st.just(one), right_answers(one)))
SetAndAnswers = tuple[QuestionSet, dict[str, Any]]


@pytest.mark.parametrize(
    ("answers", "points", "band"),
    [
        ({"often": "once", "hate": "no"}, 0, "low"),
        ({"often": "once", "hate": "yes"}, 3, "low"),
        ({"often": "weekly", "hate": "no", "health": ["none"]}, 2, "low"),
        ({"often": "daily", "hate": "no", "health": ["none"]}, 4, "medium"),
        ({"often": "daily", "hate": "no", "health": ["body", "mind"]}, 6, "medium"),
        ({"often": "daily", "hate": "yes", "health": ["none"]}, 7, "high"),
        ({"often": "daily", "hate": "yes", "health": ["body", "mind"]}, 9, "high"),
        ({"often": "once", "hate": "yes", "health": ["body", "mind"]}, 3, "low"),
    ],
)
def test_points_add_up_to_a_band_and_hidden_ones_do_not_count(
    answers: dict[str, Any], points: int, band: str
) -> None:
    outcome = score(POINTS, answers)
    assert (outcome.score, outcome.band, outcome.complete) == (points, band, True)
    assert outcome.band_so_far == outcome.worst_band == band
    assert not outcome.automatic


def test_the_most_points_are_worked_out_from_the_options() -> None:
    assert max_score(POINTS) == 4 + 3 + 2
    assert max_score(JUDGEMENT) == max_score(made(PLAIN)) == 0


def test_an_excluding_option_does_not_add_to_the_others() -> None:
    data = changed(SCORED)
    question_data(data, "health")["options"][0]["score"] = 5
    question_set, most = made(data), 4 + 3 + 5
    assert max_score(question_set) == most
    question_data(data, "health")["options"][0]["score"] = 1
    assert max_score(made(data)) == 4 + 3 + 2


@pytest.mark.parametrize(
    ("points", "band"), [(0, "low"), (3, "low"), (4, "medium"), (6, "medium"), (7, "high"), (99, "high")]
)
def test_the_edges_of_the_bands(points: int, band: str) -> None:
    assert band_for(POINTS, points) == band


def test_bands_have_an_order() -> None:
    assert highest_band(POINTS) == "high"
    assert [band_rank(POINTS, key) for key in ("low", "medium", "high", None, "no_such")] == [0, 1, 2, -1, -1]
    assert highest_band(made(PLAIN)) is None


def test_an_automatic_answer_is_the_highest_band_whatever_the_points() -> None:
    answers = {"often": "weekly", "hate": "no", "health": ["self_harm"], "health__why": "Said so."}
    outcome = score(POINTS, answers)
    assert (outcome.score, outcome.band_so_far, outcome.band) == (2, "low", "high")
    assert outcome.automatic
    assert [(one.question, one.option, one.reason) for one in outcome.automatic_reasons] == [
        ("health", "self_harm", "Thoughts of suicide.")
    ]
    assert outcome.worst_band == "high"


def test_an_automatic_answer_that_is_hidden_does_not_count() -> None:
    outcome = score(POINTS, {"often": "once", "hate": "no", "health": ["self_harm"]})
    assert (outcome.band, outcome.automatic) == ("low", False)


def test_an_automatic_answer_does_not_wait_for_the_rest() -> None:
    outcome = score(JUDGEMENT, {"weapon": "yes"})
    assert (outcome.band, outcome.complete, outcome.unanswered) == ("high", False, ("impact",))


def test_there_is_no_band_while_something_is_unanswered() -> None:
    outcome = score(POINTS, {"often": "once"})
    assert (outcome.band, outcome.band_so_far, outcome.unanswered) == (None, "low", ("hate",))
    assert score(POINTS, {}).band is None


def test_not_known_is_an_answer_that_is_counted_at_its_worst_beside_the_sum() -> None:
    outcome = score(POINTS, {"often": "daily", "hate": "unknown", "health": ["none"]})
    assert (outcome.score, outcome.worst_score) == (4, 7)
    assert (outcome.band, outcome.worst_band) == ("medium", "high")
    assert outcome.unknowns == ("hate",)
    assert outcome.complete


def test_flags_are_set_by_answers_that_are_shown() -> None:
    assert dict(score(POINTS, {"often": "once", "hate": "yes"}).flags) == {"hate": True}
    assert dict(score(POINTS, {"often": "once", "hate": "no"}).flags) == {}
    assert dict(score(POINTS, {"often": "once", "hate": "unknown"}).flags) == {}


@pytest.mark.parametrize(
    ("answers", "chosen", "band"),
    [
        ({"weapon": "no", "impact": "Little."}, "low", "low"),
        ({"weapon": "no", "impact": "Little."}, "high", "high"),
        ({"weapon": "no", "impact": "Little."}, None, None),
        ({"weapon": "unknown", "impact": "Little."}, "medium", "medium"),
        ({"weapon": "no"}, "low", None),
        ({"weapon": "yes", "impact": "Little."}, "low", "high"),
        ({"weapon": "yes", "impact": "Little."}, None, "high"),
    ],
)
def test_a_judged_band_is_the_assessors_and_held_up_by_an_automatic_answer(
    answers: dict[str, Any], chosen: str | None, band: str | None
) -> None:
    outcome = score(JUDGEMENT, answers, chosen)
    assert outcome.band == band
    assert outcome.band_so_far == chosen
    assert outcome.score is outcome.worst_score is None


def test_a_band_is_chosen_only_in_a_judged_set_and_only_one_of_its_own() -> None:
    with pytest.raises(ValueError, match="judged"):
        score(POINTS, {}, "low")
    with pytest.raises(ValueError, match="its own"):
        score(JUDGEMENT, {}, "enormous")


@given(with_answers)
def test_points_are_between_nothing_and_the_most(both: SetAndAnswers) -> None:
    question_set, answers = both
    outcome = score(question_set, answers)
    assert outcome.score is not None
    assert outcome.worst_score is not None
    # Two options that exclude each other may both be ticked; check_answers refuses them, so the bound holds without.
    picked_wrongly = any(
        len(value) > 1 and any(option.exclusive for option in question.options if option.key in value)
        for question in question_set.questions()
        if isinstance(value := answers.get(question.key), list)
    )
    if not picked_wrongly:
        assert 0 <= outcome.score <= outcome.worst_score <= outcome.max_score


@given(with_answers)
def test_only_what_is_shown_counts(both: SetAndAnswers) -> None:
    question_set, answers = both
    assert score(question_set, settled(question_set, answers)) == score(question_set, answers)


@given(with_answers)
def test_the_band_is_none_exactly_while_something_is_missing_and_nothing_automatic(
    both: SetAndAnswers,
) -> None:
    question_set, answers = both
    outcome = score(question_set, answers)
    assert outcome.unanswered == tuple(unanswered(question_set, answers))
    if outcome.automatic:
        assert outcome.band == outcome.worst_band == highest_band(question_set)
    elif outcome.unanswered:
        assert outcome.band is None
    else:
        assert outcome.band == band_for(question_set, outcome.score or 0)


@given(with_answers)
def test_an_unknown_never_lowers_the_worst_band(both: SetAndAnswers) -> None:
    question_set, answers = both
    outcome = score(question_set, answers)
    assert band_rank(question_set, outcome.worst_band) >= band_rank(question_set, outcome.band_so_far)
    unknown = {
        question.key: "unknown"
        for question in question_set.questions()
        if question.kind.value == "yes_no_unknown" and question.key in settled(question_set, answers)
    }
    if not any(question.show_when for question in question_set.questions()):
        less_known = score(question_set, {**answers, **unknown})
        assert (less_known.worst_score or 0) >= (outcome.score or 0)


@given(scored_sets.flatmap(lambda one: st.tuples(st.just(one), any_answers(one))))
def test_whatever_the_answers_hold_they_are_scored(both: SetAndAnswers) -> None:
    question_set, answers = both
    outcome = score(question_set, answers)
    assert outcome.band in {None, "low", "medium", "high"}
