"""A small world to search in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import psycopg

from sentinel.cases.models import Case
from sentinel.cli.demo.invented import Inventor
from sentinel.cli.demo.story import Cast, fresh, sparrow_lane
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from sentinel.search import rules
from sentinel.search.models import What
from sentinel.search.persons import People, find_people
from sentinel.search.queries import PROSE, Texts, Within, find_texts
from tests.support import PRIYA, acting


def sparrow() -> Case:
    """The case of the drawings, as its officer."""
    case = fresh(sparrow_lane(Cast(now(), Inventor(7))))
    acting(PRIYA)
    return case


def person(me: Actor, case: Case, name: str, **facts: object) -> uuid.UUID:
    """Somebody of whom the case tells."""
    return add_person(
        actor=me,
        now=now(),
        record_id=case.id,
        facts=Facts(name=NameGiven(full=name), **facts),  # type: ignore[arg-type]
    ).id


def people(me: Actor, typed: str, **said: object) -> People:
    """Who is found."""
    within = said.pop("within", Within())
    return find_people(me, rules.read(typed), now(), within=within, **said)  # type: ignore[arg-type]


def names(me: Actor, typed: str, **said: object) -> list[str]:
    """The names of who is found."""
    return [one.name for one in people(me, typed, **said).lines]


def texts(me: Actor, typed: str, kinds: Sequence[What] = PROSE, **said: object) -> Texts:
    """What is found that is written."""
    within = said.pop("within", Within())
    return find_texts(me, rules.read(typed), now(), kinds=kinds, within=within, **said)  # type: ignore[arg-type]


def marked(found: Texts) -> list[str]:
    """The words that are marked in what is shown."""
    return [words for line in found.lines for words, hit in line.parts if hit]


def entries(urls: dict[str, str]) -> dict[uuid.UUID, tuple[object, ...]]:
    """Every entry as it stands, by its row; its keys in order."""
    with psycopg.connect(urls["postgres"]) as superuser:
        rows = superuser.execute(
            "SELECT id, kind, record_id, audience_id, subject_id, at, words, prose::text,"
            " (SELECT array_agg(k ORDER BY k) FROM unnest(keys) AS k) FROM search_entry"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


__all__ = ["entries", "fresh", "marked", "names", "people", "person", "sparrow", "texts"]
