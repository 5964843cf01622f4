"""What of a report hangs on a person (people/relations.py)."""

from __future__ import annotations

from sentinel.cases.relations import ON_ITS_PARTY
from sentinel.people.relations import hangs_on_a_person

hangs_on_a_person(
    "reports.Report", f"caller_party__{ON_ITS_PARTY}", one="report told by them", many="reports told by them"
)
