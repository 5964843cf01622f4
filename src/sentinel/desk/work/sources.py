"""Where the lines of My work come from. Each source is one function with at most one query of its own.

A later room adds its own with `@source`; it is given the actor, the cases at hand (`Mine`) and the present moment.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from sentinel.access.models import BreakGlass, Reach, Rung
from sentinel.care.rules import FIRST, how_words
from sentinel.cases.models import Action, Case, Handover
from sentinel.desk.links import where
from sentinel.desk.work.lines import (
    NEXT,
    UNKNOWN,
    URGENT,
    Line,
    group_of,
    since_words,
    when_words,
)
from sentinel.desk.work.mine import TELLS_OF_HARM, Mine, Somebody, newest_name
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.reports.models import Report
from sentinel.risk.next import page_of, question_about
from sentinel.risk.queries import Assessed
from sentinel.risk.rules import CASE, CHANGED, CLOCK, OF_PEOPLE, REPORTED, VICTIM, WITNESS, band_key
from sentinel.web.formats import ago, how_long, plural, uk_day, uk_day_time

Source = Callable[[Actor, Mine, datetime], Iterator[Line]]
SOURCES: list[Source] = []
MOST = 100
# What a line says and no more: rows of case data are wide, and this page reads many of them.
OF_CASE = ("case__reference", "case__title", "case__highest_band")
OF_REPORT = (
    "reference", "state", "danger", "dropped_call", "practitioner_id", "next_contact_due", "told_at",
    "caller_party__label", "caller_party__identity_protected", "incident__place_words", "incident__place__line",
)  # fmt: skip
HARM_WORDS = ": told of danger, a threat, a weapon, violence, stalking or suicide"

UNASKED_WORDS = ": nobody has asked whether anyone is in danger"


def source(function: Source) -> Source:
    """Decorator: add a source of lines."""
    if function not in SOURCES:
        SOURCES.append(function)
    return function


def lines_for(actor: Actor, mine: Mine, now: datetime) -> list[Line]:
    """Every line of every source."""
    cases = {case.reference: case for case in mine.cases.values() if case.place_id}
    lines = _begun_once([line for ask in SOURCES for line in ask(actor, mine, now)])
    return [_with_place(line, cases) for line in lines]


def _begun_once(lines: list[Line]) -> list[Line]:
    """The lines, with somebody's unfinished assessment said where it stands that they are not assessed: one line, as loud."""
    begun = {line.href: line for line in lines if line.begun and line.href}
    unassessed = {line.href for line in lines if line.band is None and line.href in begun}
    told = []
    for line in lines:
        if line.href not in unassessed:
            told.append(line)
        elif line.band is None:
            mine = begun[line.href]
            told.append(
                replace(line, words=mine.words, rest=mine.rest + line.rest.replace(":", ",", 1), meta=(mine.meta[0], *line.meta))
            )  # fmt: skip
        elif not line.begun:
            told.append(line)
    return told


def _with_place(line: Line, cases: Mapping[str, Case]) -> Line:
    """The line, with the way to the place of its case where it tells the case's title."""
    case = cases.get(line.reference)
    if case is None or line.place is not None or case.title[1:] not in {words[1:] for words in line.meta}:
        return line
    href = where("place", place_id=case.place_id)
    return replace(line, place=("The place", href)) if href else line


def case_link(name: str, case: Case, **arguments: object) -> str | None:
    """A page of a case, or the case itself where there is no such page."""
    return where(name, reference=case.reference, **arguments) or where("case", reference=case.reference)


