"""Keys by which a person is found again: pure functions of what is known, and of what is said, of somebody.

A key is a recipe ("born that day and a name that sounds so") with its values, hashed to 64 bits. Looking a person up is a few dozen
equality look-ups; only then are the facts compared (rules.comparing). A key comes from one fact or from two together, and
is guarded by the records of all that it comes from (models.KeyRing).

What is said is spread and what is kept is not: the short names of a name, the dates that a misheard one may stand for and
the years of an age are looked for one by one, so that a person has about eighteen keys:
as many as a first and a family name, a day of birth, a home and a telephone make.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, product
from typing import Final

from sentinel.kernel.births import Birth
from sentinel.kernel.names import given_forms, normalise_name, sounds, without_unit
from sentinel.kernel.postcodes import find_in

# Raised whenever a recipe changes: everybody's keys are then made anew (tasks.py).
VERSION: Final = 3
# How many words of a name are paired: of more, the first ones and the last.
_MOST_WORDS: Final = 4
_MOST_YEARS: Final = 12
_SAME_START: Final = str.maketrans({"k": "c", "q": "c", "z": "s", "j": "g", "y": "i"})
_HOUSE: Final = re.compile(r"\b(\d{1,5}[a-z]?)\b", re.IGNORECASE)
_ALNUM: Final = re.compile(r"[^A-Z0-9]")
_Ask = Callable[[str | None, float, int], None]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is being said of somebody who may be known. `places` are the ids of the places that the words may mean,
    `buildings` of those that such a place is in: a flat was said, and they are the house. `homes` are other addresses in
    words; `identifiers` what other systems call them."""

    name: str = ""
    birth: Birth | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    places: tuple[uuid.UUID, ...] = ()
    buildings: tuple[uuid.UUID, ...] = ()
    postcode: str = ""
    homes: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said by which anybody could be found."""
        return not (self.name or self.phones or self.emails or self.identifiers)

    @property
    def is_name_alone(self) -> bool:
        """Whether nothing was said beside the name by which anybody is looked for."""
        return not (
            self.phones or self.emails or self.identifiers or self.places or self.buildings or self.postcodes
            or (self.birth and (self.birth.day or _years(self.birth)))
        )  # fmt: skip

    @property
    def postcodes(self) -> tuple[str, ...]:
        """Every postcode that was said."""
        found = [self.postcode, *(str(one) for words in self.homes for one in find_in(words))]
        return tuple(dict.fromkeys(one for one in found if one))


@dataclass(frozen=True)
class Asked:
    """One key to look for: how much it counts among candidates, and how many of its holders are looked at."""

    key: int
    weight: float
    cap: int


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name as its keys need it: `words` normalised, `pairs` of words by how they sound, and the sound of each."""

    words: tuple[str, ...]
    heard: tuple[str, ...]
    pairs: frozenset[str] = field(default_factory=frozenset)
    closer: frozenset[str] = field(default_factory=frozenset)

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word, in the order of the alphabet."""
        letters = sorted({self.words[0][0].translate(_SAME_START), self.words[-1][0].translate(_SAME_START)})
        return "".join(letters)

    @property
    def half_heard(self) -> tuple[str, ...]:
        """How the first word sounds with the first letter of the last, and the other way about: for where one of the two is badly wrong."""
        if len(self.words) < 2:
            return ()
        begins = [word[0].translate(_SAME_START) for word in (self.words[0], self.words[-1])]
        ends = (_codes(self.words[0])[0], _codes(self.words[-1])[0])
        return tuple(dict.fromkeys((f"{ends[0]}{begins[1]}", f"{ends[1]}{begins[0]}")))


def hashed(recipe: str) -> int:
    """A recipe with its values as it is kept: 64 bits, signed. The same on every machine and version."""
    return int.from_bytes(blake2b(recipe.encode(), digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=65_536)
def _codes(word: str) -> tuple[str, str]:
    """How a word sounds, widely (Soundex) and closely (Metaphone); one in another script than Latin stands for itself."""
    found = {one[0]: one[2:] for one in sounds(word) if one[1:2] == "-"}
    return found.get("S", f"={word}"), found.get("M", f"={word}")


def _few(words: Sequence[str]) -> list[str]:
    return [*words[: _MOST_WORDS - 1], words[-1]] if len(words) > _MOST_WORDS else list(words)


@lru_cache(maxsize=8_192)
def read_name(name: str) -> Name | None:
    """A name as typed, in any order of its words; None where it has no letter or digit."""
    words = _few(normalise_name(without_unit(name)).split())
    if not words:
        return None
    codes = [_codes(word) for word in words]
    wide = [one[0] for one in codes]
    return Name(
        words=tuple(words),
        heard=tuple(dict.fromkeys(wide)),
        pairs=frozenset("+".join(sorted(pair)) for pair in combinations(wide, 2)),
        closer=frozenset("+".join(sorted(pair)) for pair in combinations([one[1] for one in codes], 2)),
    )


def name_recipes(name: Name) -> list[str]:
    """The recipes of a name alone: its words in any order, and how each two of them sound together."""
    recipes = ["n:" + " ".join(sorted(name.words))]
    recipes += [f"s:{pair}" for pair in sorted(name.pairs)]
    recipes += [f"m:{pair}" for pair in sorted(name.closer)]
    if len(name.words) == 1:
        recipes.append(f"o:{name.heard[0]}")
    return recipes


def keys_of_name(name: str) -> frozenset[int]:
    """The keys of a name alone."""
    read = read_name(name)
    return frozenset(hashed(one) for one in name_recipes(read)) if read else frozenset()


def birth_recipes(name: Name, birth: Birth) -> list[str]:
    """Those of a name and a birth: the day with each word's sound and with the initials, the year with each two words' and
    with one word's and the other's initial."""
    recipes = []
    if birth.day is not None:
        recipes += [f"w:{birth.day}:{one}" for one in name.heard]
        recipes.append(f"i:{birth.day}:{name.initials}")
    if birth.earliest.year == birth.latest.year:
        recipes += [f"y:{birth.earliest.year}:{pair}" for pair in sorted(name.pairs)]
        recipes += [f"j:{birth.earliest.year}:{one}" for one in name.half_heard]
    return recipes


def home_recipes(name: Name, postcode: str) -> list[str]:
    """Those of a name and where it is at home: each two words' sound in the district, each word's at the postcode and in the
    district (the last for the names near by alone)."""
    district = postcode.partition(" ")[0]
    recipes = [f"d:{district}:{pair}" for pair in sorted(name.pairs)]
    recipes += [f"q:{postcode}:{one}" for one in name.heard]
    recipes += [f"f:{district}:{one}" for one in name.heard]
    return recipes


def born_there(birth: Birth, postcode: str) -> str | None:
    """That of a day of birth at a postcode; None where the day is not known."""
    return f"z:{birth.day}:{postcode}" if birth.day else None


def house_recipe(line: str, postcode: str) -> str | None:
    """That of a house: its number (or the first words of its name) and the postcode, however the street is written."""
    found = _HOUSE.search(line.replace(postcode, " "))
    said = found[1].lower() if found else "".join(normalise_name(line).split()[:2])
    return f"h:{postcode}:{said}" if said and postcode else None


def place_recipe(place_id: uuid.UUID) -> str:
    """That of a place that somebody has to do with."""
    return f"a:{place_id}"


def phone_recipe(e164: str) -> str:
    """That of a telephone number in its international form."""
    return f"t:{e164}"


def email_recipe(address: str) -> str:
    """That of an email address."""
    return f"e:{address.strip().lower()}"


def identifier_recipe(value: str) -> str | None:
    """That of what another system calls somebody; None for what is too short to mean one person."""
    plain = _ALNUM.sub("", value.upper())
    return f"x:{plain}" if len(plain) >= 4 else None


def asked_names(name: str) -> tuple[Name | None, list[Name]]:
    """A name as it was said, and with the other forms of its given names (Peggy, Margaret)."""
    own = read_name(name)
    if own is None:
        return None, []
    words = list(own.words)
    forms = []
    for at, word in list(enumerate(words))[:2]:
        for form in sorted(given_forms(word) - {word}):
            other = read_name(" ".join([*words[:at], form, *words[at + 1 :]]))
            if other is not None:
                forms.append(other)
    return own, forms


def _moved(day: date) -> Iterator[date]:
    """The days that a day of birth may have been misheard or mistyped from: day and month the other way round, one or ten off."""
    for year, month, number in (
        (day.year, day.day, day.month),
        *((day.year + by, day.month, day.day) for by in (-1, 1, -10, 10)),
        *((day.year, day.month + by, day.day) for by in (-1, 1)),
        *((day.year, day.month, day.day + by) for by in (-10, 10)),
    ):
        try:
            yield date(year, month, number)
        except ValueError:
            continue
    for by in (-1, 1):
        yield day + timedelta(days=by)
    tens, units = divmod(day.year % 100, 10)
    try:
        yield day.replace(year=day.year - day.year % 100 + 10 * units + tens)
    except ValueError:
        return


def days_like(day: date) -> list[date]:
    """Other days that may be meant by a day of birth."""
    return [one for one in dict.fromkeys(_moved(day)) if one != day]


def asked_for(given: Given) -> list[Asked]:
    """All keys to look for by what is said, each once: how much each counts and how many of its holders are looked at.

    The weights only choose whom to compare. Of a common name alone the newest few hundred are looked at.
    """
    found: dict[int, Asked] = {}

    def ask(recipe: str | None, weight: float, cap: int) -> None:
        if recipe is not None:
            key = hashed(recipe)
            if key not in found or found[key].weight < weight:
                found[key] = Asked(key, weight, cap)

    for phone in given.phones:
        ask(phone_recipe(phone), 18, 60)
    for email in given.emails:
        ask(email_recipe(email), 18, 60)
    for identifier in given.identifiers:
        ask(identifier_recipe(identifier), 18, 60)
    own, forms = asked_names(given.name)
    if own is None:
        return list(found.values())
    for place in (*given.places, *given.buildings):
        ask(place_recipe(place), 10, 60)
    for home in given.homes:
        for code in find_in(home):
            ask(house_recipe(home, str(code)), 10, 60)
    heard = set(own.heard).union(*(form.heard for form in forms))
    pairs = set(own.pairs).union(*(form.pairs for form in forms))
    for recipe in name_recipes(own):
        ask(recipe, 12 if recipe[0] == "n" else 9, 300 if given.is_name_alone else 150)
    for form in forms:
        # How each sounds widely is enough: it holds who is called just so, and who is called nearly so.
        for recipe in name_recipes(form):
            if recipe[0] in "so":
                ask(recipe, 8, 60)
    _ask_birth(given, own, forms, pairs, ask)
    for postcode in given.postcodes:
        district = postcode.partition(" ")[0]
        for pair in pairs:
            ask(f"d:{district}:{pair}", 13 if pair in own.pairs else 10, 100)
        for one in heard:
            ask(f"q:{postcode}:{one}", 14 if one in own.heard else 11, 60)
    return list(found.values())


def _ask_birth(given: Given, own: Name, forms: Sequence[Name], pairs: set[str], ask: _Ask) -> None:
    birth = given.birth
    if birth is None:
        return
    if birth.day is not None:
        for one in {sound for name in (own, *forms) for sound in name.heard}:
            ask(f"w:{birth.day}:{one}", 16, 60)
        ask(f"i:{birth.day}:{own.initials}", 12, 60)
        for postcode in given.postcodes:
            ask(f"z:{birth.day}:{postcode}", 15, 60)
        # Of a day misheard only with the initials: with every sound and short name it would be two thirds of all keys. Who gives one
        # name alone has none.
        initials = {one.initials for one in (own, *forms)}
        loosely = [f"i:{{}}:{one}" for one in initials] if len(own.words) > 1 else [f"w:{{}}:{own.heard[0]}"]
        for day, recipe in product(days_like(birth.day), loosely):
            ask(recipe.format(day), 11, 60)
        for postcode, day in product(given.postcodes, days_like(birth.day)[:1]):
            ask(f"z:{day}:{postcode}", 11, 60)
    years = _years(birth)
    for year in years:
        for pair in pairs:
            ask(f"y:{year}:{pair}", 11 if pair in own.pairs else 8, 60)
        if len(years) == 1:
            for half in own.half_heard:
                ask(f"j:{year}:{half}", 7, 60)


def _years(birth: Birth) -> range:
    """The years of birth that are looked for one by one; none where they are too many."""
    years = range(birth.earliest.year, birth.latest.year + 1)
    return years if len(years) <= _MOST_YEARS else range(0)


def near_keys(given: Given) -> list[int]:
    """The keys of everybody in the districts that were said who shares a word's sound: among them are misspelt names looked for."""
    own, forms = asked_names(given.name)
    if own is None:
        return []
    heard = dict.fromkeys([*own.heard, *(one for form in forms for one in form.heard)])
    districts = dict.fromkeys(postcode.partition(" ")[0] for postcode in given.postcodes)
    return [hashed(f"f:{district}:{one}") for district, one in product(districts, heard)][:24]


def name_keys_of(name: str) -> tuple[list[int], list[int]]:
    """The keys that tell of somebody of this name elsewhere: its own, and with the other forms of its given names."""
    own, forms = asked_names(name)
    if own is None:
        return [], []
    return (
        [hashed(one) for one in name_recipes(own)],
        [hashed(one) for form in forms for one in name_recipes(form)],
    )


def sure_keys_of(given: Given) -> list[int]:
    """The keys of everything that was said beside the name, by which another agency's record may be known of: telephone, email,
    number, place, and the day of birth with a word's sound."""
    own, forms = asked_names(given.name)
    recipes: list[str | None] = [
        *(phone_recipe(one) for one in given.phones),
        *(email_recipe(one) for one in given.emails),
        *(identifier_recipe(one) for one in given.identifiers),
        *(place_recipe(one) for one in (*given.places, *given.buildings)),
    ]
    if own is not None and given.birth is not None and given.birth.day is not None:
        heard: Iterable[str] = {*own.heard, *(one for form in forms for one in form.heard)}
        recipes += [f"w:{given.birth.day}:{one}" for one in heard]
    return [hashed(one) for one in recipes if one is not None]
