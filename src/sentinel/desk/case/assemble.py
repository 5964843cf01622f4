"""Everything that the case page shows, put together from what the rooms offer; it decides nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from sentinel.access.models import Rung
from sentinel.access.queries import Holder
from sentinel.care.queries import Told, last_told
from sentinel.cases.gates import Missing, missing
from sentinel.cases.lists import labels
from sentinel.cases.models import CATEGORIES, Case
from sentinel.cases.next import Due, what_is_next
from sentinel.cases.once import remember
from sentinel.cases.queries import OnCase, people_of, timeline
from sentinel.cases.rules import STATUS_WORDS
from sentinel.desk.case.told import Folded, Happened, folded
from sentinel.desk.links import form_link, link_to
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date, to_london
from sentinel.risk.next import page_of
from sentinel.risk.queries import (
    HAS_VICTIM,
    UNASSESSED,
    Assessed,
    InCase,
    case_unassessed,
    current_assessments,
    risk_in,
)
from sentinel.risk.rules import CASE, CHANGED, CLOCK, LOCATION, REPORTED, VICTIM, subjects_of
from sentinel.risk.supervision.queries import due_of
from sentinel.web.formats import MARKING, ago, how_long, plural, uk_date, uk_day, uk_day_time

BANDS = {0: None, 1: "low", 2: "medium", 3: "high"}
RUNG_WORDS = {Rung.READ: "reads", Rung.WRITE: "writes", Rung.OWNER: "owner"}
METHODS = {"phone": "by telephone", "text": "by text message", "email": "by email", "post": "by letter",
           "visit": "in person", "through": "through somebody"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the people's table."""

    id: uuid.UUID
    name: str
    href: str
    role: str
    contact: str = ""
    has_band: bool = True
    band: str | None = None
    band_href: str = ""
    since: str = ""
    stale: bool = False
    known: list[str] = field(default_factory=list)
    next: str = ""
    next_href: str = ""


@dataclass(frozen=True)
class NextLine:
    """One line of What happens next: when, whether late, the words around the name, the link."""

    when: str
    late: bool
    words: str
    rest: str
    href: str


@dataclass(frozen=True)
class ToldLine:
    """When a victim was last told, and when the next is due."""

    name: str
    last: str
    due: str
    late: bool
    why: str
    href: str


@dataclass(frozen=True)
class AgencyLine:
    """An agency and what it may do."""

    name: str
    does: str


@dataclass
class CasePage:
    """The page's data. See desk/case/case.html. `things` are lines of the people's table that are about no person."""

    case: Case
    rung: Rung
    above: list[str]
    facts: list[dict[str, Any]]
    next: list[NextLine]
    people: list[Row]
    things: list[Row]
    told: list[ToldLine]
    agencies: list[AgencyLine]
    missing: list[Missing]
    happened: list[Happened | Folded]
    older: str | None
    marking: str


def assemble(actor: Actor, case: Case, now: datetime) -> CasePage:
    """Put the case page together, as this actor may see it. The number of queries does not grow with the case."""
    known_of = {UNASSESSED: case.unassessed, HAS_VICTIM: getattr(case, HAS_VICTIM)}
    remember(case, offer_waits=case.offered, **known_of)
    people = people_of(actor, case, london_date(now))
    bands, known = current_assessments(actor, case), risk_in(actor, case)
    told = last_told(actor, case, now)
    due = what_is_next(actor, case, now)
    page = timeline(
        actor, case, names={one.id: one.name for one in people}, also={one.holder_id for one in case.holders}
    )
    called = page.names
    return CasePage(
        case=case,
        rung=Rung(case.rung),
        above=_above(case, now),
        facts=_facts(actor, case, people, bands, known, now),
        next=[_next(one, case, called, now) for one in due],
        people=[_row(one, case, bands.get(one.id), told.get(one.id), known, now) for one in people],
        things=_of_no_person(actor, case, known, now),
        told=[_told(told[one.id], one, case, now) for one in people if one.id in told],
        agencies=_agencies(case.holders, called),
        missing=missing(actor, case, now) if case.status != "closed" else [],
        happened=folded(page.entries, case, now),
        older=page.next_key,
        marking=marking(case.holders, called),
    )


def marking(holders: list[Holder], called: Mapping[uuid.UUID, str]) -> str:
    """The handling marking and with how many agencies the case is shared."""
    others = sum(1 for one in holders if one.holder_id in called and Rung.READ <= one.rung < Rung.OWNER)
    shared = f"shared with {plural(others, 'agency', 'agencies')}" if others else "not shared"
    return f"{MARKING} · {shared}"


def _above(case: Case, now: datetime) -> list[str]:
    types = labels("national-types", london_date(now))
    if case.status == "closed" and case.closed_at is not None:
        state = f"Closed on {uk_date(case.closed_at)}"
    elif case.status in {"active", "new"}:
        state = f"{'New' if case.status == 'new' else 'Open'} {how_long(case.opened_at, now)}"
    else:
        state = f"{STATUS_WORDS[case.status]}, open {how_long(case.opened_at, now)}"
    kind = types.get(case.national_type, case.national_type.replace("_", " ").capitalize())
    return [state, f"{dict(CATEGORIES)[case.category]} · {kind}"]


