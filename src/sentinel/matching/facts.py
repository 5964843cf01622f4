"""What may be seen of many persons at once, by one function of the database that asks as the reader (functions.sql): the row
policies hide from it what they hide from everybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from sentinel.foundation.limited import answered_within
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.postcodes import find_in
from sentinel.matching.rules.keys import Asked
from sentinel.matching.rules.rings import Guard, Told

NEAR_MILLISECONDS = 12
NEAR_STATEMENT = "SELECT * FROM matching_near_known(%s::bigint[], %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, as the function gives it: `a` to `d` by kind (matching_facts in functions.sql)."""

    person_id: uuid.UUID
    id: uuid.UUID
    record_id: uuid.UUID
    audience_id: uuid.UUID | None
    kind: str
    a: str
    b: str
    c: str
    d: str

    @property
    def birth(self) -> Birth | None:
        """The birth that a row of kind "birth" tells."""
        if not self.a:
            return None
        return Birth(date.fromisoformat(self.a), date.fromisoformat(self.b or self.a), BirthPrecision(self.c))

    def told(self) -> Told | None:
        """The fact as its keys need it, known already."""
        guard = Guard(self.record_id, self.audience_id)
        if self.kind == "name":
            return Told(kind="name", guard=guard, text=self.a, fresh=False)
        if self.kind == "birth":
            return Told(kind="birth", guard=guard, birth=self.birth, fresh=False) if self.birth else None
        if self.kind == "home":
            return home(guard, self.a, self.b, uuid.UUID(self.c) if self.c else None, fresh=False)
        if self.kind in {"phone", "email"}:
            return Told(
                kind="phone" if self.kind == "phone" else "email", guard=guard, text=self.a, fresh=False
            )
        return (
            Told(kind="identifier", guard=guard, text=self.a, fresh=False)
            if self.kind == "identifier"
            else None
        )


def home(guard: Guard, words: str, postcode: str, place_id: uuid.UUID | None, *, fresh: bool = True) -> Told:
    """Where somebody lives, as its keys need it; a postcode that stands only in the words is read out of them."""
    spelt = postcode or next((str(one) for one in find_in(words)), "")
    return Told(kind="home", guard=guard, text=words, postcode=spelt, place_id=place_id, fresh=fresh)


@dataclass
class Facts:
    """What may be seen of one person, newest first in each list; `strength` is how much of what was said their keys share."""

    person_id: uuid.UUID
    names: list[FactRow] = field(default_factory=list)
    births: list[FactRow] = field(default_factory=list)
    phones: list[FactRow] = field(default_factory=list)
    emails: list[FactRow] = field(default_factory=list)
    homes: list[FactRow] = field(default_factory=list)
    identifiers: list[FactRow] = field(default_factory=list)
    said: list[FactRow] = field(default_factory=list)
    one: list[FactRow] = field(default_factory=list)

    @property
    def ids(self) -> set[uuid.UUID]:
        """Every id that is one person with them, their own among them."""
        return {self.person_id, *(uuid.UUID(row.a) for row in self.one)}


_LISTS = {
    "name": "names", "birth": "births", "phone": "phones", "email": "emails", "home": "homes",
    "identifier": "identifiers", "said": "said", "one": "one",
}  # fmt: skip


def gathered(rows: Iterable[Sequence[object]]) -> dict[uuid.UUID, Facts]:
    """The rows of the function by person, in their order."""
    found: dict[uuid.UUID, Facts] = {}
    for values in rows:
        row = FactRow(*values)  # type: ignore[arg-type]
        known = found.get(row.person_id)
        if known is None:
            known = found[row.person_id] = Facts(row.person_id)
        getattr(known, _LISTS[row.kind]).append(row)
    return found


def of_person(person_id: uuid.UUID) -> list[FactRow]:
    """Every fact of one person that the actor may see, newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_facts(%s::uuid[])", [[person_id]])
        return [FactRow(*row) for row in cursor.fetchall() if row[4] != "said"]


def of_people(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Facts]:
    """What the actor may see of each person; one of whom nothing may be seen is left out. One query."""
    if not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_facts(%s::uuid[])", [list(person_ids)])
        return gathered(cursor.fetchall())


def of_wholes(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Facts]:
    """The same, with what was told of the ids that are one person with each; of two that are one, all under the first. One query."""
    if not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_whole_facts(%s::uuid[])", [list(person_ids)])
        return gathered(cursor.fetchall())


def of_those_who_share(
    asked: Sequence[Asked], rings: int, most: int, words: Sequence[str] = ()
) -> tuple[dict[uuid.UUID, Facts], HowCommon]:
    """What the actor may see of the persons who share the most of these keys, `most` at most, of the `rings` that share most; and how
    common these words are as names. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM matching_known(%s::bigint[], %s::real[], %s::integer[], %s, %s, %s::text[])",
            [
                _array(one.key for one in asked),
                _array(one.weight for one in asked),
                _array(one.cap for one in asked),
                rings,
                most,
                [*words, ""],
            ],
        )
        rows = cursor.fetchall()
    common = {
        (part, word): float(share) for _, _, _, _, kind, word, part, share, _ in rows if kind == "common"
    }
    return gathered(row for row in rows if row[4] != "common"), HowCommon(common)


def _array(numbers: Iterable[float]) -> str:
    # As the database reads it: the driver looks at a hundred numbers one by one for a type that is known.
    return "{" + ",".join(map(str, numbers)) + "}"


@dataclass(frozen=True)
class HowCommon:
    """Which share of people have a word among their given or family names."""

    shares: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, part: str, value: str) -> float | None:
        """The share; that of a rare name for one that is not listed; None where nothing was counted, and for other fields."""
        if part not in {"given", "family"}:
            return None
        return self.shares.get((part, value), self.shares.get(("", "")))


def of_those_near(keys: Sequence[int], name: str, *, each: int, most: int) -> dict[uuid.UUID, Facts]:
    """What the actor may see of those on these keys whose name is spelt most like `name`; nothing where that takes longer than
    `NEAR_MILLISECONDS`, for a call does not wait for it. Five statements. Must be called inside a transaction."""
    return gathered(answered_within(NEAR_MILLISECONDS, NEAR_STATEMENT, [list(keys), name, each, most]))
