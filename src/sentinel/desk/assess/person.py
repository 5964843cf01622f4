"""One person of one case, as these pages need them: found under the case, named as the reader may see."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sentinel.access.models import Rung
from sentinel.audit.operations import note
from sentinel.care.queries import safe_ways
from sentinel.care.rules import Safe, how_words
from sentinel.cases.models import Case, Party, PartyIdentity, PartyRole
from sentinel.cases.queries import get_case, party_names
from sentinel.desk.links import where
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.people.models import PersonFact
from sentinel.people.queries import address_words, facts_of
from sentinel.questionnaires.forms import Carried
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, carry, detail_key, options_chosen, settled
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment
from sentinel.risk.operations import REASON_QUESTION
from sentinel.risk.rules import LOCATION, VICTIM, WITNESS
from sentinel.web.formats import uk_day

# What the call script asks of the one it happens to, by `carries_to`: one person's answer is nobody else's, also in one
# household (R28). The rest, such as a threat or a weapon, is asked of what happened, and told of everybody in it.
VICTIM_THERE = "vulnerable"
OF_ONE_PERSON = frozenset({"impact", "impact_words", "suicide", VICTIM_THERE})


WAYS = {"phone": "ring", "text": "text", "email": "email", "post": "write to", "visit": "visit"}


@dataclass(frozen=True)
class Named:
    """What a party is called, a protected one by its label."""

    name: str
    protected: bool


@dataclass(frozen=True)
class PersonPage:
    """What every page about one person of a case shows."""

    actor: Actor
    case: Case
    party: Party
    named: Named
    safe: Safe | None

    def reached_at(self) -> list[tuple[str, str]]:
        """Where this person may be reached by the ways that are safe: words ("Ring", "Text", "Write to") and the number or
        address, as far as the reader may see; a voice alone where nobody has asked. What another record told is logged.

        Nothing of a protected identity to who does not hold it: who it is cannot be found.
        """
        identity = PartyIdentity.objects.filter(party=self.party).first()
        known = facts_of(self.actor, [identity.person_id]).get(identity.person_id) if identity else None
        if known is None:
            return []
        agreed = (
            {"phone"} if self.safe is None else (set() if "none" in self.safe.methods else self.safe.agreed)
        )
        home = known.home
        found: list[tuple[str, str, PersonFact]] = []
        if agreed & {"phone", "text"}:
            words = " or ".join(WAYS[one] for one in ("phone", "text") if one in agreed)
            found += [(words, row.value, row) for row in known.phones()]
        if "email" in agreed:
            found += [("email", row.value, row) for row in known.emails()]
        if home is not None and agreed & {"post", "visit"}:
            words = " or ".join(WAYS[one] for one in ("post", "visit") if one in agreed)
            found.append((words, address_words(home), home))
        for record_id in sorted({row.record_id for _, _, row in found} - {self.case.id}, key=str):
            note("view", record_id=record_id, subject="person", subject_id=known.person_id)
        return list(dict.fromkeys((words.capitalize(), value) for words, value, _ in found))

    def context(self, **more: object) -> dict[str, Any]:
        """The template's context, with what is particular to the page."""
        return {
            "case": self.case,
            "party": self.party,
            "named": self.named,
            "how": how_words(self.safe),
            "case_href": self.case_href,
            "marking": "Official – sensitive",
            **more,
        }

    @property
    def case_href(self) -> str:
        """The case's own page."""
        return where("case", reference=self.case.reference) or f"/cases/{self.case.reference}"