def _facts(
    actor: Actor,
    case: Case,
    people: list[OnCase],
    bands: Mapping[uuid.UUID, Assessed | None],
    known: InCase,
    now: datetime,
) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    by_id = {one.id: one for one in people}
    # Somebody may stand in the case twice, as a victim and as who is complained of: either may be the highest.
    assessed = [(found.number, by_id[party]) for (party, _), found in known.people.items() if party in by_id]
    if case.highest_band:
        # The band may be that of somebody this reader does not see: it is said all the same, and whose it is not.
        whose = next(
            (one.name for number, one in assessed if number == case.highest_band),
            "the case"
            if known.itself and known.itself.number == case.highest_band
            else "Somebody you may not see",
        )
        facts.append({"label": "Highest:", "value": whose, "band": BANDS[case.highest_band]})
    waiting = [one.name for one in people if one.is_victim and bands.get(one.id) is None]
    if case_unassessed(actor, case):
        waiting = ["The case itself"]
    if waiting or case.unassessed:
        whose = waiting[0] if waiting else "Somebody you may not see"
        rest = f"and {case.unassessed - 1} more" if case.unassessed > 1 else ""
        facts.append({"label": "", "value": whose, "band": None, "rest": rest})
    if case.lead is not None:
        facts.append({"label": "Lead", "value": case.lead.name, "rest": f", {case.owner_agency.short_name}"})
    else:
        who = case.team.name if case.team else case.owner_agency.short_name
        facts.append({"label": "Lead", "value": "nobody yet", "rest": f", on the list of {who}"})
    facts.append(_crime(case, now))
    review = due_of(case, known.reviews, now)
    if review is not None:
        late = " late: was due" if review.is_late(london_date(now)) else " by"
        facts.append({"label": f"Review{late}", "value": uk_day(review.on, now), "rest": f", {review.words}"})
    if case.primacy_agency is not None:
        rest = f", {case.primacy_department}" if case.primacy_department else ""
        facts.append({"label": "Primacy", "value": case.primacy_agency.short_name, "rest": rest})
    return facts


def _crime(case: Case, now: datetime) -> dict[str, Any]:
    since = f"since {uk_day(case.crime_since, now)}" if case.crime_since else ""
    if case.crime == "unknown":
        police = case.primacy_agency is not None and case.primacy_agency.kind == "police"
        return {"label": "Crime?", "value": "Police deciding" if police else "Not known", "rest": since}
    return {"label": "Crime?", "value": "Yes" if case.crime == "yes" else "No", "rest": since}


def _when(due: datetime | None, now: datetime) -> tuple[str, bool]:
    if due is None:
        return "Now", False
    if due < now:
        days = (london_date(now) - london_date(due)).days
        return (f"{plural(days, 'day')} late" if days else "Late today"), True
    if london_date(due) == london_date(now):
        return "Today", False
    return uk_day(due, now), False


def _next(one: Due, case: Case, names: Mapping[uuid.UUID, str], now: datetime) -> NextLine:
    when, late = _when(one.due, now)
    name = names.get(one.party_id, "somebody you may not see") if one.party_id else ""
    rest = one.rest if not one.rest or one.rest[0] in ",.:;" else f" {one.rest}"
    href = form_link(one.url_name, case, one.url_args) if one.url_name else ""
    return NextLine(when, late, one.words.replace("{party}", name), rest, href)


def _row(
    one: OnCase, case: Case, band: Assessed | None, told: Told | None, in_case: InCase, now: datetime
) -> Row:
    roles = one.role_codes
    has_band = (
        one.kind in {"person", "unidentified"}
        and not one.child_involved
        and bool(roles & {"victim", "complainant", "alleged_perpetrator", "witness"} or band)
    )
    role = ", ".join(word for word in (one.role_words, one.age) if word)
    if one.protected:
        role = "Identity protected"
    if one.household:
        role = f"{role} · Household: {one.household}"
    next_words, next_href = _row_next(one, case, band, told, now)
    put_off = in_case.put_off(one.id, now) if one.is_victim and band is None else None
    return Row(
        id=one.id,
        name=one.name,
        href=reverse("case_party", args=[case.reference, one.id]),
        role=role,
        contact=one.contact,
        has_band=has_band,
        band=band.band if band else None,
        band_href=link_to("assessments", case, {"party": str(one.id)}) if band else "",
        since=f"put off until {uk_day_time(put_off.until, now)}" if put_off else _since(band, now),
        stale=bool(band and band.currency(now).why),
        known=_known(one, band),
        next=next_words,
        next_href=next_href,
    )


def _since(band: Assessed | None, now: datetime) -> str:
    if band is None:
        return ""
    held = band.currency(now)
    if held.why == REPORTED and band.stale_since:
        if london_date(band.stale_since) == london_date(now):
            return f"assessed before {'tonight’s' if to_london(band.stale_since).hour >= 18 else 'today’s'} report"
        return f"assessed before the report of {uk_day(band.stale_since, now)}"
    if held.why == CHANGED and held.since:
        return f"assessed before their part changed on {uk_day(held.since, now)}"
    if held.why == CLOCK:
        return f"since {uk_day(band.at, now)}, review was due by {uk_day(held.last_day, now)}"
    if band.automatic:  # which answers, stands beside it
        return f"since {uk_day(band.at, now)}"
    how = {"raised": ", raised by judgement", "lowered": ", lowered by a supervisor"}.get(band.judgement, "")
    return f"since {uk_day(band.at, now)}{how}"


