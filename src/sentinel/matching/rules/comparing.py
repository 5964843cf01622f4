"""Whether somebody who is known may be the one being spoken of: which fields agree, in words, and what settles it.

Nothing here is a number that a person sees. A match is "very likely", "may be" or "less likely"; it says why, field by
field, and which question to ask. Only an answer makes two people one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import jellyfish

from sentinel.kernel.births import Birth
from sentinel.kernel.names import given_forms, normalise_name, sounds
from sentinel.matching.rules.keys import Given, asked_names, name_recipes

VERY_LIKELY: Final = "Very likely"
MAY_BE: Final = "May be"
LESS_LIKELY: Final = "Less likely"
SAME_NAME: Final = 3
_COUNTS: Final = {1: "one letter", 2: "two letters", 3: "three letters"}
_SHE: Final = frozenset(["mrs", "miss", "ms", "lady", "madam", "dame", "sister"])
_HE: Final = frozenset(["mr", "sir", "lord", "father", "brother", "imam"])


@dataclass(frozen=True)
class Pronoun:
    """How somebody is spoken of: she, her; he, him; they, them."""

    subject: str
    object: str
    possessive: str
    is_words: str


SHE: Final = Pronoun("she", "her", "her", "It is her")
HE: Final = Pronoun("he", "him", "his", "It is him")
THEY: Final = Pronoun("they", "them", "their", "It is them")


def pronoun_for(title: str) -> Pronoun:
    """The pronoun that a title tells; they where it does not."""
    word = title.strip().rstrip(".").casefold()
    if word in _SHE:
        return SHE
    return HE if word in _HE else THEY


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the reader may see of a known person, as plain values; `places` maps where they live to its words."""

    person_id: uuid.UUID
    names: Sequence[str] = ()
    births: Sequence[Birth] = ()
    phones: frozenset[str] = field(default_factory=frozenset)
    emails: frozenset[str] = field(default_factory=frozenset)
    places: Mapping[uuid.UUID, str] = field(default_factory=dict)
    postcodes: frozenset[str] = field(default_factory=frozenset)
    pronoun: Pronoun = THEY


@dataclass(frozen=True)
class Match:
    """That a known person may be meant: how surely, why in words, and what to ask (`ask`, with `ask_note` after it)."""

    person_id: uuid.UUID
    band: str
    reasons: tuple[str, ...]
    ask: str
    ask_note: str
    weight: int
    pronoun: Pronoun


def _recipes(name: str) -> tuple[set[str], set[str]]:
    own, forms = asked_names(name)
    if own is None:
        return set(), set()
    alone = set(name_recipes(own))
    return alone, alone.union(*(name_recipes(form) for form in forms))


def sound_alike(one: str, other: str) -> bool:
    """Whether two whole names share a key, in any order of words, given names in any of their forms."""
    (first, first_forms), (second, second_forms) = _recipes(one), _recipes(other)
    return bool(first_forms & second or first & second_forms)


def words_alike(one: str, other: str) -> list[tuple[str, str]]:
    """The pairs of words of two names that sound alike in some scheme."""
    return [
        (first, second)
        for first, second in product(normalise_name(one).split(), normalise_name(other).split())
        if sounds(first) & sounds(second)
    ]


def _sorted(name: str) -> str:
    return " ".join(sorted(normalise_name(name).split()))


def _letters(said: str, known: str) -> str:
    """How the spelling differs, for a reader: "two letters missing", "one letter differs"; "" where by much."""
    distance = jellyfish.damerau_levenshtein_distance(said, known)
    count = _COUNTS.get(distance)
    if count is None:
        return ""
    if len(known) - len(said) == distance:
        return f"{count} missing"
    if len(said) - len(known) == distance:
        return f"{count} more"
    return f"{count} {'differs' if distance == 1 else 'differ'}"


def compare_names(said: str, known: str) -> tuple[int, str]:
    """How far a name said agrees with one known: a weight (0: not) and the words for it."""
    one, other = _sorted(said), _sorted(known)
    if not one or not other:
        return 0, ""
    if one == other:
        return SAME_NAME, "the same name"
    told = normalise_name(said).split()
    held = normalise_name(known).split()
    if len(told) > 1 and len(held) > 1:
        if sound_alike(said, known):
            return _alike(told, held, one, other)
        if min(len(one), len(other)) >= 6 and jellyfish.damerau_levenshtein_distance(one, other) <= 2:
            return 2, f"the name is spelt nearly the same, {_letters(one, other)}"
    alike = words_alike(said, known)
    if alike and (len(told) == 1 or len(held) == 1 or alike[-1] == (told[-1], held[-1])):
        same = any(first == second for first, second in alike)
        return 1, f"part of the name {'is' if same else 'sounds'} the same"
    return 0, ""


