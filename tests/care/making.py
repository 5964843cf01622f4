"""A case with one victim who said how she may be contacted, and short ways to record contacts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sentinel.care.models import VictimContact
from sentinel.care.operations import record_contact
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.people.facts import SafeContactGiven
from sentinel.people.operations import set_safe_contact
from tests.cases.making import a_case, a_party
from tests.support import NOW

LATER = NOW + timedelta(hours=2)


def a_victim(actor: Actor, **safe: Any) -> tuple[Case, Party]:
    """Margaret Ellis, to whom one may only write, unless other ways are given."""
    case = a_case(actor)
    party = a_party(actor, case)
    ask(actor, case, party, **(safe or {"method": "post"}))
    return case, party


def ask(actor: Actor, case: Case, party: Party, **safe: Any) -> None:
    """That this party said how to be contacted."""
    set_safe_contact(
        actor=actor,
        now=NOW,
        person_id=party.identity.person_id,
        record_id=case.id,
        safe=SafeContactGiven(**safe),
    )


def contact(actor: Actor, case: Case, party: Party, *, at: datetime = NOW, **given: Any) -> VictimContact:
    """One contact by letter, unless other things are given."""
    wanted = {
        "method": "post",
        "result": "sent",
        "said": "We have written to the other side.",
        "now": LATER,
        **given,
    }
    return record_contact(actor=actor, case=case, party=party, at=at, **wanted)