def _known(one: OnCase, band: Assessed | None) -> list[str]:
    lines: list[str] = []
    if band is not None:
        lines += [str(reason) for reason in band.automatic[:2]]
        lines += [FLAGS[flag] for flag, value in band.flags.items() if flag in FLAGS and value is True]
        if band.unknown:
            first = band.unknown[0].text
            more = f", and {len(band.unknown) - 1} more" if len(band.unknown) > 1 else ""
            lines.append(f"Unknown: {first}{more}")
    if one.child_involved:
        lines.append("Child under 10: never a perpetrator")
    if one.protected:
        lines.append(
            "You may know who this is" if one.holds_identity else "Who this is is held by named people"
        )
    elif one.kind != "person" and one.description:
        lines.append(one.description)
    return lines


FLAGS = {
    "repeat_victim": "Repeat victim",
    "vulnerable": "Vulnerable",
    "safeguarding_prompt": "Safeguarding concern",
}


def _row_next(
    one: OnCase, case: Case, band: Assessed | None, told: Told | None, now: datetime
) -> tuple[str, str]:
    if case.status == "closed":
        return "", ""
    first = next(iter(subjects_of(one.role_codes, child_involved=one.child_involved)), VICTIM)
    page, args = page_of(first, one.id)
    assess = form_link(page, case, args)
    if one.is_victim and band is None:
        return "Assess now", assess
    if band is not None and band.currency(now).why:
        return "Reassess now", assess
    if told is not None and told.due is not None:
        when, late = _when(told.due, now)
        return (f"Contact {when.lower()}" if late else f"Contact {when}"), form_link(
            "contact", case, {"party": str(one.id)}
        )
    if band is None and subjects_of(one.role_codes, child_involved=one.child_involved):
        return "Assess", assess
    return "", ""


def _of_no_person(actor: Actor, case: Case, known: InCase, now: datetime) -> list[Row]:
    """The lines of the people's table that are about no person: a case without a victim, and its place once assessed."""
    rows = []
    waits = case_unassessed(actor, case)
    if waits or (known.itself is not None and not risk_has_people(known)):
        put_off = known.put_off(None, now) if waits else None
        since = f"put off until {uk_day_time(put_off.until, now)}" if put_off else ""
        rows.append(_thing("The case", "Nobody is named as a victim", CASE, case, known.itself, since, now))
    if known.place is not None and case.place is not None:
        name = case.place.line or case.place.postcode
        rows.append(_thing(name, "Place", LOCATION, case, known.place, "", now))
    return rows


def risk_has_people(known: InCase) -> bool:
    """Whether a victim is assessed in the case: then its own assessment no longer counts."""
    return any(subject == VICTIM for _, subject in known.people)


def _thing(
    name: str, role: str, subject: str, case: Case, band: Assessed | None, since: str, now: datetime
) -> Row:
    assess = form_link("assess_case", case, {"subject": subject})
    due = band is None or bool(band.currency(now).why)
    words = "" if case.status == "closed" or not due else "Reassess now" if band else "Assess now"
    lines = list(band.automatic[:2]) if band else []
    if band is not None and band.unknown:
        lines.append(f"Unknown: {band.unknown[0].text}")
    return Row(
        id=case.id, name=name, href=link_to("assessments_of", case, {"subject": subject}), role=role,
        band=band.band if band else None, band_href=link_to("assessments_of", case, {"subject": subject}) if band else "",
        since=since or _since(band, now).replace("their part", "it"),
        stale=bool(band and band.currency(now).why), known=lines, next=words, next_href=assess if words else "",
    )  # fmt: skip


def _told(one: Told, who: OnCase, case: Case, now: datetime) -> ToldLine:
    last = "never"
    if one.last is not None:
        last = f"{ago(one.last.at, now)}, {METHODS.get(one.last.method, one.last.method)}"
    when, late = _when(one.due, now) if one.due else ("", False)
    due = "" if one.due is None else (f"due {ago(one.due, now)}" if late else f"due {when}")
    why = f"{one.band or 'not assessed'}: {plural(one.days, 'working day')}" if one.days is not None else ""
    return ToldLine(who.name, last, due, late, why, link_to("contact", case, {"party": str(who.id)}))


def _agencies(holders: list[Holder], called: Mapping[uuid.UUID, str]) -> list[AgencyLine]:
    lines = []
    for one in holders:
        if one.rung >= Rung.READ and one.holder_id in called:
            until = f" until {uk_day(one.until)}" if one.until else ""
            emergency = ", in an emergency" if one.via == "break_glass" else ""
            lines.append(AgencyLine(called[one.holder_id], f"{RUNG_WORDS[one.rung]}{until}{emergency}"))
    return lines
