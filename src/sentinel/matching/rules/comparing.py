"""Whether somebody who is known may be the one being spoken of: which fields agree, in words, and what settles it.

Nothing here is a number that a person sees. A match is "very likely" or "may be", or there is none; it says why, field by
field, and which question to ask. Only an answer makes two people one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sentinel.kernel.births import Birth
from sentinel.matching.rules.keys import Given, asked_names, name_recipes
from sentinel.matching.rules.naming import name_words, other_name_words
from sentinel.matching.rules.online import (
    MAY_BE_BITS,
    VERY_LIKELY_BITS,
    Rarity,
    Side,
    Weighing,
    no_rarity,
    side,
    weigh,
)

VERY_LIKELY: Final = "Very likely"
MAY_BE: Final = "May be"
# What a level of a field is in words; one without words says nothing that anybody should be told.
WORDS: Final = {
    ("phone", "exact"): "the same telephone number",
    ("phone", "near"): "the telephone number differs in one figure",
    ("email", "exact"): "the same email address",
    ("email", "same_local_part"): "the email address agrees before the @",
    ("email", "near"): "the email address is nearly the same",
    ("identifier", "exact"): "the same number in another system",
    ("identifier", "near"): "the number in another system differs in one figure",
    ("birth", "exact"): "born on the same day",
    ("birth", "partial"): "what is known of the birth fits",
    ("birth", "swapped"): "the day and month of birth are the other way round",
    ("birth", "one_digit"): "the date of birth differs in one figure, or two stand the wrong way round",
    ("birth", "two_parts"): "two of the day, month and year of birth are the same",
    ("birth", "year"): "born in the same year",
    ("birth", "fits"): "the age fits",
    ("postcode", "near"): "the postcode differs in one letter",
    ("postcode", "district"): "the same postal district",
    ("address", "same_street"): "the same street",
}
_OTHER_BIRTH: Final = frozenset({"different", "near_year", "two_digits", "unfit", "near_fit"})
_OTHER_AGE: Final = {
    "near_fit": "but the age is up to two years off",
    "unfit": "but the age does not fit what is known of the birth",
}
_SAME_BIRTH: Final = frozenset({"exact", "swapped", "one_digit"})
_SAYS_LITTLE: Final = frozenset(
    {"different", "area", "district", "shares_word", "unfit", "near_fit", "near_year", "year"}
)
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
    """What the reader may see of a known person, as plain values; `places` maps where they live to its words, `homes` are those of
    addresses that no place is on file for."""

    person_id: uuid.UUID
    names: Sequence[str] = ()
    births: Sequence[Birth] = ()
    phones: frozenset[str] = field(default_factory=frozenset)
    emails: frozenset[str] = field(default_factory=frozenset)
    places: Mapping[uuid.UUID, str] = field(default_factory=dict)
    homes: Sequence[str] = ()
    postcodes: frozenset[str] = field(default_factory=frozenset)
    identifiers: frozenset[str] = field(default_factory=frozenset)
    pronoun: Pronoun = THEY


@dataclass(frozen=True)
class Match:
    """That a known person may be meant: how surely, why in words, and what to ask (`ask`, with `ask_note` after it).
    `may_be_twins`: they may be a twin of who is spoken of, so that the first name is what to ask."""

    person_id: uuid.UUID
    band: str
    reasons: tuple[str, ...]
    ask: str
    ask_note: str
    weight: float
    pronoun: Pronoun
    may_be_twins: bool = False


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


def side_given(given: Given) -> Side:
    """What is said, as it is weighed."""
    titled = given.name.split(maxsplit=1)
    return side(
        names=[given.name] if given.name else [],
        births=[given.birth] if given.birth else [],
        postcodes=given.postcodes,
        addresses=given.homes,
        places=given.places,
        houses=given.buildings,
        phones=given.phones,
        emails=given.emails,
        identifiers=given.identifiers,
        sex=_sex(pronoun_for(titled[0])) if titled else "",
    )


def side_seen(seen: Seen) -> Side:
    """What may be seen of a person, as it is weighed."""
    return side(
        names=seen.names,
        births=seen.births,
        postcodes=seen.postcodes,
        addresses=[*seen.places.values(), *seen.homes],
        places=seen.places,
        phones=seen.phones,
        emails=seen.emails,
        identifiers=seen.identifiers,
        sex=_sex(seen.pronoun),
    )


def _sex(pronoun: Pronoun) -> str:
    return "f" if pronoun is SHE else "m" if pronoun is HE else ""


@dataclass(frozen=True)
class Weighed:
    """Somebody known, weighed: the band, and `weighing` for why."""

    seen: Seen
    band: str
    weighing: Weighing

    @property
    def order(self) -> tuple[float, str]:
        """The likelier first."""
        return -self.weighing.bits, str(self.seen.person_id)


def weighed(said: Side, seen: Seen, rarity: Rarity = no_rarity) -> Weighed | None:
    """Whether a known person may be the one spoken of; None where too little agrees to say so. `said` is `side_given(...)`.

    Very likely takes a name that agrees and something else that does.
    """
    known = side_seen(seen)
    weighing = weigh(said, known, rarity)
    # Others may live in the same house: that of a flat alone makes nobody sure.
    loose = not said.places & known.places and bool(said.houses & known.places)
    sure = weigh(replace(said, houses=frozenset()), known, rarity) if loose else weighing
    band = _band(weighing, sure)
    return Weighed(seen, band, weighing) if band else None


def match_of(given: Given, found: Weighed) -> Match:
    """The same with its reasons and the question that settles it."""
    seen = found.seen
    return Match(
        person_id=seen.person_id,
        band=found.band,
        reasons=tuple(_reasons(given, seen, found.weighing)),
        ask=_first_name_question(seen) if found.weighing.may_be_twins else settling_question(given, seen),
        ask_note="",
        weight=found.weighing.bits,
        pronoun=seen.pronoun,
        may_be_twins=found.weighing.may_be_twins,
    )


def compare(given: Given, seen: Seen, rarity: Rarity = no_rarity) -> Match | None:
    """Whether a known person may be the one spoken of, with reasons; None where too little agrees to say so."""
    found = weighed(side_given(given), seen, rarity)
    return match_of(given, found) if found else None


def _band(weighing: Weighing, sure: Weighing) -> str | None:
    """The band of a pair; `sure` is how it weighs by what may make one sure."""
    if sure.bits >= VERY_LIKELY_BITS and _all_agrees(sure):
        return VERY_LIKELY
    if weighing.exact("phone", "email", "identifier") or weighing.other_of_household:
        return MAY_BE
    name = [weighing.levels[one] for one in ("given", "family") if one in weighing.levels]
    if all(level == "different" for level in name) or (len(name) == 1 and not _besides(weighing)):
        return None
    return MAY_BE if weighing.bits >= MAY_BE_BITS else None


def _all_agrees(weighing: Weighing) -> bool:
    """Whether name and something else agree, and neither another first name is known nor a birth that cannot be the one said. Of a name
    of one word it takes the birth: a house and a telephone have a whole family of that name."""
    levels = weighing.levels
    if weighing.another_first_name:
        return False
    name = {levels.get("given", "different"), levels.get("family", "different")}
    if not {"given", "family"} <= set(levels) and levels.get("birth") not in _SAME_BIRTH:
        return False
    return name != {"different"} and _besides(weighing) and levels.get("birth") not in _OTHER_BIRTH


def _besides(weighing: Weighing) -> bool:
    """Whether anything agrees beside the name that is not half the town's."""
    return any(
        level not in _SAYS_LITTLE
        for one, level in weighing.levels.items()
        if one not in {"given", "family", "sex"}
    )


