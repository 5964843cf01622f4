"""Who somebody that is being added to a case may be: those already known, why, and the question that settles it.

The same as beside a report being taken: a band and cases are told only of somebody whom an answer has confirmed.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict

from sentinel.cases.models import Case, PartyIdentity
from sentinel.desk.report.known import (
    CaseWithBand,
    Confirmed,
    cases_with_bands,
    confirmed_person,
    note_search,
)
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.phones import parse_phone
from sentinel.matching.hits.asking import things_asked
from sentinel.matching.hits.telling import Elsewhere
from sentinel.matching.queries import KnownPerson, already_known
from sentinel.matching.rules import Given
from sentinel.matching.steward.saying import say_in_hand
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_facts, add_person
from sentinel.people.queries import facts_of, told_name, told_of
from sentinel.people.rules import UNNAMED
from sentinel.people.whole import OfOne

BUTTONS = ("person_is", "person_not", "person_undo")
NOT_SO = "Asked while they were added to a case"
MOST = 50


@dataclass(frozen=True)
class Panel:
    """What stands beside the form. `here` is the party of this case that the confirmed person is already, if any; `cases` those of the
    others who are very likely once somebody is confirmed."""

    persons: list[KnownPerson]
    elsewhere: list[Elsewhere]
    confirmed: Confirmed | None
    here: uuid.UUID | None
    others: list[uuid.UUID]
    cases: Mapping[uuid.UUID, list[CaseWithBand]] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """The ids of those who may be meant, for the form to remember that they were shown."""
        return [str(one.person_id) for one in self.persons]


def pressed(request: HttpRequest) -> QueryDict:
    """What was sent, with what a button of the panel asks for done in the hidden answers."""
    data = request.POST.copy()
    if chosen := data.get("person_is"):
        data["known_is"] = chosen
    elif ruled_out := data.get("person_not"):
        data["known_not"] = ",".join(
            dict.fromkeys([*filter(None, data.get("known_not", "").split(",")), ruled_out])
        )
    elif data.get("person_undo"):
        data["known_is"] = ""
    return data


def is_pressed(request: HttpRequest) -> bool:
    """Whether a button of the panel was pressed, or only what is known was asked for."""
    return any(request.POST.get(name) for name in BUTTONS) or request.POST.get("do") == "known"


def ids_in(text: object) -> list[uuid.UUID]:
    """The ids that a hidden answer names; what is none is left out."""
    found = []
    for one in str(text or "").split(","):
        try:
            found.append(uuid.UUID(one))
        except ValueError:
            continue
    return found[:MOST]


def given_by(data: QueryDict, now: datetime) -> Given:
    """What has been typed of them so far, as far as it can be read. Nothing of one who will not say who they are."""
    if data.get("kind", "person") != "person" or data.get("anonymous_to_us"):
        return Given()
    name = data.get("name", "")
    try:
        birth = birth_date(data.get("birth", ""), london_date(now))
    except Invalid:
        birth = None
    phones: tuple[str, ...] = ()
    with contextlib.suppress(Invalid):
        phones = (parse_phone(data.get("phone", "")).e164,)
    return Given(name="" if "\x00" in name else name.strip()[:400], birth=birth, phones=phones)


def panel_of(actor: Actor, case: Case, data: QueryDict, now: datetime) -> Panel:
    """Who it may be, for what has been typed. What is told of other agencies' records is written in their ledgers."""
    others = ids_in(data.get("known_not"))
    chosen = ids_in(data.get("known_is"))
    confirmed = confirmed_person(actor, chosen[0], london_date(now)) if chosen else None
    given = given_by(data, now)
    if not actor.may("match_people") or (given.is_empty and confirmed is None):
        return Panel([], [], None, None, others)
    known = already_known(
        actor,
        given,
        [],
        now,
        without=others,
        in_hand=case.id,
        confirmed=confirmed.person_id if confirmed else None,
    )
    note_search(actor, now, known, confirmed, asked=things_asked(given), in_hand=case.id)
    return Panel(
        persons=known.persons,
        elsewhere=known.elsewhere,
        confirmed=confirmed,
        here=_party_here(case, confirmed.person_id) if confirmed else None,
        others=others,
        cases={one.person_id: cases_with_bands(actor, one.person_id) for one in known.persons}
        if confirmed
        else {},
    )


def _party_here(case: Case, person_id: uuid.UUID) -> uuid.UUID | None:
    row = PartyIdentity.objects.filter(OfOne("person_id", [person_id]), party__case=case).first()
    return row.party_id if row else None


def unsettled(panel: Panel, data: QueryDict) -> bool:
    """Whether somebody may be meant who was not on the page yet when it was sent: they are asked about first."""
    shown = set(ids_in(data.get("known_shown")))
    return panel.confirmed is None and any(one.person_id not in shown for one in panel.persons)


def person_for(actor: Actor, now: datetime, case: Case, facts: Facts, said: dict[str, Any]) -> uuid.UUID:
    """The person to whom these facts belong: the one who was confirmed, else somebody new who is none of those ruled out.

    Raises Invalid for somebody who is in this case already, NotFound for a person the actor may not see.
    """
    chosen: uuid.UUID | None = said.get("known_is")
    if chosen is None:
        person = add_person(actor=actor, now=now, record_id=case.id, facts=facts)
        for other in facts_of(actor, ids_in(said.get("known_not"))):
            say_in_hand(
                actor=actor, now=now, record_id=case.id, first=person.id, second=other, how=NOT_SO, same=False
            )
        return person.id
    known = told_of(actor, chosen)
    if known is None:
        raise NotFound()
    if _party_here(case, chosen) is not None:
        raise Invalid.of("name", "They are in this case already. Give them a further role there instead.")
    name = told_name(known, None)
    if name != UNNAMED:
        # The question settled who it is, and with it how the name is written: not as it was heard just now.
        facts = replace(facts, name=NameGiven(full=name))
    add_facts(actor=actor, now=now, person_id=chosen, record_id=case.id, facts=facts)
    return chosen
