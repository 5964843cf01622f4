"""The model of the check: what agrees adds, what differs takes, of several values the best pair counts, and ages fit or do not."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from sentinel.kernel.births import Birth, birth_date
from sentinel.kernel.errors import Invalid
from sentinel.matching.rules.by_hand import by_hand, read_by_hand
from sentinel.matching.rules.online import Side, age_bits, day_of, side, weigh, weights

TODAY = date(2026, 11, 20)
BORN = birth_date("3/4/1955", TODAY)
HOME = "14 Sparrow Lane"
WHOLE: dict[str, Any] = {
    "names": ["Margaret Ellis"], "births": [BORN], "postcodes": ["LE11 0ZZ"], "addresses": [HOME], "phones": ["+441632960142"],
    "emails": ["m.ellis@mail.example"], "identifiers": ["TEN00123"],
}  # fmt: skip
KNOWN = side(**WHOLE)


def bits(**said: Any) -> float:
    return weigh(side(**said), KNOWN).bits


def test_the_weights_are_a_versioned_file_that_says_where_they_come_from() -> None:
    assert weights().version
    assert weights().source
    assert [part.name for part in weights().parts] == [
        "given", "family", "birth", "postcode", "address", "phone", "email", "identifier",
    ]  # fmt: skip


def test_each_level_that_agrees_more_weighs_no_less() -> None:
    for part in weights().parts:
        assert part.bits[-1] == max(part.bits), part.name
        assert part.bits[0] < 0, part.name


@pytest.mark.parametrize("field", ["names", "births", "postcodes", "phones", "emails", "identifiers"])
def test_every_field_that_agrees_adds_to_the_name(field: str) -> None:
    assert bits(**{"names": ["Margret Elis"], field: WHOLE[field]}) > bits(names=["Margret Elis"])


@pytest.mark.parametrize(
    ("field", "other"),
    [("births", [birth_date("30/9/1971", TODAY)]), ("postcodes", ["SW1A 1AA"]), ("phones", ["+441632960999"]),
     ("emails", ["someone@else.example"])],
)  # fmt: skip
def test_every_field_that_differs_takes_from_it(field: str, other: list[Any]) -> None:
    assert bits(names=["Margaret Ellis"], **{field: other}) < bits(names=["Margaret Ellis"])


def test_another_number_in_another_system_says_nothing() -> None:
    assert bits(names=["Margaret Ellis"], identifiers=["99999999"]) == bits(names=["Margaret Ellis"])


def test_of_several_values_the_pair_that_agrees_best_counts() -> None:
    many = side(
        names=["Margaret Watson", "Margaret Ellis"], births=[birth_date("1955", TODAY), BORN], phones=["+441632960999", "+441632960142"]
    )  # fmt: skip
    one = side(names=["Margaret Ellis"], births=[BORN], phones=["+441632960142"])
    said = side(names=["Margaret Ellis"], births=[BORN], phones=["+441632960142"])
    assert weigh(said, many).bits == weigh(said, one).bits


def test_a_house_says_all_that_its_postcode_does() -> None:
    at_home = weigh(side(names=["Margaret Ellis"], postcodes=["LE11 0ZZ"], addresses=[HOME]), KNOWN)
    assert "address" in at_home.levels
    assert "postcode" not in at_home.levels
    elsewhere = weigh(side(names=["Margaret Ellis"], postcodes=["SW1A 1AA"], addresses=[HOME]), KNOWN)
    assert "address" not in elsewhere.levels, "a street of that name is in every town"
    assert elsewhere.bits < at_home.bits


def test_a_place_is_the_same_by_its_id_whatever_its_words() -> None:
    place = uuid.UUID(int=14)
    known = side(names=["Margaret Ellis"], places=[place])
    assert weigh(side(names=["Margaret Ellis"], places=[place]), known).levels["address"] == "exact"
    assert weigh(side(names=["Margaret Ellis"], houses=[place]), known).levels["address"] == "near"


@pytest.mark.parametrize(
    ("said", "fits"),
    [("about 70", "fits"), ("71", "fits"), ("72", "near_fit"), ("40", "unfit"), ("in her 70s", "fits")],
)
def test_an_age_fits_or_does_not(said: str, fits: str) -> None:
    assert age_bits(birth_date(said, TODAY), BORN)[0] == fits


def test_the_wider_an_age_the_less_that_it_fits_tells() -> None:
    told = [age_bits(birth_date(said, TODAY), BORN)[1] for said in ("71", "about 71", "in her 70s")]
    assert told[0] > told[1] >= 0
    assert told[0] > told[2] > 0


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/4/1955", ("1955", "04", "03")),
        ("April 1955", ("1955", "04", "")),
        ("1955", ("1955", "", "")),
        ("71", None),
    ],
)
def test_a_birth_is_the_parts_that_are_known(text: str, day: tuple[str, str, str] | None) -> None:
    found = day_of(birth_date(text, TODAY))
    assert (tuple(found) if found else None) == day


def test_what_is_set_by_hand_is_a_versioned_file_that_says_so() -> None:
    assert by_hand().version
    assert by_hand().source.startswith("Set by hand")
    assert age_bits(birth_date("40", TODAY), BORN)[1] == by_hand().age_unfit
    for broken in ("{}", '{"format": 9}', '{"format": 1, "version": "x", "source": "y", "age": {}}'):
        with pytest.raises(Invalid):
            read_by_hand(broken)


def test_a_title_of_the_other_sex_takes_less_than_another_name_birth_or_home() -> None:
    mr, mrs = side(names=["Alex Ellis"], sex="m"), side(names=["Alex Ellis"], sex="f")
    assert weigh(mr, mrs).parts["sex"] == by_hand().other_title
    different = {part.name: part.bits[0] for part in weights().parts}
    assert all(
        different[one] < by_hand().other_title < 0
        for one in ("given", "family", "birth", "postcode", "address")
    )


def test_a_title_of_the_other_sex_takes_a_little() -> None:
    mr, mrs = side(names=["Alex Ellis"], sex="m"), side(names=["Alex Ellis"], sex="f")
    unsaid = side(names=["Alex Ellis"])
    assert weigh(mr, mrs).bits < weigh(mr, unsaid).bits == weigh(mr, mr).bits


texts = st.text(max_size=30)
births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY).map(
    lambda day: Birth(day, day, BORN.precision)
)
sides = st.builds(
    lambda names, born, codes, lines, numbers: side(
        names=names,
        births=born,
        postcodes=codes,
        addresses=lines,
        phones=numbers,
        emails=numbers,
        identifiers=numbers,
    ),
    *(st.lists(texts, max_size=2), st.lists(births, max_size=2)),
    *(st.lists(texts, max_size=2), st.lists(texts, max_size=2), st.lists(texts, max_size=2)),
)


@examples(sides, sides)
def test_anything_can_be_weighed_with_anything_and_either_way_round_weighs_the_same(
    one: Side, other: Side
) -> None:
    there, back = weigh(one, other), weigh(other, one)
    assert -200 < there.bits < 200
    assert there.bits == pytest.approx(back.bits, abs=12), "a word alone may stand for either part of a name"


@examples(sides)
def test_nobody_is_unlike_themselves(one: Side) -> None:
    assert all(level in {"exact", "partial", "initial", "fits"} for level in weigh(one, one).levels.values())
