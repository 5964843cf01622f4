"""What care knows to be due in a case: each victim's next contact."""

from __future__ import annotations

from datetime import datetime

from sentinel.care.queries import last_told, read_safe
from sentinel.care.rules import FIRST, how_words
from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date


@provider
def contacts_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """One line for each victim, with the safe way to get in touch."""
    told = last_told(actor, case, now)
    people = people_of(actor, case, london_date(now))
    ways = {one.id: read_safe(one.safe) for one in people}
    return [
        Due(
            words="First contact with {party}" if one.what == FIRST else "Tell {party} what has happened",
            due=one.due,
            url_name="contact",
            rest=f". {how_words(ways[party_id])}",
            url_args={"party": str(party_id)},
            party_id=party_id,
            harm=one.band in {"high", None},
        )
        for party_id, one in told.items()
    ]
