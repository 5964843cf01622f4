"""Whether somebody known may be the one spoken of: how surely, why, and what to ask. Nothing but an answer settles it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from sentinel.kernel.births import birth_date
from sentinel.matching.rules import (
    MAY_BE,
    VERY_LIKELY,
    Given,
    Match,
    Seen,
    compare,
    pronoun_for,
    with_notes,
)

TODAY = date(2026, 11, 20)
PHONE = "+441632960142"
LANE = uuid.UUID(int=14)
BORN = birth_date("3/4/1955", TODAY)
ANOTHER = birth_date("30/9/1971", TODAY)


def margaret(**seen: Any) -> Seen:
    """Margaret Ellis of 14 Sparrow Lane, born on 3 April 1955, with her telephone."""
    wanted = {
        "person_id": uuid.UUID(int=1), "names": ["Margaret Ellis"], "births": [BORN], "phones": frozenset({PHONE}),
        "places": {LANE: "14 Sparrow Lane"}, "postcodes": frozenset({"LE11 0ZZ"}), "pronoun": pronoun_for("Mrs"), **seen,
    }  # fmt: skip
    return Seen(**wanted)


def found(**said: Any) -> Match | None:
    return compare(Given(**{"name": "Margaret Ellis", **said}), margaret())


def band(**said: Any) -> str | None:
    match = found(**said)
    return match.band if match else None


@pytest.mark.parametrize(
    "said",
    [
        {"birth": BORN},
        {"phones": (PHONE,)},
        {"places": (LANE,)},
        {"name": "Elis Margret", "phones": (PHONE,)},
        {"postcode": "LE11 0ZZ"},
        {"birth": birth_date("4/3/1955", TODAY)},
        {"name": "Peggy Elis", "birth": birth_date("3/4/1965", TODAY), "phones": (PHONE,)},
    ],
)
def test_a_name_and_something_else_that_agree_are_very_likely(said: dict[str, Any]) -> None:
    assert band(**said) == VERY_LIKELY


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "Margret Elis"},
        {"name": "Peggy Ellis"},
        {"name": "", "phones": (PHONE,)},
        {"name": "Ellis", "places": (LANE,)},
        {"name": "Gregory Shaw", "phones": (PHONE,)},
    ],
)
def test_one_of_the_two_alone_only_may_be(said: dict[str, Any]) -> None:
    assert band(**said) == MAY_BE


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Gregory Shaw"},
        {"name": "Ellis"},
        {"name": "", "places": (LANE,)},
        {"name": "", "postcode": "LE11 0ZZ"},
    ],
)
def test_too_little_is_nobody(said: dict[str, Any]) -> None:
    assert band(**said) is None


def test_another_date_of_birth_takes_a_likelihood_back_and_says_so() -> None:
    match = found(phones=(PHONE,), birth=ANOTHER)
    assert match is not None
    assert match.band == MAY_BE
    assert match.reasons[-1] == "but another date of birth is known"


def test_a_name_of_one_word_takes_the_day_of_birth_to_be_very_likely() -> None:
    assert band(name="Ellis", places=(LANE,), phones=(PHONE,)) == MAY_BE
    assert band(name="Ellis", places=(LANE,), birth=BORN) == VERY_LIKELY


def test_the_same_name_with_another_date_of_birth_is_less_likely_and_not_nobody() -> None:
    match, without = found(birth=ANOTHER), found()
    assert match is not None
    assert without is not None
    assert match.band == MAY_BE
    assert match.reasons == ("the same name", "but another date of birth is known")
    assert match.weight < without.weight
    assert band(name="Margret Elis", birth=ANOTHER) is None, "both differ"


def test_who_lives_in_the_house_of_a_flat_may_be_meant_and_it_takes_more_to_be_sure() -> None:
    match = found(buildings=(LANE,))
    assert match is not None
    assert match.band == MAY_BE
    assert match.reasons[-1] == "she lives at 14 Sparrow Lane, no flat known"
    assert band(name="Ellis", buildings=(LANE,)) == MAY_BE
    assert band(buildings=(LANE,), phones=(PHONE,)) == VERY_LIKELY


def test_why_is_said_field_by_field() -> None:
    match = found(name="Margret Ellis", phones=(PHONE,), places=(LANE,))
    assert match is not None
    assert match.reasons == (
        "the first name is spelt nearly the same, one letter missing, and the family name is the same",
        "the same telephone number", "she lives at 14 Sparrow Lane",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ({}, "Ask her date of birth."),
        ({"birth": BORN}, "Ask where she lives."),
        ({"birth": BORN, "places": (LANE,)}, "Ask her telephone number."),
        (
            {"birth": BORN, "places": (LANE,), "phones": (PHONE,)},
            "Ask whether she has told us before, and of what.",
        ),
    ],
)
def test_what_is_asked_is_something_known_that_was_not_said(said: dict[str, Any], question: str) -> None:
    match = found(**said)
    assert match is not None
    assert match.ask == question
    assert "1955" not in match.ask


def test_two_of_one_name_sound_at_one_place_are_warned_of() -> None:
    mother, daughter = (
        margaret(),
        margaret(person_id=uuid.UUID(int=2), names=["Margret Elis"], births=[ANOTHER]),
    )
    elsewhere = margaret(person_id=uuid.UUID(int=3), places={uuid.UUID(int=15): "3 Tern Street"})
    seen = {one.person_id: one for one in (mother, daughter, elsewhere)}
    for said, where in (
        (Given(name="Margaret Ellis"), "at one address"),
        (Given(name="Margaret Ellis", places=(LANE,)), "there"),
    ):
        matches = [match for one in seen.values() if (match := compare(said, one))]
        notes = {match.person_id.int: match.ask_note for match in with_notes(said, matches, seen)}
        warned = f"Two people whose names sound alike live {where}."
        assert notes == {1: warned, 2: warned, 3: ""}


@pytest.mark.parametrize(
    ("second", "question"),
    [
        ({"births": [ANOTHER]}, "Ask her date of birth."),
        ({}, "Ask her date of birth."),
        ({"births": []}, "Ask her date of birth."),
        ({"births": [birth_date("1955", TODAY)]}, "Ask her date of birth."),
        ({"places": {uuid.UUID(int=15): "3 Tern Street"}}, "Ask where she lives."),
        ({"places": {uuid.UUID(int=15): "3 Tern Street"}, "births": [ANOTHER]}, "Ask her date of birth."),
    ],
)
def test_of_two_as_likely_it_is_asked_what_they_answer_differently_or_whether_it_is_one_of_them(
    second: dict[str, Any], question: str
) -> None:
    said = Given(name="Margaret Ellis", phones=(PHONE,))
    first = margaret()
    seen = {
        one.person_id: one
        for one in (first, margaret(**{"person_id": uuid.UUID(int=2), "names": ["Margret Elis"], **second}))
    }
    matches = [match for one in seen.values() if (match := compare(said, one))]
    assert len(matches) == 2
    asked = {match.person_id: match.ask for match in with_notes(said, matches, seen)}
    assert asked[first.person_id] == question


@pytest.mark.parametrize(
    ("age", "words"),
    [
        ("72", "but the age is up to two years off"),
        ("30", "but the age does not fit what is known of the birth"),
    ],
)
def test_an_age_that_does_not_fit_is_not_told_as_another_date(age: str, words: str) -> None:
    match = found(birth=birth_date(age, TODAY), phones=(PHONE,))
    assert match is not None
    assert match.reasons[-1] == words
