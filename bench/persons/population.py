"""Invented persons as common as names are in the United Kingdom, and what a call taker types of one of them.

Names come from published frequencies, postcodes from the open directory; everything else is drawn. The files are read where
they stand (`--data`, SENTINEL_SHARED_DATA) and nothing of them is kept.
"""

from __future__ import annotations

import bisect
import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

TODAY = date(2026, 11, 20)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
STREETS = tuple(
    f"{first} {kind}"
    for kind in ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Way", "Crescent", "Court", "Gardens", "Terrace", "Rise")
    for first in (
        "Sparrow", "Mill", "Church", "Victoria", "Beacon", "Canal", "Forest", "Alma", "Queens", "Ratcliffe", "Station", "Paddock",
        "Windmill", "Holly", "Manor", "Kings", "Meadow", "Park", "Grange", "Albert", "Chapel", "Springfield", "Highfield", "Orchard",
        "Oak", "Elm", "Bridge", "Castle", "Nelson", "Stanley", "Warwick", "Derby", "Leicester", "Melton", "Quorn", "Charnwood",
    )
)  # fmt: skip


class Drawn:
    """Draws from things by how common they are."""

    def __init__(self, things: Sequence[str], weights: Sequence[float]) -> None:
        self.things = things
        self._until = list(accumulate(weights))

    def one(self, chance: random.Random) -> str:
        """One of them."""
        at = bisect.bisect(self._until, chance.random() * self._until[-1])
        return self.things[min(at, len(self.things) - 1)]


@dataclass(frozen=True)
class Home:
    """A place where somebody lives or lived, by its number among the places."""

    number: int
    line: str
    postcode: str


@dataclass(frozen=True)
class Invented:
    """One person with everything that is recorded of them. `moved` and `again` stand in a second record."""

    number: int
    given: str
    family: str
    born: date | None
    only_year: bool
    phone: str
    email: str
    identifier: str
    home: Home
    moved: Home | None = None
    again: str = ""

    @property
    def name(self) -> str:
        """As it was recorded first."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Typed:
    """What is said of the person `number`; "" and None for what is not said. `years` instead of a day: a year alone."""

    number: int
    name: str
    born: date | None
    only_year: bool
    phone: str
    email: str
    postcode: str


class People:
    """Invents persons. The same seed and size give the same persons."""

    def __init__(self, data: Path, persons: int, seed: int) -> None:
        self.persons, self.seed = persons, seed
        with (data / "names" / "uk_surname_frequency.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.families = Drawn([row["surname"].title() for row in rows], [float(row["freq"]) for row in rows])
        years: dict[int, list[tuple[str, float]]] = {}
        with gzip.open(data / "names" / "uk_forenames_by_birth_year.csv.gz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                years.setdefault(int(row["birthyear"]), []).append(
                    (row["firstname"].title(), float(row["freq"]))
                )
        self.givens = {
            year: Drawn([one for one, _ in named], [freq for _, freq in named])
            for year, named in years.items()
        }
        self.years = sorted(self.givens)
        self.called: dict[str, list[str]] = {}
        with (data / "names" / "english_nicknames.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self.called.setdefault(row["name1"], []).append(row["name2"])
        with gzip.open(data / "geo" / "llr_postcodes.csv.gz", "rt", encoding="utf-8") as file:
            self.postcodes = [_spaced(row["postcode"]) for row in csv.DictReader(file)]
        self.sorted_postcodes = sorted(self.postcodes)
        self.homes = max(persons * 2 // 5, 10)

    def home(self, number: int) -> Home:
        """The place of a number: about forty to a postcode, on one street of it."""
        code = self.postcodes[number * 7919 % len(self.postcodes)]
        street = STREETS[(number * 7919 % len(self.postcodes)) % len(STREETS)]
        return Home(number, f"{number // len(self.postcodes) * 2 + 1} {street}", code)

    def __iter__(self) -> Iterator[Invented]:
        chance = random.Random(self.seed)
        last: Invented | None = None
        for number in range(self.persons):
            last = self._one(number, chance, last)
            yield last

    def _one(self, number: int, chance: random.Random, last: Invented | None) -> Invented:
        born = TODAY - timedelta(days=int(chance.triangular(10 * 365, 92 * 365, 35 * 365)))
        with_last = last is not None and chance.random() < 0.4
        # Of those born before the first year, and after the last, nothing was published: their names are drawn from all years.
        year = born.year if born.year in self.givens else chance.choice(self.years)
        given = self.givens[year].one(chance)
        family = last.family if last and with_last and chance.random() < 0.8 else self.families.one(chance)
        moved = self.home(chance.randrange(self.homes)) if chance.random() < 0.15 else None
        known = chance.random()
        return Invented(
            number=number,
            given=given,
            family=family,
            born=born if known < 0.75 else None,
            only_year=0.65 <= known < 0.75,
            phone=f"+447{chance.randrange(10**9):09d}" if chance.random() < 0.6 else "",
            email=f"{given}.{family}{chance.randrange(999)}@mail.example".lower()
            if chance.random() < 0.25
            else "",
            identifier=f"T{chance.randrange(10**8):08d}" if chance.random() < 0.2 else "",
            home=last.home if last and with_last else self.home(chance.randrange(self.homes)),
            moved=moved,
            again=f"{chance.choice(self.called.get(given.lower(), [given])).title()} {family}"
            if moved
            else "",
        )

    def typed(self, person: Invented, chance: random.Random) -> Typed:
        """What is said of somebody, with mistakes; beside the name always one thing more."""
        given, family = person.given, person.family
        if chance.random() < 0.15:
            given = chance.choice(self.called.get(given.lower(), [given])).title()
        elif chance.random() < 0.1:
            given = mistyped(given, chance)
        if chance.random() < 0.3:
            family = mistyped(family, chance)
        name = f"{family} {given}" if chance.random() < 0.08 else f"{given} {family}"
        born, only_year = self._birth(person, chance)
        home = person.moved if person.moved and chance.random() < 0.5 else person.home
        said = Typed(
            number=person.number,
            name=name,
            born=born,
            only_year=only_year,
            phone=(person.phone if chance.random() < 0.7 else f"+447{chance.randrange(10**9):09d}")
            if person.phone and chance.random() < 0.6
            else "",
            email=person.email if chance.random() < 0.3 else "",
            postcode=home.postcode if chance.random() < 0.7 else "",
        )
        return said if said.born or said.phone or said.postcode else replace(said, postcode=home.postcode)

    def _birth(self, person: Invented, chance: random.Random) -> tuple[date | None, bool]:
        born = person.born
        if born is None or chance.random() < 0.35:
            return None, False
        if person.only_year or chance.random() < 0.08:
            return born, True
        luck = chance.random()
        if luck < 0.05 and born.day <= 12:
            return date(born.year, born.day, born.month), False
        if luck < 0.12:
            return born + timedelta(days=chance.choice((-1, 1, -10, 10))), False
        if luck < 0.15:
            return date(born.year + chance.choice((-1, 1)), born.month, min(born.day, 28)), False
        return born, False


def _spaced(code: str) -> str:
    squeezed = code.replace(" ", "")
    return f"{squeezed[:-3]} {squeezed[-3:]}"


def mistyped(word: str, chance: random.Random) -> str:
    """A word with one letter left out, doubled, changed, put in or the wrong way round with the next."""
    if len(word) < 3:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(5)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
    if kind == 3:
        return word[:at] + chance.choice(LETTERS) + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
