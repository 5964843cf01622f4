"""`python -m bench.persons.sample --persons 20000 > people.csv`: invented persons as recorded, and some as they are typed, with mistakes.

For training the weights of the check without labels, and for `sentinel match evaluate people.csv --truth person`, which alone reads that column.
"""

from __future__ import annotations

import bisect
import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path

import click

from bench.persons.population import LETTERS, Invented, People, mistyped

COLUMNS = ("person", "name", "date_of_birth", "postcode", "address", "telephone", "email", "identifier")
# How often, of what is known, an address and another system's number are said; how often anything is said or written with a slip of the
# finger, a given name as its initial, and how often somebody has
# another family name, email address, given name or birth than is known.
SAYS_HOME, SAYS_NUMBER, SLIPS, INITIAL = 0.5, 0.5, 0.15, 0.03
# How often somebody lives somewhere else in the district since.
MOVED_NEAR = 0.1
# How often a word of a name is written as it was heard, one sound for another; and then with a slip as well.
HEARD, BADLY_HEARD = 0.1, 0.3
SOUNDS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("k", "c"), ("c", "k"), ("ee", "ea"), ("ea", "ee"), ("ie", "y"), ("y", "ie"), ("i", "y"),
    ("s", "z"), ("z", "s"), ("ou", "ow"), ("ow", "ou"), ("gh", ""), ("th", "t"), ("sh", "ch"), ("sz", "sh"), ("cz", "ch"), ("w", "v"),
    ("er", "ar"), ("e", "i"), ("a", "e"), ("o", "u"), ("ll", "l"), ("l", "ll"), ("tt", "t"), ("nn", "n"), ("n", "nn"), ("j", "g"),
)  # fmt: skip
OTHER_FAMILY, OTHER_EMAIL, OTHER_GIVEN, OTHER_BIRTH = 0.04, 0.25, 0.02, 0.02


@click.command()
@click.option("--persons", default=20_000, show_default=True)
@click.option("--typed", default=0.5, show_default=True, help="The share of them that is typed as well.")
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), envvar="SENTINEL_SHARED_DATA", required=True
)
def main(persons: int, typed: float, seed: int, data: Path) -> None:
    """Write the rows to standard output."""
    people = People(data, persons, seed)
    chance = random.Random(seed)
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for one in people:
        home = (one.home.postcode, one.home.line)
        born = written(one.born, only_year=one.only_year)
        name = shortened(one.name, chance)
        writer.writerow((one.number, name, born, *home, one.phone, one.email, one.identifier))
        if one.moved is not None:
            writer.writerow((one.number, one.again, born, one.moved.postcode, one.moved.line, "", "", ""))
        if chance.random() < typed:
            writer.writerow((one.number, *as_said(people, one, chance)))


def as_said(people: People, one: Invented, chance: random.Random) -> tuple[str, ...]:
    """The cells of somebody as they are said: with mistakes, and with what has changed."""
    said = people.typed(one, chance)
    lives = one.moved if one.moved is not None and one.moved.postcode == said.postcode else one.home
    line = lives.line if said.postcode and chance.random() < SAYS_HOME else ""
    number = one.identifier if chance.random() < SAYS_NUMBER else ""
    name, email, born, postcode = said.name, said.email, said.born, said.postcode
    if postcode and chance.random() < MOVED_NEAR:
        at = bisect.bisect(people.sorted_postcodes, postcode) + chance.randrange(-60, 60)
        postcode, line = people.sorted_postcodes[at % len(people.sorted_postcodes)], ""
    if chance.random() < OTHER_FAMILY:
        name = f"{name.split()[0]} {people.families.one(chance)}"
    elif chance.random() < OTHER_GIVEN:
        name = f"{people.givens[chance.choice(people.years)].one(chance)} {name.split()[-1]}"
    else:
        name = " ".join(heard(word, chance) for word in name.split())
    if email and chance.random() < OTHER_EMAIL:
        email = f"{''.join(chance.choices(LETTERS, k=9))}@mail.example"
    if born and chance.random() < OTHER_BIRTH:
        born = born - timedelta(days=chance.randrange(20_000))
    return (
        shortened(name, chance), written(born, only_year=said.only_year), slipped(postcode, chance, SLIPS / 3),
        slipped(line, chance), slipped(said.phone, chance), slipped(email, chance), slipped(number, chance),
    )  # fmt: skip


def heard(word: str, chance: random.Random) -> str:
    """A word of a name, now and then as who wrote it down heard it."""
    if len(word) < 4 or chance.random() >= HEARD:
        return word
    for _ in range(chance.choice((1, 2, 2))):
        there = [(sound, other) for sound, other in SOUNDS if sound in word[1:]]
        if there:
            sound, other = chance.choice(there)
            word = word[0] + word[1:].replace(sound, other, 1)
    return mistyped(word, chance) if chance.random() < BADLY_HEARD else word


def shortened(name: str, chance: random.Random) -> str:
    """A name, now and then with the initial of the given name alone."""
    given, _, family = name.partition(" ")
    return f"{given[0]} {family}" if family and chance.random() < INITIAL else name


def written(born: date | None, *, only_year: bool) -> str:
    """A birth as a cell: the day, the year alone, or nothing."""
    return "" if born is None else str(born.year) if only_year else born.isoformat()


def slipped(text: str, chance: random.Random, often: float = SLIPS) -> str:
    """A text with a slip of the finger in its longest word, as often as that happens."""
    if not text or chance.random() >= often:
        return text
    longest = max(text.split(), key=len)
    return text.replace(longest, mistyped(longest, chance), 1)


if __name__ == "__main__":
    main()
