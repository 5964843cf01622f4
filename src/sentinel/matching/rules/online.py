"""What is said of somebody weighed against what is known of one person: Fellegi and Sunter's sum, field by field, in bits.

A person has several names, births, homes and numbers: of each field the pair that agrees best is what counts. Nothing is worked out here that
rules.levels and rules.weights, which also link whole files, do not say; only that people are said of by age, have a title, and live in places.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from math import log2
from typing import Final

from sentinel.kernel.births import Birth
from sentinel.matching.rules.by_hand import by_hand
from sentinel.matching.rules.levels import (
    ADDRESS_LEVELS,
    BIRTH_LEVELS,
    NUMBER_LEVELS,
    UNKNOWN,
    Day,
    Kind,
    Name,
    Seen,
    birth_level,
    compare_names,
    compare_values,
)
from sentinel.matching.rules.values import address_of, email_of, name_of, number_of, postcode_of
from sentinel.matching.rules.weights import (
    Weights,
    is_another_first_name,
    is_other_of_household,
    may_be_twins,
    read_weights,
)

Rarity = Callable[[str, str], float | None]
WEIGHTS: Final = "online-2.json"
# From how many bits of log odds somebody may be meant, and is very likely meant (docs/matching.md, bands).
MAY_BE_BITS: Final = -10.5
VERY_LIKELY_BITS: Final = 2.0
# What may be one day of birth, said twice.
_SAME_BIRTHS: Final = frozenset(map(BIRTH_LEVELS.index, ("one_digit", "swapped", "partial", "exact")))
_EXACT_ADDRESS: Final = len(ADDRESS_LEVELS) - 1
_NEAR_ADDRESS: Final = ADDRESS_LEVELS.index("near")
_EXACT_NUMBER: Final = len(NUMBER_LEVELS) - 1
_YEAR: Final = 365.25
_NOBODY: Final = Seen(UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison, normalised. `places` are ids of places that are this person's, or that were said; `houses` of
    buildings that such a place is in."""

    names: tuple[Name, ...] = ()
    births: tuple[Birth, ...] = ()
    postcodes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    places: frozenset[uuid.UUID] = frozenset()
    houses: frozenset[uuid.UUID] = frozenset()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    sex: str = ""


@dataclass(frozen=True)
class Weighing:
    """How a pair was weighed: log odds in `bits`, and of each field its level and what that gave (fields of which one side says
    nothing are not there). `names` are the name said and the one known that were held against each other, `words` of either part the
    two words. `other_of_household`: a twin, or somebody who gives a brother's particulars; `may_be_twins`: the same without a home in common;
    `another_first_name`: the same whatever else agrees."""

    bits: float
    levels: dict[str, str] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    other_of_household: bool = False
    may_be_twins: bool = False
    another_first_name: bool = False
    names: tuple[Name, Name] | None = None
    words: dict[str, tuple[str, str]] = field(default_factory=dict)

    def exact(self, *names: str) -> bool:
        """Whether one of these fields is exactly the same."""
        return any(self.levels.get(name) == "exact" for name in names)


@cache
def weights() -> Weights:
    """The weights of the check, from their versioned file."""
    return read_weights(files("sentinel.matching").joinpath("weights", WEIGHTS).read_text(encoding="utf-8"))


def no_rarity(_part: str, _value: str) -> float | None:
    """Of no value is it known how common it is."""
    return None


@lru_cache(maxsize=8_192)
def name_value(name: str) -> Name | None:
    """A name as typed, in whatever order, as it is compared."""
    return name_of((), (), (name,))


_postcode = lru_cache(maxsize=65_536)(postcode_of)
_address = lru_cache(maxsize=65_536)(address_of)


def side(
    *,
    names: Iterable[str] = (),
    births: Iterable[Birth] = (),
    postcodes: Iterable[str] = (),
    addresses: Iterable[str] = (),
    places: Iterable[uuid.UUID] = (),
    houses: Iterable[uuid.UUID] = (),
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    identifiers: Iterable[str] = (),
    sex: str = "",
) -> Side:
    """A side from what is said or known, as typed; telephones in their international form."""
    return Side(
        names=tuple(value for name in names if (value := name_value(name)) is not None),
        births=tuple(births),
        postcodes=tuple(dict.fromkeys(_postcode(one) for one in postcodes if one)),
        addresses=tuple(dict.fromkeys(_address(one) for one in addresses if one)),
        places=frozenset(places),
        houses=frozenset(houses),
        phones=tuple(phones),
        emails=tuple(email_of(one) for one in emails),
        identifiers=tuple(number_of(one) for one in identifiers if one),
        sex=sex,
    )


