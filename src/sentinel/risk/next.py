"""What risk knows to be due in a case: who is unassessed, whose band no longer holds, what is unknown."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.cases.queries import OnCase, comes_with, people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import end_of_day, london_date
from sentinel.risk.about import has_victim
from sentinel.risk.lowering import WAITING, waiting_with_case
from sentinel.risk.queries import Assessed, Unshown, case_unassessed, put_off_in, risk_in, unassessed_in
from sentinel.risk.rules import (
    AGE_OF_RESPONSIBILITY,
    CASE,
    CHANGED,
    CLOCK,
    HIGH,
    LOCATION,
    PERPETRATOR,
    REPORTED,
    VICTIM,
    WITNESS,
    band_key,
    subjects_of,
)
from sentinel.risk.supervision.queries import due_of
from sentinel.risk.supervision.rules import Reviewed
from sentinel.web.formats import plural

WHY = {
    REPORTED: "assessed before the last report",
    CHANGED: "their part has changed since",
    CLOCK: "the review is due",
}
comes_with(WAITING, waiting_with_case)
SOON = timedelta(days=3)
AS = {VICTIM: "", PERPETRATOR: " as the person complained of", WITNESS: " as a witness"}


def question_about(text: str) -> str:
    """A question with the place of the name in it: "Is this person vulnerable?" becomes "Is {party} vulnerable?"."""
    for words in ("this person", "This person"):
        if words in text:
            return text.replace(words, "{party}", 1)
    return f"{{party}}: {text}"


@provider
def risk_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """Assess, reassess, and find out what was not known. What was put off is due when that ends."""
    found = [*_missing(actor, case, now), *_prompted(actor, case), *_asked(case)]
    known = risk_in(actor, case)
    found += [*_reviewed(case, known.reviews, now), *_proposed(case, known.proposed)]
    found += _unshown(known.markers, now)
    parts = {
        one.id: subjects_of(one.role_codes, child_involved=one.child_involved)
        for one in people_of(actor, case, london_date(case.opened_at))
    }
    for (party_id, subject), one in known.people.items():
        if subject not in parts.get(party_id, ()):
            continue  # what somebody is no more is not assessed again
        page, args = page_of(subject, party_id)
        found += _of_standing(one, now, page, args, f"{{party}}{AS[subject]}", party_id)
    page, args = page_of(CASE, None)
    if known.itself is not None and not _victims(actor, case) and not has_victim(case.id):
        found += _of_standing(known.itself, now, page, args, "the case", None)
    page, args = page_of(LOCATION, None)
    if known.place is not None:
        found += _of_standing(known.place, now, page, args, "the place", None)
    return found


def _asked(case: Case) -> Iterator[Due]:
    """Lower bands that wait for a supervisor. No query of its own: it comes with the case."""
    for one in getattr(case, WAITING, None) or []:
        page, args = lowering_page(one["subject"], one["party"])
        party_id = uuid.UUID(one["party"]) if one["party"] else None
        whom = "{party}" if party_id else {LOCATION: "the place"}.get(one["subject"], "the case")
        words = f"A supervisor decides whether the risk is lower: {whom}"
        yield Due(words, None, page, f", {band_key(one['band'])} is asked for", args, party_id)


def _reviewed(case: Case, reviews: list[Reviewed], now: datetime) -> Iterator[Due]:
    """The next review by a supervisor, from some days before it is due."""
    due = due_of(case, reviews, now)
    if due is not None and due.on - london_date(now) <= SOON:
        harm = case.highest_band == HIGH
        yield Due(
            "Review the case",
            end_of_day(due.on) - timedelta(minutes=1),
            "case_reviews",
            f": {due.words}",
            harm=harm,
        )


def _proposed(case: Case, dues: list[datetime]) -> Iterator[Due]:
    """What the band's template proposes and nobody has decided on, from the first that would be due."""
    if dues:
        rest = f": {plural(len(dues), 'action')} proposed"
        yield Due("Decide on the action plan", dues[0], "case_plan", rest, harm=case.highest_band == HIGH)