def _reasons(given: Given, seen: Seen, weighing: Weighing) -> list[str]:
    """Field by field, what agrees and then what does not, in words."""
    levels, who = weighing.levels, seen.pronoun
    agrees, differs = name_words(weighing), other_name_words(weighing)
    found = [agrees] if agrees else []
    found += [WORDS[part, level] for part, level in levels.items() if (part, level) in WORDS]
    lives = "live" if who is THEY else "lives"
    at = next((place for place in given.places if place in seen.places), None)
    building = next((place for place in given.buildings if place in seen.places), None)
    if at is not None:
        found.append(f"{who.subject} {lives} at {seen.places[at]}")
    elif building is not None:
        found.append(f"{who.subject} {lives} at {seen.places[building]}, no flat known")
    elif levels.get("address") in {"near", "exact"}:
        found.append("the same address")
    elif levels.get("postcode") == "exact":
        found.append("the same postcode")
    if differs:
        found.append(differs)
    if levels.get("sex"):
        found.append("but the title is another")
    if levels.get("birth") in _OTHER_BIRTH:
        found.append(_OTHER_AGE.get(levels["birth"], "but another date of birth is known"))
    return found


def _may_be_asked(given: Given, seen: Seen) -> Iterator[tuple[str, Callable[[Seen], bool]]]:
    """The questions about something that is known and has not been said yet, each with whether another would answer it differently."""
    who = seen.pronoun
    days = [one.day for one in seen.births if one.day]
    if days and not (given.birth and given.birth.day):
        yield (
            f"Ask {who.possessive} date of birth.",
            lambda other: not any(one.earliest <= day <= one.latest for one in other.births for day in days),
        )
    if seen.places and not given.places:
        yield (
            f"Ask where {who.subject} {'live' if who is THEY else 'lives'}.",
            lambda other: not set(seen.places) & set(other.places),
        )
    if seen.phones and not given.phones:
        yield f"Ask {who.possessive} telephone number.", lambda other: not seen.phones & other.phones


