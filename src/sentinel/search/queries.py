# ruff: noqa: S608  the statements are this file's own words, every value is a parameter
"""The one search. What comes out of it has passed the ladder twice: in the database's function, which asks access_reach, and under
the row policies, by which everything that is shown is read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from sentinel.cases.models import Case, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.foundation.limited import TOOK_TOO_LONG
from sentinel.kernel.births import Birth
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import normalise_name
from sentinel.matching.facts import Facts, of_wholes
from sentinel.matching.queries.people import age_in, lives_at, name_in, seen_of
from sentinel.matching.rules import Given, compare
from sentinel.search import rules
from sentinel.search.models import What
from sentinel.search.rules import Meant
from sentinel.search.shown import Hit, Shown, shown

# How many of what is found are put in order, the newest: texts, and names, of which each is compared letter by letter.
RANKED = 1_000
RANKED_NAMES = 600
COUNTED = 500
PAGE = 25
FEW = 5
# People whose births are compared: more are never read of whom only a name was found.
COMPARED = 60
# A machine that has just started reads from its disk.
LIMIT_MS = 3_000
# Any of these rights lets somebody search at all.
LOOKING = frozenset({"see_people", "match_people", "see_cases"})
PROSE = (What.CASE, What.REPORT, What.NOTE, What.PLAN, What.DOCUMENT, What.DESCRIPTION)


@dataclass(frozen=True, kw_only=True)
class Within:
    """What narrows a search. `agency` owns the case or took the report; `area` is a district's code; `state` "open", "closed" or "";
    days are London's, both included."""

    agency: uuid.UUID | None = None
    area: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    def values(self) -> list[Any]:
        """As the database's function takes them."""
        return [
            self.agency,
            self.area,
            self.state,
            start_of_day(self.since) if self.since else None,
            start_of_day(self.until + timedelta(days=1)) if self.until else None,
        ]


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
    """The nearest first. `count` is of the newest 600 names that were compared; `capped` where there are more."""

    lines: list[FoundPerson] = field(default_factory=list)
    count: int = 0
    next_key: str = ""
    capped: bool = False

    @property
    def count_words(self) -> str:
        """ "12", "more than 500"."""
        return counted(self.count)


@dataclass(frozen=True)
class Texts:
    """The best first. `counts` is how many of each kind; `capped` where there are more than were put in order."""

    lines: list[Shown] = field(default_factory=list)
    counts: Mapping[What, int] = field(default_factory=dict)
    next_key: str = ""

    @property
    def count(self) -> int:
        """How many, of every kind."""
        return sum(self.counts.values())

    @property
    def capped(self) -> bool:
        """Whether only the newest were put in order."""
        return self.count >= RANKED

    @property
    def count_words(self) -> str:
        """ "12", "more than 500"."""
        return counted(self.count)


def counted(many: int) -> str:
    """A number as it is told: exactly up to 500."""
    return f"more than {COUNTED}" if many > COUNTED else str(many)


def kinds_open_to(actor: Actor) -> frozenset[What]:
    """What the actor's roles look at. Whoever only takes reports finds people, and reports of their own and their team's."""
    found: set[What] = set()
    if actor.may("see_people") or actor.may("match_people"):
        found.add(What.PERSON)
    if actor.may("see_cases"):
        found |= {*PROSE, What.REFERENCE}
    elif actor.may("take_report"):
        found.add(What.REPORT)
    return frozenset(found)


