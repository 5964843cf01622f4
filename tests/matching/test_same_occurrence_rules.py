"""Two tellings weighed: bands and reasons as a person would give them, the same from either side, and the same whatever is left out."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.rules.occurrences import (
    MAY_BE,
    NO,
    VERY_LIKELY,
    Told,
    occurrence_weights,
    once,
    weigh,
)

NOON = datetime(2026, 6, 10, 11, 0, tzinfo=UTC)
ROLES = {"p": "alleged_perpetrator", "v": "victim", "r": "reporter"}
PAIRS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "occurrences.yaml").read_text("utf-8")
)


def id_of(word: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, word)


def telling(said: dict[str, Any]) -> Told:
    def at(name: str) -> datetime | None:
        return NOON + timedelta(minutes=said[name]) if name in said else None

    told_at = at("told")
    assert told_at is not None
    return Told(
        told_at,
        at("at"),
        at("until"),
        said.get("precision", "minute"),
        said.get("series", False),
        place=id_of(said["place"]) if "place" in said else None,
        building=said.get("building", ""),
        latitude=52.77 + math.degrees(said["away"] / 6_371_000) if "away" in said else None,
        longitude=-1.2 if "away" in said else None,
        category=said.get("category", "nuisance"),
        national_type=said["kind"],
        persons=frozenset((id_of(who), ROLES[role]) for who, role in said.get("who", {}).items()),
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda one: one["name"])
def test_the_band_is_what_a_person_would_say(pair: dict[str, Any]) -> None:
    found = weigh(telling(pair["one"]), telling(pair["other"]))
    assert found.band == pair["band"], (found.bits, found.parts)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda one: one["name"])
def test_it_is_the_same_from_either_side(pair: dict[str, Any]) -> None:
    one, other = telling(pair["one"]), telling(pair["other"])
    assert (weigh(one, other).band, weigh(one, other).bits) == (
        weigh(other, one).band,
        weigh(other, one).bits,
    )


def test_the_reasons_are_in_words_and_no_number_of_ours_is_among_them() -> None:
    found = weigh(telling(PAIRS[1]["one"]), telling(PAIRS[1]["other"]))
    assert found.reasons == [
        "10 minutes apart", "at the same place", "the same kind of behaviour", "the same person is complained of",
    ]  # fmt: skip
    far = weigh(telling(PAIRS[0]["one"]), telling(PAIRS[0]["other"]))
    assert far.reasons[1] == "about 50 m apart"
    assert far.metres == 80


def test_what_speaks_against_it_is_said_too() -> None:
    pair = next(one for one in PAIRS if "another kind" in one["name"])
    assert "another kind of behaviour" in weigh(telling(pair["one"]), telling(pair["other"])).reasons


def test_nothing_known_of_where_is_never_the_same() -> None:
    one = Told(
        NOON, NOON, national_type="noise", category="nuisance", persons=frozenset({(id_of("x"), "victim")})
    )
    assert weigh(one, one).band == NO


def test_the_weights_say_where_they_come_from_and_each_level_has_one() -> None:
    weights = occurrence_weights()
    assert weights.bands["very_likely"] > weights.bands["may_be"] > 0
    assert set(weights.bits) == {"time", "place", "kind", "people"}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"told": 120}, {"told": 18 * 60 + 5, "at": None}, "one was told 18 hours after the other happened"),
        ({"told": 120}, {"told": 6, "at": None}, "one was told as the other happened"),
        ({"told": 120}, {"told": 60 * 24 * 3, "at": None}, "one was told 3 days after the other happened"),
        ({"told": 0, "at": None}, {"told": 16 * 60, "at": None}, "told 16 hours apart"),
        ({"told": 0, "at": None}, {"told": 1, "at": None}, "told at the same time"),
    ],
)
def test_how_late_it_was_told_is_counted_from_what_the_words_say(
    first: dict[str, Any], second: dict[str, Any], words: str
) -> None:
    """So long after it happened is not so long after somebody else told of it."""
    one, other = (
        telling({name: value for name, value in said.items() if value is not None})
        for said in (
            {"at": 0, "kind": "noise", "place": "lane", **first},
            {"kind": "noise", "place": "lane", **second},
        )
    )
    assert weigh(one, other).reasons[0] == weigh(other, one).reasons[0] == words


moments = st.integers(-50_000, 50_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
tellings = st.builds(
    Told,
    told_at=moments,
    begins=st.none() | moments,
    ends=st.none() | moments,
    precision=st.sampled_from(["minute", "hour", "day", "month", "unknown", "odd"]),
    series=st.booleans(),
    place=st.none() | st.sampled_from([id_of("a"), id_of("b")]),
    building=st.sampled_from(["", "x"]),
    street=st.sampled_from(["", "tern street"]),
    latitude=st.none() | st.floats(52, 53),
    longitude=st.none() | st.floats(-2, -1),
    category=st.sampled_from(["", "nuisance", "personal"]),
    national_type=st.sampled_from(["", "noise", "rowdy"]),
    persons=st.frozensets(
        st.tuples(st.sampled_from([id_of("p"), id_of("q")]), st.sampled_from(list(ROLES.values())))
    ),
)


@given(tellings, tellings)
def test_any_two_are_weighed_alike_from_either_side(one: Told, other: Told) -> None:
    found, back = weigh(one, other), weigh(other, one)
    assert (found.band, found.bits) == (back.band, back.bits)
    assert found.band in {VERY_LIKELY, MAY_BE, NO}
    assert all(part.words == "" or part.words[0].islower() or part.words[0].isdigit() for part in found.parts)


@given(st.lists(st.tuples(st.sampled_from([id_of("a"), id_of("b"), id_of("c")]), st.integers())))
def test_every_occurrence_counts_once(several: list[tuple[uuid.UUID, int]]) -> None:
    assert len(once(several)) == len({occurrence for occurrence, _ in several})
