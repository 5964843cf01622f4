"""What the pages that assess are about: a person of the case, the case that has no victim, or its place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sentinel.access.models import Rung
from sentinel.cases.models import Case, PartyRole
from sentinel.cases.queries import get_case
from sentinel.desk.assess.person import Named, PersonPage, person_page, told_before, why_not_here
from sentinel.desk.links import where
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.questionnaires.forms import Carried
from sentinel.questionnaires.rules import QuestionSet
from sentinel.risk.about import About, about_what
from sentinel.risk.models import Assessment
from sentinel.risk.operations import may_be_assessed
from sentinel.risk.rules import CASE, LOCATION, PERPETRATOR, VICTIM, WITNESS, subjects_of
from sentinel.web.formats import MARKING

TITLES = {
    VICTIM: "How at risk is {name}?",
    PERPETRATOR: "How much risk may {name} pose?",
    WITNESS: "How safe is {name} as a witness?",
    CASE: "How much risk is there in this case?",
    LOCATION: "How much risk is there at {name}?",
}
WHAT = {
    VICTIM: "as a victim",
    PERPETRATOR: "as the person complained of",
    WITNESS: "as a witness",
    CASE: "the case itself",
    LOCATION: "the place",
}


@dataclass(frozen=True)
class AssessPage:
    """One thing that is assessed, as its pages show it. `person` is there for a person; `about` is None, and `why_not` says
    why, where it cannot be assessed."""

    actor: Actor
    case: Case
    subject: str
    named: Named
    about: About | None
    person: PersonPage | None = None
    why_not: str = ""

    @property
    def case_href(self) -> str:
        """The case's own page."""
        return where("case", reference=self.case.reference) or f"/cases/{self.case.reference}"

    def address(self, step: str = "") -> str:
        """The page that assesses this, or a `step` of it: "keep", "throw_away", "earlier" or "defer"."""
        if self.person is None:
            name = {"": "assess_case", "earlier": "assessments_of", "defer": "defer_case"}.get(
                step, f"assess_case_{step}"
            )
            kwargs = {"reference": self.case.reference, "subject": self.subject}
            return reverse(name, kwargs=kwargs if step != "defer" else {"reference": self.case.reference})
        kwargs = {"reference": self.case.reference, "party": str(self.person.party.id)}
        if step == "earlier":
            return reverse("assessments", kwargs=kwargs)
        if step == "defer":
            return reverse("defer", kwargs=kwargs)
        whole = f"_{step}" if step else ""
        if self.subject == VICTIM:
            return reverse(f"assess{whole}", kwargs=kwargs)
        return reverse(f"assess_as{whole}", kwargs={**kwargs, "subject": self.subject})

    def carried(self, question_set: QuestionSet, standing: Assessment | None) -> Carried:
        """What has been answered of this already, as a start: the officer confirms it or answers anew (R17)."""
        party = self.person.party if self.person else None
        return told_before(self.case, party, self.subject, question_set, standing)

    def context(self, **more: Any) -> dict[str, Any]:
        """The template's context, with what is particular to the page."""
        return {
            "case": self.case, "named": self.named, "subject": self.subject, "case_href": self.case_href, "why_not": self.why_not,
            "may_assess": self.actor.may("assess") and not why_not_here(self.case),
            "title": TITLES[self.subject].format(name=self.named.name), "what": WHAT[self.subject], "here": self.address(),
            "keep_href": self.address("keep"), "throw_away_href": self.address("throw_away"), "earlier_href": self.address("earlier"),
            "defer_href": self.address("defer") if self.subject in {VICTIM, CASE} else "",
            "marking": MARKING, **more,
        }  # fmt: skip


def of_person(
    request: HttpRequest, reference: str, party: uuid.UUID, subject: str = "", *, log: bool = True
) -> AssessPage:
    """The page of one person, assessed as `subject`; where none is said, as what they are first. The read is logged."""
    page = person_page(request, reference, party, log=log)
    if not subject:
        roles = PartyRole.objects.filter(party=page.party, until__isnull=True).values_list("role", flat=True)
        subject = next(iter(subjects_of(roles, child_involved=page.party.child_involved)), VICTIM)
    about = About(page.case.id, subject, party=page.party)
    return AssessPage(page.actor, page.case, subject, page.named, about, page, _why_not(page.case, about))


def of_case(request: HttpRequest, reference: str, subject: str, *, log: bool = True) -> AssessPage:
    """The page of the case that has no victim, or of its place. The read is logged."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = get_case(actor, reference, Rung.WRITE if request.method == "POST" else Rung.READ, log=log)
    place = case.place
    name = "the case" if subject == CASE else ((place.line or place.postcode) if place else "the place")
    try:
        about = about_what(case, subject)
    except Invalid as error:
        return AssessPage(actor, case, subject, Named(name, False), None, why_not=error.message)
    return AssessPage(actor, case, subject, Named(name, False), about, why_not=_why_not(case, about))


def _why_not(case: Case, about: About) -> str:
    try:
        may_be_assessed(case, about)
    except Invalid as error:
        return error.message
    return ""