def person_page(
    request: HttpRequest, reference: str, party: uuid.UUID, needs: Rung = Rung.READ, *, log: bool = True
) -> PersonPage:
    """The person under the case; the read is logged, unless nothing is shown (`log=False`). Raises NotFound for a party of another case, and what get_case
    raises."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = get_case(actor, reference, Rung.WRITE if request.method == "POST" else needs, log=log)
    found = Party.objects.filter(pk=party, case=case).first()
    if found is None:
        raise NotFound()
    return PersonPage(
        actor=actor,
        case=case,
        party=found,
        named=Named(party_names(actor, [found.id])[found.id], found.identity_protected),
        safe=safe_ways(actor, [found.id])[found.id],
    )


def why_not_here(case: Case) -> str:
    """Why a form that changes this case is not shown, in plain words; "" where it may be. Nobody answers a whole form to learn
    at its end that it cannot be kept. The case is one that get_case gave."""
    if case.rung < Rung.WRITE:
        return "Your agency reads this case and does not work on it, so nothing can be kept here. Ring the lead of the case with what you know."
    return "This case is closed. Reopen it first." if case.status == "closed" else ""


def told_before(
    case: Case, party: Party | None, subject: str, question_set: QuestionSet, standing: Assessment | None
) -> Carried:
    """The answers that this set has had already of this person, case or place: of the assessment that stands, then of the
    reports' scripts, the newest first. What was not known is left to be asked, and so is the reason for the band.

    The scripts are asked of victims and of what happened: they start no assessment of a witness or of a place.
    """
    found = Carried()
    reports = (
        []
        if subject in {WITNESS, LOCATION}
        else list(Report.objects.filter(case=case, script__isnull=False).order_by("told_at", "id"))
    )
    theirs = _spoken_of(party, reports) if party is not None and subject == VICTIM else {}
    for report in reports:
        if report.script_id is None:
            continue
        answers = carry(question_set_of(report.script_id), report.script_answers, question_set)
        answers = _without(question_set, answers, OF_ONE_PERSON - theirs.get(report.id, frozenset()))
        found = Carried.of(answers, f"the report of {uk_day(report.told_at)}").over(found)
    # Of a place another case's answers are read, not carried: they would be told to everybody who reads this one.
    if standing is not None and standing.case_id == case.id:
        answers = _of_standing(question_set, standing)
        found = Carried.of(answers, f"the assessment of {uk_day(standing.assessed_at)}").over(found)
    return found


def _spoken_of(party: Party, reports: list[Report]) -> dict[uuid.UUID, frozenset[str]]:
    """For each report what it tells of this person alone (of OF_ONE_PERSON): all where they were the caller and the only
    victim, or the one victim that somebody else told of; where others were hit too, not who is vulnerable there."""
    callers = [one.caller_party_id for one in reports if one.caller_party_id]
    persons = dict(
        PartyIdentity.objects.filter(party_id__in=[party.id, *callers]).values_list("party_id", "person_id")
    )
    incidents = set(
        PartyRole.objects.filter(party=party, role=VICTIM, incident__isnull=False).values_list(
            "incident_id", flat=True
        )
    )
    found: dict[uuid.UUID, frozenset[str]] = {}
    for report in reports:
        caller = report.caller_party_id
        called = caller is not None and (
            caller == party.id or (party.id in persons and persons[party.id] == persons.get(caller))
        )
        happened_to = report.script_answers.get("happened_to")
        if happened_to == "caller" and called:
            found[report.id] = OF_ONE_PERSON
        elif happened_to == "caller_and_others" and called:
            found[report.id] = OF_ONE_PERSON - {VICTIM_THERE}
        elif happened_to == "somebody_else" and not called and report.incident_id in incidents:
            found[report.id] = OF_ONE_PERSON
    return found


def _without(question_set: QuestionSet, answers: Mapping[str, Any], topics: frozenset[str]) -> dict[str, Any]:
    gone = {question.key for question in question_set.questions() if question.carries_to in topics}
    gone |= {detail_key(key) for key in gone}
    return {key: value for key, value in answers.items() if key not in gone}


def _of_standing(question_set: QuestionSet, standing: Assessment) -> dict[str, Any]:
    source = question_set_of(standing.question_set_id)
    if source.key != question_set.key:
        return carry(source, standing.answers, question_set)
    known = {}
    for key, value in settled(question_set, standing.answers).items():
        question = question_set.question(key)
        if key == REASON_QUESTION or (
            question and any(one.unknown for one in options_chosen(question, value))
        ):
            continue
        known[key] = value
    return known
