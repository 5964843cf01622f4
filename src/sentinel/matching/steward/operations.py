"""What a data steward decides of two who may be one, and how pairs come into the queue. What a person has decided no run opens
again; what is one person, or was said to be two, is not proposed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.kernel.ids import new_id
from sentinel.matching.operations import say_not_same
from sentinel.matching.steward.models import Proposal, Suggestion
from sentinel.matching.steward.weighing import band_of
from sentinel.people.flags import why_two
from sentinel.people.merging import (
    AS_THEY_STAND,
    NOT_YOURS,
    ONE_ALREADY,
    RIGHT,
    STALE,
    Preview,
    lock_ledger,
    merge,
    preview,
    take_apart,
    told_on,
)
from sentinel.people.models import Merge
from sentinel.people.queries import is_known_to
from sentinel.people.whole import whole

SAID_TWO = "Somebody has said that one of these and one whom the other was merged with are two people. Decide that pair first."
BY_TWO = "{} Somebody other than whoever said so first has to agree that they are one person."
TOO_LITTLE = "Too little is known of one of them to say: a name and one thing more of each has to be seen."
NOBODY = "No entry that you may see has this address."
ITSELF = "That is the entry you came from. Give the address of the other."
MOVED_ON = "Somebody else decided this pair: {}."
# What a person says comes before what was counted.
SAID_BITS = 100.0
WAITING = ("open", "doubted", "second")
BATCH = 1000
# One fills or throws away at a time: else what another run proposes at this moment would be withdrawn.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('sentinel.steward_proposals', 0))"


@dataclass(frozen=True)
class Proposed:
    """A pair that a comparison found, in any order: `bits` its weight, `band` very_likely or may_be, `fields` how each field agrees."""

    first: uuid.UUID
    second: uuid.UUID
    bits: float
    band: str
    fields: Sequence[tuple[str, str]] = ()


def decide(
    *, actor: Actor, now: datetime, suggestion_id: uuid.UUID, verdict: str, version: int, why: str = "",
    seen: Mapping[str, str] | None = None,
) -> Suggestion:  # fmt: skip
    """Say of a pair that it is one person ("same"), two ("not_same"), or look "later". Where one of them is protected or at high risk
    (people/flags.py) the first who says "same" leaves it to a second, who makes it so.

    `version` and `seen` (people.merging.Preview.seen) are what was decided on. Raises Refused without the right or where the
    actor's agency works on no record of theirs, NotFound for a pair of which too little may be seen, Conflict where somebody decided
    meanwhile, what is known changed or what was said of others forbids it, Invalid for another verdict. Raises the event of
    what was decided. Without `why` nothing is kept: nobody is made to have said what they did not say.
    """
    actor.require(RIGHT, NOT_YOURS)
    if verdict not in {"same", "not_same", "later"}:
        raise Invalid.of("verdict", "Choose same, not the same or later.")
    why = why.strip()[:300]
    with transaction.atomic():
        lock_ledger()
        row = Suggestion.objects.filter(pk=suggestion_id).first()
        if row is None:
            raise NotFound()
        if row.version != version:
            raise Conflict(MOVED_ON.format(row.get_state_display().lower()))
        told = preview(actor, row.first_id, row.second_id)
        if not told.is_enough():
            raise NotFound()
        if seen is not None and (changed := told.changed_since(seen)):
            raise Conflict(STALE.format(", ".join(changed)))
        made: Merge | None = row.merge if row.merge is not None and row.merge.apart_at is None else None
        if verdict == "same" and made is None and _is_first_of_two(actor, row, told):
            _tell(actor, now, row, told, "pair_waits_for_second")
            verdict = "second"
        elif verdict == "same":
            made = made or _same(actor, now, row, told, why)
        elif verdict == "not_same":
            _not_same(actor, now, row, told, why, made)
            made = None
        else:
            _tell(actor, now, row, told, "pair_left_for_later")
        # What is one person until somebody takes it apart does not leave the queue by being put off.
        _settle([row.pk], actor, now, "doubted" if made and verdict == "later" else verdict, why, made)
        if verdict == "same":
            # Whoever else of the two wholes was still to be compared is one person now as well.
            ids = whole(row.first_id).ids
            others = Suggestion.objects.filter(
                first_id__in=ids, second_id__in=ids, state__in=("open", "later")
            )
            _settle(list(others.values_list("pk", flat=True)), actor, now, "same", why, made)
    row.refresh_from_db()
    return row


def _is_first_of_two(actor: Actor, row: Suggestion, told: Preview) -> bool:
    """Whether it takes two people, and this is the first. Raises Conflict where the same one says it twice."""
    why = why_two(actor, told.first.ids | told.second.ids)
    if not why:
        return False
    if row.state == "second" and row.decided_by_id == actor.user_id:
        raise Conflict(BY_TWO.format(why))
    return row.state != "second"


def _tell(actor: Actor, now: datetime, row: Suggestion, told: Preview, kind: str) -> None:
    for record_id, audience_id in told_on(actor, told)[:1]:
        raise_event(
            kind=kind, actor=actor, now=now, record_id=record_id, audience_id=audience_id, subject_id=row.first_id,
            payload={"other": str(row.second_id)},
        )  # fmt: skip


def _settle(
    ids: list[uuid.UUID], actor: Actor, now: datetime, state: str, why: str, made: Merge | None
) -> None:
    Suggestion.objects.filter(pk__in=ids).update(
        state=state,
        decided_at=now,
        decided_by_id=actor.user_id,
        why=why,
        merge=made,
        version=F("version") + 1,
    )


def _same(actor: Actor, now: datetime, row: Suggestion, told: Preview, why: str) -> Merge:
    """Make them one. The ledger says so and nothing beside it: what a merge said would stand when the merge has ended."""
    if said_two(told.first.ids, told.second.ids, but=(row.first_id, row.second_id)):
        # Of an id that the actor does not see it is not told that there is one, and they could not decide that pair.
        seen = said_two(told.first.ids_seen, told.second.ids_seen, but=(row.first_id, row.second_id))
        raise Conflict(SAID_TWO if seen else AS_THEY_STAND)
    return merge(actor=actor, now=now, first=row.first_id, second=row.second_id, why=why or None)


def _not_same(
    actor: Actor, now: datetime, row: Suggestion, told: Preview, why: str, made: Merge | None
) -> None:
    if made is not None:
        take_apart(actor=actor, now=now, merge_id=made.pk, why=why or None)
    _say_two(actor, now, row.first_id, row.second_id, told, why)


def _say_two(
    actor: Actor, now: datetime, first: uuid.UUID, second: uuid.UUID, told: Preview, why: str
) -> None:
    """Say that they are two, where only who reaches both may read it: it is about the other as much as a merge would be. Where
    no record has room for that, the pair in the queue keeps it."""
    for record_id, audience_id in told_on(actor, told)[:1]:
        say_not_same(
            actor=actor, now=now, record_id=record_id, audience_id=audience_id, first=first, second=second,
            how=why.strip()[:200] or None,
        )  # fmt: skip
        return
    heard(actor=actor, now=now, first=first, second=second, same=False)


def part(*, actor: Actor, now: datetime, merge_id: uuid.UUID, why: str, two: bool) -> Merge:
    """Take a merge apart: because they are two people (`two`, then nobody proposes them again), or to be looked at anew.

    Raises as people.merging.take_apart does. Raises the event people_taken_apart, and said_not_same where they are two.
    """
    actor.require(RIGHT, NOT_YOURS)
    with transaction.atomic():
        row = take_apart(actor=actor, now=now, merge_id=merge_id, why=why)
        pairs = Suggestion.objects.filter(merge_id=row.pk)
        # Those that fell under the same merge without having been compared are to be looked at again.
        mine = pairs.filter(first_id=row.first_id, second_id=row.second_id)
        others = pairs.exclude(pk__in=mine.values("pk"))
        others.update(state="open", merge=None, version=F("version") + 1)
        if two:
            told = preview(actor, row.first_id, row.second_id)
            _say_two(actor, now, row.first_id, row.second_id, told, why)
        _settle(
            list(mine.values_list("pk", flat=True)),
            actor,
            now,
            "not_same" if two else "open",
            why.strip()[:300],
            None,
        )
    return row


def said_two(
    firsts: Iterable[uuid.UUID], seconds: Iterable[uuid.UUID], *, but: tuple[uuid.UUID, uuid.UUID]
) -> bool:
    """Whether somebody said last of one of each that they are two people, or a steward decided so, the pair `but` left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT steward_said_two(%s::uuid[], %s::uuid[], %s, %s)",
            [list(firsts), list(seconds), *sorted(but)],
        )
        return bool(cursor.fetchone()[0])


