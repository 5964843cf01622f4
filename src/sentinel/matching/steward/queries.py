"""The queue of a data steward: pairs of which they may see enough of both, the likeliest first, by key."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from sentinel.accounts.models import User
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.matching.models import SameOrNot
from sentinel.matching.steward.comparing import Line, lines, reasons
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import WAITING
from sentinel.matching.steward.weighing import may_be_two_of_one_house
from sentinel.people.flags import why_two
from sentinel.people.merging import NOT_YOURS, RIGHT, Preview, is_enough, preview
from sentinel.people.models import Merge
from sentinel.people.queries import Known, age_words, display_name, facts_of, note_view, own_half
from sentinel.people.rules import reason_words
from sentinel.people.sources import PersonPart, Source, parts_of, sources_of

SHOWN = 25
# So many pairs are looked through at a time, so often for one page: who may see few of very many goes on from there. The facts of
# so many of those that may be seen are read at a time.
LOOKED_THROUGH, MOST_LOOKS, READ = 500, 8, 30
SAYINGS = 20


@dataclass(frozen=True)
class Filters:
    """What of the queue is shown; "" for all. `state` "" is what waits."""

    state: str = ""
    band: str = ""
    source: str = ""
    run: uuid.UUID | None = None


@dataclass(frozen=True)
class Key:
    """Where in the queue one stands: after the pair of this weight and id."""

    bits: float
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.bits!r}_{self.id}"

    @classmethod
    def read(cls, words: str) -> Key | None:
        """The key of these words; None for what is none."""
        bits, _, one = words.partition("_")
        try:
            return cls(float(bits), uuid.UUID(one))
        except ValueError:
            return None


@dataclass(frozen=True)
class Pair:
    """A line of the queue."""

    row: Suggestion
    first: str
    second: str
    ages: tuple[str, str]
    reasons: tuple[str, ...]
    of_one_house: bool

    @property
    def band(self) -> str:
        """How likely it is, in words."""
        return _band(self.row, self.of_one_house)

    @property
    def key(self) -> Key:
        """Where it stands."""
        return Key(self.row.bits, self.row.pk)


@dataclass(frozen=True)
class Page:
    """Some of the queue. `next` leads on, None at its end."""

    pairs: tuple[Pair, ...]
    next: Key | None


def queue(
    actor: Actor, filters: Filters, today: date, *, after: Key | None = None, most: int = SHOWN
) -> Page:
    """The pairs that the actor may decide, the likeliest first. Two queries for each 500 pairs that are looked through, 4,000 at most,
    and seven for each 30 of them that may be seen. Raises Refused without the right.
    """
    actor.require(RIGHT, NOT_YOURS)
    found: list[Pair] = []
    for _ in range(MOST_LOOKS):
        keys = _after(filters, after)
        for pair in _shown(actor, _seen(actor, filters, keys), today, decided=bool(filters.state)):
            if len(found) == most:
                return Page(tuple(found), found[-1].key)
            found.append(pair)
        if len(keys) < LOOKED_THROUGH:
            return Page(tuple(found), None)
        after = keys[-1]
    return Page(tuple(found), after)


def _after(filters: Filters, after: Key | None) -> list[Key]:
    """The next of the queue, whoever may see them."""
    states = [filters.state] if filters.state else list(WAITING)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, bits FROM steward_next(%s::text[], %s, %s, %s::uuid, %s::float8, %s::uuid, %s)",
            [states, filters.band, filters.source, filters.run, after.bits if after else None,
             after.id if after else None, LOOKED_THROUGH],
        )  # fmt: skip
        return [Key(bits, one) for one, bits in cursor.fetchall()]


def _seen(actor: Actor, filters: Filters, keys: list[Key]) -> list[Suggestion]:
    """Of these the pairs that the actor may see. What waits for a second person is not asked of the first."""
    rows = Suggestion.objects.filter(pk__in=[key.id for key in keys])
    if not filters.state:
        rows = rows.exclude(state="second", decided_by_id=actor.user_id)
    found = {row.pk: row for row in rows}
    return [found[key.id] for key in keys if key.id in found]


def _shown(actor: Actor, rows: list[Suggestion], today: date, *, decided: bool) -> Iterator[Pair]:
    for begin in range(0, len(rows), READ):
        some = rows[begin : begin + READ]
        facts = facts_of(actor, [one for row in some for one in (row.first_id, row.second_id)])
        for row in some:
            whole, other = facts.get(row.first_id), facts.get(row.second_id)
            # One person by way of a third: there is nothing left to decide.
            if whole is None or other is None or (whole is other and not decided and row.state != "doubted"):
                continue
            first, second = own_half(whole, row.first_id), own_half(other, row.second_id)
            if is_enough(first) and is_enough(second):
                ages = age_words(first, today), age_words(second, today)
                why = reasons(row.fields, lines(first, second, today)) if row.fields else []
                house = may_be_two_of_one_house(first, second)
                yield Pair(row, display_name(first), display_name(second), ages, tuple(why), house)


def _band(row: Suggestion, of_one_house: bool) -> str:
    """Whatever is known of them since they were weighed, two who may be of one house are not shown as very likely."""
    return dict(Suggestion.BANDS)["may_be"] if of_one_house else str(row.get_band_display())


def next_pair(actor: Actor, filters: Filters, today: date, after: Key | None = None) -> uuid.UUID | None:
    """The pair that follows in the queue, or its first where none follows; None for an empty queue."""
    for key in (after, None) if after else (None,):
        page = queue(actor, filters, today, after=key, most=1)
        if page.pairs:
            return page.pairs[0].row.pk
    return None


@dataclass(frozen=True)
class Said:
    """What somebody said of two: that they are the same or not, how they know, who (a name), when (UTC), in which record."""

    same: bool
    how: str
    who: str
    at: datetime
    record_id: uuid.UUID

    @property
    def reason(self) -> str:
        """How they know, to be shown."""
        return reason_words(self.how)


@dataclass(frozen=True)
class SideBySide:
    """One pair, for deciding."""

    row: Suggestion
    told: Preview
    names: tuple[str, str]
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    parts: tuple[list[PersonPart], list[PersonPart]]
    sources: dict[uuid.UUID, Source]
    said: tuple[Said, ...]
    decided_by: str
    why_two: str
    of_one_house: bool

    @property
    def band(self) -> str:
        """How likely it is, in words."""
        return _band(self.row, self.of_one_house)

    @property
    def key(self) -> Key:
        """Where it stands in the queue."""
        return Key(self.row.bits, self.row.pk)

    @property
    def merge(self) -> Merge | None:
        """The merge that holds, where it is one person now."""
        made = self.row.merge
        return made if made is not None and made.apart_at is None else None


def side_by_side(actor: Actor, suggestion_id: uuid.UUID, today: date) -> SideBySide:
    """One pair, with everything of both that the actor may see. The view of both is logged on the records that told it.

    Raises Refused without the right, NotFound for a pair of which the actor may not see enough.
    """
    actor.require(RIGHT, NOT_YOURS)
    names = User.objects.filter(pk=OuterRef("decided_by_id")).values("name")
    found = Suggestion.objects.select_related("merge").annotate(decider=Subquery(names))
    row = found.filter(pk=suggestion_id).first()
    if row is None:
        raise NotFound()
    told = preview(actor, row.first_id, row.second_id)
    if not told.is_enough():
        raise NotFound()
    first, second = _halves(told)
    compared = lines(first, second, today)
    said = tuple(_said(told))
    records = {one.record_id for side in (told.first, told.second) for one in side.known.rows}
    records |= {one.record_id for one in said}
    note_view(told.first.known)
    if told.second.known is not told.first.known:
        note_view(told.second.known)
    return SideBySide(
        row=row,
        told=told,
        names=(display_name(told.first.own), display_name(told.second.own)),
        lines=tuple(compared),
        reasons=tuple(reasons(row.fields, compared)),
        parts=(parts_of(actor, row.first_id), parts_of(actor, row.second_id)),
        sources=sources_of(actor, records),
        said=said,
        decided_by=getattr(row, "decider", None) or "",
        why_two=why_two(actor, told.first.ids | told.second.ids),
        of_one_house=may_be_two_of_one_house(first, second),
    )


def _said(told: Preview) -> list[Said]:
    """What was said of an id of one side and one of the other, as far as the actor may see it, newest first. One query."""
    ours, theirs = told.first.ids, told.second.ids
    rows = SameOrNot.objects.filter(
        Q(first_id__in=ours, second_id__in=theirs) | Q(first_id__in=theirs, second_id__in=ours)
    ).annotate(who=Subquery(User.objects.filter(pk=OuterRef("said_by_id")).values("name")))
    return [
        Said(row.same, row.how, getattr(row, "who", None) or "Somebody", row.at, row.record_id)
        for row in rows.order_by("-at", "-id")[:SAYINGS]
    ]


def _halves(told: Preview) -> tuple[Known, Known]:
    """What is compared: of two who are one person now what was told of each id alone."""
    if told.second.person_id not in told.first.ids:
        return told.first.known, told.second.known
    return told.first.own, told.second.own
