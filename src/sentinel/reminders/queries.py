"""What pages about reminders read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from sentinel.accounts.models import Agency, Team
from sentinel.cases.queries import party_names
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import ReminderRule, Simulation
from sentinel.reminders.reading import read_rule
from sentinel.reminders.rules import Rule
from sentinel.reminders.wording import WHO_LABELS, about_case, days_in_words, page_of

MOST = 200


@dataclass(frozen=True)
class Mine:
    """One matter that somebody is reminded of: what is wanted, where, since when (UTC), and the so-manieth time.

    `many` answers, say, of the same person stand together.
    """

    label: str
    words: str
    reference: str
    title: str
    href: str
    since: datetime
    step: int
    deputising: bool
    urgent: bool
    many: int
    name: str = ""


def rules_by_id() -> dict[uuid.UUID, Rule]:
    """Every version of every rule that can be read. One query."""
    found = {}
    for row in ReminderRule.objects.only("content"):
        rule, _ = read_rule(row.content, CONDITIONS)
        if rule is not None:
            found[row.pk] = rule
    return found


def reminders_of(actor: Actor) -> list[Mine]:
    """What the actor is reminded of now: urgent first, then the longest. Three queries. Names are for the page alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule_id, reference, title, subject_id, detail, started_at, step, deputising, urgent FROM reminders_mine(%s)",
            [MOST],
        )
        rows = cursor.fetchall()
    rules = rules_by_id() if rows else {}
    names = party_names(actor, {row[3] for row in rows if row[1]}) if rows else {}
    found: dict[tuple[uuid.UUID, str], Mine] = {}
    for rule_id, reference, title, subject, detail, since, step, deputising, urgent in rows:
        rule = rules.get(rule_id)
        if rule is None:
            continue
        href = page_of(rule.condition, reference, subject, detail)
        # What is put right on one page stands in one line.
        before = found.get((rule_id, href))
        of_case = about_case(rule.condition)
        found[rule_id, href] = Mine(
            label=rule.label,
            words=rule.words,
            reference=(reference or "") if of_case else "",
            title=(title or "") if of_case else "",
            href=href,
            since=before.since if before else since,
            step=max(step, before.step if before else 0),
            deputising=bool(deputising),
            urgent=urgent,
            many=before.many + 1 if before else 1,
            name=names.get(subject, ""),
        )
    return list(found.values())


VIEWS = "Only a local administrator or a governance officer looks at the rules of reminders."


@dataclass(frozen=True)
class Version:
    """One version of a rule, in words."""

    row: ReminderRule
    rule: Rule
    condition: str
    counted_from: str
    until: str
    days: str
    to: list[str]
    state: str


@dataclass(frozen=True)
class OneRule:
    """A rule: the version that holds today (None before its day), the draft, what comes, and what was, newest first."""

    key: str
    now: Version | None
    draft: Version | None
    others: list[Version]


@dataclass(frozen=True)
class Tried:
    """A simulation in words: `lines` are heading and rows of name and number, the most first."""

    row: Simulation
    reminders: int
    lines: list[tuple[str, list[tuple[str, int]]]]


def every_rule(actor: Actor, today: date) -> list[OneRule]:
    """All rules, by what they are about. Raises Refused for who does not look after Sentinel. One query."""
    actor.require("see_failures", VIEWS)
    versions: dict[str, list[Version]] = {}
    for row in ReminderRule.objects.filter(discarded_at__isnull=True).order_by("key", "-effective_from"):
        found = _version(row)
        if found is not None:
            versions.setdefault(row.key, []).append(found)
    rules = [_one(key, some, today) for key, some in versions.items()]
    return sorted(rules, key=lambda one: (one.now or one.draft or one.others[0]).rule.label)


def one_rule(actor: Actor, key: str, today: date) -> OneRule:
    """One rule. Raises Refused, NotFound."""
    for one in every_rule(actor, today):
        if one.key == key:
            return one
    raise NotFound


def tried_out(actor: Actor, version: Version | None) -> Tried | None:
    """The newest simulation of this version of a rule as it stands, None where nobody has asked for one. Three queries."""
    if version is None:
        return None
    row = (
        Simulation.objects.filter(rule=version.row, rule_version=version.row.version)
        .order_by("-asked_at")
        .first()
    )
    if row is None:
        return None
    result = row.result or {}
    if not result:
        return Tried(row, 0, [])
    agencies = {str(one.pk): one.name for one in Agency.objects.filter(pk__in=_ids(result["by_agency"]))}
    teams = {
        str(one.pk): f"{one.name}, {one.agency.short_name}"
        for one in Team.objects.select_related("agency").filter(pk__in=_ids(result["by_team"]))
    }
    lines = [
        ("To whom", _most({WHO_LABELS[who]: many for who, many in result["by_who"].items()})),
        (
            "Agency",
            _most({agencies.get(one, "Not known"): many for one, many in result["by_agency"].items()}),
        ),
        ("Team", _most({teams.get(one, "No team"): many for one, many in result["by_team"].items()})),
        ("Month", [(f"{_month(one):%B %Y}", many) for one, many in sorted(result["by_month"].items())]),
    ]
    if not actor.may("govern"):
        # A small number beside an agency or a month tells who holds what.
        lines = lines[:1]
    return Tried(row, sum(result["by_who"].values()), lines)


def _ids(counted: Mapping[str, int]) -> list[uuid.UUID]:
    return [uuid.UUID(one) for one in counted if one]


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _one(key: str, versions: list[Version], today: date) -> OneRule:
    draft = next((one for one in versions if one.row.effective_from is None), None)
    dated = [one for one in versions if one.row.effective_from is not None]
    holding = next((one for one in dated if one.row.effective_from and one.row.effective_from <= today), None)
    return OneRule(key, holding, draft, [one for one in dated if one is not holding])


def _version(row: ReminderRule) -> Version | None:
    rule, _ = read_rule(row.content, CONDITIONS)
    if rule is None:
        return None
    condition = CONDITIONS[rule.condition]
    to = [
        WHO_LABELS[one.who] + ("" if one.since_step == 1 else f", from reminder {one.since_step} on")
        for one in rule.to
    ]
    state = "Draft" if row.effective_from is None else ("" if row.active else "Reminds of nothing")
    return Version(
        row, rule, condition.label, condition.counted_from, condition.until,
        days_in_words(rule.after, rule.then_every, rule.days), to, state,
    )  # fmt: skip