def heard(*, actor: Actor, now: datetime, first: uuid.UUID, second: uuid.UUID, same: bool) -> None:
    """What somebody said of two ids, for the queue: "same" is proposed to a steward, also where it was decided otherwise before;
    "not the same" settles it, and puts in doubt what was merged. How likely it is is weighed as a check weighs it: that somebody says so makes
    twins no likelier. Called when they say so, in their transaction."""
    low, high = sorted((first, second))
    row = Suggestion.objects.filter(first_id=low, second_id=high).first()
    if not same:
        if row is None:
            _propose(low, high, now, state="not_same")
        elif row.state not in {"not_same", "doubted"}:
            state = "doubted" if row.state == "same" else "not_same"
            _opened(row, state, row.source)
    elif row is None:
        _propose(low, high, now, band=band_of(actor, low, high))
    elif row.state not in {"same", "doubted"}:
        _opened(row, "open", "said", band_of(actor, low, high))


def _opened(row: Suggestion, state: str, source: str, band: str = "") -> None:
    Suggestion.objects.filter(pk=row.pk).update(
        state=state, source=source, band=band or row.band, bits=SAID_BITS, version=F("version") + 1
    )


def _propose(
    first: uuid.UUID, second: uuid.UUID, now: datetime, *, state: str = "open", source: str = "said",
    band: str = "may_be",
) -> None:  # fmt: skip
    try:
        with transaction.atomic():
            Suggestion.objects.create(
                first_id=first, second_id=second, source=source, band=band, bits=SAID_BITS, found_at=now,
                state=state,
            )  # fmt: skip
    except IntegrityError:
        return  # Somebody proposed it at this very moment.


