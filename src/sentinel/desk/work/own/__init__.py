"""The lines of My work for what stands under the actor's own name, in one query: reports and assessments that they began
and have not finished, high risk that they were told of and have not acknowledged, markers that the control room does not show, referrals that they are to send, to decide on
or to answer, and cases of their team that they are late to review."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sentinel.desk.work.lines import Line
from sentinel.desk.work.mine import Mine
from sentinel.desk.work.own.lines import LINES, reports_line
from sentinel.desk.work.own.rows import (
    COLUMNS,
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

ONCE = "lowering_nobodys"
# More reports than these that were begun are told in one line.
EACH = 3


@source
def own(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """What the actor began and has not finished, which counts for nothing until it is, and what they are to acknowledge.
    One query."""
    if actor.user_id is None:
        return
    said = set()
    begun: list[dict[str, Any]] = []
    for row in _rows(actor, actor.user_id, now):
        told = dict(zip(COLUMNS, row, strict=True))
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


def _rows(actor: Actor, user: uuid.UUID, now: datetime) -> list[tuple[Any, ...]]:
    today = london_date(now)
    decides, lowers = actor.may("decide_referral"), actor.may("lower_band")
    own: dict[str, Any] = {
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
    level = level_of(actor.rights)
    if not level or actor.team_id is None or actor.agency_id is None:
        return _own(**own)
    low, medium, high = days_of(clocks_on(today, actor.agency_id), level)
    return _own_and_team(**own, team=actor.team_id, level=level, low=low, medium=medium, high=high)


@compiled
def _own_and_team(
    user: uuid.UUID, decides: uuid.UUID | None, over: uuid.UUID | None, lowers: uuid.UUID | None, lowers_over: uuid.UUID | None,
    lowers_as: list[uuid.UUID], administers: uuid.UUID | None, agency: uuid.UUID | None, shares: uuid.UUID | None, answers: uuid.UUID | None, kinds: list[str], now: datetime, today: date,
    team: uuid.UUID, level: int, low: int, medium: int, high: int,
) -> QuerySet[Any, tuple[Any, ...]]:  # fmt: skip
    rows = [
        *_others(user, decides, over, agency, kinds),
        of_access_asked(user, shares, answers),
        of_touched(user, shares, answers),
        *_lowerings(user, lowers, lowers_over, lowers_as, administers, today),
        unshown(user, lowers, lowers_over, now),
        of_reviews(user, agency, team, level, low, medium, high, today),
    ]
    return of_people(user).union(*rows, all=True).order_by("begun_at")[:MOST]


@compiled
def _own(
    user: uuid.UUID, decides: uuid.UUID | None, over: uuid.UUID | None, lowers: uuid.UUID | None, lowers_over: uuid.UUID | None,
    lowers_as: list[uuid.UUID], administers: uuid.UUID | None, agency: uuid.UUID | None, shares: uuid.UUID | None, answers: uuid.UUID | None, kinds: list[str], now: datetime, today: date,
) -> QuerySet[Any, tuple[Any, ...]]:  # fmt: skip
    rows = [
        *_others(user, decides, over, agency, kinds),
        of_access_asked(user, shares, answers),
        of_touched(user, shares, answers),
        *_lowerings(user, lowers, lowers_over, lowers_as, administers, today),
        unshown(user, lowers, lowers_over, now),
    ]
    return of_people(user).union(*rows, all=True).order_by("begun_at")[:MOST]


def _lowerings(
    user: uuid.UUID, team: uuid.UUID | None, over: uuid.UUID | None, holders: list[uuid.UUID], administers: uuid.UUID | None, today: date
) -> list[QuerySet[Any, tuple[Any, ...]]]:  # fmt: skip
    return [of_lowerings(user, team, over, holders, today), of_answers(user), of_nobodys(administers, today)]


def _others(
    user: uuid.UUID,
    decides: uuid.UUID | None,
    over: uuid.UUID | None,
    agency: uuid.UUID | None,
    kinds: list[str],
) -> list[QuerySet[Any, tuple[Any, ...]]]:
    return [
        of_reports(user),
        of_high_risk(user),
        of_referrals(user, decides, over),
        received(agency, kinds),
        of_access_answered(user),
    ]
