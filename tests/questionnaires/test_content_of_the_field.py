"""The shipped call script, matrices and lists say what the field and the partnership need them to say."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sentinel.questionnaires.content_files import FoundRule, FoundSet, read_question_sets, read_rules
from sentinel.questionnaires.rules import (
    Kind,
    Outcome,
    QuestionSet,
    build,
    carry,
    check_answers,
    max_score,
    score,
    suggestions,
    unanswered,
    visible,
)
from sentinel.questionnaires.rules.conditions import leaves

SETS: dict[str, FoundSet] = {found.key: found for found in read_question_sets()}
RULES: dict[str, FoundRule] = {rule.name: rule for rule in read_rules()}
GENERIC = "victim-risk-generic-2012-style-draft"
MATRICES = ("victim-risk-llr", GENERIC)
AT_ONCE = ("threat_to_life", "weapon", "violence", "stalking", "person_at_risk")


def the(key: str) -> QuestionSet:
    return SETS[key].question_set


def items(name: str) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in RULES[name].content["items"]}


def lowest(key: str) -> dict[str, Any]:
    """The answers with the fewest points, and no to every question of yes or no."""
    answers: dict[str, Any] = {}
    for question in the(key).questions():
        if question.kind is Kind.YES_NO_UNKNOWN:
            answers[question.key] = "no"
        elif question.kind.has_options:
            known = [option for option in question.options if not option.unknown]
            least = min(known, key=lambda option: option.score or 0).key
            answers[question.key] = [least] if question.kind is Kind.MANY_OF else least
        else:
            answers[question.key] = "None known after asking."
    return answers


def assessed(key: str, answers: dict[str, Any]) -> Outcome:
    question_set = the(key)
    assert {
        name for name in check_answers(question_set, answers, True) if not name.endswith("__why")
    } == set()
    return score(question_set, answers, "low" if key == "victim-risk-llr" else None)


def test_the_sets_that_the_main_path_needs_are_there() -> None:
    assert set(SETS) == {"approach", "call-script", "victor-e", *MATRICES}


@pytest.mark.parametrize("key", sorted(SETS))
def test_a_set_is_read_back_from_what_is_stored(key: str) -> None:
    assert build(SETS[key].definition) == (the(key), [])


@pytest.mark.parametrize("key", sorted(SETS))
def test_what_nobody_has_confirmed_says_so_and_where_it_comes_from(key: str) -> None:
    assert not SETS[key].confirmed
    assert len(SETS[key].source) > 20


@pytest.mark.parametrize("key", sorted(SETS))
def test_every_question_can_come_to_be_asked(key: str) -> None:
    question_set = the(key)
    for question in question_set.questions():
        if question.show_when is None:
            continue
        # Whatever it waits for stands earlier, so trying each option of each such question, last first, reaches it.
        answers: dict[str, Any] = {}
        named = {leaf.question for leaf in leaves(question.show_when)}
        named |= (
            {"name_wish", "danger_now", "targeted", "doing_it", "safe_methods"}
            if key == "call-script"
            else set()
        )
        waiting = [one for one in question_set.questions() if one.key in named]
        tries = [[option.key for option in one.options] or ["Gujarati"] for one in waiting]
        assert any(
            question.key
            in visible(question_set, answers | dict(zip((one.key for one in waiting), chosen, strict=True)))
            for chosen in itertools.product(*tries)
        ), question.key


# The matrices


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


# The call script and what follows from it


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
    assert next(the("call-script").questions()).key == "danger_now"


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


# VICTOR-E and the four questions


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


# The lists


def test_the_lists_that_the_main_path_needs_are_there() -> None:
    assert {
        "categories",
        "national-types",
        "closing-codes",
        "contact-standards",
        "channels",
        "hate-strands",
        "safe-methods",
        "local-types-example-council",
    } <= set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_list_fits_its_place_and_says_its_source(name: str) -> None:
    rule = RULES[name]
    assert 10 < len(rule.source) <= 200
    assert rule.confirmed or "confirm" in rule.source or "agreed" in rule.source


def test_category_and_type_are_two_axes() -> None:
    assert list(items("categories")) == ["personal", "nuisance", "environmental"]
    assert all(item["test"] for item in items("categories").values())
    assert len(items("national-types")) == 13
    assert not any("category" in item for item in items("national-types").values())


def test_an_agencys_own_list_maps_to_the_national_types() -> None:
    own = items("local-types-example-council")
    assert {item["national_type"] for item in own.values()} <= set(items("national-types"))
    assert {item["remit"] for item in own.values()} == {"own", "police"}


def test_closing_codes_carry_their_outcome_and_silence_alone_never_closes() -> None:
    codes = items("closing-codes")
    assert len(codes) == 13
    assert {code["outcome"] for code in codes.values()} == {"resolved", "unresolved", "not_applicable"}
    assert [key for key, code in codes.items() if not code["alone"]] == ["complainant_disengaged"]
    assert all(isinstance(code["reason_required"], bool) for code in codes.values())


def test_a_higher_risk_is_never_contacted_later_than_a_lower_one() -> None:
    standards = items("contact-standards").values()
    for what in ("first_contact", "action_plan", "update"):
        days = {
            one["band"]: one["business_days"]
            for one in standards
            if one["what"] == what and one["agency_type"] == "any"
        }
        assert days["high"] <= days["not_assessed"] <= days["medium"] <= days["low"], what
        assert all(isinstance(number, int) and number > 0 for number in days.values())


def test_the_safe_methods_and_strands_are_those_that_the_call_asks_for() -> None:
    for question_key, name in (("safe_methods", "safe-methods"), ("hate_strands", "hate-strands")):
        question = the("call-script").question(question_key)
        assert question is not None
        assert [option.key for option in question.options if not option.unknown] == list(items(name))


def test_the_channels_are_those_of_the_review() -> None:
    assert {"visit", "telephone", "third_party", "agency", "online", "text"} < set(items("channels"))
