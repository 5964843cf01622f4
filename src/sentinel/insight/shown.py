"""A list behind a number as its page shows it: whose, since when, and where it is put right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Func, IntegerField
from django.urls import reverse

from sentinel.access.models import Rung
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import PROVENANCE
from sentinel.insight.matters import Found, of_cases
from sentinel.insight.rules import CASES, LATE, PEOPLE, PUT_OFF, REVIEWS, UNKNOWN
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.people.queries import names_of
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.high.queries import role_words
from sentinel.risk.lists import matrix_for
from sentinel.risk.next import page_of
from sentinel.risk.rules import CASE, LOCATION, VICTIM, band_key
from sentinel.web.formats import how_long, plural, uk_date, uk_datetime

SUBJECTS = {
    "victim": "victim",
    "perpetrator": "complained of",
    "witness": "witness",
    "case": "the case, which has no victim",
    "location": "the place",
}
HIDDEN = "Somebody whom you may not see"


@dataclass(frozen=True)
class Way:
    """A link by which a row is put right."""

    words: str
    href: str


@dataclass(frozen=True)
class Who:
    """One person, or the case, of a row: what is said of them, and the ways to put it right."""

    name: str
    subject: str
    since: str
    said: str
    ways: list[Way] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One row of a list. `band` is that of an assessment, None where nobody has assessed it."""

    case: Case
    band: str | None
    who: list[Who]


def rows_of(actor: Actor, now: datetime, measure: str, found: list[Found]) -> list[Row]:
    """The rows of a page of a list, in its order. Five queries at most, however many rows."""
    wanted = list(dict.fromkeys(one.record_id for one in found))
    cases = {
        case.id: case
        for case in Case.objects.filter(pk__in=wanted)
        .select_related("lead", "team", "owner_agency")
        .annotate(stands_on=Func(F("id"), function="access_true_rung", output_field=IntegerField()))
        .defer(*PROVENANCE)
    }
    by_case: dict[uuid.UUID, list[Found]] = {}
    if measure == CASES:
        for one in of_cases(actor, now, wanted):
            by_case.setdefault(one.record_id, []).append(one)
    names = _names(actor, [one.subject_id for some in (found, *by_case.values()) for one in some])
    made = []
    for one in found:
        case = cases.get(one.record_id)
        if case is None:
            continue
        several = by_case.get(case.id, [one]) if measure == CASES else [one]
        made.append(
            Row(
                case,
                band_key(one.band or 0),
                [_who(actor, now, measure, case, each, names) for each in several],
            )
        )
    return made


def _names(actor: Actor, party_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    parties = list(Party.objects.filter(pk__in=list(party_ids)).select_related("identity"))
    people = {
        party.id: party.identity.person_id
        for party in parties
        if not party.identity_protected and hasattr(party, "identity")
    }
    said = names_of(actor, people.values())
    return {
        party.id: said.get(people[party.id], "") if party.id in people else party.label for party in parties
    } | {
        party.id: party.label or party.description[:80] or "Somebody whose name is not known"
        for party in parties
        if not (party.id in people and said.get(people[party.id]))
    }


def _who(
    actor: Actor, now: datetime, measure: str, case: Case, one: Found, names: dict[uuid.UUID, str]
) -> Who:
    whole = one.subject in {CASE, LOCATION} or measure == LATE
    name = "" if whole else names.get(one.subject_id, HIDDEN)
    seen = whole or one.subject_id in names
    return Who(
        name=name,
        subject=SUBJECTS[one.subject],
        since=_since(measure, one, now),
        said=_said(measure, one, now),
        ways=_ways(actor, measure, case, one) if seen else [],
    )


def _since(measure: str, one: Found, now: datetime) -> str:
    if measure == REVIEWS and one.due is not None:
        return f"{plural((london_date(now) - london_date(one.due)).days, 'day')} late"
    return f"Waiting {how_long(one.since, now)}" if one.since < now else ""


def _said(measure: str, one: Found, now: datetime) -> str:
    if measure in {CASES, PEOPLE, PUT_OFF}:
        if one.until is not None and one.until > now:
            return f"Not assessed: put off until {uk_datetime(one.until)}"
        return (
            "Not assessed"
            if one.until is None
            else f"Not assessed: put off until {uk_datetime(one.until)}, which is over"
        )
    if measure == UNKNOWN:
        return f"Not known: {_question(one, now)}"
    if measure == LATE:
        words = role_words(london_date(now)).get(one.detail, one.detail.replace("_", " "))
        return f"Not acknowledged by: {words}. Was due {uk_datetime(one.since)}"
    return f"Assessed {uk_date(one.since)}. To be assessed again by {uk_date(one.due or one.since)}"


def _question(one: Found, now: datetime) -> str:
    try:
        asked = question_set_of(matrix_for(one.subject, london_date(now), None).id).question(one.detail)
    except NotFound:
        asked = None
    return asked.text if asked else one.detail.replace("_", " ")


def _ways(actor: Actor, measure: str, case: Case, one: Found) -> list[Way]:
    of_case = {"reference": case.reference}
    if measure == LATE:
        return [Way("High risk of this case", reverse("case_high_risk", kwargs=of_case))]
    if not actor.may("assess") or case.stands_on < Rung.WRITE:  # type: ignore[attr-defined]
        return []
    party = None if one.subject == CASE else one.subject_id
    page, args = page_of(one.subject, party)
    ways = [Way(_VERBS.get(measure, "Assess"), reverse(page, kwargs={**of_case, **args}))]
    if measure in {CASES, PEOPLE} and one.subject in {VICTIM, CASE}:
        there = ("defer", {"party": party}) if party else ("defer_case", {})
        ways.append(Way("Put off", reverse(there[0], kwargs={**of_case, **there[1]})))
    return ways


_VERBS = {UNKNOWN: "Answer", REVIEWS: "Assess again"}
