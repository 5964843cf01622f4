"""Reading assessments: which one stands for each party, place and case, how old it is, what is still not known; what
was put off; what a supervisor reviewed; what waits to go on the plan;
and which marker the control room does not show. All of it, for any number of cases, is one query."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    DateTimeField,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from sentinel.cases.models import Case, Incident, Party, PartyRole
from sentinel.cases.once import once
from sentinel.cases.queries import roles_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import Outcome, score
from sentinel.reports.models import Report
from sentinel.risk.about import About
from sentinel.risk.high.waiting import unshown_markers
from sentinel.risk.lists import review_days
from sentinel.risk.models import Assessment, Deferral, ProposedAction, SupervisionReview
from sentinel.risk.queries.shapes import Assessed, Deferred, InCase, Unknown, Unshown
from sentinel.risk.rules import (
    CASE,
    LOCATION,
    OF_PEOPLE,
    VICTIM,
    band_key,
    subjects_of,
)
from sentinel.risk.supervision.rules import Reviewed


class _Row(NamedTuple):
    """One assessment, deferral, review, proposed action or marker, as the query gives it. A review has its level as band and its next
    day as judgement; a proposed action is at the moment it is due; a marker has its state as judgement."""

    sort: str
    id: uuid.UUID
    case_id: uuid.UUID
    party_id: uuid.UUID | None
    place_id: uuid.UUID | None
    subject: str
    band: int
    at: datetime
    judgement: str
    reason: str
    score: int | None
    answers: Any
    question_set_id: uuid.UUID | None
    by_id: uuid.UUID | None
    by_name: str
    beside_id: uuid.UUID | None
    until: datetime | None
    changed: datetime | None
    told: datetime | None
    agency_id: uuid.UUID | None


REVIEW = "review"
# For each agency after how many days each band is assessed again.
Lasting = Mapping[uuid.UUID | None, Mapping[str, int]]
PROPOSED = "proposed"
MARKER = "marker"
# These two have columns of their own by these names.
OTHERWISE = {"band": "stands_on", "reason": "said"}
# The event by which a report that was taken before becomes part of a case.
JOINED = "report_joined"
# Parts by which a person comes into danger or brings others into it; that somebody is also a reporter changes nothing.
RISKY = (*OF_PEOPLE.values(), "child_involved")


def parties_by_case(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, set[str]]]:
    """For each case its parties in the order they were added, each with the roles held now. One query."""
    found: dict[uuid.UUID, dict[uuid.UUID, set[str]]] = defaultdict(dict)
    rows = (
        Party.objects.filter(case_id__in=list(case_ids))
        .order_by("id")
        .values_list("case_id", "id", "roles__role", "roles__until")
    )
    for case_id, party_id, role, until in rows:
        held = found[case_id].setdefault(party_id, set())
        if role and until is None:
            held.add(role)
    return found


def risk_by_case(
    actor: Actor,
    cases: Mapping[uuid.UUID, uuid.UUID | None],
    *,
    newest: Mapping[uuid.UUID, datetime] | None = None,
    on: date | None = None,
) -> dict[uuid.UUID, InCase]:
    """For each case all that is known of its risk. One query, however many cases.

    `cases` maps each case to its place (None: leave the place out); `newest` is when something was last told in each case
    (UTC), where the caller knows it already. `on` is the day whose local rules hold, today where it is not said.
    """
    ids, places = list(cases), list({place for place in cases.values() if place is not None})
    rows = [
        _Row(*row) for row in (_rows(ids, places) if newest is not None else _rows_and_tellings(ids, places))
    ]
    tellings = dict(newest or {})
    chains: dict[tuple[uuid.UUID, uuid.UUID | None, str], list[_Row]] = defaultdict(list)
    at_place: dict[uuid.UUID, list[_Row]] = defaultdict(list)
    found: dict[uuid.UUID, InCase] = defaultdict(InCase)
    for row in rows:
        if row.subject == LOCATION and row.place_id is not None:
            at_place[row.place_id].append(row)
        elif row.sort == REVIEW:
            found[row.case_id].reviews.append(Reviewed(row.at, row.band, date.fromisoformat(row.judgement)))
        elif row.sort == PROPOSED:
            found[row.case_id].proposed.append(row.at)
        elif row.sort == MARKER:
            found[row.case_id].markers.append(
                Unshown(row.at, row.judgement == "refused", row.reason, row.party_id)
            )
        elif row.until is not None:
            found[row.case_id].deferred[row.party_id] = Deferred(row.at, row.until, row.by_name, row.reason)
        else:
            chains[row.case_id, row.party_id, row.subject].append(row)
            if newest is None and row.told is not None:
                tellings[row.case_id] = row.told
    today = on or london_date(clock_now())
    lasting = {
        agency: review_days(today, agency)
        for agency in {row.agency_id for row in rows if row.question_set_id}
    }
    for (case_id, party_id, subject), chain in chains.items():
        one = _assessed(chain, tellings.get(case_id), lasting)
        if party_id is not None:
            found[case_id].people[party_id, subject] = one
        elif subject == CASE:
            found[case_id] = _with(found[case_id], itself=one)
    for case_id, place_id in cases.items():
        if place_id in at_place:
            chain = at_place[place_id]
            found[case_id] = _with(found[case_id], place=_assessed(chain, chain[-1].changed, lasting))
    return dict(found)


def assessed_at(actor: Actor, place_id: uuid.UUID, now: datetime) -> Assessed | None:
    """The assessment of a place that stands, in whichever case it was made, as far as the actor may see. One query."""
    chain = [row for each in _rows([], [place_id]) if (row := _Row(*each)).subject == LOCATION]
    if not chain:
        return None
    agency = chain[-1].agency_id
    return _assessed(chain, chain[-1].changed, {agency: review_days(london_date(now), agency)})


def _with(one: InCase, **more: Any) -> InCase:
    return InCase(**{**one.__dict__, **more})


def standing_by_case(
    actor: Actor, case_ids: Iterable[uuid.UUID], *, newest: Mapping[uuid.UUID, datetime] | None = None
) -> dict[uuid.UUID, dict[tuple[uuid.UUID, str], Assessed]]:
    """For each case the assessments of people that stand, by party and subject. One query, however many cases."""
    found = risk_by_case(actor, dict.fromkeys(case_ids), newest=newest)
    return {case_id: one.people for case_id, one in found.items() if one.people}


def _shown(cases: list[uuid.UUID], places: list[uuid.UUID], told: Any) -> QuerySet[Any, tuple[Any, ...]]:
    # Rows of case data are wide, and a page of many cases reads one for each assessment ever made in them.
    none: Any = Value(None)
    moment: Any = Cast(none, DateTimeField())
    made = Assessment.objects.filter(Q(Among("case_id", cases)) | Q(Among("place_id", places)))
    put_off = Deferral.objects.filter(Among("case_id", cases))
    assessments = made.annotate(
        sort=Value("assessment"), at=F("assessed_at"), reason=F("judgement_reason"), by_id=F("assessor_id"),
        by_name=Coalesce("assessor__name", Value("")), until=moment, changed=_last_change(), told=told,
        agency_id=F("case__owner_agency_id"),
    ).values_list(*_Row._fields)  # fmt: skip
    deferrals = put_off.annotate(
        sort=Value("deferral"), place_id=Cast(none, UUIDField()), band=Value(0, output_field=IntegerField()), at=F("deferred_at"),
        judgement=Value("", output_field=CharField()), score=Cast(none, IntegerField()), answers=Cast(none, JSONField()),
        question_set_id=Cast(none, UUIDField()), by_id=F("deferred_by_id"), by_name=Coalesce("deferred_by__name", Value("")),
        beside_id=Cast(none, UUIDField()), changed=moment, told=moment, agency_id=Cast(none, UUIDField()),
    ).values_list(*_Row._fields)  # fmt: skip
    no_id, no_number = Cast(none, UUIDField()), Cast(none, IntegerField())
    words: Any = Value("", output_field=CharField())
    blank = {"party_id": no_id, "place_id": no_id, "subject": words, "said": words, "score": no_number, "question_set_id": no_id,
             "answers": Cast(none, JSONField()), "by_id": no_id, "by_name": words, "beside_id": no_id, "until": moment,
             "changed": moment, "told": moment, "agency_id": no_id}  # fmt: skip
    reviews = SupervisionReview.objects.filter(Among("case_id", cases)).annotate(
        sort=Value(REVIEW),
        at=F("reviewed_at"),
        judgement=Cast(F("next_on"), CharField()),
        stands_on=F("level"),
        **blank,
    )
    waiting = ProposedAction.objects.filter(Among("case_id", cases), decided_at__isnull=True).annotate(
        sort=Value(PROPOSED), at=F("due"), judgement=words, stands_on=F("band"),
        **{name: value for name, value in blank.items() if name not in {"party_id", "agency_id"}},
    )  # fmt: skip
    markers = unshown_markers().filter(Among("high_risk__case_id", cases)).annotate(
        sort=Value(MARKER), case_id=F("high_risk__case_id"), at=F("unshown_since"), judgement=F("state"), stands_on=no_number,
        **{**blank, "party_id": F("high_risk__party_id"), "said": F("refusal")},
    )  # fmt: skip
    more = [
        rows.values_list(*(OTHERWISE.get(name, name) for name in _Row._fields))
        for rows in (reviews, waiting, markers)
    ]
    return assessments.union(deferrals, *more, all=True).order_by("at", "id")


@compiled
def _rows(cases: list[uuid.UUID], places: list[uuid.UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    return _shown(cases, places, Cast(Value(None), DateTimeField()))


@compiled
def _rows_and_tellings(cases: list[uuid.UUID], places: list[uuid.UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    return _shown(cases, places, _last_telling())


def _last_telling() -> Greatest:
    """When something was last told in the case of a row, an incident entered, or a report joined that was told before."""
    reports = Report.objects.filter(case=OuterRef("case")).order_by("-entered_at").values("entered_at")
    incidents = Incident.objects.filter(case=OuterRef("case")).order_by("-created_at").values("created_at")
    joined = Event.objects.filter(record_id=OuterRef("case"), kind=JOINED).order_by("-happened_at")
    return Greatest(
        Subquery(reports[:1]), Subquery(incidents[:1]), Subquery(joined.values("happened_at")[:1])
    )


def _last_change() -> Choose:
    """When what is assessed last changed: the part of a person, who is in a case, what happened at a place."""
    roles = PartyRole.objects.filter(party=OuterRef("party"), role__in=RISKY)
    parts = roles.annotate(last=Greatest("created_at", "until")).order_by("-last").values("last")
    parties = Party.objects.filter(case=OuterRef("case")).order_by("-created_at").values("created_at")
    incidents = Incident.objects.filter(place=OuterRef("place")).order_by("-created_at").values("created_at")
    return Choose(
        When(subject=LOCATION, then=Subquery(incidents[:1])),
        When(subject=CASE, then=Subquery(parties[:1])),
        default=Subquery(parts[:1]),
    )


def _assessed(chain: list[_Row], newest: datetime | None, lasting: Lasting) -> Assessed:
    row = chain[-1]
    assert row.question_set_id is not None  # noqa: S101 - every assessment has one
    question_set = question_set_of(row.question_set_id)
    outcome = score(question_set, row.answers)
    band = band_key(row.band) or ""
    changed = row.changed if row.subject != LOCATION else None
    return Assessed(
        id=row.id,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=row.subject,
        band=band,
        number=row.band,
        at=row.at,
        assessor_id=row.by_id,
        assessor=row.by_name,
        judgement=row.judgement,
        reason=row.reason,
        automatic=tuple(one.reason for one in outcome.automatic_reasons),
        score=row.score,
        max_score=outcome.max_score,
        unknown=tuple(_unknowns(chain, outcome)),
        stale_since=newest if newest is not None and newest > row.at else None,
        flags=outcome.flags,
        days=lasting[row.agency_id].get(band, 28),
        changed_since=changed if changed is not None and changed > row.at else None,
        place_id=row.place_id,
        beside_id=row.beside_id,
    )


def _open_questions(row: _Row) -> list[str]:
    assert row.question_set_id is not None  # noqa: S101 - every assessment has one
    return _left_open(score(question_set_of(row.question_set_id), row.answers))


def _left_open(outcome: Outcome) -> list[str]:
    return [*outcome.unknowns, *outcome.unanswered]


def _unknowns(chain: list[_Row], outcome: Outcome) -> list[Unknown]:
    """What the newest of a chain leaves open, each since the first of the assessments that left it so unbroken."""
    newest = chain[-1]
    assert newest.question_set_id is not None  # noqa: S101 - every assessment has one
    question_set = question_set_of(newest.question_set_id)
    since = dict.fromkeys(_left_open(outcome), newest.at)
    if not since:
        return []
    still = set(since)
    for row in reversed(chain[:-1]):
        still &= set(_open_questions(row))
        if not still:
            break
        for key in still:
            since[key] = row.at
    asked = {question.key: question.text for question in question_set.questions()}
    return [Unknown(key, asked[key], at) for key, at in since.items()]


def _one_for_each(
    parties: Mapping[uuid.UUID, set[str]], standing: Mapping[tuple[uuid.UUID, str], Assessed]
) -> dict[uuid.UUID, Assessed | None]:
    """A victim is shown with the victim's assessment, also where there are counter-allegations; others with their own."""
    return {
        party_id: next(
            (one for subject in subjects_of(roles)[:1] if (one := standing.get((party_id, subject)))), None
        )
        for party_id, roles in parties.items()
    }


