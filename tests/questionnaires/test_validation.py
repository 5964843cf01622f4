"""What would surprise somebody in the middle of a call is found when a set is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sentinel.questionnaires.rules import QuestionSet, build, validate_definition
from tests.questionnaires.making import JUDGED, PLAIN, SCORED, changed, made, question_data, question_sets


def found(data: dict[str, Any]) -> list[str]:
    question_set, problems = build(data)
    assert question_set is not None
    assert problems == []
    return [str(problem) for problem in validate_definition(question_set)]


def bands(*limits: tuple[int | None, int | None]) -> list[dict[str, Any]]:
    names = ["low", "medium", "high", "highest"]
    return [
        {"key": name, "label": name, "min": low, "max": high}
        for name, (low, high) in zip(names, limits, strict=False)
    ]


@pytest.mark.parametrize("data", [PLAIN, SCORED, JUDGED])
def test_a_sound_set_has_no_problem(data: dict[str, Any]) -> None:
    assert found(data) == []


@given(question_sets())
def test_the_sets_made_for_the_tests_are_sound(question_set: QuestionSet) -> None:
    assert validate_definition(question_set) == []


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ([(0, 3), (5, 6), (7, None)], "gap: no band holds 4 points"),
        ([(0, 2), (5, 6), (7, None)], "gap: no band holds 3 to 4 points"),
        ([(0, 3), (3, 6), (7, None)], "overlaps the band below"),
        ([(1, 3), (4, 6), (7, None)], "gap: no band holds 0 points"),
        ([(0, 3), (4, 6), (7, 8)], "9 points can be reached, and the bands end at 8"),
        ([(0, 3), (4, 2), (3, None)], "ends before it begins"),
        ([(0, None), (4, None)], "says its points"),
        ([(None, 3), (4, None)], "says its points"),
        ([(0, None)], "at least two bands"),
        ([], "at least two bands"),
    ],
)
def test_bands_that_do_not_fit_together(limits: list[tuple[int | None, int | None]], words: str) -> None:
    assert any(words in problem for problem in found(changed(SCORED, bands=bands(*limits))))


@pytest.mark.parametrize("name", ["asked", "version", "lawful_basis"])
def test_no_question_takes_a_name_that_the_forms_use_themselves(name: str) -> None:
    data = changed(PLAIN)
    data["sections"][0]["questions"].append({"key": name, "text": "Why?", "kind": "text"})
    assert any(f"The forms use the name {name} themselves" in problem for problem in found(data))


def test_bands_may_say_where_the_highest_ends() -> None:
    assert found(changed(SCORED, bands=bands((0, 3), (4, 6), (7, 9)))) == []


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"question": "nowhere", "equals": "yes"}, "There is no question nowhere"),
        ({"question": "words", "answered": True}, "The question words is only asked later"),
        ({"question": "log", "answered": True}, "cannot depend on itself"),
        ({"question": "danger", "equals": "perhaps"}, "has no option perhaps"),
        ({"question": "who_rang", "in": ["caller", "robot"]}, "has no option robot"),
        ({"not": {"any": [{"question": "nowhere", "answered": True}]}}, "There is no question nowhere"),
    ],
)
@pytest.mark.parametrize("name", ["show_when", "required_when"])
def test_a_condition_on_what_is_not_there_yet(name: str, condition: dict[str, Any], words: str) -> None:
    data = changed(PLAIN)
    question_data(data, "log")[name] = condition
    problems = found(data)
    assert any(words in problem for problem in problems), problems
    assert any(f"questions.log.{name}: " in problem for problem in problems)


def test_a_condition_compares_only_what_has_options() -> None:
    data = changed(PLAIN)
    question_data(data, "words")["show_when"] = {"question": "times", "equals": "3"}
    assert any("has no options to compare" in problem for problem in found(data))


def test_questions_that_wait_for_each_other_are_a_loop() -> None:
    data = changed(PLAIN)
    question_data(data, "danger")["show_when"] = {"question": "log", "answered": True}
    problems = [problem for problem in found(data) if "a loop" in problem]
    assert [problem.split(".")[4].split(":")[0] for problem in problems] == ["danger", "who_rang", "log"]


def test_a_later_question_without_a_way_back_is_no_loop() -> None:
    data = changed(PLAIN)
    question_data(data, "danger")["show_when"] = {"question": "times", "answered": True}
    assert not any("a loop" in problem for problem in found(data))


def test_the_same_key_twice() -> None:
    data = changed(PLAIN)
    data["sections"][1]["questions"].append({"key": "danger", "text": "Again?", "kind": "text"})
    assert "question danger: Two questions have this key." in found(data)
    data = changed(PLAIN)
    data["sections"].append({**changed(PLAIN)["sections"][0], "key": "second"})
    assert "set.sections.second: Two sections have this key." in found(data)
    data = changed(PLAIN)
    options = question_data(data, "methods")["options"]
    options.append(dict(options[0]))
    assert any("options.call: Two options have this key." in problem for problem in found(data))
    data = changed(SCORED, bands=[*SCORED["bands"], {"key": "low", "label": "Low", "min": 20}])
    assert "set.bands.low: Two bands have this key." in found(data)


def test_one_answer_is_carried_by_one_question() -> None:
    data = changed(PLAIN)
    for key in ("log", "words"):
        question_data(data, key)["carries_to"] = "same"
    assert "carries_to same: Two questions of one set carry the same answer." in found(data)


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("methods", {"options": []}, "at least two options"),
        ("methods", {"options": [{"key": "call", "label": "Call"}]}, "at least two options"),
        ("log", {"options": [{"key": "a", "label": "A"}]}, "has no options"),
        ("times", {"minimum": 5, "maximum": 3}, "minimum is above the maximum"),
        ("log", {"max_length": 0}, "at least one character"),
        ("log", {"key": "lo-g"}, "small letters, digits and single _"),
        (
            "who_rang",
            {"options": [{"key": "a", "label": "A", "exclusive": True}, {"key": "b", "label": "B"}]},
            "exclude",
        ),
        (
            "who_rang",
            {"options": [{"key": "a", "label": "A", "score": 1}, {"key": "b", "label": "B"}]},
            "Only a scored set",
        ),
        (
            "who_rang",
            {"options": [{"key": "a", "label": "A", "automatic": "x"}, {"key": "b", "label": "B"}]},
            "needs bands",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_sensibly(key: str, change: dict[str, Any], words: str) -> None:
    data = changed(PLAIN)
    question_data(data, "log").pop("show_when")
    question_data(data, key).update(change)
    assert any(words in problem for problem in found(data)), found(data)


def test_a_score_that_is_missing_or_negative() -> None:
    data = changed(SCORED)
    del question_data(data, "often")["options"][1]["score"]
    assert any("Some options have a score and some have none" in problem for problem in found(data))
    data = changed(SCORED)
    question_data(data, "often")["options"][1]["score"] = -1
    assert any("cannot be negative" in problem for problem in found(data))


def test_not_known_alone_never_gives_the_highest_band() -> None:
    data = changed(SCORED)
    question_data(data, "often")["options"][3]["automatic"] = "Nobody knows."
    assert any("Not known is not a reason" in problem for problem in found(data))


def test_a_scored_set_has_scores_and_the_others_have_not() -> None:
    data = changed(PLAIN, style="scored", bands=SCORED["bands"])
    assert any("No option of this scored set has a score" in problem for problem in found(data))
    assert any(
        "A plain set has no bands" in problem for problem in found(changed(PLAIN, bands=SCORED["bands"]))
    )
    judged = changed(JUDGED, bands=SCORED["bands"])
    assert any("A judged band has no points" in problem for problem in found(judged))


def test_a_set_or_section_without_questions() -> None:
    assert any("at least one question" in problem for problem in found(changed(PLAIN, sections=[])))
    empty = changed(PLAIN)
    empty["sections"].append({"key": "empty", "title": "Empty", "questions": []})
    assert "set.sections.empty: A section needs at least one question." in found(empty)


def test_a_release_says_from_when_and_versions_count_from_one() -> None:
    assert any("from which date" in problem for problem in found(changed(PLAIN, status="released")))
    assert any("counted from 1" in problem for problem in found(changed(PLAIN, version=0)))


def test_a_title_or_source_that_is_too_long_for_its_place() -> None:
    assert any(
        problem.startswith("set.title: At most 120") for problem in found(changed(PLAIN, title="x" * 121))
    )
    assert any(
        problem.startswith("set.source: At most 200") for problem in found(changed(PLAIN, source="x" * 201))
    )


def test_every_problem_names_its_place_and_ends_as_a_sentence() -> None:
    data = changed(SCORED, bands=[], status="released", released_from=None, version=0)
    question_set = made(data)
    problems = validate_definition(question_set)
    assert len(problems) >= 3
    assert all(problem.where and problem.what.endswith(".") for problem in problems)