def _unshown(markers: list[Unshown], now: datetime) -> Iterator[Due]:
    """That the control room refused a marker, or has not answered it in time: nobody who is sent there knows of the risk."""
    for one in markers:
        of = " of {party}" if one.party_id else ""
        if one.refused:
            words, rest = f"Decide what follows: the marker{of} was refused", f": {one.why}"
            yield Due(words, one.at, "case_high_risk", rest, party_id=one.party_id, harm=True)
        elif one.at <= now:
            words = f"Ring the control room: the marker{of} is not answered"
            yield Due(words, one.at, "case_high_risk", party_id=one.party_id, harm=True)


def page_of(subject: str, party_id: uuid.UUID | None) -> tuple[str, dict[str, str]]:
    """The name of the page that assesses, and what its address needs besides the case's reference."""
    if party_id is None:
        return "assess_case", {"subject": subject}
    if subject == VICTIM:
        return "assess", {"party": str(party_id)}
    return "assess_as", {"party": str(party_id), "subject": subject}


def lowering_page(subject: str, party_id: uuid.UUID | str | None) -> tuple[str, dict[str, str]]:
    """The same of the page on which a supervisor decides on a lower band."""
    page, args = page_of(subject, uuid.UUID(str(party_id)) if party_id else None)
    return f"{page}_lower", args


def _victims(actor: Actor, case: Case) -> list[OnCase]:
    return [one for one in people_of(actor, case, london_date(case.opened_at)) if one.is_victim]


def _missing(actor: Actor, case: Case, now: datetime) -> Iterator[Due]:
    put_off = put_off_in(actor, case, now)
    waiting: list[tuple[uuid.UUID | None, str]] = [
        (one, "Assess {party}") for one in unassessed_in(actor, case)
    ]
    if case_unassessed(actor, case):
        waiting.append((None, "Assess the case"))
    for party_id, words in waiting:
        page, args = page_of(VICTIM if party_id else CASE, party_id)
        later = put_off.get(party_id)
        rest = "" if party_id else ": nobody is named as a victim"
        if later is not None:
            rest = f": put off by {later.by}" if later.by else ": put off"
        yield Due(words, later.until if later else None, page, rest, args, party_id, harm=True)


def _prompted(actor: Actor, case: Case) -> Iterator[Due]:
    """Those complained of whose identity an officer has confirmed, and witnesses: asked for, and in the way of nothing."""
    standing = risk_in(actor, case).people
    for one in people_of(actor, case, london_date(case.opened_at)):
        for subject in subjects_of(one.role_codes, child_involved=one.child_involved):
            under_ten = one.age.isdigit() and int(one.age) < AGE_OF_RESPONSIBILITY
            wanted = subject == WITNESS or (subject == PERPETRATOR and one.is_confirmed and not under_ten)
            if wanted and (one.id, subject) not in standing:
                page, args = page_of(subject, one.id)
                yield Due(f"Assess {{party}}{AS[subject]}", None, page, "", args, one.id)


def _of_standing(
    one: Assessed, now: datetime, page: str, args: Mapping[str, str], whom: str, party_id: uuid.UUID | None
) -> Iterator[Due]:
    held = one.currency(now)
    if held.why:
        rest = (
            f": {WHY[held.why]}"
            if one.subject in AS or held.why == CLOCK
            else ": something has happened since"
        )
        yield Due(f"Reassess {whom}", None, page, rest, args, party_id, harm=one.band == "high")
    elif one.unknown:
        first, others = one.unknown[0], len(one.unknown) - 1
        more = f"Still unknown, and {others} more" if others else "Still unknown"
        words = question_about(first.text) if party_id else first.text
        yield Due(words, None, page, more, args, party_id)
