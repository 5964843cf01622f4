"""Repeat victims, perpetrators and locations, by the partnership's own definition (the local rule `repeats`): how many different
incidents, not tellings, of what, in how long (R47, R88, R128)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Q

from sentinel.cases.models import PartyRole
from sentinel.cases.occurrences import occurrence
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import from_london, months_before
from sentinel.matching.rules.occurrences import once
from sentinel.people.whole import OfOne
from sentinel.questionnaires.queries import rule_content

VICTIM, PERPETRATOR, LOCATION = "victim", "perpetrator", "location"
ROLES = {VICTIM: "victim", PERPETRATOR: "alleged_perpetrator"}


@dataclass(frozen=True)
class RepeatRule:
    """What makes a repeat: `incidents` in `months`, of one category where `same_category`."""

    key: str
    label: str
    incidents: int
    months: int
    same_category: bool

    def since(self, on: date) -> datetime:
        """From when incidents count, on a day in London (UTC)."""
        return months_before(from_london(on, time(12)), self.months)

    def counted(self, categories: Iterable[str]) -> int:
        """How many of these incidents count together, by the category of each."""
        several = list(categories)
        return max(Counter(several).values(), default=0) if self.same_category else len(several)


class Happened(NamedTuple):
    """One incident as it is counted: the occurrence that it tells of, its category, and when it was (UTC)."""

    occurrence: uuid.UUID
    category: str
    at: datetime


@dataclass(frozen=True)
class Repeat:
    """How many incidents the reader may see that count, the one being told among them where `with_this`."""

    rule: RepeatRule
    incidents: int
    with_this: bool

    @property
    def is_repeat(self) -> bool:
        """Whether the rule makes it one."""
        return self.incidents >= self.rule.incidents

    @property
    def words(self) -> str:
        """ "Repeat victim: 3 incidents in 12 months, this one counted"."""
        number = "1 incident" if self.incidents == 1 else f"{self.incidents} incidents"
        of = " of one kind" if self.rule.same_category and self.incidents > 1 else ""
        period = "month" if self.rule.months == 1 else f"{self.rule.months} months"
        counted = ", this one counted" if self.with_this else ""
        return f"{self.rule.label}: {number}{of} in {period}{counted}"


def repeat_rules(on: date, agency_id: uuid.UUID | None) -> dict[str, RepeatRule]:
    """The rule of each kind, an agency's own where it has one. Raises NotFound where none was loaded."""
    return {
        item["key"]: RepeatRule(
            item["key"],
            item["label"],
            int(item["incidents"]),
            int(item["months"]),
            item["of"] == "same_category",
        )
        for item in rule_content("repeats", on, agency_id)["items"]
    }


def repeats_of(
    actor: Actor, person_id: uuid.UUID, on: date, *, same_as: uuid.UUID | None = None
) -> list[Repeat]:
    """What the records that the actor may see make of a person who was confirmed: only the repeats. One query.

    As a victim the incident that is being told counts as well; as a perpetrator only what is recorded does.
    An allegation that was unfounded counts for nothing, and what was told several times counts once; so does `same_as`, the occurrence that
    what is being told now is another telling of.
    """
    rules = [rule for key, rule in repeat_rules(on, actor.agency_id).items() if key in ROLES]
    if not rules:
        return []
    incidents = incidents_of(
        actor, person_id, [ROLES[rule.key] for rule in rules], min(rule.since(on) for rule in rules)
    )
    found = []
    for rule in rules:
        begin = rule.since(on)
        mine = rule.key == VICTIM
        categories = once(
            [
                (one.occurrence, one.category)
                for (role, _), one in incidents.items()
                if role == ROLES[rule.key] and one.at >= begin and not (mine and one.occurrence == same_as)
            ]
        )
        repeat = Repeat(rule, rule.counted(categories) + mine, mine)
        if categories and repeat.is_repeat:
            found.append(repeat)
    return found


def incidents_of(
    actor: Actor, person_id: uuid.UUID, roles: Collection[str], since: datetime | None = None
) -> dict[tuple[str, uuid.UUID], Happened]:
    """The incidents that the actor may see in which a person, under any id that is one with theirs, has one of these roles, by role
    and incident. An allegation that was unfounded is left out. One query."""
    rows = PartyRole.objects.filter(
        OfOne("party__identity__person_id", [person_id]), role__in=list(roles), incident__isnull=False
    ).exclude(allegation="unfounded")
    if since is not None:
        rows = rows.filter(
            Q(incident__occurred_from__gte=since)
            | Q(incident__occurred_from__isnull=True, incident__created_at__gte=since)
        )
    values = rows.values_list(
        "role",
        "incident_id",
        occurrence("incident__"),
        "incident__category",
        "incident__occurred_from",
        "incident__created_at",
    )
    return {
        (role, one): Happened(whole, category, at or made) for role, one, whole, category, at, made in values
    }


def repeat_location(rule: RepeatRule, incidents: Iterable[tuple[str, datetime]], on: date) -> Repeat | None:
    """Whether a place is a repeat location with the incident that is being told there: `incidents` are the categories and moments
    of those recorded. None where it is not."""
    begin = rule.since(on)
    counted = rule.counted(category for category, at in incidents if at >= begin)
    repeat = Repeat(rule, counted + 1, True)
    return repeat if counted and repeat.is_repeat else None
