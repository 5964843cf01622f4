"""What of risk hangs on a person: by the party that was assessed, each in its own case (people/relations.py).

Assessments, high risk and markers stay with the party of whom they were said: a merge neither adds bands up nor lets one
replace another. Earlier reports are counted for the whole person, each once (queries/repeat.py), and a marker of any id is found by
every other.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sentinel.cases.relations import OF_THE_PARTY, ON_ITS_PARTY
from sentinel.foundation.actor import Actor
from sentinel.people.flags import flags
from sentinel.people.relations import hangs_on_a_person
from sentinel.risk.high.models import HighRisk

hangs_on_a_person(
    "risk.Assessment",
    f"party__{ON_ITS_PARTY}",
    one="risk assessment",
    many="risk assessments",
    stays=OF_THE_PARTY,
)
hangs_on_a_person("risk.HighRisk", f"party__{ON_ITS_PARTY}", one="high risk", many="times at high risk")
hangs_on_a_person("risk.ProposedAction", f"party__{ON_ITS_PARTY}", stays=OF_THE_PARTY)
for _model in ("LoweringAsked", "AssessmentDraft", "Deferral"):
    hangs_on_a_person(f"risk.{_model}", f"party__{ON_ITS_PARTY}", stays=OF_THE_PARTY)


@flags
def at_high_risk(actor: Actor, person_ids: Collection[uuid.UUID]) -> str:
    """Whether one of them is at high risk now, as far as the actor may know."""
    rows = HighRisk.objects.filter(party__identity__person_id__in=list(person_ids), ended_at__isnull=True)
    return "One of them is at high risk." if rows.exists() else ""
