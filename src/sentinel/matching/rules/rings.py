"""Which keys a person's facts make, and by which records each is guarded: pure functions of the facts."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from sentinel.kernel.births import Birth
from sentinel.matching.rules.keys import (
    birth_recipes,
    born_there,
    email_recipe,
    hashed,
    home_recipes,
    house_recipe,
    identifier_recipe,
    name_recipes,
    phone_recipe,
    place_recipe,
    read_name,
)

# So many of a person's newest names, births and homes are put together with one another.
MOST_TOGETHER: Final = 8
FactKind = Literal["name", "birth", "phone", "email", "identifier", "home"]


@dataclass(frozen=True, order=True)
class Guard:
    """The record, and where there is one the audience, that whoever is answered must reach."""

    record_id: uuid.UUID
    audience_id: uuid.UUID | None = None

    @property
    def order(self) -> tuple[str, str]:
        """Where it stands among others."""
        return str(self.record_id), str(self.audience_id or "")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One fact as its keys need it. `text` is the name, number, address or postal line; `postcode` and `place_id` are a home's.

    `fresh` says that it is being written now: keys of the others are there already.
    """

    kind: FactKind
    guard: Guard
    text: str = ""
    birth: Birth | None = None
    postcode: str = ""
    place_id: uuid.UUID | None = None
    fresh: bool = True


def _alone(told: Told) -> Iterator[str | None]:
    if told.kind == "name":
        name = read_name(told.text)
        yield from name_recipes(name) if name else ()
    elif told.kind == "phone":
        yield phone_recipe(told.text)
    elif told.kind == "email":
        yield email_recipe(told.text)
    elif told.kind == "identifier":
        yield identifier_recipe(told.text)
    elif told.kind == "home":
        if told.place_id is not None:
            yield place_recipe(told.place_id)
        if told.postcode:
            yield house_recipe(told.text, told.postcode)


def _together(one: Told, other: Told) -> Iterator[str | None]:
    name = read_name(one.text) if one.kind == "name" else None
    if name is not None and other.birth is not None:
        yield from birth_recipes(name, other.birth)
    elif name is not None and other.postcode:
        yield from home_recipes(name, other.postcode)
    elif one.birth is not None and other.postcode:
        yield born_there(one.birth, other.postcode)


def rings_of(facts: Sequence[Told]) -> dict[tuple[Guard, Guard | None], frozenset[int]]:
    """The keys that fresh facts make, alone and with one another and with the others, by the guards of each.

    `facts` are the newest first. Of a key that a single guard gives, those that two give are left out: whoever reaches
    both reaches the one. Every record that tells a fresh fact has a ring, were it empty: what happens to that record is then
    done to the rings that it guards beside another (functions.sql).
    """
    bits: dict[Guard, int] = {}
    # The guards of a fact, and of two together, as the bits of a number: a person has some eighteen keys, each asked for at every turn.
    told = [(one, bits.setdefault(one.guard, 1 << len(bits))) for one in facts]
    found: dict[int, dict[int, bool]] = defaultdict(dict)

    def keep(recipe: str | None, guards: int, *, fresh: bool) -> None:
        if recipe is not None:
            several = found[hashed(recipe)]
            several[guards] = fresh or several.get(guards, False)

    for one, bit in told:
        for recipe in _alone(one):
            keep(recipe, bit, fresh=one.fresh)
    names, births, homes = (_newest(told, kind) for kind in ("name", "birth", "home"))
    for (one, bit), (other, also) in (*product(names, (*births, *homes)), *product(births, homes)):
        for recipe in _together(one, other):
            keep(recipe, bit | also, fresh=one.fresh or other.fresh)
    kept: dict[int, set[int]] = defaultdict(set)
    for key, several in found.items():
        for guards, fresh in several.items():
            if fresh and not any(less != guards and less & guards == less for less in several):
                kept[guards].add(key)
    rings: dict[tuple[Guard, Guard | None], frozenset[int]] = {
        (one.guard, None): frozenset() for one in facts if one.fresh
    }
    for guards, keys in kept.items():
        pair = _pair([one for one, bit in bits.items() if guards & bit], facts)
        rings[pair] = frozenset(keys)
    return rings


def _newest(told: Sequence[tuple[Told, int]], kind: str) -> list[tuple[Told, int]]:
    return [one for one in told if one[0].kind == kind][:MOST_TOGETHER]


def _pair(guards: Collection[Guard], facts: Sequence[Told]) -> tuple[Guard, Guard | None]:
    """Two guards in order: first one that a fresh fact has, for its record is the one being written."""
    written = {one.guard for one in facts if one.fresh}
    first, *rest = sorted(guards, key=lambda guard: (guard not in written, guard.order))
    return first, rest[0] if rest else None
