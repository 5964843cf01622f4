"""Whoever the protocol names is told, step by step, until somebody acknowledges."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F

from sentinel.accounts.duties import OnDuty, on_duty_for_each, police_for
from sentinel.accounts.models import Agency
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer_each
from sentinel.foundation.rows import put_all
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.risk.high import rules
from sentinel.risk.high.models import HighRisk, ToldOfHighRisk
from sentinel.risk.high.queries import protocol_on
from sentinel.risk.high.telling import tell_case
from sentinel.risk.tasks import send_told


def acknowledge(*, actor: Actor, now: datetime, high_risk_id: uuid.UUID) -> HighRisk:
    """Say that one has read that there is high risk and acts on it. Raises NotFound for who was not told."""
    mine = ToldOfHighRisk.objects.filter(high_risk_id=high_risk_id, user=actor.user_id)
    told = mine.select_related("high_risk").order_by("-step", "role").first()
    if told is None:
        raise NotFound()
    if mine.filter(acknowledged_at__isnull=True).update(acknowledged_at=now, version=F("version") + 1):
        tell_case("high_risk_acknowledged", told.id, now)
    return told.high_risk


def pass_on(*, now: datetime) -> int:
    """Tell the next step of what nobody has acknowledged in time. For the worker. Returns how many were passed on.

    A step is acknowledged when somebody of it has acknowledged; a role whose minutes are over passes on alone.
    """
    waiting = ToldOfHighRisk.objects.filter(
        due_at__lte=now, acknowledged_at__isnull=True, passed_on_at__isnull=True,
        high_risk__ended_at__isnull=True,
    )  # fmt: skip
    late = list(waiting.select_related("high_risk").select_for_update(of=("self",), skip_locked=True))
    passed: set[tuple[uuid.UUID, str]] = set()
    for told in late:
        row = told.high_risk
        role = (row.id, told.role)
        others = ToldOfHighRisk.objects.filter(high_risk=row, role=told.role, acknowledged_at__isnull=False)
        if role not in passed and not others.exists():
            passed.add(role)
            _tell_next(now, row, told.step)
        ToldOfHighRisk.objects.filter(pk=told.pk).update(passed_on_at=now, version=F("version") + 1)
    return len(passed)


def tell_from_the_start(
    now: datetime, row: HighRisk, owner: Agency, forces: list[Agency], *, by: uuid.UUID | None
) -> None:
    """Tell the first step of high risk that begins, of which nobody has been told yet."""
    _tell_from(now, row, owner, forces, 1, by=by, begins=True)


def _tell_next(now: datetime, row: HighRisk, step: int) -> None:
    owner = Agency.objects.get(pk=row.owner_agency_id)
    forces = police_for(row.place.district_id if row.place else None)
    following = rules.next_step(protocol_on(london_date(now)), step)
    if following is not None:
        _tell_from(now, row, owner, forces, following, by=None)


def _tell_from(
    now: datetime,
    row: HighRisk,
    owner: Agency,
    forces: list[Agency],
    step: int,
    *,
    by: uuid.UUID | None,
    begins: bool = False,
) -> None:
    """Tell a step; where there is nobody to tell in it, the next one at once."""
    lines = protocol_on(london_date(now))
    at: int | None = step
    while at is not None:
        here = [line for line in lines if line.step == at]
        if _tell_step(now, row, owner, forces, here, by=by, begins=begins):
            return
        at = rules.next_step(lines, at)


def _tell_step(
    now: datetime,
    row: HighRisk,
    owner: Agency,
    forces: list[Agency],
    lines: list[rules.Telling],
    *,
    by: uuid.UUID | None,
    begins: bool,
) -> int:
    """Write down who is told by the lines of a step, each once, and send them a message without personal data. `by` is None where
    it is passed on by itself: then it comes from whoever began it. Returns how many there are in the step."""
    area = row.place.district_id if row.place else None
    asked = [
        OnDuty(
            line.duty,
            [line.role],
            [owner.id] if line.of == rules.OWNER else [one.id for one in forces],
            area if line.of == rules.AREA else None,
        )
        for line in lines
    ]
    told = {
        (line.key, user.pk): ToldOfHighRisk(
            record_id=row.record_id, origin_agency_id=row.origin_agency_id, regime=row.regime, created_at=now,
            created_by_id=by, high_risk=row, role=line.key, user=user, step=line.step, told_at=now, due_at=line.due(now),
        )
        for line, users in zip(lines, on_duty_for_each(asked), strict=True)
        for user in users
    }  # fmt: skip
    if begins:
        rows = put_all(list(told.values()))
    else:
        known = set(ToldOfHighRisk.objects.filter(high_risk=row).values_list("role", "user_id"))
        rows = [one for key, one in told.items() if key not in known]
        # Two workers at once: the other's rows stand, and a person may get the message twice, never not at all.
        ToldOfHighRisk.objects.bulk_create(rows, ignore_conflicts=True)
    people = dict.fromkeys(one.user_id for one in rows)
    defer_each(send_told, [{"high_risk": str(row.id), "user": str(user)} for user in people])
    return len(told)
