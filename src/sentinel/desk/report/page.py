"""What the page of one report shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.accounts.models import Team
from sentinel.accounts.queries import agencies
from sentinel.cases.models import Case, ExternalReference, HateMark, PartyIdentity
from sentinel.cases.queries import get_case
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Message
from sentinel.kernel.clock import Period, Precision, london_date, show_period
from sentinel.matching.queries import KnownPlace, Occurrence, known_places, occurrence_of, open_cases_of
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import Said, in_words
from sentinel.reports import rules
from sentinel.reports.confirming import key_of
from sentinel.reports.lists import words_of
from sentinel.reports.models import EndNotice, Report, Signpost, VictorE
from sentinel.reports.queries import (
    PartyLine,
    associated,
    notices_of,
    parties_of,
    signposts_of,
    victor_history,
)
from sentinel.reports.standards import HandOn, to_hand_on

DECISION_WORDS = {
    "case_required": "A case must be opened",
    "case_optional": "VICTOR-E is not met. Any agency may still open a case",
    "not_decided": "VICTOR-E has not been asked to the end",
    "not_opened": "A supervisor decided that no case is opened",
}
_PRECISIONS = {
    "minute": Precision.EXACT,
    "hour": Precision.ABOUT,
    "day": Precision.DAY,
    "month": Precision.MONTH,
}


@dataclass(frozen=True)
class LetterLine:
    """One letter of VICTOR-E as it was answered last."""

    letter: str
    words: str
    answer: str
    source: str


@dataclass(frozen=True)
class ReportView:
    """A report with everything around it that the actor may see."""

    report: Report
    title: str
    type_words: str
    when_words: str
    parties: list[PartyLine]
    victor: VictorE | None
    history: list[VictorE]
    letters: list[LetterLine]
    unasked: int
    decision_words: str
    must: str | None
    associated: list[Report]
    signposts: list[Signpost]
    notices: list[EndNotice]
    place: KnownPlace | None
    cases: list[Case]
    said: list[Said]
    prompts: list[str]
    hate: list[str]
    references: list[ExternalReference]
    confirmation: Message | None
    minutes: int | None
    may_write: bool
    late: bool
    hand_on: HandOn | None
    occurrence: Occurrence

    @property
    def is_open(self) -> bool:
        """Whether anything can still be decided on it."""
        return self.report.state in Report.OPEN


def type_words(report: Report) -> str:
    """The national type in words; "" where it is not known yet."""
    if report.incident is None or not report.incident.national_type:
        return ""
    return words_of("national-types", london_date(report.told_at)).get(report.incident.national_type, "")


def title_of(report: Report, kind: str) -> str:
    """What a report is called: what and where, never who."""
    place = report.incident.place if report.incident else None
    where = f" at {place.line}" if place is not None and place.line else ""
    return f"{kind or 'Report'}{where}"


def view_of(actor: Actor, report: Report, now: datetime) -> ReportView:
    """Everything for the page of a report. A fixed number of queries."""
    kind = type_words(report)
    history = victor_history(report)
    last = history[0] if history else None
    others = associated(actor, report, now)
    decision = last.decision if last else "not_decided"
    place = report.incident.place if report.incident else None
    known = known_places(actor, [place], now) if place else []
    may_write = rung_of(actor, report.record_id) >= Rung.WRITE
    open_ = report.state in Report.OPEN
    return ReportView(
        report=report,
        title=title_of(report, kind),
        type_words=kind,
        when_words=_when(report),
        parties=parties_of(actor, report),
        victor=last,
        history=history,
        letters=letters(last, now),
        unasked=len(rules.unasked(last.answers)) if last else 0,
        decision_words=DECISION_WORDS[decision],
        must=rules.why_must_be_case(decision, different(report, others)) if open_ else None,
        associated=others,
        signposts=signposts_of(report),
        notices=notices_of(report),
        place=known[0] if known else None,
        cases=joinable(actor, report) if open_ else [],
        said=_said(report),
        prompts=_prompts(report),
        hate=_hate(report),
        references=list(
            ExternalReference.objects.filter(record_id=report.record_id).order_by("created_at")[:20]
        ),
        confirmation=Message.objects.filter(decided_key=key_of(report.id)).first(),
        minutes=rules.minutes_between(report.told_at, report.practitioner_at),
        may_write=may_write,
        late=open_ and report.next_contact_due is not None and report.next_contact_due < now,
        hand_on=to_hand_on(report, now),
        occurrence=occurrence_of(actor, report, propose=may_write),
    )


def different(report: Report, others: list[Report]) -> int:
    """How many of these reports are of other occurrences: what was told several times is one."""
    incidents = [one.incident for one in (report, *others)]
    own, *rest = [(one.occurrence_id or one.id) if one else None for one in incidents]
    return len({one or index for index, one in enumerate(rest) if one is None or one != own})


def letters(row: VictorE | None, now: datetime) -> list[LetterLine]:
    """The rows of VICTOR-E as answered last, in the order of the word."""
    answers = row.answers if row else {}
    sources = row.sources if row else {}
    return [
        LetterLine(
            rules.LETTER_OF.get(key, ""),
            WORDS[key],
            str(answers.get(key, rules.NOT_ASKED)),
            str(sources.get(key, "")),
        )
        for key in (rules.HAD, *rules.LETTERS)
    ]


WORDS = {
    "had": "Harassment, alarm or distress",
    "vulnerable": "Vulnerable",
    "impact": "Impact",
    "combined": "Combined approach",
    "targeted": "Targeted",
    "ongoing": "Ongoing",
    "risk": "Risk",
    "hate": "hatE",
}


def joinable(actor: Actor, report: Report) -> list[Case]:
    """Open cases that this report may belong to: at its place, and of its caller. Two queries."""
    if not actor.may("see_cases"):
        return []
    found: dict[Any, Case] = {}
    place = report.incident.place if report.incident else None
    if place is not None:
        rows = Case.objects.filter(place=place).exclude(status="closed").order_by("-opened_at")[:5]
        found.update({case.id: case for case in rows})
    identity = (
        PartyIdentity.objects.filter(party=report.caller_party).first() if report.caller_party else None
    )
    if identity is not None:
        ids = [one.case_id for one in open_cases_of(actor, identity.person_id)]
        found.update(Case.objects.in_bulk(ids))
    return list(found.values())


def case_to_join(actor: Actor, reference: str) -> Case:
    """The case behind a reference that somebody typed. Raises as get_case; KnownOnly is told like NotFound is not."""
    return get_case(actor, reference.strip().upper(), Rung.WRITE)


def _when(report: Report) -> str:
    incident = report.incident
    if incident is None or incident.occurred_from is None:
        return ""
    precision = _PRECISIONS.get(incident.precision, Precision.ABOUT)
    end = incident.occurred_to or incident.occurred_from
    if precision is Precision.DAY:
        # Days as they were told, the last one too: a Period of days ends where the next day begins.
        return show_period(Period.of_days(london_date(incident.occurred_from), london_date(end)))
    return show_period(Period(incident.occurred_from, end, precision))


def _said(report: Report) -> list[Said]:
    if report.script_id is None or not report.script_answers:
        return []
    return in_words(question_set_of(report.script_id), report.script_answers)


def _prompts(report: Report) -> list[str]:
    """What the answers say about a crime, for whoever decides."""
    if report.script_id is None:
        return []
    questions = question_set_of(report.script_id)
    flags = {
        flag
        for question in questions.questions()
        for option in question.options
        if option.key == report.script_answers.get(question.key)
        for flag in option.sets
    }
    return [words for flag, words in rules.CRIME_PROMPTS.items() if flag in flags]


def _hate(report: Report) -> list[str]:
    if report.incident_id is None:
        return []
    strands = words_of("hate-strands", london_date(report.told_at))
    rows = HateMark.objects.filter(incident_id=report.incident_id).order_by("strand")
    return [strands.get(row.strand, "Not known") for row in rows]


def other_agencies(actor: Actor) -> list[Any]:
    """The agencies other than the actor's own, by name."""
    return [one for one in agencies() if one.id != actor.agency_id]


def teams_to_hand_on(report: Report) -> list[Team]:
    """The teams of the report's agency that take reports, without the one that has it."""
    rows = Team.objects.filter(agency_id=report.agency_id, takes_skeletons=True).order_by("name")
    return [team for team in rows if team.id != report.team_id]
