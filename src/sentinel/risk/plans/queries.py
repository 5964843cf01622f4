"""Reading what is proposed for the plan of a case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.queries import rule_contents
from sentinel.risk.plans.models import ProposedAction

RULE = "action-plan"


@kept_in_memory  # asked with every assessment
def template_on(on: date, agency_id: uuid.UUID) -> tuple[Mapping[str, Any], ...]:
    """The items of the template that an agency's cases follow on a day in London; none where no rule is loaded."""
    content = rule_contents([RULE], on, agency_id).get(RULE)
    return tuple(content["items"]) if content else ()


def proposed_in(actor: Actor, case: Case) -> list[ProposedAction]:
    """What was proposed in a case: undecided first by when it is due, then what was decided, newest first. One query."""
    rows = list(
        ProposedAction.objects.filter(case=case)
        .select_related("agency", "user", "decided_by")
        .order_by("due", "id")
    )
    waiting = [row for row in rows if row.decided_at is None]
    decided = [row for row in rows if row.decided_at is not None]
    return waiting + sorted(decided, key=lambda row: str(row.decided_at), reverse=True)


def proposed_of(actor: Actor, case: Case, row_id: uuid.UUID) -> ProposedAction:
    """One line of this case. Raises NotFound for any other."""
    row = ProposedAction.objects.filter(pk=row_id, case=case).select_related("agency", "user").first()
    if row is None:
        raise NotFound()
    return row