def _first_name_question(seen: Seen) -> str:
    """What tells one from a twin: of all that both answer alike, only the first name."""
    return f"Ask {seen.pronoun.possessive} first name again, and how it is spelt."


def settling_question(given: Given, seen: Seen, others: Sequence[Seen] = ()) -> str:
    """The question whose answer settles whether it is they: something known that has not been said yet. With `others`, who are as likely,
    one that they would answer differently, all of them or else some; "" where there is none."""
    asked = list(_may_be_asked(given, seen))
    if others:
        told_apart = ((question, sum(differs(other) for other in others)) for question, differs in asked)
        question, apart = max(told_apart, key=lambda one: one[1], default=("", 0))
        return question if apart else ""
    if asked:
        return asked[0][0]
    who = seen.pronoun
    return f"Ask whether {who.subject} {'have' if who is THEY else 'has'} told us before, and of what."


def with_notes(given: Given, matches: Sequence[Match], seen: Mapping[uuid.UUID, Seen]) -> list[Match]:
    """The matches as they stand side by side: each with a question that tells it from those as likely, and with a warning where two of
    them sound alike and live at one place: only the answer tells them apart."""
    noted = []
    for match in matches:
        mine = seen[match.person_id]
        others = [other for other in matches if other is not match]
        as_likely = [seen[other.person_id] for other in others if other.band in {match.band, VERY_LIKELY}]
        alike = [
            other
            for other in others
            if set(mine.places) & set(seen[other.person_id].places)
            and any(sound_alike(a, b) for a in mine.names[:1] for b in seen[other.person_id].names[:1])
        ]
        note = ""
        if alike:
            count = {1: "Two", 2: "Three"}.get(len(alike), "Several")
            where = "there" if set(mine.places) & set(given.places) else "at one address"
            note = f"{count} people whose names sound alike live {where}."
        # Where all of them would answer alike, the answer still settles whether it is one of them.
        ask = settling_question(given, mine, as_likely) or settling_question(given, mine)
        if match.may_be_twins:
            ask = match.ask
        noted.append(replace(match, ask=ask, ask_note=note))
    return noted
