"""A draft held against past answers: who would stand in another band, and which questions make it so."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.governance.rules.drawing import Group, few, pairs_of_bars
from sentinel.governance.rules.replaying import LIMITS, NO_BAND, Past, Replayed, about, replay, tally
from sentinel.governance.tabletop import shown as shown_to_all
from sentinel.questionnaires.rules import QuestionSet
from tests.questionnaires.making import JUDGED, SCORED, made, question_data, question_sets, right_answers

WEEKLY = {"often": "weekly", "hate": "no", "health": ["body"]}  # 3 points: low
DAILY = {"often": "daily", "hate": "no", "health": ["none"]}  # 4 points: medium
Edit = Callable[[dict[str, Any]], object]


def found(
    answers: dict[str, Any], edit: Edit, *, base: dict[str, Any] = SCORED, band: str = "low"
) -> Replayed:
    changed = copy.deepcopy(base)
    edit(changed)
    return replay(Past(made(base), answers, band), made(changed))


def points(question: str, option: str, score: int) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        next(one for one in question_data(data, question)["options"] if one["key"] == option)["score"] = score

    return edit


def test_nothing_changed_moves_nobody() -> None:
    assert found(WEEKLY, lambda data: None) == Replayed("low", "low")


def test_more_points_for_an_answer_that_was_given() -> None:
    assert found(WEEKLY, points("often", "weekly", 4)) == Replayed("low", "medium", ("often",))


def test_more_points_for_an_answer_that_was_not_given() -> None:
    assert not found(WEEKLY, points("often", "daily", 9)).changed


def test_fewer_points() -> None:
    assert found(DAILY, points("often", "daily", 1)) == Replayed("medium", "low", ("often",))


def test_the_limits_of_the_bands() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["bands"][0]["max"], data["bands"][1]["min"] = 2, 3

    assert found(WEEKLY, edit) == Replayed("low", "medium", (LIMITS,))


def test_points_and_limits_together() -> None:
    def edit(data: dict[str, Any]) -> None:
        points("often", "weekly", 3)(data)
        data["bands"][0]["max"], data["bands"][1]["min"], data["bands"][1]["max"] = 3, 4, 4
        data["bands"][2]["min"] = 5
        points("health", "body", 2)(data)

    assert found(WEEKLY, edit) == Replayed("low", "high", ("often", "health", LIMITS))


def test_an_answer_that_alone_makes_it_high() -> None:
    def edit(data: dict[str, Any]) -> None:
        question_data(data, "hate")["options"] = [
            {"key": "yes", "score": 3}, {"key": "no", "score": 0, "automatic": "It was so decided."},
        ]  # fmt: skip

    assert found(WEEKLY, edit) == Replayed("low", "high", ("hate",))


def test_a_question_that_is_gone_takes_its_points_along() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["sections"][0]["questions"].pop(2)

    past = {"often": "daily", "hate": "no", "health": ["body", "mind"]}  # 6 points
    assert found(past, edit) == Replayed("medium", "medium")
    past = {"often": "weekly", "hate": "no", "health": ["body", "mind"]}  # 4 points: medium
    assert found(past, edit) == Replayed("medium", "low", ("health",))


def test_an_option_that_is_gone_counts_for_nothing() -> None:
    def edit(data: dict[str, Any]) -> None:
        options = question_data(data, "often")["options"]
        options[:] = [one for one in options if one["key"] != "daily"]

    assert found(DAILY, edit) == Replayed("medium", "low", ("often",))


def test_what_was_not_asked_then_may_make_it_higher_and_changes_no_band() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["sections"][0]["questions"].append(
            {"key": "dog", "text": "A dog?", "kind": "one_of", "required_when": True,
             "options": [{"key": "no", "label": "No", "score": 0}, {"key": "bites", "label": "Bites", "score": 5}]}
        )  # fmt: skip

    assert found(WEEKLY, edit) == Replayed("low", "low", (), could_be_higher=True)


def test_a_judgement_stays_unless_an_answer_alone_decides() -> None:
    past = {"weapon": "no", "impact": "Sleeps badly"}
    kept = found(
        past, lambda data: question_data(data, "impact").update(text="How so?"), base=JUDGED, band="medium"
    )
    assert kept == Replayed("medium", "medium")

    def no_decides(data: dict[str, Any]) -> None:
        question_data(data, "weapon")["options"] = [{"key": "no", "automatic": "It was so decided."}]

    assert found(past, no_decides, base=JUDGED, band="medium") == Replayed("medium", "high", ("weapon",))


def test_high_by_an_answer_alone_that_no_longer_decides_is_to_be_judged_again() -> None:
    armed = {"weapon": "yes", "impact": "Afraid"}
    changed = found(
        armed, lambda data: question_data(data, "weapon").update(options=[]), base=JUDGED, band="high"
    )
    assert changed == Replayed("high", NO_BAND, ("weapon",))


def test_answers_to_another_set_are_carried_as_on_the_day() -> None:
    other = copy.deepcopy(SCORED)
    other["key"] = "other"
    for data in (other, base := copy.deepcopy(SCORED)):
        question_data(data, "often")["carries_to"] = "frequency"
    changed = replay(Past(made(base), DAILY, "medium"), made(other))
    assert (changed.before, changed.after) == ("medium", "medium"), "4 points came along with the one answer"


@given(question_sets(scored=True), st.data())
def test_the_same_set_moves_nobody_whatever_was_answered(
    question_set: QuestionSet, data: st.DataObject
) -> None:
    answers = data.draw(right_answers(question_set))
    same = replay(Past(question_set, answers, "low"), question_set)
    assert same.before == same.after
    assert same.causes == ()


@given(question_sets(scored=True), question_sets(scored=True), st.data())
def test_whoever_changes_has_a_cause_and_no_two_sets_break_it(
    before: QuestionSet, after: QuestionSet, data: st.DataObject
) -> None:
    changed = replay(Past(before, data.draw(right_answers(before)), "low"), after)
    assert bool(changed.causes) == changed.changed


def test_a_tally_counts_pairs_and_causes() -> None:
    counted = tally(
        [
            Replayed("low", "high", ("a", "b")),
            Replayed("low", "high", ("a",)),
            Replayed("low", "low", (), True),
        ]
    )
    assert counted.of == 3
    assert dict(counted.pairs) == {("low", "high"): 2, ("low", "low"): 1}
    assert dict(counted.causes) == {"a": 2, "b": 1}
    assert counted.could_be_higher == 1


@pytest.mark.parametrize(
    ("count", "said"), [(0, None), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (103, 105)]
)
def test_small_numbers_are_not_told_and_others_are_rounded(count: int, said: int | None) -> None:
    assert about(count) == said


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_count_of_few_can_be_worked_out_from_two_others(some: int, more: int) -> None:
    shown = [about(some), about(some + more)]
    assert all(one is None or one % 5 == 0 for one in shown)


def test_of_fewer_than_five_not_even_whether_there_is_one_is_told() -> None:
    """Whoever writes a draft that moves one kind of person alone learns nothing from what it would do."""
    told = [
        shown_to_all(
            tally(
                [Replayed("low", "high", ("a",), True)] * moved
                + [Replayed("low", "low")] * (33 - moved)
                + [Replayed("medium", "medium")] * 7
            )
        )
        for moved in range(6)
    ]
    assert all(one == told[0] for one in told[:5])
    assert told[0] == {
        "of": 40, "changed": None, "higher": None, "before": {"low": 35, "medium": 5},
        "after": {"low": 35, "medium": 5}, "pairs": [["low", "low", 35], ["medium", "medium", 5]], "causes": [],
    }  # fmt: skip
    assert told[5]["pairs"] == [["low", "high", 5], ["low", "low", 30], ["medium", "medium", 5]]
    assert (told[5]["changed"], told[5]["higher"], told[5]["causes"]) == (5, 5, [["a", 5]])


def test_bars_stand_on_their_line_and_say_their_figures() -> None:
    drawing = pairs_of_bars([Group("Low", 100, 80), Group("High", None, 20)])
    assert drawing is not None
    assert [bar.words for bar in drawing.bars] == ["100", "80", "<5", "20"]
    for bar in drawing.bars:
        assert bar.y + bar.height == pytest.approx(drawing.base, abs=0.11)
        assert bar.x >= 0
        assert bar.x + bar.width <= drawing.width
    assert drawing.summary == "Low from 100 to 80; High from fewer than 5 to 20"
    assert pairs_of_bars([]) is None
    assert pairs_of_bars([Group("Low", 0, 0)]) is None
    assert few(None) == "fewer than 5"