def _names(one: Side, other: Side, weighted: Weights) -> tuple[Seen, Seen, tuple[Name, Name] | None]:
    """How far given and family names agree in the pair of names that agrees best, and that pair; None where nothing can be held
    against anything."""
    best, pair, most = (_NOBODY, _NOBODY), None, float("-inf")
    bits = [part.bits for part in weighted.parts[:2]]
    for a, b in product(one.names, other.names):
        seen = compare_names(a, b)
        told = sum(bits[at][part.level] for at, part in enumerate(seen) if part.level != UNKNOWN)
        if seen != (_NOBODY, _NOBODY) and told > most:
            best, pair, most = seen, (a, b), told
    return *best, pair


@lru_cache(maxsize=65_536)
def day_of(birth: Birth) -> Day | None:
    """A birth as its three parts, empty where not known; None for an age, which has none."""
    first, last = birth.earliest, birth.latest
    if birth.day is not None:
        return Day(f"{first.year:04d}", f"{first.month:02d}", f"{first.day:02d}")
    if (first.year, first.month, first.day) == (last.year, last.month, 1):
        return Day(f"{first.year:04d}", f"{first.month:02d}", "")
    if (first.year, last.year) == (last.year, first.year) and (first.month, first.day) == (1, 1):
        return Day(f"{first.year:04d}", "", "")
    return None


def age_bits(one: Birth, other: Birth) -> tuple[str, float]:
    """What two births of which one is an age tell: the wider they are, the less that they fit."""
    hand = by_hand()
    if one.earliest <= other.latest and other.earliest <= one.latest:
        width = max(_years(one.earliest, one.latest), _years(other.earliest, other.latest), 1.0)
        share = min(width / hand.lifetime, 1.0)
        return "fits", log2(hand.age_right / share) if share < hand.age_right else 0.0
    apart = max((one.earliest - other.latest).days, (other.earliest - one.latest).days)
    return ("near_fit", hand.age_off) if apart <= 2 * _YEAR else ("unfit", hand.age_unfit)


def _years(first: date, last: date) -> float:
    return (last - first + timedelta(days=1)).days / _YEAR


def _births(one: Side, other: Side, bits: Sequence[float]) -> tuple[Seen, str, float]:
    """The best of all pairs of births: its level where both are dates, else how an age fits and what that gives."""
    best, words, most = _NOBODY, "", float("-inf")
    for a, b in product(one.births, other.births):
        first, second = day_of(a), day_of(b)
        if first is not None and second is not None:
            level = birth_level(first, second)
            if bits[level] > most:
                best, words, most = Seen(level), "", bits[level]
        else:
            fits, told = age_bits(a, b)
            if told > most:
                best, words, most = _NOBODY, fits, told
    return best, words, most


def _best_of(kind: Kind, some: tuple[str, ...], others: tuple[str, ...]) -> Seen:
    return compare_values(kind, some, others)[0] if some and others else _NOBODY


def weigh(said: Side, known: Side, rarity: Rarity = no_rarity) -> Weighing:
    """Weigh what is said against what is known of one person. `rarity(field, value)` is the share of people who have a value."""
    weighted = weights()
    given, family, names = _names(said, known, weighted)
    birth, fits, age = _births(said, known, weighted.parts[2].bits)
    postcode = _best_of(Kind.POSTCODE, said.postcodes, known.postcodes)
    address = _best_of(Kind.ADDRESS, said.addresses, known.addresses)
    if said.places & known.places:
        address = Seen(_EXACT_ADDRESS)
    elif said.houses & known.places:
        address = Seen(_NEAR_ADDRESS)
    # A house says all that its postcode says; and where the postcode is another a like-named street is no evidence.
    if address.level >= _NEAR_ADDRESS and (postcode.level >= 3 or postcode.level == UNKNOWN):
        postcode = _NOBODY
    elif postcode.level >= 0:
        address = _NOBODY
    phone = _best_of(Kind.PHONE, said.phones, known.phones)
    identifier = _best_of(Kind.IDENTIFIER, said.identifiers, known.identifiers)
    seen = (
        given, family, birth, postcode, address, phone,
        _best_of(Kind.EMAIL, said.emails, known.emails),
        # What another system calls somebody is another number: that they differ says nothing.
        identifier if identifier.level > 0 else _NOBODY,
    )  # fmt: skip
    weighed = weighted.weigh(seen, rarity)
    levels = {
        part.name: part.levels[one.level]
        for part, one in zip(weighted.parts, seen, strict=True)
        if one.level != UNKNOWN
    }
    bits, parts = weighed.bits, dict(weighed.parts)
    if fits:
        levels["birth"], parts["birth"] = fits, age
        bits += age
    if said.sex and known.sex and said.sex != known.sex:
        levels["sex"], parts["sex"] = "different", by_hand().other_title
        bits += by_hand().other_title
    one_home = address.level >= _NEAR_ADDRESS or phone.level == _EXACT_NUMBER
    household = is_other_of_household(given, family, birth, one_home, same_births=_SAME_BIRTHS)
    twins = may_be_twins(given, family, birth, same_births=_SAME_BIRTHS)
    words = {part: one.words for part, one in (("given", given), ("family", family)) if one.level != UNKNOWN}
    return Weighing(bits, levels, parts, household, twins, is_another_first_name(given), names, words)
