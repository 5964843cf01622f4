"""Short ways to a case and its people, for tests of every room that needs one."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party, open_case
from sentinel.foundation.actor import Actor
from sentinel.people.models import Person, PersonName
from tests.support import NOW


def agency(code: str) -> Agency:
    """The demonstration agency with this code."""
    return Agency.objects.get(code=code)


def a_case(actor: Actor, *, now: datetime = NOW, **given: Any) -> Case:
    """A case opened by this actor, told of an hour ago."""
    wanted = {
        "title": "Threats and noise at 14 Sparrow Lane, Loughborough",
        "category": "personal",
        "national_type": "rowdy_or_nuisance_neighbours",
        "told_at": now - timedelta(hours=1),
        **given,
    }
    return open_case(actor=actor, now=now, **wanted)


def a_person(actor: Actor, record_id: uuid.UUID, full: str, *, now: datetime = NOW) -> Person:
    """A person with one name, told by a record."""
    assert actor.agency_id is not None
    person = Person.objects.create(created_at=now, origin_agency_id=actor.agency_id)
    given, _, family = full.rpartition(" ")
    PersonName.objects.create(
        person=person, full=full, given=given, family=family, sort_name=full.casefold(), record_id=record_id,
        origin_agency_id=actor.agency_id, created_at=now,
    )  # fmt: skip
    return person


def a_party(
    actor: Actor, case: Case, full: str = "Margaret Ellis", *roles: str, now: datetime = NOW, **given: Any
) -> Party:
    """A person of a case, a victim unless other roles are given."""
    person = a_person(actor, case.id, full, now=now)
    return add_party(
        actor=actor,
        now=now,
        case_or_record=case,
        kind="person",
        person=person,
        roles=roles or ("victim",),
        **given,
    )
