# ruff: noqa: S608  the statements are this file's own words, every value is a parameter
"""Persons by their names and numbers, the nearest first: found by the search's function, and shown from what the row policies leave of
each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection

from sentinel.cases.models import Case, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth
from sentinel.kernel.clock import london_date
from sentinel.kernel.names import normalise_name
from sentinel.matching.facts import Facts, of_wholes
from sentinel.matching.queries.people import age_in, lives_at, name_in, seen_of
from sentinel.matching.rules import Given, compare
from sentinel.search import rules
from sentinel.search.models import What
from sentinel.search.queries import FEW, FOUND, Within, counted, given, kinds_open_to
from sentinel.search.rules import Meant

# How many names are compared letter by letter, the newest.
RANKED_NAMES = 600
# And of those who are called nearly so at best: where the words together are nobody's name, and where a word only sounds like one.
RANKED_FAR = 300
# People whose births are compared: more are never read of whom only a name was found.
COMPARED = 60
# The person of a name, the name as it is compared, since when, and the first of other ids that are one person with them.
_Row = tuple[uuid.UUID, str, datetime, uuid.UUID | None]
_ONE_WITH = (
    "(SELECT o.other_id FROM people_alias o WHERE o.person_id = f.subject_id ORDER BY o.other_id LIMIT 1)"
)


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who may be meant: name, age and home as the reader may see them, why they are shown, and how likely it is them.

    `name` is the one that was found, `also` the one that they are called by where that is another. `case` is the reference of the
    newest open case that the reader reads in which they have a part, `case_band` its highest band in words ("High").
    """

    person_id: uuid.UUID
    name: str
    age: str
    home: str
    why: tuple[str, ...]
    band: str
    also: str = ""
    case: str = ""
    case_band: str = ""


@dataclass(frozen=True)
class People:
    """The nearest first. `count` is of the newest names that were compared; `compared` is how many those were, where there are more."""

    lines: list[FoundPerson] = field(default_factory=list)
    count: int = 0
    next_key: str = ""
    compared: int = 0

    @property
    def count_words(self) -> str:
        """ "12", "more than 500"."""
        return counted(self.count)


def find_people(
    actor: Actor,
    meant: Meant,
    now: datetime,
    *,
    within: Within,
    born: Birth | None = None,
    most: int = FEW,
    after: int = 0,
) -> People:
    """Who may be meant, the nearest name first, of those of whom the actor may read a name or number.

    `born` brings forward who was born then and puts back who was not. `after` is how many were shown before. One statement,
    another where the words together are nobody's name, two more where few are called as a single word says, that of the people's facts
    and that of their open cases.
    """
    if What.PERSON not in kinds_open_to(actor):
        return People()
    if meant.contacts or meant.others:
        found = _by_number(actor, meant, now, within, most, after)
        if found.lines or not meant.names:
            return found
    if not meant.names:
        return People()
    asked: Sequence[str] = meant.names
    rows, compared = _of_names(actor, asked, within)
    nearest: dict[uuid.UUID, tuple[int, bool, float, str]] = {}
    for person_id, words, at in rows:
        name = words.split()
        # A single word is rather a family name, which stands first.
        other = len(asked) == 1 and rules.nearest(asked[0], name) != name[0]
        key = (rules.distance(asked, name), other, -at.timestamp(), words)
        nearest[person_id] = min(nearest.get(person_id, key), key)
    near = {person: key for person, key in nearest.items() if rules.is_near(asked, key[0])}
    ranked = sorted(near, key=lambda person: (*near[person][:3], str(person)))
    if len(asked) == 1 and ranked and near[ranked[0]][0] >= rules.A_LETTER:
        # Nobody is called that: one of each name that may be meant stands before the next of the same.
        meant_by = [rules.nearest(asked[0], near[person][3].split()) for person in ranked]
        ranked = rules.each_first(ranked, meant_by)
    found = _people(actor, ranked, now, meant, born, most, after, near)
    return replace(found, compared=compared)


def _of_names(
    actor: Actor, asked: Sequence[str], within: Within
) -> tuple[list[tuple[uuid.UUID, str, datetime]], int]:
    """The names that may be meant, and how many were compared where there are more."""
    if len(asked) == 1:
        return _of_one_word(actor, asked[0], within)
    rows = _named(actor, [_way(asked, at) for at in range(len(asked))], within, RANKED_NAMES)
    if rows:
        return rows, RANKED_NAMES if len(rows) >= RANKED_NAMES else 0
    # Words that are no name may stand beside one: each by itself then, and who has more of them comes first.
    alone = [at for at, word in enumerate(asked) if rules.may_be_name(word)]
    if not alone:
        return [], 0
    either = {
        "l": [asked[at] for at in alone],
        "f": [form for at in alone for form in rules.other_forms(asked, at)],
    }
    rows = _named(actor, [either], within, RANKED_FAR)
    meant = [row for row in rows if any(rules.may_be_one(asked[at], row[1].split()) for at in alone)]
    return meant, RANKED_FAR if len(rows) >= RANKED_FAR else 0


def _of_one_word(
    actor: Actor, word: str, within: Within
) -> tuple[list[tuple[uuid.UUID, str, datetime]], int]:
    """The same of a single word: those who are called so, or so but for a letter that was left out; then those who are but for any letter or
    in another form; then those whose name only sounds like it. Where some are many, nobody further off is looked for: the newest of
    many Omars would leave no place for a Comar."""
    found: dict[tuple[uuid.UUID, str], _Row] = {}
    for way, most in (
        ({"f": [word]}, RANKED_NAMES),
        ({"l": [word], "f": rules.other_forms([word], 0)}, RANKED_NAMES),
        # What sounds like it is found with what is spelt like it, which takes no place of theirs.
        ({"n": [word]}, RANKED_FAR),
    ):
        room = min(RANKED_NAMES, most + len(found))
        rows = _rows(actor, [way], within, room)
        for row in rows:
            found.setdefault(row[:2], row)
        if len(rows) >= room:
            return _once(list(found.values())), len(found)
    return _once(list(found.values())), 0


