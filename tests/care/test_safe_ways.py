"""Which ways of getting in touch are safe, and how the page says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.care.rules import METHODS, Safe, how_words, why_unsafe

LETTER_ONLY = Safe(("post",))
MORNINGS = Safe(("phone",), times="Mornings only", interpreter="Bengali")
flags = st.one_of(st.none(), st.booleans())
ways = st.lists(
    st.sampled_from([*[one for one in METHODS if one != "to_us"], "none"]), min_size=1, unique=True
)
safes = st.builds(Safe, ways.map(tuple), flags, flags, st.booleans())


@pytest.mark.parametrize("method", ["phone", "text", "visit", "email", "through"])
def test_letter_only_means_nothing_else(method: str) -> None:
    assert why_unsafe(method, LETTER_ONLY) is not None
    assert why_unsafe("post", LETTER_ONLY) is None


def test_who_rang_us_chose_the_way() -> None:
    assert why_unsafe("to_us", LETTER_ONLY) is None
    assert why_unsafe("to_us", Safe(("none",))) is None


@pytest.mark.parametrize(
    ("method", "safe"), [("phone", True), ("visit", True), ("text", False), ("email", False), ("post", False)]
)
def test_not_asked_means_that_nothing_is_sent(method: str, safe: bool) -> None:
    assert (why_unsafe(method, None) is None) is safe


def test_a_text_goes_beside_the_telephone_only_where_it_was_agreed() -> None:
    assert why_unsafe("text", Safe(("phone",))) is not None
    assert why_unsafe("text", Safe(("phone",), text_may_be_sent=True)) is None


def test_a_refused_flag_beats_the_list_of_ways() -> None:
    assert why_unsafe("text", Safe(("phone", "text"), text_may_be_sent=False)) is not None
    assert why_unsafe("visit", Safe(("phone", "visit"), do_not_visit=True)) is not None


def test_do_not_contact_rules_out_every_way() -> None:
    assert all(why_unsafe(method, Safe(("none",))) for method in METHODS if method != "to_us")


@pytest.mark.parametrize(
    ("safe", "words"),
    [
        (None, "Nobody has asked how it is safe to get in touch"),
        (LETTER_ONLY, "Letter only. Do not ring or text"),
        (Safe(("post",), text_may_be_sent=True), "Text message or letter. Do not ring"),
        (Safe(("phone", "text"), text_may_be_sent=False), "Telephone only. Do not text"),
        (Safe(("phone", "text"), do_not_visit=True), "Telephone or text message. Do not visit"),
        (Safe(("none",)), "Do not get in touch"),
    ],
)
def test_how_to_get_in_touch_is_said_on_one_line(safe: Safe | None, words: str) -> None:
    assert how_words(safe) == words


def test_times_and_an_interpreter_stand_behind_the_ways() -> None:
    assert how_words(MORNINGS) == "Telephone only. Do not text. Mornings only. Interpreter: Bengali"


def test_the_reason_says_what_was_asked_for() -> None:
    assert (
        why_unsafe("phone", LETTER_ONLY)
        == "This person did not agree to that. Letter only. Do not ring or text."
    )


@given(safes, st.sampled_from(["phone", "text", "visit"]))
def test_no_line_forbids_a_way_that_is_safe(safe: Safe, method: str) -> None:
    verb = {"phone": "ring", "text": "text", "visit": "visit"}[method]
    if why_unsafe(method, safe) is None:
        assert verb not in how_words(safe).partition("Do not ")[2].split()


@given(safes, st.sampled_from([one for one in METHODS if one != "to_us"]))
def test_a_way_is_safe_only_where_it_was_agreed_to(safe: Safe, method: str) -> None:
    if why_unsafe(method, safe) is None:
        assert method in safe.agreed
        assert "none" not in safe.methods
