"""Reading local rules and what is proposed of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sentinel.foundation.actor import Actor
from sentinel.governance.models import LocalRuleProposal
from sentinel.governance.queries import governs
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion


@dataclass(frozen=True)
class RuleLine:
    """One local rule of the partnership: what holds on a day, what is planned, and what is proposed. Versions newest first."""

    name: str
    title: str
    current: LocalRule | None
    planned: LocalRule | None
    versions: list[LocalRule]
    proposal: LocalRuleProposal | None

    @property
    def newest(self) -> LocalRule:
        """The last version, in force or planned: the one that another begins from."""
        return self.versions[0]


def rule_lines(actor: Actor, on: date) -> list[RuleLine]:
    """Every local rule of the partnership, by title. Two queries."""
    governs(actor)
    found: dict[str, list[LocalRule]] = {}
    for row in LocalRule.objects.filter(agency_id__isnull=True).order_by("name", "-effective_from"):
        found.setdefault(row.name, []).append(row)
    waiting = {
        row.name: row
        for row in LocalRuleProposal.objects.filter(state="proposed").select_related("proposed_by")
    }
    lines = []
    for name, versions in found.items():
        current = next((row for row in versions if row.effective_from <= on), None)
        planned = versions[0] if versions[0].effective_from > on else None
        title = str((current or versions[0]).content.get("title", name))
        lines.append(RuleLine(name, title, current, planned, versions, waiting.get(name)))
    return sorted(lines, key=lambda line: line.title)


def rule_line(actor: Actor, name: str, on: date) -> RuleLine:
    """One local rule. Raises NotFound."""
    for line in rule_lines(actor, on):
        if line.name == name:
            return line
    raise NotFound()


def last_decided(name: str) -> LocalRuleProposal | None:
    """The newest proposal of a rule that was sent back or released."""
    rows = LocalRuleProposal.objects.filter(name=name).exclude(state="proposed")
    return rows.select_related("proposed_by", "decided_by").order_by("-proposed_at").first()


def sets_about(subject: str) -> list[tuple[str, str]]:
    """The question sets about one subject, key and title, from which a list may choose."""
    rows = QuestionSetVersion.objects.filter(subject=subject).order_by("key", "-number")
    found: dict[str, str] = {}
    for key, title in rows.values_list("key", "title"):
        found.setdefault(key, title)
    return list(found.items())
