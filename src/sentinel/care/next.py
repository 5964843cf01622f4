"""What care knows to be due in a case: each victim's next contact, and telling them of a closure that is proposed."""

from __future__ import annotations

from datetime import datetime

from sentinel.care.queries import last_told, read_safe, victims_not_told
from sentinel.care.rules import FIRST, how_words
from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date


@provider
def contacts_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """One line for each victim, with the safe way to get in touch. Where a closure is proposed, whoever was not told what
    was decided is told that, now: until then nobody can decide it."""
    told = last_told(actor, case, now)
    people = people_of(actor, case, london_date(now))
    ways = {one.id: read_safe(one.safe) for one in people}
    untold = set(victims_not_told(actor, case)) if case.status == "closing" else set()
    found = []
    for party_id, one in told.items():
        words, page, due = "Tell {party} what has happened", "contact", one.due
        if party_id in untold:
            words, page = "Tell {party} what was decided", "tell_outcome"
            due = due if due is not None and due < now else None
        elif one.what == FIRST:
            words = "First contact with {party}"
        found.append(
            Due(
                words=words,
                due=due,
                url_name=page,
                rest=f". {how_words(ways[party_id])}",
                url_args={"party": str(party_id)},
                party_id=party_id,
                harm=one.band in {"high", None},
            )
        )
    return found
