"""How far two values agree, by invented examples in a file, and properties that hold for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.rules.levels import (
    BIRTH_LEVELS,
    PARTS,
    UNKNOWN,
    WORD_LEVELS,
    Day,
    Kind,
    Name,
    birth_level,
    compare_names,
    compare_values,
    word_level,
)
from sentinel.matching.rules.values import day_of, name_of, value_of

EXAMPLES: dict[str, list[list[Any]]] = yaml.safe_load(
    Path(__file__).with_name("data").joinpath("levels.yaml").read_text(encoding="utf-8")
)
KINDS = {
    "postcodes": Kind.POSTCODE, "texts": Kind.TEXT, "addresses": Kind.ADDRESS, "emails": Kind.EMAIL, "phones": Kind.PHONE,
}  # fmt: skip
WORDS = st.text(alphabet="abcdeiorstzمحд", min_size=1, max_size=9)
DAYS = st.builds(
    Day, st.sampled_from(["1956", "1965", "1988", ""]), st.sampled_from(["04", "13", ""]), st.sampled_from(["03", "31", ""])
)  # fmt: skip


@pytest.mark.parametrize(("one", "other", "level"), EXAMPLES["words"])
def test_two_words_of_names(one: str, other: str, level: str) -> None:
    assert WORD_LEVELS[word_level(one, other)] == level
    assert WORD_LEVELS[word_level(other, one)] == level


@pytest.mark.parametrize(("one", "other", "level"), EXAMPLES["births"])
def test_two_dates_of_birth(one: str, other: str, level: str) -> None:
    first, second = day_of(one, "ymd"), day_of(other, "ymd")
    assert first is not None
    assert second is not None
    assert BIRTH_LEVELS[birth_level(first, second)] == level
    assert BIRTH_LEVELS[birth_level(second, first)] == level


@pytest.mark.parametrize(
    ("kind", "one", "other", "level"), [(KINDS[kind], *row) for kind in KINDS for row in EXAMPLES[kind]]
)
def test_two_values_of_other_kinds(kind: Kind, one: str, other: str, level: str) -> None:
    (seen,) = compare_values(kind, value_of(kind, [one]), value_of(kind, [other]))
    assert PARTS[kind][0][1][seen.level] == level


def named(given: str, family: str = "", whole: str = "") -> Name:
    name = name_of([given], [family], [whole])
    assert name is not None
    return name


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        (named("Margaret", "Ellis"), named("Margaret", "Ellis"), ("exact", "exact")),
        (named("Margaret", "Ellis"), named("Ellis", "Margaret"), ("exact", "exact")),
        (named("Peggy", "Elis"), named("Ellis", "Margaret"), ("variant", "near")),
        (named("Mrs", "Ellis"), named("Margaret", "Ellis"), (None, "exact")),
        (named("Ellis"), named("Margaret", "Ellis"), (None, "exact")),
        (named("", "Margaret"), named("Margaret", "Ellis"), (None, "exact")),
        (named("", "", "Dr Margaret Anne Ellis"), named("Anne", "Ellis"), ("exact", "exact")),
        (named("Margaret", "Ellis"), named("Jean", "Ellis"), ("different", "exact")),
        (named("Margaret P", "Ellis"), named("Jean P", "Ellis"), ("different", "exact")),
        (named("M", "Ellis"), named("Margaret", "Ellis"), ("initial", "exact")),
    ],
)
def test_two_names_of_several_words(one: Name, other: Name, levels: tuple[str | None, str]) -> None:
    seen = compare_names(one, other)
    assert tuple(None if part.level == UNKNOWN else WORD_LEVELS[part.level] for part in seen) == levels


def test_one_of_several_telephones_suffices_and_the_shared_one_is_told() -> None:
    home, both = ["01632 960142", "07700 900123"], ["07700 900123"]
    (seen,) = compare_values(Kind.PHONE, value_of(Kind.PHONE, home), value_of(Kind.PHONE, both))
    assert seen.value == "+447700900123"


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_said_is_no_evidence(kind: Kind) -> None:
    assert {seen.level for seen in compare_values(kind, None, None)} == {UNKNOWN}


@given(WORDS, WORDS)
def test_the_order_of_two_words_makes_no_difference(one: str, other: str) -> None:
    assert word_level(one, other) == word_level(other, one)
    assert WORD_LEVELS[word_level(one, one)] == "exact"


@given(DAYS, DAYS)
def test_the_order_of_two_births_makes_no_difference(one: Day, other: Day) -> None:
    assert birth_level(one, other) == birth_level(other, one)


@given(
    st.lists(WORDS, max_size=3),
    st.lists(WORDS, max_size=2),
    st.lists(WORDS, max_size=3),
    st.lists(WORDS, max_size=2),
)
def test_the_order_of_two_names_makes_no_difference(
    a: list[str], b: list[str], c: list[str], d: list[str]
) -> None:
    one, other = Name(tuple(a), tuple(b)), Name(tuple(c), tuple(d))
    there, back = compare_names(one, other), compare_names(other, one)
    assert [part.level for part in there] == [part.level for part in back]
