"""What of keeping somebody told hangs on a person (people/relations.py)."""

from __future__ import annotations

from sentinel.cases.relations import OF_THE_PARTY, ON_ITS_PARTY
from sentinel.people.relations import hangs_on_a_person

hangs_on_a_person(
    "care.VictimContact", f"party__{ON_ITS_PARTY}", one="contact with them as a victim", many="contacts with them as a victim",
    stays=OF_THE_PARTY,
)  # fmt: skip
hangs_on_a_person("care.ClosureNotice", f"party__{ON_ITS_PARTY}", stays=OF_THE_PARTY)
