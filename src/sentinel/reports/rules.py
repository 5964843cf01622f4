"""What holds of reports, as pure functions: VICTOR-E, what may stay a report, when the caller hears next, who is a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sentinel.kernel.births import Birth
from sentinel.kernel.working_time import Calendar, add_working_hours, deadline, last_minute
from sentinel.questionnaires.rules import line_for

HAD: Final = "had"
LETTERS: Final = ("vulnerable", "impact", "combined", "targeted", "ongoing", "risk", "hate")
LETTER_OF: Final = dict(zip(LETTERS, "VICTORE", strict=True))
YES, NO, NOT_ASKED = "yes", "no", "not_asked"
CRIMINAL_RESPONSIBILITY: Final = 10  # Children and Young Persons Act 1933 s.50
# The call script's questions that a victim's assessment answers with high, whatever else is said.
HARM: Final = ("threat_to_life", "weapon", "violence", "stalking", "suicide")
LIFE: Final = ("threat_to_life", "suicide")
# What the script's flags mean for whoever decides whether it is a crime.
CRIME_PROMPTS: Final = {
    "crime_prompt_harassment": "The same person did it twice or more: this may be harassment.",
    "crime_prompt_stalking": "Fixated, obsessive, unwanted, repeated: this may be stalking. Tell the police the same day.",
    "crime_prompt_domestic_abuse": "It is a partner or somebody of the family: this may be domestic abuse.",
}


def read_letter(answer: object) -> bool | None:
    """Yes, no, or None for anything else: an unasked letter never reads as no."""
    return {YES: True, NO: False}.get(str(answer))


def is_met(answers: Mapping[str, object]) -> bool | None:
    """Whether VICTOR-E is met: harassment, alarm or distress and any one letter (R23). None: it cannot be said yet.

    Each answer is yes, no or not asked, and what was not asked may be either: only what holds whichever way it would have
    been answered is said.
    """
    had = read_letter(answers.get(HAD))
    letters = [read_letter(answers.get(letter)) for letter in LETTERS]
    if had is False or all(letter is False for letter in letters):
        return False
    if had is True and any(letters):
        return True
    return None


def decide(answers: Mapping[str, object]) -> str:
    """The decision that the answers give (VictorE.DECISIONS): case_required, case_optional or not_decided.

    Where it is not met any agency may still open a case (housing nuisance, statutory nuisance).
    """
    return {True: "case_required", False: "case_optional", None: "not_decided"}[is_met(answers)]


def unasked(answers: Mapping[str, object]) -> list[str]:
    """The letters, and the effect, that nobody has asked, in the order of the word."""
    return [letter for letter in (HAD, *LETTERS) if read_letter(answers.get(letter)) is None]


@dataclass(frozen=True)
class Adopted:
    """VICTOR-E's answers with where each came from: what was ticked, else what the caller has said already."""

    answers: dict[str, str]
    sources: dict[str, str]


def adopt(ticked: Mapping[str, object], suggested: Iterable[tuple[str, str, str]]) -> Adopted:
    """Take what was ticked; where nothing was, a suggested yes stands with its source (nobody is asked twice, R17).

    `suggested` are letter, answer and source. A suggested no is shown but never taken: only a person says no.
    """
    answers = dict.fromkeys((HAD, *LETTERS), NOT_ASKED)
    sources: dict[str, str] = {}
    for letter, answer, source in suggested:
        if letter in answers and answer == YES and answers[letter] != YES:
            answers[letter] = YES
            sources[letter] = source
    for letter in answers:
        said = str(ticked.get(letter) or "")
        if said in {YES, NO} or (said == NOT_ASKED and letter in ticked):
            if answers[letter] != said:
                sources.pop(letter, None)
            answers[letter] = said
    return Adopted(answers, sources)


def why_must_be_case(decision: str, associated: int) -> str | None:
    """Why a report must go into a case, in a sentence; None where it may stay a report.

    Only a first incident with no associated reports may stay one (R21), and VICTOR-E, once met, takes the choice away
    (R23) unless a supervisor has decided otherwise with a reason.
    """
    if decision == "not_opened":
        return None
    if decision == "case_required":
        return "VICTOR-E is met: a case must be opened."
    if associated:
        others = "another report is" if associated == 1 else f"{associated} other reports are"
        return f"Only a first incident may stay a report, and {others} associated with this one."
    return None


def role_of_other(birth: Birth | None, said_under_ten: str, on: date) -> str:
    """The role of somebody complained of: child_involved where they are, or may be, under 10 on the day it happened.

    A child under the age of criminal responsibility is never a perpetrator; where what is known does not tell ("about
    10"), neither, until it does. `said_under_ten` is yes, no or anything else. Nothing known at all: alleged_perpetrator.
    """
    under = birth.is_under(CRIMINAL_RESPONSIBILITY, on) if birth is not None else False
    if under is True or said_under_ten == YES or (under is None and said_under_ten != NO):
        return "child_involved"
    return "alleged_perpetrator"


def life_threatened(danger: str, answers: Mapping[str, Any]) -> bool:
    """Whether what was told threatens somebody's life: danger now, a threat to kill or of fire, thoughts of suicide."""
    return danger == YES or any(answers.get(key) == YES for key in LIFE)


def contact_at_once(line: Mapping[str, Any], *, told_at: datetime, calendar: Calendar) -> ContactDue:
    """When the first contact is due where life is threatened: so many hours in which the agency is at work.

    An agency that is closed cannot promise more than from when it opens: the report is handed on by voice meanwhile.
    """
    hours = int(line["working_hours"])
    words = "1 working hour" if hours == 1 else f"{hours} working hours"
    due = last_minute(add_working_hours(told_at, timedelta(hours=hours), calendar))
    return ContactDue(due, f"{line['label']}: {words}"[:120])


def first_contact_band(*, danger: str, at_risk: bool) -> str:
    """The band by which the first contact is due before anybody has assessed the risk."""
    return "high" if danger == YES or at_risk else "not_assessed"


@dataclass(frozen=True)
class ContactDue:
    """When the caller hears next (UTC), and by which line of the standards."""

    due: datetime
    rule: str


def contact_due(
    standards: Iterable[Mapping[str, Any]],
    *,
    told_at: datetime,
    band: str,
    agency_kind: str,
    calendar: Calendar,
) -> ContactDue:
    """When the first contact is due by the agency's standards (R15), counted in its business days from being told.

    A line for the agency's own type goes before one for any. Raises ValueError where the standards have no line for it:
    the list is then unfit to be used.
    """
    first = (one for one in standards if one.get("what") == "first_contact")
    line = line_for(first, agency_kind, band=band)
    if line is None:
        raise ValueError(f"the contact standards have no first contact for {band}")
    days = int(line["business_days"])
    words = "1 working day" if days == 1 else f"{days} working days"
    return ContactDue(last_minute(deadline(told_at, days, calendar)), f"{line['label']}: {words}"[:120])


def minutes_between(told_at: datetime, practitioner_at: datetime | None) -> int | None:
    """How many minutes from telling to a practitioner (R14); None while no practitioner has it."""
    return None if practitioner_at is None else max(0, int((practitioner_at - told_at).total_seconds() // 60))