@contextmanager
def in_good_time() -> Iterator[None]:
    """Within this no statement takes longer than `LIMIT_MS`. Raises Invalid (field q) in plain words where one would."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LIMIT_MS}ms"])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOOK_TOO_LONG:
            raise
        raise Invalid.of(
            "q", "That took too long to look for. Add a word, or choose what to look among."
        ) from error


_ONE_WITH = (
    "(SELECT o.other_id FROM people_alias o WHERE o.person_id = f.subject_id ORDER BY o.other_id LIMIT 1)"
)
_FOUND = "search_found(%s, %s, %s::smallint[], %s, %s, %s, %s, %s, %s, %s, %s)"


def _given(
    actor: Actor,
    prose: str,
    ways: Sequence[Mapping[str, Sequence[str]]],
    kinds: Sequence[What],
    within: Within,
    most: int = RANKED,
) -> list[Any]:
    return [
        prose,
        json.dumps(ways),
        sorted(int(kind) for kind in kinds),
        *within.values(),
        not actor.may("see_cases"),
        actor.team_id,
        most,
    ]


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
    another where the words together are nobody's name, that of the people's facts and that of their open cases.
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
    rows = _named(actor, [_way(asked, at) for at in range(len(asked))], within)
    if not rows and len(asked) > 1:
        # Words that are no name may stand beside one: each by itself then, and who has more of them comes first.
        alone = [at for at, word in enumerate(asked) if rules.may_be_name(word)]
        ways = [_way(asked, at) for at in alone]
        either = {key: [value for way in ways for value in way[key]] for key in ("n", "f")}
        rows = [
            row
            for row in (_named(actor, [either], within) if alone else [])
            if any(rules.may_be_one(asked[at], row[1].split()) for at in alone)
        ]
    nearest: dict[uuid.UUID, tuple[int, float, str]] = {}
    for person_id, words, at in rows:
        key = (rules.distance(asked, words.split()), -at.timestamp(), words)
        nearest[person_id] = min(nearest.get(person_id, key), key)
    near = {person: key for person, key in nearest.items() if rules.is_near(asked, key[0])}
    ranked = sorted(near, key=lambda person: (*near[person][:2], str(person)))
    if len(asked) == 1 and ranked and near[ranked[0]][0] >= rules.A_LETTER:
        # Nobody is called that: one of each name that may be meant stands before the next of the same.
        meant_by = [rules.nearest(asked[0], near[person][2].split()) for person in ranked]
        ranked = rules.each_first(ranked, meant_by)
    found = _people(actor, ranked, now, meant, born, most, after, near)
    return replace(found, capped=len(rows) >= RANKED_NAMES)


def _way(asked: Sequence[str], at: int) -> dict[str, list[str]]:
    return {"n": [asked[at]], "f": rules.other_forms(asked, at)}


def _named(
    actor: Actor, ways: Sequence[Mapping[str, Sequence[str]]], within: Within
) -> list[tuple[uuid.UUID, str, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT subject_id, words, at, {_ONE_WITH} FROM {_FOUND} AS f",
            _given(actor, "", ways, [What.PERSON], within, RANKED_NAMES),
        )
        rows = cursor.fetchall()
    # Who is one person under several ids is shown once: by the first of those ids that was found, for of another the reader
    # may see nothing, and its number would tell that there is one.
    leads: dict[uuid.UUID, uuid.UUID] = {}
    for one, _, _, other in rows:
        whole = min(one, other or one)
        leads[whole] = min(leads.get(whole, one), one)
    return [(leads[min(one, other or one)], words, at) for one, words, at, other in rows]


def _by_number(actor: Actor, meant: Meant, now: datetime, within: Within, most: int, after: int) -> People:
    rows = _named(actor, [{"c": meant.contacts, "x": meant.others}], within)
    newest: dict[uuid.UUID, datetime] = {}
    for person_id, _, at in rows:
        newest[person_id] = max(newest.get(person_id, at), at)
    ranked = sorted(newest, key=lambda person: (-newest[person].timestamp(), str(person)))
    return _people(actor, ranked, now, meant, None, most, after, {})


def _people(
    actor: Actor, ranked: list[uuid.UUID], now: datetime, meant: Meant, born: Birth | None, most: int, after: int,
    near: Mapping[uuid.UUID, tuple[int, float, str]],
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
        far, _, words = near.get(person, (None, 0, ""))
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


def find_texts(
    actor: Actor,
    meant: Meant,
    now: datetime,
    *,
    kinds: Sequence[What],
    within: Within,
    most: int = PAGE,
    after: str = "",
) -> Texts:
    """What tells of these words among some kinds, the best first: ranked by how often and where the words stand, the newer before the
    older; of more than 1,000 the newest. `after` is the key of the last line shown; one that cannot be read begins at the beginning.

    Two statements. Nothing for words that are too everyday to be looked for, or only left out (`is_everyday`).
    """
    wanted = [kind for kind in kinds if kind in kinds_open_to(actor) and kind in PROSE]
    if not meant.prose or not wanted:
        return Texts()
    rank, last = _read_key(after)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH found AS MATERIALIZED (SELECT f.id, f.kind, f.subject_id, f.at,"
            " (f.score * 1000000 / (1 + greatest(extract(day FROM %s - f.at), 0) / 365))::bigint AS rank"
            f" FROM {_FOUND} AS f),"
            " counts AS (SELECT jsonb_object_agg(k.kind, k.many) AS counts FROM (SELECT kind, count(*) AS many FROM found GROUP BY kind) AS k)"
            " SELECT f.id, f.kind, f.subject_id, f.at, f.rank, c.counts::text FROM found f CROSS JOIN counts c"
            " WHERE (f.rank, f.id) < (%s, %s::uuid) ORDER BY f.rank DESC, f.id DESC LIMIT %s",
            [
                start_of_day(london_date(now)),
                *_given(actor, meant.prose, [], wanted, within),
                rank,
                last,
                most + 1,
            ],
        )
        rows = cursor.fetchall()
    hits = [Hit(row[0], What(row[1]), row[2], row[3], row[4]) for row in rows]
    more, hits = len(hits) > most, hits[:most]
    counts = {What(int(kind)): many for kind, many in json.loads(rows[0][5]).items()} if rows else {}
    return Texts(shown(hits, meant.prose), counts, f"{hits[-1].rank}~{hits[-1].id}" if more and hits else "")


def find_numbers(actor: Actor, meant: Meant, *, within: Within) -> list[Shown]:
    """Where another system's reference, a crime number or the number of a case stands, newest first, at most 25. Two statements."""
    wanted = [kind for kind in (What.CASE, What.REPORT, What.REFERENCE) if kind in kinds_open_to(actor)]
    if not (meant.others or meant.numbers) or not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, kind, subject_id, at FROM {_FOUND} ORDER BY at DESC LIMIT %s",
            [*_given(actor, "", [{"x": meant.others, "r": meant.numbers}], wanted, within), PAGE],
        )
        rows = cursor.fetchall()
    return shown([Hit(row[0], What(row[1]), row[2], row[3], 0) for row in rows], "")


def _read_key(key: str) -> tuple[int, uuid.UUID]:
    rank, _, last = key.partition("~")
    try:
        return int(rank), uuid.UUID(last)
    except ValueError:
        return 2**62, uuid.UUID(int=2**128 - 1)


def is_everyday(prose: str) -> bool:
    """Whether nothing is left of words to look for: only everyday ones ("and the"), or only such as are to be left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT querytree(websearch_to_tsquery('english', %s)) IN ('', 'T')", [prose])
        return bool(cursor.fetchone()[0])