def _alike(told: list[str], held: list[str], one: str, other: str) -> tuple[int, str]:
    if told[-1] == held[-1] and held[0] in given_forms(told[0]) - {told[0]}:
        return 2, f"{told[0].capitalize()} may be {held[0].capitalize()}, and the family name is the same"
    letters = _letters(one, other)
    return 2, f"the name sounds the same, {letters}" if letters else "the name sounds the same"


def compare(given: Given, seen: Seen) -> Match | None:
    """Whether a known person may be the one spoken of; None where too little agrees to say so.

    Very likely takes a name that agrees and something else that does; a birth that cannot be the same one takes it back.
    The same name with another birth alone is less likely, not nobody: a date is misheard as easily as a name.
    """
    name, name_words = max((compare_names(given.name, known) for known in seen.names), default=(0, ""))
    reasons = [name_words] if name else []
    others = loose = 0
    who = seen.pronoun
    if set(given.phones) & seen.phones:
        others += 3
        reasons.append("the same telephone number")
    if set(given.emails) & seen.emails:
        others += 3
        reasons.append("the same email address")
    born = _births(given.birth, seen.births)
    if born == "same":
        others += 3
        reasons.append("born on the same day")
    elif born == "fits":
        others += 1
        reasons.append("the age fits")
    at = next((place for place in given.places if place in seen.places), None)
    building = next((place for place in given.buildings if place in seen.places), None)
    lives = "live" if who is THEY else "lives"
    if at is not None:
        others += 2
        reasons.append(f"{who.subject} {lives} at {seen.places[at]}")
    elif building is not None:
        # Enough to be asked about, and half of what makes one sure: others may live in the same house.
        others, loose = others + 2, 1
        reasons.append(f"{who.subject} {lives} at {seen.places[building]}, no flat known")
    elif given.postcode and given.postcode in seen.postcodes:
        others += 1
        reasons.append("the same postcode")
    against = born == "other"
    if against:
        reasons.append("but another date of birth is known")
    band = _band(name, others, sure=others - loose, against=against)
    if band is None:
        return None
    return Match(
        person_id=seen.person_id,
        band=band,
        reasons=tuple(reasons),
        ask=settling_question(given, seen),
        ask_note="",
        weight=name + others - loose - (4 if against else 0),
        pronoun=who,
    )


def _band(name: int, others: int, *, sure: int, against: bool) -> str | None:
    if against:
        if name >= 2 and others >= 2:
            return MAY_BE
        return LESS_LIKELY if name == SAME_NAME else None
    if name >= 2 and sure >= 2:
        return VERY_LIKELY
    return MAY_BE if name >= 2 or others >= 3 or (name and others >= 2) else None


def _births(said: Birth | None, known: Sequence[Birth]) -> str:
    """same, fits, other (none that is known can be the one said) or "" where one side says nothing."""
    if said is None or not known:
        return ""
    if said.day is not None and any(one.day == said.day for one in known):
        return "same"
    if any(one.earliest <= said.latest and said.earliest <= one.latest for one in known):
        return "fits"
    return "other"


def settling_question(given: Given, seen: Seen) -> str:
    """The question whose answer settles whether it is they: something known that has not been said yet."""
    who = seen.pronoun
    if any(one.day for one in seen.births) and not (given.birth and given.birth.day):
        return f"Ask {who.possessive} date of birth."
    if seen.places and not given.places:
        return f"Ask where {who.subject} {'live' if who is THEY else 'lives'}."
    if seen.phones and not given.phones:
        return f"Ask {who.possessive} telephone number."
    return f"Ask whether {who.subject} {'have' if who is THEY else 'has'} told us before, and of what."


def with_notes(matches: Sequence[Match], seen: Mapping[uuid.UUID, Seen]) -> list[Match]:
    """The matches with a warning where two of them sound alike and live at one place: only the answer tells them apart."""
    noted = []
    for match in matches:
        mine = seen[match.person_id]
        alike = [
            other
            for other in matches
            if other is not match
            and set(mine.places) & set(seen[other.person_id].places)
            and any(sound_alike(a, b) for a in mine.names[:1] for b in seen[other.person_id].names[:1])
        ]
        note = ""
        if alike:
            count = {1: "Two", 2: "Three"}.get(len(alike), "Several")
            note = f"{count} people of this name sound live there."
        noted.append(
            Match(match.person_id, match.band, match.reasons, match.ask, note, match.weight, match.pronoun)
        )
    return noted
