"""Saying that two ids are one person, and taking them apart again. Nothing is moved or rewritten: the ledger alone changes,
so that what is taken apart is exactly what was put together, with all that was added to either since (docs/decisions/0031)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.people.models import Merge
from sentinel.people.queries import Known, facts_of, own_half
from sentinel.people.relations import Brought, brought_by
from sentinel.people.whole import wholes

RIGHT = "put_right"
NOT_YOURS = "Your roles do not include putting records right."
ONLY_READ = "Your agency may only read what is known of these two. The data steward of an agency that works on one of their records decides."
MOST_IDS = 20
TOO_MANY = (
    f"No more than {MOST_IDS} entries can be one person. Take apart what does not belong together first."
)
AS_THEY_STAND = "These two cannot be made one person as they stand. Ask your agency’s local administrator."
ONE_ALREADY = "These are one person already."
STALE = "What is known of these two changed since you looked: {}. Look at them again before you decide."


def is_enough(known: Known) -> bool:
    """Whether that is enough to say who somebody is: a name, and something beside it."""
    return bool(known.names) and bool(
        known.births or known.contact_points or known.addresses or known.identifiers
    )


@dataclass(frozen=True)
class Side:
    """One of two: what the actor sees of it (and of what it is one with), by which ids, and what it brings."""

    person_id: uuid.UUID
    ids: frozenset[uuid.UUID]
    known: Known
    brings: tuple[Brought, ...]

    @property
    def own(self) -> Known:
        """What was told of this very id alone."""
        return own_half(self.known, self.person_id)

    @property
    def ids_seen(self) -> set[uuid.UUID]:
        """Of these ids those of which the actor sees something."""
        return {row.person_id for row in self.known.rows}


@dataclass(frozen=True)
class Preview:
    """What a merge would bring together, as the actor sees it at this moment."""

    first: Side
    second: Side

    def is_enough(self) -> bool:
        """Whether the actor sees enough of both to decide."""
        return is_enough(self.first.own) and is_enough(self.second.own)

    @property
    def seen(self) -> dict[str, str]:
        """What was seen, short enough to be sent with the decision: compared when it arrives. Of what the actor does not see nothing
        stands in it, neither that something is there nor that it changed."""
        told: dict[str, str] = {}
        for at, side in (("a", self.first), ("b", self.second)):
            told |= {f"{at}{place}": f"{one.count}.{one.digest}" for place, one in enumerate(side.brings)}
            told[f"{at}ids"] = ".".join(sorted({one.hex[-6:] for one in side.ids_seen}))
        return told

    def changed_since(self, seen: Mapping[str, str]) -> list[str]:
        """In words what is not as it was when `seen` was made; nothing for nothing."""
        now, words = self.seen, []
        for key in now:
            if seen.get(key) == now[key]:
                continue
            side = self.first if key[0] == "a" else self.second
            if key.endswith("ids"):
                words.append("one of them was merged with somebody, or taken apart")
            else:
                one = side.brings[int(key[1:])]
                words.append(f"now {one.count} {one.words}")
        return list(dict.fromkeys(words))


def preview(actor: Actor, first: uuid.UUID, second: uuid.UUID) -> Preview:
    """The two sides of a merge. Raises Refused without the right, NotFound where the actor sees nothing told of either id."""
    actor.require(RIGHT, NOT_YOURS)
    whose = wholes([first, second])
    facts = facts_of(actor, [first, second])
    sides = []
    brings = brought_by(actor, whose[first].ids, whose[second].ids)
    for one, brought in zip((first, second), brings, strict=True):
        known = facts.get(one)
        if known is None or all(row.person_id != one for row in known.rows):
            raise NotFound()
        sides.append(Side(one, whose[one].ids, known, brought))
    return Preview(*sides)


def lock_ledger() -> None:
    """Wait until nobody else changes the ledger of merges, and let nobody until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people_merge'))")


