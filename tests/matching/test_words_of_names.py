"""What is told of a name: worded from the levels that gave the weight, so that no reason says what another denies."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import product

import pytest

from sentinel.kernel.births import birth_date
from sentinel.kernel.names import normalise_name
from sentinel.matching.rules import Given, Match, Seen, compare

BORN = birth_date("3/4/1955", date(2026, 11, 20))
PHONE = "+441632960142"
TWINS = "brothers, sisters and twins may share one number"
FIRST = ["John", "Jon", "Joan", "Margaret", "Margret", "Peggy", "Muhammad", "Mohammed", "J", "Smith"]
FAMILY = ["Smith", "Smyth", "Schmidt", "Kahn", "Khan", "Hussain", "Hossain", "Ellis", "Elis", "John"]
NAMES = [*FIRST, *(f"{first} {family}" for first, family in product(FIRST, FAMILY)), "Smith Kahn", "John Paul Smith"]  # fmt: skip


def matched(said: str, known: list[str]) -> Match | None:
    """Somebody with the same birth and telephone, so that the name alone makes the difference."""
    phones = frozenset({PHONE})
    seen = Seen(person_id=uuid.UUID(int=1), names=known, births=[BORN], phones=phones)
    return compare(Given(name=said, birth=BORN, phones=(PHONE,)), seen)


def reasons(said: str, *known: str) -> tuple[str, ...]:
    """What is told of the name, without birth and telephone."""
    match = matched(said, list(known))
    assert match is not None
    assert {"born on the same day", "the same telephone number"} <= {*match.reasons}
    return tuple(one for one in match.reasons if "born on the" not in one and "telephone" not in one)


def denied(told: tuple[str, ...]) -> list[str]:
    """What is said of the name and taken back: the agreements that cannot stand beside what is said to be another."""
    agrees = [one for one in told if not one.startswith("but ")]
    if "but another name is known" in told:
        return agrees
    if "but another first name is known" in told:
        return [one for one in agrees if not one.startswith("the family name")]
    if "but another family name is known" in told:
        return [one for one in agrees if not one.startswith("the first name")]
    return []


def test_of_a_grid_of_names_no_answer_contradicts_itself() -> None:
    wrong = [
        (said, known, told)
        for said, known in product(NAMES, NAMES)
        if denied(told := reasons(said, known)) or not told or len(told) > 2
    ]
    assert not wrong, (len(wrong), wrong[:5])


def test_the_same_name_is_said_of_the_same_words_alone() -> None:
    for said, known in product(NAMES, NAMES):
        # A word that somebody wrote twice is one.
        same = set(normalise_name(said).split()) == set(normalise_name(known).split())
        assert (reasons(said, known) == ("the same name",)) == same, (said, known)


@pytest.mark.parametrize(
    ("said", "known", "told"),
    [
        ("John Smith", "John Schmidt", ("the first name is the same", "but another family name is known")),
        ("John Smith", "Smith Kahn", ("the family name is the same", f"but another first name is known: {TWINS}")),
        ("Joan Smith", "John Smith", ("the family name is the same", f"but another first name is known: {TWINS}")),
        ("John Smith", "Smith John", ("the same name",)),
        ("Gregory Shaw", "Margaret Ellis", ("but another name is known",)),
        ("Margret Elis", "Margaret Ellis", ("the name is spelt nearly the same, two letters missing",)),
        ("Peggy Ellis", "Margaret Ellis", ("the first name Peggy may be Margaret, and the family name is the same",)),
        ("Peggy", "Margaret Ellis", ("Peggy may be Margaret",)),
        ("M Ellis", "Margaret Ellis", ("the first name has the same initial, and the family name is the same",)),
        ("John Paul Smith", "John Smith", ("first name and family name are the same",)),
        ("Ellis", "Margaret Ellis", ("part of the name is the same",)),
        ("Gregory", "Margaret Ellis", ("but another name is known",)),
        ("Elis", "Ellis", ("the name is spelt nearly the same, one letter missing",)),
    ],
)  # fmt: skip
def test_each_part_of_a_name_is_told_by_how_far_it_agrees(
    said: str, known: str, told: tuple[str, ...]
) -> None:
    assert reasons(said, known) == told


def test_of_several_names_known_the_one_that_was_weighed_is_told_of() -> None:
    assert reasons("Margaret Ellis", "Joan Khan", "Margaret Ellis") == ("the same name",)
    assert reasons("Margret Ellis", "Joan Khan", "Margaret Ellis")[0].startswith("the first name is spelt")
