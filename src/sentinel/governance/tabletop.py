"""A draft tried on past assessments: over the whole partnership by the worker, as counts; over what a reader may read, by name.

Decision 0017 says why there are two. What is kept of the whole holds bands and rounded counts, never who.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from sentinel.foundation.actor import Actor
from sentinel.governance.models import QuestionSetDraft, Tabletop
from sentinel.governance.queries import governs
from sentinel.governance.rules.replaying import NO_BAND, Past, Replayed, Tally, about, replay, told
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, build
from sentinel.risk.models import Assessment
from sentinel.risk.rules import band_key

Key = TypeVar("Key", str, tuple[str, str])

# The newest assessments that are looked at: of the whole partnership, and while somebody waits for a page.
MOST, MOST_OF_OWN = 20_000, 1_000
# On fewer than these of the whole partnership nothing is tried: too few to hide one of them.
FEWEST_PAST = 20


def _newest(subject: str, most: int) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(question_set__subject=subject).order_by("-assessed_at", "-id")
    return rows.only("case_id", "party_id", "place_id", "question_set_id", "answers", "band", "assessed_at")[
        :most
    ]


def _current(rows: Iterable[Assessment]) -> Iterator[Assessment]:
    """The newest of each person, place or case: the one that stands."""
    seen: set[uuid.UUID] = set()
    for row in rows:
        whose = row.party_id or row.place_id or row.case_id
        if whose not in seen:
            seen.add(whose)
            yield row


def _replayed(row: Assessment, draft: QuestionSet) -> Replayed:
    past = Past(question_set_of(row.question_set_id), row.answers, band_key(row.band) or NO_BAND)
    return replay(past, draft)


def work_out(*, now: datetime, tabletop_id: uuid.UUID) -> None:
    """Replay a revision on the newest assessments of the whole partnership and keep the counts. For the worker, which reads all."""
    row = Tabletop.objects.select_for_update(of=("self",)).select_related("revision").get(pk=tabletop_id)
    if row.done_at is not None:
        return
    draft, _ = build(row.revision.definition)
    if draft is None:
        raise ValueError("A revision that cannot be read was to be replayed.")
    counted, seen, since = Tally(), 0, None
    rows = list(_newest(draft.subject, MOST))
    for one in _current(rows):
        counted.add(_replayed(one, draft))
    seen = len(rows)
    since = rows[-1].assessed_at.date().isoformat() if rows else None
    row.result = (
        {"too_few": True}
        if counted.of < FEWEST_PAST
        else {**shown(counted), "capped": seen == MOST, "since": since}
    )
    row.done_at = now
    row.save(update_fields=["result", "done_at"])


def shown(counted: Tally) -> dict[str, Any]:
    """What is kept of a tally: every count as everybody may read it, and nothing of those that are fewer than five."""
    pairs = told(counted.pairs)
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for (was, becomes), count in pairs.items():
        before[was] += count
        after[becomes] += count
    changed = sum(count for (was, becomes), count in counted.pairs.items() if was != becomes)
    return {
        "of": about(counted.of),
        "changed": about(changed),
        "higher": about(counted.could_be_higher),
        "before": _kept(before),
        "after": _kept(after),
        "pairs": [[was, becomes, count] for (was, becomes), count in _kept(pairs).items()],
        "causes": [
            list(one) for one in sorted(_kept(counted.causes).items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def _kept(counts: Mapping[Key, int]) -> dict[Key, int]:
    rounded = {key: about(count) for key, count in sorted(counts.items())}
    return {key: count for key, count in rounded.items() if count is not None}


@dataclass(frozen=True)
class OwnLine:
    """One assessment that a draft would put into another band, in a case that the reader may read."""

    case_id: uuid.UUID
    reference: str
    assessed_at: datetime
    found: Replayed


@dataclass(frozen=True)
class Own:
    """What a draft makes of the assessments that the reader may read: how many there are, and those that change."""

    of: int
    pairs: Mapping[tuple[str, str], int]
    lines: list[OwnLine]
    capped: bool


def own_reach(actor: Actor, draft: QuestionSet) -> Own | None:
    """Replay on what the actor may read, by the row policies; None for whose role reads no case."""
    governs(actor)
    if not actor.may("see_cases"):
        return None
    rows = list(_newest(draft.subject, MOST_OF_OWN).select_related("case"))
    counted, lines = Tally(), []
    for row in _current(rows):
        found = _replayed(row, draft)
        counted.add(found)
        if found.changed:
            lines.append(OwnLine(row.case_id, row.case.reference, row.assessed_at, found))
    return Own(counted.of, counted.pairs, lines, len(rows) == MOST_OF_OWN)


def newest_tabletop(draft: QuestionSetDraft) -> Tabletop | None:
    """The last try of any revision of a draft, done or waiting."""
    rows = Tabletop.objects.filter(revision__draft=draft).select_related("revision", "asked_by")
    return rows.order_by("-asked_at", "-id").first()
