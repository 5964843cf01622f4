"""How at risk everybody is, over the cases that a reader may see: the lines of the page and of the file (R38, R61)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sentinel.access.operations import exported
from sentinel.audit.operations import note
from sentinel.cases.models import Case
from sentinel.cases.queries import Filters, list_cases
from sentinel.desk.case.exporting import MOST, RIGHT, SHORTEST_WHY, WHY, Export
from sentinel.desk.work.mine import people_of_cases
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.kernel.tables import csv_table
from sentinel.kernel.text import clean_text
from sentinel.risk.queries.snapshot import DEFERRED, MISSING, OVERDUE, Standing, snapshot
from sentinel.web.formats import MARKING, plural, uk_date, uk_datetime, uk_day

SUBJECTS = {
    "victim": "Victim",
    "perpetrator": "Complained of",
    "witness": "Witness",
    "case": "The case",
    "location": "The place",
}
WHY_OVERDUE = {
    "reported": "a report came since",
    "changed": "their part has changed",
    "clock": "its days are over",
}
FLAGS = (("repeat_victim", "Repeat victim"), ("vulnerable", "Vulnerable"), ("safeguarding", "Safeguarding"))
BANDS = {"high": "High", "medium": "Medium", "low": "Low", "none": "Not assessed"}
# What a line may be asked for by: its words, beside the three that a matrix asks about.
MARKS = {
    **dict(FLAGS),
    "unknown": "An answer is not known",
    "overdue": "To be assessed again",
    "put_off": "Put off",
}
HEADS = (
    "Reference", "Title", "Agency", "Lead", "Who", "As", "Risk", "Since", "Repeat victim", "Vulnerable", "Safeguarding",
    "Review by", "Missing",
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """Which lines are wanted: `subject` a key of SUBJECTS, `band` of BANDS, `mark` of MARKS; "" is any."""

    subject: str = ""
    band: str = ""
    mark: str = ""

    @property
    def is_any(self) -> bool:
        """Whether every line is wanted."""
        return not (self.subject or self.band or self.mark)

    def fits(self, one: Standing) -> bool:
        """Whether a line is wanted."""
        if self.subject and one.subject != self.subject:
            return False
        if self.band and (one.band or "none") != self.band:
            return False
        match self.mark:
            case "":
                return True
            case "unknown":
                return one.unknown > 0
            case "overdue":
                return one.lacks == OVERDUE
            case "put_off":
                return one.lacks == DEFERRED
        return bool(getattr(one, self.mark, "") == "yes")


@dataclass(frozen=True)
class Row:
    """One line: whose, as what, the band and since when, what is said of them, what is due, what is missing."""

    whose: str
    subject: str
    band: str | None
    since: str
    flags: str
    next: str
    missing: str


@dataclass(frozen=True)
class Group:
    """A case and its lines."""

    case: Case
    rows: list[Row]


def groups_of(cases: list[Case], actor: Actor, wanted: People, moment: datetime) -> list[Group]:
    """The cases, each with the lines that are wanted; where not every line is, without the cases that have none. Four queries."""
    names = _names(cases)
    by_case: dict[uuid.UUID, list[Row]] = {}
    for one in snapshot(actor, cases, moment):
        if wanted.fits(one):
            by_case.setdefault(one.case_id, []).append(_row(one, names, moment))
    return [Group(case, by_case.get(case.id, [])) for case in cases if wanted.is_any or by_case.get(case.id)]


def _names(cases: Iterable[Case]) -> dict[uuid.UUID, str]:
    found = people_of_cases([case.id for case in cases])
    return {one.id: one.name for some in found.values() for one in some}


def _whose(one: Standing, names: Mapping[uuid.UUID, str]) -> str:
    return names.get(one.party_id, "Somebody you may not see") if one.party_id else ""


def _row(one: Standing, names: Mapping[uuid.UUID, str], moment: datetime) -> Row:
    said = [(words, getattr(one, flag)) for flag, words in FLAGS]
    flags = [
        words if value == "yes" else f"{words}? not known"
        for words, value in said
        if value in {"yes", "unknown"}
    ]
    return Row(
        whose=_whose(one, names),
        subject=SUBJECTS[one.subject],
        band=one.band or None,
        since=uk_day(one.since, moment) if one.since else "",
        flags=", ".join(flags),
        next=f"Review by {uk_date(one.last_day)}" if one.last_day else "",
        missing=missing_words(one),
    )


def missing_words(one: Standing) -> str:
    """What a line lacks, in words; "" where nothing."""
    found = []
    if one.lacks == MISSING:
        found.append("Not assessed")
    elif one.lacks == DEFERRED and one.deferred_until is not None:
        found.append(f"Not assessed: put off until {uk_datetime(one.deferred_until)}")
    elif one.lacks == OVERDUE:
        found.append(f"Assess again: {WHY_OVERDUE.get(one.why, 'it no longer holds')}")
    if one.unknown:
        found.append(f"{plural(one.unknown, 'answer is', 'answers are')} not known")
    return ". ".join(found)


def export_snapshot(*, actor: Actor, now: datetime, filters: Filters, wanted: People, why: str) -> Export:
    """The lines of the first `MOST` cases of a list as CSV; a last line says who made it, what for, and whether it was cut.

    Only the cases that have a line in it are written into their disclosure ledgers and the audit. Raises Refused without
    the rights export_cases and see_people, Invalid (field why) where it is not said what for, or for a filter that cannot be one.
    """
    actor.require(RIGHT, WHY)
    actor.require("see_people", "Your role does not include looking at people.")
    reason = clean_text(why, 500, one_line=True)
    if len(reason) < SHORTEST_WHY:
        raise Invalid.of("why", "Say what the list is for: a few words.")
    page = list_cases(actor, filters, size=MOST, counted=False)
    cases = {one.case.id: one.case for one in page.rows}
    names = _names(cases.values())
    shown = [one for one in snapshot(actor, cases.values(), now) if wanted.fits(one)]
    held = {one.case_id for one in shown}
    cut = page.next_key is not None
    ends = f"{MARKING}. {plural(len(shown), 'line')} of {plural(len(held), 'case')}, made {uk_datetime(now)} by {actor.name} for: {reason}"
    if cut:
        ends += f". Cut at {MOST} cases: there are more"
    exported(actor=actor, records=held, what="how at risk everybody is (CSV)", why=reason)
    note("export", subject="risk", detail={"rows": len(shown), "cases": len(held), "cut": cut})
    rows = [_cells(cases[one.case_id], one, names) for one in shown]
    return Export(csv_table(HEADS, [*rows, [], [ends]]), len(shown), cut)


def _cells(case: Case, one: Standing, names: Mapping[uuid.UUID, str]) -> list[object]:
    return [
        case.reference, case.title, case.owner_agency.short_name, case.lead.name if case.lead else "", _whose(one, names),
        SUBJECTS[one.subject], BANDS[one.band or "none"], uk_date(one.since) if one.since else "", one.repeat_victim, one.vulnerable,
        one.safeguarding, uk_date(one.last_day) if one.last_day else "", missing_words(one),
    ]  # fmt: skip
