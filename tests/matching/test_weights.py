"""Weights: what agreement adds, what rarity adds, what living together takes back, and the file that holds them."""

from __future__ import annotations

import json
import math

import pytest

from sentinel.kernel.errors import Invalid
from sentinel.matching.rules.levels import (
    BIRTH_LEVELS,
    CATEGORY_LEVELS,
    PARTS,
    UNKNOWN,
    WORD_LEVELS,
    Kind,
    Seen,
)
from sentinel.matching.rules.weights import (
    RARITY_MOST,
    PartWeights,
    Weights,
    is_other_of_household,
    read_weights,
)


def learnt(name: str, kind: Kind, levels: tuple[str, ...], *, shared: bool = False) -> PartWeights:
    """A part of which one person's records agree nine times in ten and strangers' once in a hundred."""
    size = len(levels)
    same = (*(0.1 / (size - 1) for _ in levels[1:]), 0.9)
    strangers = (0.99 - 0.001 * (size - 2), *(0.001 for _ in levels[2:]), 0.01)
    return PartWeights(name, kind, levels, same, strangers, same if shared else strangers, shared)


WEIGHTS = Weights(
    "1", "invented", 1e-4, 1e-4,
    (
        learnt("given", Kind.NAME, WORD_LEVELS),
        learnt("family", Kind.NAME, WORD_LEVELS, shared=True),
        learnt("birth", Kind.BIRTH, BIRTH_LEVELS),
        learnt("postcode", Kind.POSTCODE, PARTS[Kind.POSTCODE][0][1], shared=True),
    ),
)  # fmt: skip
EXACT = (Seen(6), Seen(6), Seen(8), Seen(4))


def bits(*levels: int, value: str = "", frequency: float | None = None) -> float:
    seen = [Seen(level, value) for level in levels]
    return WEIGHTS.weigh(seen, lambda part, said: frequency).bits


def test_each_agreement_adds_and_each_difference_takes() -> None:
    assert bits(6, 6, 8, 4) > bits(6, 6, 8, UNKNOWN) > bits(6, 6, 8, 0)
    assert bits(6, 6, 8, 4) > bits(0, 6, 8, 4)


def test_what_nobody_said_weighs_nothing() -> None:
    weighed = WEIGHTS.weigh([Seen(UNKNOWN)] * 4, lambda part, value: None)
    assert weighed.parts == {}
    assert weighed.bits == pytest.approx(math.log2(1e-4) - math.log2(1 + 1e-4))


def test_a_rare_name_in_common_weighs_more_than_a_common_one_up_to_a_limit() -> None:
    usual = bits(6, UNKNOWN, UNKNOWN, UNKNOWN)
    rare = bits(6, UNKNOWN, UNKNOWN, UNKNOWN, value="zebedee", frequency=0.0001)
    common = bits(6, UNKNOWN, UNKNOWN, UNKNOWN, value="john", frequency=0.08)
    rarest = bits(6, UNKNOWN, UNKNOWN, UNKNOWN, value="q", frequency=1e-12)
    assert common < usual < rare < rarest
    assert rarest - usual == pytest.approx(RARITY_MOST, abs=0.01)


def test_people_of_one_household_are_not_one_person() -> None:
    surname_and_house = [Seen(UNKNOWN), Seen(6), Seen(UNKNOWN), Seen(4)]
    many = Weights("1", "", 1e-4, 1e-2, WEIGHTS.parts).weigh(surname_and_house, lambda part, value: None)
    none = Weights("1", "", 1e-4, 1e-12, WEIGHTS.parts).weigh(surname_and_house, lambda part, value: None)
    assert many.bits < none.bits - 5, "where many live together, a surname and a house say little"
    assert WEIGHTS.weigh(EXACT, lambda part, value: None).bits > 5


def test_a_chance_is_between_none_and_certain() -> None:
    for level in (0, 6):
        assert 0 < WEIGHTS.weigh([Seen(level)] * 2 + [Seen(UNKNOWN)] * 2, lambda part, value: None).chance < 1


def test_the_file_gives_back_what_was_written() -> None:
    again = read_weights(WEIGHTS.to_json())
    assert again.weigh(EXACT, lambda part, value: 0.001).bits == pytest.approx(
        WEIGHTS.weigh(EXACT, lambda part, value: 0.001).bits, abs=1e-3
    )
    assert [part.name for part in again.parts] == ["given", "family", "birth", "postcode"]


def test_a_file_of_another_format_or_other_levels_is_refused() -> None:
    data = json.loads(WEIGHTS.to_json())
    with pytest.raises(Invalid, match="format 9"):
        read_weights(json.dumps({**data, "format": 9}))
    data["parts"][0]["levels"] = {level: [0.5, 0.5, 0.5] for level in CATEGORY_LEVELS}
    with pytest.raises(Invalid, match='"given" have other levels'):
        read_weights(json.dumps(data))
    with pytest.raises(Invalid, match="cannot be read"):
        read_weights("{}")


@pytest.mark.parametrize(
    ("given", "family", "birth", "one_home", "other"),
    [(Seen(0), 6, 8, True, True), (Seen(0), 3, 8, True, True), (Seen(5), 6, 8, True, False), (Seen(0), 0, 8, True, False),
     (Seen(0), 6, 6, True, True), (Seen(0), 6, 4, True, False), (Seen(0), 6, 8, False, False), (Seen(UNKNOWN), 6, 8, True, False),
     (Seen(3, "", ("kasia", "basia")), 6, 8, True, True), (Seen(3, "", ("kasia", "basia")), 6, 8, False, False),
     (Seen(3, "", ("margaret", "margret")), 6, 8, True, False), (Seen(4, "", ("m", "margaret")), 6, 8, True, False)],
)  # fmt: skip
def test_twins_are_two_people(given: Seen, family: int, birth: int, one_home: bool, other: bool) -> None:
    assert is_other_of_household(given, Seen(family), Seen(birth), one_home, same_births={6, 8}) is other
