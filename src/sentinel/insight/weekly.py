"""The weekly message: one a week to each lead, supervisor and head of service, with their own figures and the ways to the lists.

It holds numbers and addresses and nothing of any case, and counts what every reader of the cases may see: nothing that a narrower
audience guards, but that somebody is not assessed. It is decided under a key that is unique (the person and the
week), so that two workers make one, and starts from state: a Monday on which no worker ran is made up for in the week.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.urls import reverse

from sentinel.accounts.models import RoleHeld, User
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.models import Message
from sentinel.insight.links import list_href
from sentinel.insight.matters import NO_TEAM, Chosen, figures_by_lead
from sentinel.insight.rules import MEASURES, Figures, total
from sentinel.insight.weeks import monday_of
from sentinel.kernel.clock import london_date, to_london
from sentinel.web.formats import uk_datetime

# In London, as reminders go out: before people begin.
SENT_FROM = time(7, 30)
SUBJECT = "Sentinel: your figures of this week"
TEAM_ROLES = frozenset({"supervisor", "area_inspector"})
AGENCY_ROLES = frozenset({"head_of_service"})
LEAD_ROLES = frozenset({"case_officer"})

ByLead = Mapping[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None], Figures]


@dataclass(frozen=True)
class Part:
    """One part of a message: whose figures, and what leads to their lists."""

    title: str
    figures: Figures
    chosen: Chosen


def parts_of(user: User, roles: Iterable[str], found: ByLead) -> list[Part]:
    """What somebody is told: a head of service of the agency, a supervisor of the team (of the agency where they have none), a
    lead of the cases that they lead, where anything in these is to be put right."""
    held = set(roles)
    parts = []
    if held & AGENCY_ROLES or (held & TEAM_ROLES and user.team_id is None):
        of_agency = total(one for (agency, _, _), one in found.items() if agency == user.agency_id)
        parts.append(Part("Your agency", of_agency, Chosen(agency=user.agency_id)))
    elif held & TEAM_ROLES:
        of_team = total(one for (_, team, _), one in found.items() if team == user.team_id)
        parts.append(Part("Your team", of_team, Chosen(agency=user.agency_id, team=user.team_id or NO_TEAM)))
        adrift = total(
            one for (agency, team, _), one in found.items() if agency == user.agency_id and team is None
        )
        if not adrift.is_zero:
            parts.append(
                Part("Cases of your agency that no team has", adrift, Chosen(user.agency_id, NO_TEAM))
            )
    if held & (LEAD_ROLES | TEAM_ROLES):
        mine = total(one for (_, _, lead), one in found.items() if lead == user.pk)
        if not mine.is_zero:
            parts.append(Part("Cases that you lead", mine, Chosen(mine=True)))
    return parts


def body_of(parts: Iterable[Part], now: datetime) -> str:
    """The words of a message."""
    said = [f"Your figures in Sentinel, counted {uk_datetime(now)}."]
    said += ["\n".join([part.title, *_lines(part)]) for part in parts]
    said.append(f"All figures: {settings.ADDRESS}{reverse('compliance')}")
    said.append(
        "The lists behind the numbers show how it stands when you open them, and what is kept to you and a few others, which is "
        "not counted here. Nobody reads answers to this message."
    )
    return "\n\n".join(said) + "\n"


def _lines(part: Part) -> Iterator[str]:
    for key, measure in MEASURES.items():
        number = part.figures.of(key)
        yield f"- {measure.title}: {number}"
        if number:
            yield f"  {settings.ADDRESS}{list_href(key, part.chosen)}"


def is_time(now: datetime) -> bool:
    """Whether this week's message may go: from Monday morning on."""
    there = to_london(now)
    return there.weekday() > 0 or there.time() >= SENT_FROM


def send_weekly(*, now: datetime) -> int:
    """Decide this week's messages that are not decided yet. The worker's; a transaction for each. Returns how many."""
    if not is_time(now):
        return 0
    week = monday_of(london_date(now))
    with transaction.atomic():
        state_actor(SYSTEM)
        people = _people()
        told = set(
            Message.objects.filter(decided_key__in=[_key(user.pk, week) for user in people]).values_list(
                "decided_key", flat=True
            )
        )
        waiting = [user for user in people if _key(user.pk, week) not in told]
        found = figures_by_lead(now) if waiting else {}
    return sum(_decide(user, found, week, now) for user in waiting)


def _key(user_id: uuid.UUID, week: date) -> str:
    return f"weekly figures {user_id} {week.isoformat()}"


def _people() -> list[User]:
    held = RoleHeld.objects.filter(until__isnull=True)
    wanted = held.filter(role__in=LEAD_ROLES | TEAM_ROLES | AGENCY_ROLES)
    return list(
        User.objects.filter(is_active=True, suspended_at__isnull=True, pk__in=wanted.values("user_id"))
        .select_related("agency")
        .prefetch_related(Prefetch("roles", queryset=held))
        .order_by("pk")
    )


def _decide(user: User, found: ByLead, week: date, now: datetime) -> int:
    parts = parts_of(user, [row.role for row in user.roles.all()], found)
    if not parts:
        return 0
    try:
        with transaction.atomic():
            state_actor(SYSTEM)
            Message.objects.create(
                # The record is the recipient: nobody's reach leads to it, and none of the cases is opened by it.
                record_id=user.pk, origin_agency_id=user.agency_id, regime=user.agency.regime, created_at=now,
                source="weekly figures", decided_key=_key(user.pk, week), channel="email", recipient=user.email,
                subject=SUBJECT, body=body_of(parts, now),
            )  # fmt: skip
    except IntegrityError:
        return 0
    return 1
