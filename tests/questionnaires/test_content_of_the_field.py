"""Every shipped question set is whole: it reads back, says its source, and can be asked to its end."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sentinel.questionnaires.rules import (
    build,
    visible,
)
from sentinel.questionnaires.rules.conditions import leaves
from tests.questionnaires.shipped import MATRICES, OF_OTHERS, SETS, the

REFERRALS = (
    "referral-jag",
    "referral-safeguarding-adult",
    "referral-safeguarding-child",
    "referral-victim-first",
)
STANDARDS = ("attendance", "investigation-high", "investigation-low", "investigation-medium")


def test_the_sets_that_the_main_path_needs_are_there() -> None:
    assert set(SETS) == {"approach", "call-script", "victor-e", *MATRICES, *OF_OTHERS, *REFERRALS, *STANDARDS}


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
