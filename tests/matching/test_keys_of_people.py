"""Keys: what is said finds what was kept, however it is spelt; and each key has the guards of all that it comes from."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from sentinel.kernel.births import Birth, birth_date
from sentinel.matching.rules.keys import (
    Given,
    asked_for,
    days_like,
    hashed,
    house_recipe,
    identifier_recipe,
    keys_of_name,
    near_keys,
    read_name,
)
from sentinel.matching.rules.rings import Guard, Told, rings_of

TODAY = date(2026, 11, 20)
BORN = birth_date("3/4/1955", TODAY)
CASE, REPORT, NARROW = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
HERE = Guard(CASE)


def told(guard: Guard = HERE, **given: Any) -> list[Told]:
    """The facts of one record: a name, a birth, a telephone, a home."""
    facts = []
    if "name" in given:
        facts.append(Told(kind="name", guard=guard, text=given["name"]))
    if "born" in given:
        facts.append(Told(kind="birth", guard=guard, birth=given["born"]))
    if "phone" in given:
        facts.append(Told(kind="phone", guard=guard, text=given["phone"]))
    if "postcode" in given:
        facts.append(Told(kind="home", guard=guard, text=given.get("line", ""), postcode=given["postcode"]))
    return facts


MARGARET = told(
    name="Margaret Ellis", born=BORN, phone="+441632960142", postcode="LE11 0ZZ", line="14 Sparrow Lane"
)


def kept(facts: list[Told]) -> set[int]:
    return set().union(*rings_of(facts).values())


def test_a_person_of_two_names_a_birthday_a_home_and_a_telephone_has_eighteen_keys() -> None:
    *others, home = MARGARET
    assert len(kept([*others, replace(home, place_id=uuid.UUID(int=14))])) == 18, (
        "docs/matching.md and rules/keys.py say so"
    )


def share(said: Given, facts: list[Told] = MARGARET) -> bool:
    return bool({one.key for one in asked_for(said)} & kept(facts))


@pytest.mark.parametrize(
    "said",
    [
        Given(name="Margaret Ellis"),
        Given(name="ELLIS, Margaret"),
        Given(name="Peggy Ellis"),
        Given(name="Margret Elis"),
        Given(name="Margaret Anne Ellis"),
        Given(phones=("+441632960142",)),
        Given(name="Ellis", birth=BORN),
        Given(name="Margaret Watson", birth=BORN),  # a name that was married away
        Given(name="M Ellis", birth=birth_date("4/3/1955", TODAY)),
        Given(name="Mxrgaret Allis", birth=birth_date("3/4/1955", TODAY), postcode="LE11 0ZZ"),
        Given(name="Ellis", birth=birth_date("3/4/1965", TODAY)),
        Given(name="Maggie Elliss", birth=birth_date("1955", TODAY)),
        Given(name="Maggie Elliss", birth=birth_date("about 70", TODAY)),
        Given(name="Mrs Ellis", postcode="LE11 0ZZ"),
        Given(name="A Stranger", homes=("14, Sparow La, LE11 0ZZ",)),
    ],
)
def test_she_is_looked_for_by_a_key_that_she_has(said: Given) -> None:
    assert share(said)


@pytest.mark.parametrize(
    "said",
    [
        Given(),
        Given(birth=BORN),  # half the country was born on some day
        Given(name="!!", phones=("+441632960143",)),
        Given(name="Gregory Shaw", birth=birth_date("1/1/1980", TODAY), postcode="LE11 0ZZ"),
    ],
)
def test_she_is_not_looked_for_by_what_tells_nothing_of_her(said: Given) -> None:
    assert not share(said)


def test_a_name_in_another_script_finds_itself_and_its_words_in_any_order() -> None:
    facts = told(name="محمد علي")
    assert share(Given(name="علي محمد"), facts)
    assert not share(Given(name="محمود حسن"), facts)


def test_a_misspelt_name_is_looked_for_in_its_district_by_the_word_that_is_right() -> None:
    facts = told(name="Margaret Szczepanski", postcode="LE11 0ZZ")
    said = Given(name="Margaret Cepansky", postcode="LE11 5AB")
    assert not share(said, facts)
    assert set(near_keys(said)) & kept(facts)
    assert not set(near_keys(Given(name="Margaret Cepansky", postcode="LE2 5AB"))) & kept(facts)


@pytest.mark.parametrize(
    ("said", "held"),
    [("03/04/1955", "1955-04-03"), ("4/3/1955", "1955-04-03"), ("3/5/1955", "1955-04-03"), ("13/4/1955", "1955-04-03"),
     ("3/4/1945", "1955-04-03"), ("2/4/1955", "1955-04-03"), ("30/12/1963", "1936-12-30")],
)  # fmt: skip
def test_a_day_of_birth_stands_for_those_that_are_misheard_as_it(said: str, held: str) -> None:
    day = birth_date(said, TODAY).day
    assert day is not None
    assert date.fromisoformat(held) in [day, *days_like(day)]


@examples(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 20)))
def test_no_day_stands_for_itself_or_twice(day: date) -> None:
    found = days_like(day)
    assert day not in found
    assert len(found) == len(set(found)) <= 12


@examples(st.text(max_size=60))
def test_any_name_has_keys_or_none_and_finds_itself(name: str) -> None:
    keys = keys_of_name(name)
    assert bool(keys) == (read_name(name) is not None)
    assert keys <= {one.key for one in asked_for(Given(name=name))}


@examples(st.text(max_size=400), st.text(max_size=60))
def test_what_is_asked_never_grows_beyond_bounds(name: str, home: str) -> None:
    said = Given(
        name=name,
        birth=Birth(date(1940, 1, 1), date(1950, 12, 31), BORN.precision),
        homes=(home,),
        postcode="LE11 0ZZ",
    )
    asked = asked_for(said)
    assert len(asked) == len({one.key for one in asked}) <= 900
    assert len(near_keys(said)) <= 24


def test_a_name_of_sixty_words_has_few_keys() -> None:
    assert len(keys_of_name(" ".join(f"word{chr(97 + at % 26)}{at}" for at in range(60)))) <= 13


def test_a_hash_is_the_same_everywhere_and_fits_the_column() -> None:
    assert hashed("t:+441632960142") == 7_435_260_641_707_498_878
    assert hashed("t:a") != hashed("e:a")


def test_a_house_is_one_however_its_street_is_written() -> None:
    assert house_recipe("14 Sparrow Lane", "LE11 0ZZ") == house_recipe("14, Sparow La. LE11 0ZZ", "LE11 0ZZ")
    assert house_recipe("Rose Cottage, Mill Road", "LE11 0ZZ") == house_recipe("rose cottage", "LE11 0ZZ")
    assert house_recipe("14 Sparrow Lane", "") is None


def test_a_number_of_another_system_is_one_however_it_is_spaced() -> None:
    assert identifier_recipe("ten-00 123/4") == identifier_recipe("TEN001234")
    assert identifier_recipe("A1") is None


# Guards


def guards_of(facts: list[Told], *recipes: str) -> set[tuple[Guard, Guard | None]]:
    keys = {hashed(one) for one in recipes}
    return {pair for pair, held in rings_of(facts).items() if held & keys}


BIRTH_KEYS = ("w:1955-04-03:E420", "w:1955-04-03:M626")


def test_a_key_of_two_facts_of_one_record_is_guarded_by_that_record() -> None:
    assert list(rings_of(MARGARET)) == [(HERE, None)]


def test_a_key_of_two_records_is_guarded_by_both() -> None:
    other = Guard(REPORT)
    facts = [*told(name="Margaret Ellis"), *told(other, born=BORN)]
    found = guards_of(facts, *BIRTH_KEYS)
    assert [frozenset(pair) for pair in found] == [frozenset({HERE, other})]


def test_a_key_of_a_narrower_audience_is_guarded_by_it_too() -> None:
    narrow = Guard(CASE, NARROW)
    facts = [*told(name="Margaret Ellis"), *told(narrow, born=BORN)]
    assert [frozenset(pair) for pair in guards_of(facts, *BIRTH_KEYS)] == [frozenset({HERE, narrow})]
    assert guards_of([*told(narrow, name="Margaret Ellis", born=BORN)], *BIRTH_KEYS) == {(narrow, None)}


def test_what_one_record_tells_whole_needs_no_second() -> None:
    facts = [*MARGARET, *told(Guard(REPORT), born=BORN)]
    assert guards_of(facts, *BIRTH_KEYS) == {(HERE, None)}


def test_only_what_is_new_makes_keys_and_every_record_that_tells_something_new_has_a_ring() -> None:
    old = [replace(one, fresh=False) for one in told(name="Margaret Ellis")]
    other = Guard(REPORT)
    rings = rings_of([*told(other, born=BORN), *old])
    assert set(rings) == {(other, None), (other, HERE)}
    assert rings[other, None] == frozenset()
    assert {hashed(one) for one in BIRTH_KEYS} <= rings[other, HERE]


facts_of_anybody = st.lists(
    st.builds(
        lambda record, narrow, kind, word: told(
            Guard(uuid.UUID(int=record), uuid.UUID(int=9) if narrow else None),
            **({"name": word} if kind == 0 else {"born": BORN} if kind == 1 else {"postcode": "LE11 0ZZ"}),
        )[0],
        st.integers(1, 3),
        st.booleans(),
        st.integers(0, 2),
        st.sampled_from(["Margaret Ellis", "Peggy Ellis", "Gregory Shaw"]),
    ),
    max_size=8,
)


@examples(facts_of_anybody)
def test_no_ring_opens_to_somebody_who_does_not_see_facts_that_make_its_key(facts: list[Told]) -> None:
    """For every ring: the facts that its guards let through make each of its keys by themselves."""
    for pair, keys in rings_of(facts).items():
        through = [one for one in facts if one.guard in pair]
        assert keys <= kept(through)


@examples(facts_of_anybody)
def test_whoever_sees_the_facts_of_a_key_is_let_through_by_some_ring(facts: list[Told]) -> None:
    rings = rings_of(facts)
    for one in facts:
        for other in facts:
            seen = {one.guard, other.guard}
            for key in kept([one, other]):
                assert any(key in keys and set(filter(None, pair)) <= seen for pair, keys in rings.items())