def compare_by_hand(*, actor: Actor, now: datetime, first: uuid.UUID, second: uuid.UUID) -> Suggestion:
    """The pair of two entries that a steward wants to compare: as it stands, or put into the queue now.

    Raises Refused without the right, NotFound where `first` may not be seen, Invalid (of "other") where `second` is the same
    entry, one person with it already, nobody that the actor may see, or where too little is known of either.
    """
    actor.require(RIGHT, NOT_YOURS)
    if first == second:
        raise Invalid.of("other", ITSELF)
    if not is_known_to(actor, first):
        raise NotFound()
    try:
        told = preview(actor, first, second)
    except NotFound:
        raise Invalid.of("other", NOBODY) from None
    if second in told.first.ids:
        raise Invalid.of("other", ONE_ALREADY)
    if not told.is_enough():
        raise Invalid.of("other", TOO_LITTLE)
    low, high = sorted((first, second))
    with transaction.atomic():
        _propose(low, high, now, source="hand")
        Suggestion.objects.filter(first_id=low, second_id=high, state="withdrawn").update(
            state="open", source="hand", bits=SAID_BITS, version=F("version") + 1
        )
    return Suggestion.objects.get(first_id=low, second_id=high)


def fill(pairs: Iterable[Proposed], *, run_id: uuid.UUID, now: datetime) -> int:
    """Put what a run over all records found into the queue, as the worker. Returns how many of them stand open.

    Left alone: what is one person already, what somebody said last are two, and what a steward has decided or left. That the run proposes
    a pair is kept with it (Proposal), also of one that was in the queue before. Three statements for each BATCH of them.
    """
    rest = iter(pairs)
    return sum(_fill(some, run_id, now) for some in iter(lambda: list(islice(rest, BATCH)), []))