def current_for_cases(
    actor: Actor, case_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[uuid.UUID, Assessed | None]]:
    """For each case every party with the assessment that stands, None where there is none. Two queries."""
    ids = list(case_ids)
    parties = parties_by_case(ids)
    standing = standing_by_case(actor, ids)
    return {case_id: _one_for_each(parties.get(case_id, {}), standing.get(case_id, {})) for case_id in ids}


def risk_in(actor: Actor, case: Case) -> InCase:
    """All that is known of risk in one case; fetched once for a page (cases.once). One query, and the clock's where get_case did
    not read it with the case."""
    seen = getattr(case, "seen_at", None)
    on = london_date(seen) if seen is not None else None
    return once(
        case, "risk.in", lambda: risk_by_case(actor, {case.id: case.place_id}, on=on).get(case.id, InCase())
    )


def standing_in(actor: Actor, case: Case) -> Mapping[tuple[uuid.UUID, str], Assessed]:
    """The assessments of people that stand in one case, by party and subject; fetched once for a page. One query."""
    return risk_in(actor, case).people


def victims_bands(actor: Actor, case: Case) -> dict[uuid.UUID, str]:
    """The band that stands for each assessed victim of a case, by party, and nothing else of it. One query."""
    return {party_id: band_key(band) or "" for party_id, band in _victims_bands(case.id)}


@compiled
def _victims_bands(case: uuid.UUID) -> QuerySet[Assessment, tuple[uuid.UUID, int]]:
    rows = Assessment.objects.filter(case_id=case, subject=VICTIM)
    newest = rows.order_by("party_id", "-assessed_at", "-id").distinct("party_id")
    return newest.values_list("party_id", "band")


def current_assessments(actor: Actor, case: Case) -> dict[uuid.UUID, Assessed | None]:
    """Every party of a case with the assessment that stands for it, None where there is none. Two queries."""
    return _one_for_each(roles_of(actor, case), standing_in(actor, case))


def history(about: About) -> list[Assessment]:
    """Every assessment of a person, a place or a case that the actor may see, newest first."""
    rows = Assessment.objects.filter(**about.named).select_related(
        "assessor", "question_set", "asked__asked_by"
    )
    return list(rows.order_by("-assessed_at", "-id"))
