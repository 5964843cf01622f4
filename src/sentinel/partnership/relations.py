"""What of referrals hangs on a person (people/relations.py)."""

from __future__ import annotations

from sentinel.cases.relations import OF_THE_PARTY, ON_ITS_PARTY
from sentinel.people.relations import hangs_on_a_person

hangs_on_a_person(
    "partnership.Referral", f"party__{ON_ITS_PARTY}", one="referral", many="referrals", stays=OF_THE_PARTY
)