def _rows(pairs: Iterable[Proposed]) -> Iterator[tuple[uuid.UUID, uuid.UUID, uuid.UUID, str, float, str]]:
    met = set()
    for pair in pairs:
        low, high = sorted((pair.first, pair.second))
        if low != high and (low, high) not in met:
            met.add((low, high))
            yield new_id(), low, high, pair.band, pair.bits, json.dumps([list(one) for one in pair.fields])


def _fill(pairs: Iterable[Proposed], run_id: uuid.UUID, now: datetime) -> int:
    columns = list(zip(*_rows(pairs), strict=True))
    if not columns:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(
            "INSERT INTO steward_suggestion AS s (id, first_id, second_id, band, bits, fields, source, found_at, state, why, version)"
            " SELECT p.id, p.first_id, p.second_id, p.band, p.bits, p.fields::jsonb, 'batch', %s, 'open', '', 1"
            "   FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::float8[], %s::text[])"
            "     AS p(id, first_id, second_id, band, bits, fields)"
            "  WHERE NOT EXISTS (SELECT 1 FROM people_alias a WHERE a.person_id = p.first_id AND a.other_id = p.second_id)"
            "    AND NOT steward_said_two(ARRAY[p.first_id], ARRAY[p.second_id], NULL, NULL)"
            " ON CONFLICT (first_id, second_id) DO UPDATE SET band = EXCLUDED.band, fields = EXCLUDED.fields,"
            "   bits = CASE s.state WHEN 'open' THEN greatest(s.bits, EXCLUDED.bits) ELSE EXCLUDED.bits END,"
            "   state = 'open', version = s.version + 1"
            "   WHERE s.state IN ('open', 'withdrawn')",
            [now, *(list(one) for one in columns)],
        )
        opened = int(cursor.rowcount)
        # A statement of its own: the policies of the application see what the one before put there.
        _, firsts, seconds, bands, bits, _ = columns
        cursor.execute(
            "INSERT INTO steward_proposal (run_id, pair_id, bits, band, stands)"
            " SELECT %s, s.id, p.bits, p.band, true"
            "   FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::float8[]) AS p(first_id, second_id, band, bits)"
            "   JOIN steward_suggestion s ON s.first_id = p.first_id AND s.second_id = p.second_id"
            "  WHERE s.state IN ('open', 'later', 'second')"
            " ON CONFLICT (run_id, pair_id) DO UPDATE SET bits = EXCLUDED.bits, band = EXCLUDED.band, stands = true",
            [run_id, list(firsts), list(seconds), list(bands), list(bits)],
        )
    return opened


def throw_away(*, run_id: uuid.UUID) -> int:
    """Withdraw what a run put into the queue, no other proposes and nobody has decided, as the worker. Returns how many. Decisions stay,
    and what others propose weighs again what they say. Four statements."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        Proposal.objects.filter(run_id=run_id, stands=True).update(stands=False)
        cursor.execute(
            "UPDATE steward_suggestion s SET state = 'withdrawn', version = s.version + 1"
            "  FROM steward_proposal r"
            " WHERE r.run_id = %s AND r.pair_id = s.id AND s.state = 'open' AND s.source = 'batch'"
            "   AND NOT EXISTS (SELECT 1 FROM steward_proposal o WHERE o.pair_id = s.id AND o.stands)",
            [run_id],
        )
        withdrawn = int(cursor.rowcount)
        # Ids of runs begin with their time: the band is that of the newest.
        cursor.execute(
            "UPDATE steward_suggestion s SET bits = w.bits, band = w.band"
            "  FROM (SELECT o.pair_id, max(o.bits) AS bits, (array_agg(o.band ORDER BY o.run_id DESC))[1] AS band"
            "          FROM steward_proposal r JOIN steward_proposal o ON o.pair_id = r.pair_id AND o.stands"
            "         WHERE r.run_id = %s GROUP BY o.pair_id) w"
            " WHERE w.pair_id = s.id AND s.source = 'batch' AND s.state IN ('open', 'later', 'second')"
            "   AND (s.bits, s.band) IS DISTINCT FROM (w.bits, w.band)",
            [run_id],
        )
    return withdrawn