def _way(asked: Sequence[str], at: int) -> dict[str, list[str]]:
    return {"n": [asked[at]], "f": rules.other_forms(asked, at)}


def _named(
    actor: Actor, ways: Sequence[Mapping[str, Sequence[str]]], within: Within, most: int
) -> list[tuple[uuid.UUID, str, datetime]]:
    return _once(_rows(actor, ways, within, most))


def _rows(actor: Actor, ways: Sequence[Mapping[str, Sequence[str]]], within: Within, most: int) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT subject_id, words, at, {_ONE_WITH} FROM {FOUND} AS f",
            given(actor, "", ways, [What.PERSON], within, most),
        )
        rows: list[_Row] = cursor.fetchall()
    return rows


def _once(rows: Sequence[_Row]) -> list[tuple[uuid.UUID, str, datetime]]:
    # Who is one person under several ids is shown once: by the first of those ids that was found, for of another the reader
    # may see nothing, and its number would tell that there is one.
    leads: dict[uuid.UUID, uuid.UUID] = {}
    for one, _, _, other in rows:
        whole = min(one, other or one)
        leads[whole] = min(leads.get(whole, one), one)
    return [(leads[min(one, other or one)], words, at) for one, words, at, other in rows]


def _by_number(actor: Actor, meant: Meant, now: datetime, within: Within, most: int, after: int) -> People:
    rows = _named(actor, [{"c": meant.contacts, "x": meant.others}], within, RANKED_NAMES)
    newest: dict[uuid.UUID, datetime] = {}
    for person_id, _, at in rows:
        newest[person_id] = max(newest.get(person_id, at), at)
    ranked = sorted(newest, key=lambda person: (-newest[person].timestamp(), str(person)))
    return _people(actor, ranked, now, meant, None, most, after, {})


def _people(
    actor: Actor, ranked: list[uuid.UUID], now: datetime, meant: Meant, born: Birth | None, most: int, after: int,
    near: Mapping[uuid.UUID, tuple[int, bool, float, str]],
) -> People:  # fmt: skip
    if born is None:
        facts = of_wholes(ranked[after : after + most])
    else:
        facts = of_wholes(ranked[:COMPARED])
        ranked = sorted(ranked[:COMPARED], key=lambda person: _of_birth(born, facts.get(person)))
    today = london_date(now)
    page = [(person, one) for person in ranked[after : after + most] if (one := facts.get(person))]
    cases = newest_open_cases(actor, [one for _, one in page])
    lines = []
    for person, one in page:
        far, *_, words = near.get(person, (None, ""))
        name, also = _named_as(words, one)
        why, band = _why(meant, far, born, one)
        lines.append(
            FoundPerson(
                person, name, age_in(one, today), lives_at(one), why, band, also, *cases.get(person, ())
            )
        )
    end = after + most
    return People(lines, len(ranked), str(end) if len(ranked) > end else "")


def _named_as(found: str, facts: Facts) -> tuple[str, str]:
    """The name that was found (`found`: as names are compared) and, where they are called otherwise, that name. Whoever is called
    something else by now is shown under that, and the name that was found comes second."""
    called = name_in(facts)
    words = sorted(found.split())
    alike = [row for row in facts.names if words and sorted(normalise_name(row.a).split()) == words]
    if not alike or sorted(normalise_name(called).split()) == words:
        return called, ""
    in_use = next((row.a for row in alike if row.c == "current" and not row.d), "")
    return (in_use, called) if in_use else (called, alike[0].a)


def newest_open_cases(actor: Actor, people: Sequence[Facts]) -> dict[uuid.UUID, tuple[str, str]]:
    """The reference and highest band of the newest open case that the actor reads in which each has a part, under whatever id. One
    query, none for nobody. A protected identity is not told: its row is under an audience of its own."""
    whose = {one_id: one.person_id for one in people for one_id in one.ids}
    if not whose or not actor.may("see_cases"):
        return {}
    rows = (
        PartyIdentity.objects.filter(person_id__in=list(whose), party__case__isnull=False)
        .exclude(party__case__status="closed")
        .order_by("-party__case__opened_at", "-party__case__id")
        .values_list("person_id", "party__case__reference", "party__case__highest_band")
    )
    bands = dict(Case.BANDS)
    found: dict[uuid.UUID, tuple[str, str]] = {}
    for person, reference, band in rows:
        found.setdefault(whose[person], (reference, bands[band]))
    return found


def _of_birth(born: Birth, facts: Facts | None) -> int:
    """Before those of whom no birth is known (1) come those who may have been born then (0), and after them the others (2)."""
    births = [birth for row in (facts.births if facts else []) if (birth := row.birth)]
    if not births:
        return 1
    return 0 if any(one.earliest <= born.latest and born.earliest <= one.latest for one in births) else 2


def _why(meant: Meant, far: int | None, born: Birth | None, facts: Facts) -> tuple[tuple[str, ...], str]:
    """Why somebody is shown, in words, and how likely they are meant: as everywhere (matching.rules), where that says anything."""
    given = Given(name=" ".join(meant.names), birth=born, phones=meant.contacts, emails=meant.contacts)
    match = compare(given, seen_of(facts))
    if match is not None:
        return match.reasons, match.band
    if far is None:
        return ("the same number or address",), ""
    return ("part of the name as typed" if far < 10 else "part of the name is like it",), ""
