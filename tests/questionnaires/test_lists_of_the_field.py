"""The shipped lists say what the field and the partnership need them to say."""

from __future__ import annotations

import pytest

from tests.questionnaires.shipped import RULES, items, the


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
