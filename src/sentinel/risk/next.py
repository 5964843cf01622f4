"""What risk knows to be due in a case: who is unassessed, whose band is older than the last report, what is unknown."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.foundation.actor import Actor
from sentinel.risk.queries import current_assessments, unassessed_in


def question_about(text: str) -> str:
    """A question with the place of the name in it: "Is this person vulnerable?" becomes "Is {party} vulnerable?"."""
    for words in ("this person", "This person"):
        if words in text:
            return text.replace(words, "{party}", 1)
    return f"{{party}}: {text}"


@provider
def risk_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """Assess, reassess, and find out what was not known; each is due now."""
    found = [
        Due("Assess {party}", None, "assess", url_args={"party": str(party_id)}, party_id=party_id, harm=True)
        for party_id in unassessed_in(actor, case)
    ]
    for party_id, one in current_assessments(actor, case).items():
        if one is None:
            continue
        args = {"party": str(party_id)}
        if one.stale_since:
            rest = ": assessed before the last report"
            found.append(
                Due("Reassess {party}", None, "assess", rest, args, party_id, harm=one.band == "high")
            )
        elif one.unknown:
            first = one.unknown[0]
            more = (
                f"Still unknown, and {len(one.unknown) - 1} more" if len(one.unknown) > 1 else "Still unknown"
            )
            found.append(Due(question_about(first.text), None, "assess", more, args, party_id))
    return found
