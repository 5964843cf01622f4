"""One person of one case, as these pages need them: found under the case, named as the reader may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sentinel.access.models import Rung
from sentinel.care.queries import safe_ways
from sentinel.care.rules import Safe, how_words
from sentinel.cases.models import Case, Party
from sentinel.cases.queries import get_case, party_names
from sentinel.desk.links import where
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.forms import Carried
from sentinel.questionnaires.rules import QuestionSet, carry, options_chosen, settled
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment
from sentinel.risk.operations import REASON_QUESTION
from sentinel.risk.queries import question_set_of
from sentinel.web.formats import uk_day


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
    request: HttpRequest, reference: str, party: uuid.UUID, needs: Rung = Rung.READ
) -> PersonPage:
    """The person under the case; the read is logged. Raises NotFound for a party of another case, and what get_case
    raises."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = get_case(actor, reference, Rung.WRITE if request.method == "POST" else needs)
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


def told_before(case: Case, question_set: QuestionSet, standing: Assessment | None) -> Carried:
    """The answers that this set has had already: of the assessment that stands, then of the reports' scripts, the
    newest first. What was not known is left to be asked, and so is the reason for the band."""
    found = Carried()
    reports = Report.objects.filter(case=case, script__isnull=False).order_by("told_at", "id")
    for report in reports:
        if report.script_id is None:
            continue
        answers = carry(question_set_of(report.script_id), report.script_answers, question_set)
        found = Carried.of(answers, f"the report of {uk_day(report.told_at)}").over(found)
    if standing is not None:
        answers = _of_standing(question_set, standing)
        found = Carried.of(answers, f"the assessment of {uk_day(standing.assessed_at)}").over(found)
    return found


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