def merge(
    *,
    actor: Actor,
    now: datetime,
    first: uuid.UUID,
    second: uuid.UUID,
    why: str | None,
    seen: Mapping[str, str] | None = None,
) -> Merge:
    """Make two ids one person, with why (None: compared, and no reason given); `seen` is Preview.seen as it stood when it was decided (None: not compared).

    Raises Refused without the right or where the actor's agency works on no record of theirs, NotFound where too little of
    either may be seen, Conflict where they are one already or `seen` is stale, Invalid for an empty `why`. Raises the event
    people_merged on a record of each that the actor writes and that has room to keep it from who reaches one alone (`told_on`).

    More than MOST_IDS are refused whoever sees them: every reader of a person reads for all of their ids. Who sees so many is told
    the number and can take some apart. Who sees fewer is told neither that there are others nor how many, only that it cannot
    be done: this much a refusal cannot keep back.
    """
    if why is not None and not why.strip():
        raise Invalid.of("why", "Say how you know.")
    with transaction.atomic():
        lock_ledger()
        told = preview(actor, first, second)
        if not told.is_enough():
            raise NotFound()
        if second in told.first.ids:
            raise Conflict(ONE_ALREADY)
        if seen is not None and (changed := told.changed_since(seen)):
            raise Conflict(STALE.format(", ".join(changed)))
        if len(told.first.ids | told.second.ids) > MOST_IDS:
            seen_by_actor = told.first.ids_seen | told.second.ids_seen
            raise Conflict(TOO_MANY if len(seen_by_actor) > MOST_IDS else AS_THEY_STAND)
        records = told_on(actor, told)
        low, high = sorted((first, second))
        try:
            with transaction.atomic():
                row = Merge.objects.create(
                    first_id=low, second_id=high, merged_at=now, merged_by_id=actor.user_id, agency_id=actor.agency,
                    why=(why or "").strip()[:300],
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(ONE_ALREADY) from error
        _tell("people_merged", actor, now, row, records)
    return row


def take_apart(*, actor: Actor, now: datetime, merge_id: uuid.UUID, why: str | None) -> Merge:
    """End a merge: each id is again what it was, with what was told of it since. `why` as in `merge`.

    Raises Refused and NotFound as `merge` does, for it takes as much to say that they are two (NotFound also for an entry that the
    actor may not see), Conflict where it was ended already, Invalid for an empty `why`. Raises the event people_taken_apart.
    """
    actor.require(RIGHT, NOT_YOURS)
    if why is not None and not why.strip():
        raise Invalid.of("why", "Say why they are not one person.")
    with transaction.atomic():
        lock_ledger()
        row = get_merge(actor, merge_id)
        if row.apart_at is not None:
            raise Conflict("These were taken apart already.")
        told = preview(actor, row.first_id, row.second_id)
        if not told.is_enough():
            raise NotFound()
        records = told_on(actor, told)
        # The columns that the application may write, and no others.
        Merge.objects.filter(pk=row.pk, apart_at__isnull=True).update(
            apart_at=now, apart_by_id=actor.user_id, apart_why=(why or "").strip()[:300]
        )
        row.refresh_from_db()
        _tell("people_taken_apart", actor, now, row, records)
    return row


def get_merge(actor: Actor, merge_id: uuid.UUID) -> Merge:
    """An entry of the ledger. Raises NotFound for one that the actor may not see something of both sides of."""
    row = Merge.objects.filter(pk=merge_id).first()
    if row is None:
        raise NotFound()
    return row


def merges_of(actor: Actor, person_id: uuid.UUID) -> list[Merge]:
    """The entries of the ledger about a whole person that the actor may see, those that hold first, newest first. Two queries."""
    ids = wholes([person_id])[person_id].ids
    rows = Merge.objects.filter(first_id__in=ids) | Merge.objects.filter(second_id__in=ids)
    return sorted(rows, key=lambda row: (row.apart_at is not None, -row.merged_at.timestamp(), str(row.pk)))


def told_on(actor: Actor, told: Preview) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
    """A record of each side that the actor writes, and who alone may hear of it there: whoever reaches what tells of the other too.

    One record is enough to decide: who only reads both leaves it to who works on them (Refused). Where it takes more than one
    audience to keep it from who reaches one of the two alone, that record is left out, and there may be none: the ledger keeps it.
    """
    best = [_record(actor, side) for side in (told.first, told.second)]
    if all(one.rung < Rung.WRITE for one in best):
        raise Refused(ONLY_READ)
    found = []
    for own, other in (best, best[::-1]):
        guards = {own.audience_id, other.audience_id, other.record_id} - {None, own.record_id}
        # A row has room for one: of two the second would be dropped.
        if own.rung >= Rung.WRITE and len(guards) <= 1:
            found.append((own.record_id, next(iter(guards), None)))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class _Told:
    record_id: uuid.UUID
    audience_id: uuid.UUID | None
    rung: Rung


def _record(actor: Actor, side: Side) -> _Told:
    """The record that told something of this side on which the actor stands highest, what everybody on it may read first."""
    return _highest(actor, _told_by(side.known, side.person_id))


def _told_by(known: Known, person_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID | None]:
    told: dict[uuid.UUID, uuid.UUID | None] = {}
    for row in known.rows:
        if row.person_id == person_id:
            told[row.record_id] = told.get(row.record_id, row.audience_id) and row.audience_id
    return told


def _highest(actor: Actor, told: Mapping[uuid.UUID, uuid.UUID | None]) -> _Told:
    found = [_Told(record, audience, rung_of(actor, record)) for record, audience in told.items()]
    return max(found, key=lambda one: (one.rung, one.audience_id is None))


def guards_of(actor: Actor, record_id: uuid.UUID, known: Known, person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """What somebody must reach beside a record to hear there of this very id: none where the record itself tells everybody on it
    something of them, else its audience, or the record on which the actor stands highest of those that tell of them. Raises NotFound where none does.
    """
    told = _told_by(known, person_id)
    if not told:
        raise NotFound()
    if record_id in told:
        return frozenset({told[record_id]} - {None})  # type: ignore[arg-type]
    best = _highest(actor, told)
    return frozenset({best.record_id, best.audience_id} - {None})  # type: ignore[arg-type]


def _tell(
    kind: str, actor: Actor, now: datetime, row: Merge, records: list[tuple[uuid.UUID, uuid.UUID | None]]
) -> None:
    for record_id, audience_id in records:
        raise_event(
            kind=kind, actor=actor, now=now, record_id=record_id, audience_id=audience_id, subject_id=row.first_id,
            payload={"other": str(row.second_id), "merge": str(row.pk)},
        )  # fmt: skip
