"""The words of British addresses, read from the files beside this one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final


def _lines(name: str) -> Iterator[str]:
    text = (files("sentinel.kernel.addresses") / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _streets() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    short: dict[str, str] = {}
    whole, weak = set(), set()
    for line in _lines("street_words.txt"):
        word, *others = line.split()
        whole.add(word)
        if "weak" in others:
            weak.add(word)
        short.update({other: word for other in others if other != "weak"})
    return short, frozenset(whole), frozenset(weak)


def _units() -> dict[str, str]:
    return {word: line.split()[0] for line in _lines("unit_words.txt") for word in line.split()}


def _near() -> list[tuple[str, str]]:
    found = []
    for line in _lines("near_words.txt"):
        what, _, ways = line.partition(":")
        found += [(way.strip(), what.strip()) for way in ways.split("|")]
    return sorted(found, key=lambda one: -len(one[0]))


def _set(name: str) -> frozenset[str]:
    return frozenset(" ".join(_lines(name)).split())


# How the last word of a street's name is written short, and what is meant: "rd" is "road".
SHORT: Final = _streets()[0]
# Words that end the name of a street; of these the ones that are as often inside it.
TYPES: Final = _streets()[1]
WEAK: Final = _streets()[2]
STRONG: Final = TYPES - WEAK
UNITS: Final = _units()
# What people say before a place that they were only near, the longest first, each with what it means.
NEAR: Final = _near()
BLOCKS: Final = _set("block_words.txt")
SAINTS: Final = _set("saints.txt")
TOWNS: Final = frozenset(_lines("towns.txt"))
# What always belongs to the street before it; a direction may begin a village ("South Wigston").
ENDINGS: Final = frozenset({"central", "extension"})
DIRECTIONS: Final = frozenset({"north", "south", "east", "west", "upper", "lower"})
