"""The lines of My work for what stands under the actor's own name, asked for together: reports and assessments that they began
and have not finished, high risk that they were told of and have not acknowledged, markers that the control room does not show, referrals that they are to send, to decide on
or to answer, and cases of their team that they are late to review."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from sentinel.desk.work.lines import Line
from sentinel.desk.work.mine import Mine
from sentinel.desk.work.own.lines import LINES, reports_line
from sentinel.desk.work.own.rows import (
    COLUMNS,
    names_of,
    of_access_answered,
    of_access_asked,
    of_answers,
    of_high_risk,
    of_lowerings,
    of_nobodys,
    of_people,
    of_referrals,
    of_reports,
    of_reviews,
    of_touched,
    of_touched_over,
    received,
    unshown,
)
from sentinel.desk.work.sources import MOST, source
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.kernel.clock import london_date
from sentinel.partnership.referrals.rules import kinds_for
from sentinel.risk.supervision.queries import clocks_on, days_of
from sentinel.risk.supervision.rules import level_of

Part = Callable[..., QuerySet[Any, tuple[Any, ...]]]
ONCE = "lowering_nobodys"
# More reports than these that were begun are told in one line.
EACH = 3


@source
def own(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """What the actor began and has not finished, which counts for nothing until it is, and what they are to acknowledge.
    One query, and one more where somebody is named who is in none of the cases at hand."""
    if actor.user_id is None:
        return
    said = set()
    begun: list[dict[str, Any]] = []
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(actor, actor.user_id, now)]
    names = _names(mine, {told["of_party"] for told in rows if told["of_party"]})
    for told in rows:
        if told["of_party"]:
            told["called"] = names.get(told["of_party"], "")
        if told["what"] == "report":
            begun.append(told)
            continue
        # An administrator is told once that a supervisor is missing, of however many cases.
        if told["what"] != ONCE or ONCE not in said:
            said.add(told["what"])
            yield LINES[told["what"]](told, now)
    if len(begun) > EACH:
        yield reports_line(begun, now)
    else:
        yield from (LINES["report"](told, now) for told in begun)


def _names(mine: Mine, parties: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What each party is called: as the cases at hand have it, which are mostly theirs."""
    if not parties:
        return {}
    known = {one.id: one.called for some in mine.people.values() for one in some if one.id in parties}
    others = parties - known.keys()
    return known | {party: called or "" for party, called in (names_of(list(others)) if others else [])}


def _rows(actor: Actor, user: uuid.UUID, now: datetime) -> list[tuple[Any, ...]]:
    today = london_date(now)
    decides, lowers = actor.may("decide_referral"), actor.may("lower_band")
    given: dict[str, Any] = {
        "user": user,
        "decides": actor.team_id if decides else None,
        "over": actor.agency_id if decides else None,
        "lowers": actor.team_id if lowers else None,
        "lowers_over": actor.agency_id if lowers else None,
        "lowers_as": list(actor.holders) if lowers else [],
        "administers": actor.agency_id if actor.may("administer_agency") else None,
        "agency": actor.agency_id,
        "shares": actor.agency_id if actor.may("share_case") else None,
        "answers": actor.agency_id if actor.may("review_break_glass") else None,
        "kinds": kinds_for(actor.rights),
        "now": now,
        "today": today,
    }
    parts: list[Part] = [
        of_people,
        of_reports,
        of_high_risk,
        of_referrals,
        of_access_answered,
        of_answers,
        unshown,
    ]
    # What the actor has no right to be asked can hold no row for them, and costs the database as much as what holds some.
    if given["kinds"]:
        parts.append(received)
    if given["shares"] or given["answers"]:
        parts += [of_access_asked, of_touched_over if given["answers"] else of_touched]
    if lowers:
        parts.append(of_lowerings)
    if given["administers"]:
        parts.append(of_nobodys)
    level = level_of(actor.rights)
    if level and actor.team_id is not None and actor.agency_id is not None:
        low, medium, high = days_of(clocks_on(today, actor.agency_id), level)
        given |= {"team": actor.team_id, "level": level, "low": low, "medium": medium, "high": high}
        parts.append(of_reviews)
    united = _united(tuple(parts))
    return united(**{name: given[name] for name in united.takes})


@dataclass(frozen=True)
class _United:
    """The parts in one query: what it takes, by name, and how it is asked."""

    takes: tuple[str, ...]
    ask: Callable[..., list[tuple[Any, ...]]]

    def __call__(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows of every part, those that began first first. One query."""
        return self.ask(**given)


@cache
def _united(parts: tuple[Part, ...]) -> _United:
    """Put together once for everybody with the same rights."""
    takes = {part: inspect.signature(part, eval_str=True).parameters for part in parts}
    every = {
        name: one.replace(kind=one.KEYWORD_ONLY) for some in takes.values() for name, one in some.items()
    }

    def ask(**given: Any) -> QuerySet[Any, tuple[Any, ...]]:
        first, *rest = (part(**{name: given[name] for name in takes[part]}) for part in parts)
        return first.union(*rest, all=True).order_by("begun_at")[:MOST]

    # A compiled query has the types of its arguments written down.
    ask.__signature__ = inspect.Signature(list(every.values()))  # type: ignore[attr-defined]
    return _United(tuple(every), compiled(ask))