@source
def unassessed_people(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Victims without an assessment, and cases that have neither: in the cases that the actor leads and in those of the team
    that nobody leads. They stand at the top (R29); what was put off is no assessment, stands among what is not known, and says until
    when."""
    for case_id in [*mine.led, *mine.unled]:
        case: Any = mine.cases[case_id]
        waiting: list[tuple[Somebody | None, datetime]] = [
            (one, one.roles[VICTIM]) for one in mine.unassessed(case_id)
        ]
        if mine.case_unassessed(case_id):
            waiting.append((None, case.opened_at))
        for one, since in waiting:
            yield _unassessed(mine, case, one, since, now)


def _unassessed(mine: Mine, case: Any, one: Somebody | None, since: datetime, now: datetime) -> Line:
    name = one.name if one else "the case"
    link = case_link("assess", case, party=one.id) if one else case_link("assess_case", case, subject=CASE)
    put_off = mine.risk_of(case.id).deferred.get(one.id if one else None)
    known = "Identity protected" if one and one.protected else ""
    rest = "" if one else ": nobody is named as a victim"
    if put_off is not None and put_off.is_live(now):
        return Line(
            URGENT if case.told_of_harm else UNKNOWN, f"Assess {name}", link, put_off.until, when_words(put_off.until, now),
            rest=": put off, which is no assessment", meta=_meta(known, f"put off by {put_off.by}" if put_off.by else "", case.title),
            reference=case.reference, band=None, whose=name,
        )  # fmt: skip
    if put_off is not None:
        rest += ": it was put off, and that has run out"
    harm = case.told_of_harm
    return Line(
        URGENT, f"Assess {name}", link, since, how_long(since, now),
        rest=rest + (HARM_WORDS if harm else ""), harm=harm, first=True,
        meta=_meta(known, f"{'named' if one else 'opened'} {ago(since, now)}", case.title),
        reference=case.reference, band=None, whose=name, late=True,
    )  # fmt: skip


def _witness(case: Case, one: Somebody, now: datetime) -> Line:
    """A witness whom nobody has assessed: chased, and in the way of nothing."""
    since = one.roles[WITNESS]
    page, arguments = page_of(WITNESS, one.id)
    return Line(
        UNKNOWN, f"Assess {one.name} as a witness", case_link(page, case, **arguments), since, how_long(since, now),
        meta=_meta("Identity protected" if one.protected else "", f"named {ago(since, now)}", case.title),
        reference=case.reference, band=None, whose=one.name, late=True,
    )  # fmt: skip


STALE = {
    REPORTED: ": assessed before the last report",
    CHANGED: ": their part has changed since",
    CLOCK: ": the review is due",
}


@source
def assessments_to_look_at(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Bands that no longer hold (something was reported, their part changed, the review is due), answers that are still not
    known, witnesses without an assessment, and what somebody else assessed at the same time as the actor."""
    for case_id in mine.led:
        case = mine.cases[case_id]
        people = {one.id: one for one in mine.people.get(case_id, [])}
        found = mine.risk_of(case_id)
        for (party_id, subject), one in found.people.items():
            who = people.get(party_id)
            if who is not None and OF_PEOPLE[subject] in who.roles:
                yield from _to_look_at(case, one, who.name, now)
        for witness in people.values():
            if WITNESS in witness.roles and (witness.id, WITNESS) not in found.people:
                yield _witness(case, witness, now)
        if found.itself is not None and not any(VICTIM in one.roles for one in people.values()):
            yield from _to_look_at(case, found.itself, "the case", now)
        if found.place is not None:
            yield from _to_look_at(case, found.place, "the place", now)


def _to_look_at(case: Case, one: Assessed, name: str, now: datetime) -> Iterator[Line]:
    page, arguments = page_of(one.subject, one.party_id)
    link = case_link(page, case, **arguments)
    held = one.currency(now)
    if held.why and held.since is not None:
        loud = held.why == REPORTED and "high" in {one.band, band_key(case.highest_band)}
        yield Line(
            URGENT if loud or one.band == "high" else NEXT,
            f"Reassess {name}", link, held.since, since_words(held.since, now),
            rest=STALE[held.why] if one.party_id or held.why == CLOCK else ": something has happened since",
            meta=_meta(_highest(case, one.band)),
            reference=case.reference, band=one.band, whose=name, late=True,
        )  # fmt: skip
    if one.unknown:
        first = min(one.unknown, key=lambda unknown: unknown.since)
        others = len(one.unknown) - 1
        words = question_about(first.text).replace("{party}", name) if one.party_id else first.text
        yield Line(
            UNKNOWN, words, link, first.since, how_long(first.since, now), rest=" Still unknown",
            meta=_meta(f"and {plural(others, 'more question')}" if others else "", f"assessed {uk_day(one.at, now)}"),
            reference=case.reference, band=one.band, whose=name, late=True,
        )  # fmt: skip


def _highest(case: Case, band: str | None) -> str:
    return "Somebody in this case is high" if band_key(case.highest_band) == "high" and band != "high" else ""


@source
def contacts_due(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Victims to be told: how, when they were last told, and by when; where a closure is proposed, what was decided."""
    for case_id in mine.led:
        case = mine.cases[case_id]
        people = {one.id: one for one in mine.people.get(case_id, [])}
        for party_id, told in mine.told.get(case_id, {}).items():
            one = people.get(party_id)
            if one is None or told.due is None:
                continue
            first = told.what == FIRST
            words = f"First contact with {one.name}" if first else f"Tell {one.name} what has happened"
            page, when = "contact", when_words(told.due, now)
            if case.status == "closing" and party_id not in mine.ended:
                words, page = f"Tell {one.name} what was decided", "tell_outcome"
                when = when if told.due < now else "before it can be closed"
            last = "" if told.last is None else f"last told {uk_day(told.last.at, now)}"
            yield Line(
                group_of(due=told.due, now=now), words, case_link(page, case, party=party_id),
                told.due if told.due < now or page == "contact" else now, when, meta=_meta(how_words(one.safe), last, case.title if first else ""),
                reference=case.reference, band=told.band, whose=one.name, late=told.due < now,
            )  # fmt: skip


@source
def cases_without_a_lead(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Cases of the team that nobody leads."""
    for case_id in mine.unled:
        case = mine.cases[case_id]
        yield Line(
            URGENT, "Take the lead", case_link("case_hand_over", case), case.opened_at, since_words(case.opened_at, now),
            rest=f" of {case.title}: nobody leads it", reference=case.reference, late=True,
            band=band_key(case.highest_band), whose="the highest in this case",
        )  # fmt: skip


@source
def closures_to_decide(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Closures that wait for the actor: to be decided, or as the second person where risk is high."""
    for case_id in mine.closing:
        case: Any = mine.cases[case_id]
        closure = case.closure_now or {}
        if not closure or case.owner_agency_id != actor.agency_id:
            continue
        mine_already = str(actor.user_id) in {closure["proposed_by_id"], closure["decided_by_id"]}
        decided = closure["decided_by_id"] is not None
        if decided and (mine_already or not actor.may("second_closure")):
            continue
        if not decided and not actor.may("close_case"):
            continue
        proposed = datetime.fromisoformat(closure["proposed_at"])
        words = "Agree, as the second person, to close" if decided else "Decide whether to close"
        yield Line(
            NEXT, words, case_link("case_close", case), proposed, since_words(proposed, now), rest=f" {case.title}",
            reference=case.reference, band=band_key(case.highest_band), whose="the highest in this case",
        )  # fmt: skip


@source
def actions_due(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Open actions that are the actor's, and those of the agency that nobody has in cases that the actor leads."""
    if not actor.may("see_cases"):
        return
    for row in _actions(actor.user_id, actor.agency_id, mine.led):
        yield Line(
            group_of(due=row.due, now=now), row.what, case_link("case_action", row.case, action=row.id), row.due,
            when_words(row.due, now), meta=_meta(row.case.title), reference=row.case.reference,
            band=band_key(row.case.highest_band), whose="the highest in this case", late=row.due < now, mine=row.user_id == actor.user_id,
        )  # fmt: skip


@compiled
def _actions(user: uuid.UUID | None, agency: uuid.UUID | None, led: list[uuid.UUID]) -> QuerySet[Action]:
    nobodys = Q(Among("case_id", led), user__isnull=True, agency_id=agency)
    rows = Action.objects.filter(Q(user_id=user) | nobodys, settled_at__isnull=True)
    return rows.select_related("case").only("what", "due", "user_id", *OF_CASE).order_by("due")[:MOST]


@source
def plans_to_decide(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """What the template of a band proposes in the cases that the actor leads, and nobody has decided on. No query of its own."""
    for case_id in mine.led:
        case, dues = mine.cases[case_id], mine.risk_of(case_id).proposed
        if dues:
            yield Line(
                group_of(due=dues[0], now=now), "Decide on the action plan", case_link("case_plan", case), dues[0],
                when_words(dues[0], now), rest=f": {plural(len(dues), 'action')} proposed", meta=_meta(case.title),
                reference=case.reference, band=band_key(case.highest_band), whose="the highest in this case",
                late=dues[0] < now,
            )  # fmt: skip


@source
def offers(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Cases that another agency offers: to the actor, or to the agency where the actor may accept."""
    if not actor.may("see_cases"):
        return
    for row in _offers(actor.user_id, actor.agency_id if actor.may("reassign") else None):
        what = {"lead": "the lead", "ownership": "the case", "primacy": "primacy"}.get(row.what, row.what)
        who = row.from_user.agency.short_name if row.from_user else "Somebody"
        yield Line(
            NEXT, f"Accept or decline {what}", case_link("case_hand_over", row.case), row.offered_at,
            since_words(row.offered_at, now), rest=f" of {row.case.title}", meta=_meta(f"Offered by {who}"),
            reference=row.case.reference, band=band_key(row.case.highest_band), whose="the highest in this case",
        )  # fmt: skip


@compiled
def _offers(user: uuid.UUID | None, agency: uuid.UUID | None) -> QuerySet[Handover]:
    to_me = Q(to_user_id=user) | Q(to_agency_id=agency, to_user__isnull=True)
    rows = Handover.objects.filter(to_me, accepted_at__isnull=True, declined_at__isnull=True)
    shown = rows.select_related("case", "from_user__agency").only(
        "what", "offered_at", "from_user__agency__short_name", *OF_CASE
    )
    return shown.order_by("offered_at")[:MOST]


@source
def reports_waiting(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Reports of the team that no practitioner has, and those that the actor picked up; a call taker's own besides."""
    if actor.may("work_case"):
        rows = _reports_to_work(actor.user_id, actor.team_id)
    elif actor.may("take_report"):
        rows = _reports_taken(actor.user_id, actor.team_id)
    else:
        return
    for row in rows:
        yield _report_line(actor, row, now)


@compiled
def _reports_to_work(user: uuid.UUID | None, team: uuid.UUID | None) -> QuerySet[Report]:
    wanted = Q(team_id=team, practitioner__isnull=True) | Q(practitioner_id=user)
    return _waiting(wanted, ("skeleton", "recorded"))


@compiled
def _reports_taken(user: uuid.UUID | None, team: uuid.UUID | None) -> QuerySet[Report]:
    wanted = Q(taken_by_id=user, state__in=("skeleton", "recorded")) | Q(team_id=team, state="skeleton")
    return _waiting(wanted, ("skeleton", "recorded"))


def _waiting(wanted: Q, states: tuple[str, ...]) -> QuerySet[Report]:
    rows = Report.objects.filter(wanted, state__in=states).select_related("incident__place", "caller_party")
    harm = ExpressionWrapper(TELLS_OF_HARM, output_field=BooleanField())
    rows = rows.annotate(caller=newest_name("caller_party__identity__person_id"), harm=harm).only(*OF_REPORT)
    return rows.order_by("told_at", "id")[:MOST]


def _report_line(actor: Actor, row: Any, now: datetime) -> Line:
    party = row.caller_party
    name = "" if party is None else (party.label if party.identity_protected else row.caller or party.label)
    who = name or "an unnamed caller"
    if row.state == "skeleton":
        words = f"Ring back {who}" if row.dropped_call else f"Complete the report of {who}"
    elif row.practitioner_id == actor.user_id:
        words = f"Decide on the report of {who}"
    else:
        words = f"Pick up the report of {who}" if actor.may("work_case") else f"Report of {who}"
    place = row.incident.place if row.incident is not None else None
    href = where("place", place_id=place.id) if place is not None else None
    told_of = "" if href or row.incident is None else row.incident.place_words
    due = row.next_contact_due
    harm, unasked = bool(row.harm), row.danger == "not_asked"
    rest = "" if row.state == "skeleton" or actor.may("work_case") else ", waiting for a practitioner"
    return Line(
        URGENT if harm or unasked else group_of(due=due, now=now), words, where("report", reference=row.reference), due or row.told_at,
        when_words(due, now) or since_words(row.told_at, now),
        rest=rest + (HARM_WORDS if harm else "") + (UNASKED_WORDS if unasked else ""), harm=harm,
        meta=_meta("The call was cut off" if row.dropped_call else "", told_of, f"told {uk_day_time(row.told_at, now)}"),
        reference=row.reference, band=None, whose=who, late=due is not None and due < now,
        place=(place.line, href) if place is not None and href else None,
    )  # fmt: skip


@source
def emergency_readings(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Records of the agency that somebody opened in an emergency, to be reviewed by the next working day."""
    if not actor.may("review_break_glass") or actor.agency_id is None or actor.user_id is None:
        return
    owned = Reach.objects.filter(holder_id=actor.agency_id, rung=Rung.OWNER).values("record_id")
    rows = BreakGlass.objects.filter(reviewed_at__isnull=True, record_id__in=owned).exclude(
        user_id=actor.user_id
    )
    for row in rows.order_by("review_due")[:MOST]:
        yield Line(
            group_of(due=row.review_due, now=now), "Review an emergency reading", where("break_glass_review", row=row.id),
            row.review_due, when_words(row.review_due, now), rest=" of one of your agency's records",
            meta=_meta(f"opened {ago(row.created_at, now)}"), late=row.review_due < now,
        )  # fmt: skip


def _meta(*words: str) -> tuple[str, ...]:
    kept = [one for one in words if one]
    return tuple(one[0].upper() + one[1:] if at == 0 else one for at, one in enumerate(kept))
