"""Keys by which a person is found again: pure functions of one fact each.

A key is a letter for its kind and a normal form. A person is looked for by the keys of what was said; only then are the
facts compared (rules.comparing). Each key comes from one fact alone, so that it is guarded exactly as that fact is.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from sentinel.kernel.births import Birth
from sentinel.kernel.names import given_forms, normalise_name, sounds

LENGTH: Final = 80
# How many words of a name are paired with its first: a name of more is found by these all the same.
_MOST_WORDS: Final = 4
_SCHEMES: Final = ("M", "S")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is being said of somebody who may be known. `places` are the ids of the places that the words may mean,
    `buildings` of those that such a place is in: a flat was said, and they are the house."""

    name: str = ""
    birth: Birth | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    places: tuple[uuid.UUID, ...] = ()
    buildings: tuple[uuid.UUID, ...] = ()
    postcode: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said by which anybody could be found."""
        return not (self.name or self.phones or self.emails or (self.birth and self.birth.day))


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of what is said: those of the name, and those of everything else."""

    names: frozenset[str] = field(default_factory=frozenset)
    others: frozenset[str] = field(default_factory=frozenset)


def _fit(key: str) -> str:
    if len(key) <= LENGTH:
        return key
    return f"{key[:2]}#{hashlib.blake2s(key.encode()).hexdigest()}"


def _code(word: str, scheme: str) -> str:
    """How a word sounds in one scheme; a word in another script than Latin stands for itself."""
    for sound in sounds(word):
        if sound.startswith(f"{scheme}-"):
            return sound[2:]
    return f"={word}"


def _pairs(words: list[str]) -> Iterable[tuple[str, str]]:
    """The first word with each other one, and the last with each: names are said in both orders."""
    few = [*words[: _MOST_WORDS - 1], words[-1]] if len(words) > _MOST_WORDS else words
    for at, first in enumerate(few):
        for second in few[at + 1 :]:
            yield first, second


def name_keys(name: str) -> frozenset[str]:
    """The keys of a name as typed: its words in any order, and how each two of them sound together.

    A name of one word has that word alone. Empty where the name has no letter or digit.
    """
    words = normalise_name(name).split()
    if not words:
        return frozenset()
    keys = {_fit("n:" + " ".join(sorted(words)))}
    for first, second in _pairs(words):
        for scheme in _SCHEMES:
            keys.add(_fit(f"p:{scheme}:" + "+".join(sorted((_code(first, scheme), _code(second, scheme))))))
    if len(words) == 1:
        keys.add(_fit(f"p:S:{_code(words[0], 'S')}"))
    return frozenset(keys)


def asked_name_keys(name: str) -> frozenset[str]:
    """The keys to look for a name by: its own, and those with the other forms of a given name (Peggy, Margaret)."""
    words = normalise_name(name).split()
    keys = set(name_keys(name))
    for at, word in list(enumerate(words))[:2]:
        for form in given_forms(word) - {word}:
            keys |= name_keys(" ".join([*words[:at], form, *words[at + 1 :]]))
    return frozenset(keys)


def phone_key(e164: str) -> str:
    """The key of a telephone number in its international form."""
    return _fit(f"t:{e164}")


def email_key(address: str) -> str:
    """The key of an email address."""
    return _fit(f"e:{address.strip().lower()}")


def place_key(place_id: uuid.UUID) -> str:
    """The key of a place that somebody has to do with."""
    return f"a:{place_id}"


def birth_key(birth: Birth) -> str | None:
    """The key of a birth known to the day; None for any other: half the town is "about 40"."""
    return f"b:{birth.day.isoformat()}" if birth.day else None


def keys_for(given: Given) -> Keys:
    """All keys of what is being said."""
    birth = birth_key(given.birth) if given.birth else None
    others = [
        *(phone_key(phone) for phone in given.phones),
        *(email_key(email) for email in given.emails),
        *(place_key(place) for place in (*given.places, *given.buildings)),
        *([birth] if birth else []),
    ]
    return Keys(names=asked_name_keys(given.name), others=frozenset(others))


def sound_alike(one: str, other: str) -> bool:
    """Whether two whole names share a key, in any order of words, given names in any of their forms."""
    return bool(asked_name_keys(one) & name_keys(other)) or bool(name_keys(one) & asked_name_keys(other))


def words_alike(one: str, other: str) -> list[tuple[str, str]]:
    """The pairs of words of two names that sound alike in some scheme."""
    return [
        (first, second)
        for first, second in product(normalise_name(one).split(), normalise_name(other).split())
        if sounds(first) & sounds(second)
    ]
