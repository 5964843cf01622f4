"""What of a case hangs on a person: by the party that they are (people/relations.py)."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sentinel.cases.models import Party
from sentinel.foundation.actor import Actor
from sentinel.people.flags import flags
from sentinel.people.relations import hangs_on_a_person

ON_ITS_PARTY = "identity__person"
# Two parties of one case stay two when they are found to be one person: who said what of whom, and how each was assessed, was
# said of a party.
hangs_on_a_person(
    "cases.PartyIdentity", "person", one="part in a case or report", many="parts in cases and reports"
)
hangs_on_a_person("cases.PartyRole", f"party__{ON_ITS_PARTY}", one="role", many="roles")
OF_THE_PARTY = "It is said of the party of that case, and read there."
hangs_on_a_person("cases.Party", f"guardian_party__{ON_ITS_PARTY}", stays=OF_THE_PARTY)
for _column in ("victim_party", "other_party"):
    hangs_on_a_person("cases.ApproachCheck", f"{_column}__{ON_ITS_PARTY}", stays=OF_THE_PARTY)


@flags
def protected(actor: Actor, person_ids: Collection[uuid.UUID]) -> str:
    """Whether the identity of one of them is protected in a record where the actor may know who it is."""
    rows = Party.objects.filter(identity__person_id__in=list(person_ids), identity_protected=True)
    return "The identity of one of them is protected." if rows.exists() else ""
