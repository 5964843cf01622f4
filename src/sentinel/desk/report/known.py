"""What stands beside the form while a report is taken: who it may be, what is known of the place, whom to ring first.

Composes what matching, places, people and risk offer; it decides nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sentinel.audit.operations import note
from sentinel.desk.place.links import neighbourhood_href, street_href
from sentinel.desk.report.looked import looked_words, unread
from sentinel.desk.report.said import (
    also_persons,
    chosen_person,
    draft_in_hand,
    given_by,
    happened_by,
    meant_places,
    not_persons,
    root_of,
    same_occurrence,
)
from sentinel.foundation.actor import Actor
from sentinel.matching.hits.asking import Thing, things_asked
from sentinel.matching.hits.watching import note_looking
from sentinel.matching.queries import (
    AlreadyKnown,
    Earlier,
    KnownPlace,
    KnownReport,
    PersonCase,
    already_known,
    earlier_of,
    known_places,
    of_places,
    open_cases_of,
    repeats_of,
)
from sentinel.matching.rules import Pronoun, pronoun_for
from sentinel.people.queries import Known, age_words, display_name, facts_of
from sentinel.people.rules import contact_words
from sentinel.places.models import Place
from sentinel.places.queries import History, locate, nearby, street_history
from sentinel.reports import rules
from sentinel.reports.forms.take import TakeForms
from sentinel.reports.models import Report
from sentinel.risk.high.known import markers_known
from sentinel.risk.high.models import Marker
from sentinel.risk.queries import Assessed, current_for_cases
from sentinel.web.charts import Chart, months_chart

SHOWN = 5
MONTHS = 12


@dataclass(frozen=True)
class CaseWithBand:
    """An open case of a confirmed person, with that person's own band ("" where not assessed)."""

    case: PersonCase
    band: str


@dataclass(frozen=True)
class Confirmed:
    """Somebody whom an answer has confirmed: now, and only now, their cases, band, safe contact and, while a report is taken, their earlier
    reports are shown. `has_page` where the reader may open the page of the person."""

    person_id: uuid.UUID
    name: str
    age: str
    pronoun: Pronoun
    contact: str
    cases: list[CaseWithBand]
    repeats: list[str] = field(default_factory=list)
    earlier: Earlier = field(default_factory=Earlier)
    has_page: bool = False


@dataclass(frozen=True)
class Beside:
    """Everything that the panel and the suggestions need. `also` are further entries of the one who was confirmed; `cases` those of
    the others who are very likely, which an answer that fits both of them must not hide. `unread`: what to say
    beside a box that cannot be read, so that nobody was looked for by it; `looked`: by what was looked, where nobody was found. `asked` is
    what was asked about, for who watches the searching."""

    known: AlreadyKnown
    confirmed: Confirmed | None
    places: list[Place]
    history: History
    history_chart: Chart | None
    history_href: str | None
    suggested: list[tuple[str, str, str]]
    adopted: rules.Adopted
    decision: str
    not_persons: list[uuid.UUID] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    same: Report | None = None
    also: list[Confirmed] = field(default_factory=list)
    cases: Mapping[uuid.UUID, list[CaseWithBand]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    looked: str = ""
    asked: Sequence[Thing] = ()

    @property
    def other_reports(self) -> list[KnownReport]:
        """The open reports of here and near by, without the one that this was said to be another telling of."""
        return [one for one in self.known.reports if self.same is None or one.report_id != self.same.id]

    @property
    def tells(self) -> bool:
        """Whether it tells of anybody, or of anything that is recorded."""
        return self.confirmed is not None or bool(self.markers) or not self.known.is_empty


def beside(actor: Actor, forms: TakeForms, about: uuid.UUID | None = None) -> Beside:
    """The panel for what has been typed so far; `about` is the caller of a skeleton that is being completed. What is told of other
    agencies' records is written in their ledgers."""
    places = meant_places(forms, with_buildings=True)
    without = not_persons(forms)
    person_id = chosen_person(forms)
    same = same_occurrence(forms)
    root = root_of(same)
    confirmed = confirmed_person(actor, person_id, forms.today, same_as=root) if person_id else None
    also = [with_earlier(actor, one) for one in also_known(actor, forms, confirmed, root)]
    confirmed = with_earlier(actor, confirmed) if confirmed else None
    given = given_by(forms)
    known = already_known(
        actor,
        given,
        places,
        forms.now,
        without=[*without, *(one.person_id for one in also)],
        buildings=forms.buildings(),
        about=about,
        in_hand=draft_in_hand(forms),
        happened=happened_by(forms, places),
        same_as=root,
        confirmed=confirmed.person_id if confirmed else None,
    )
    from_known = suggestions(known.places, confirmed, also)
    adopted = forms.adopted(from_known)
    history, history_href = around(actor, forms, places[0] if places else None)
    markers = markers_known(
        actor,
        forms.agency,
        places=[place.id for place in places],
        name=given.name,
        postcode=forms.looked_up.postcode,
        persons=[one.person_id for one in (confirmed, *also) if one is not None],
    )
    nothing = known.is_empty and not markers and not history.total
    return Beside(
        known=known,
        confirmed=confirmed,
        places=places,
        history=history,
        history_chart=months_chart("Incidents", history.months) if history.total else None,
        history_href=history_href,
        suggested=forms.suggested(from_known),
        adopted=adopted,
        decision=rules.decide(adopted.answers),
        not_persons=without,
        same=same,
        also=also,
        asked=things_asked(of_places(given, places, forms.buildings()), line=forms.one("q-where")[:300]),
        unread=unread(forms),
        looked=""
        if confirmed or known.persons
        else looked_words(forms, others=bool(without), place_too=nothing),
        cases={one.person_id: cases_with_bands(actor, one.person_id) for one in known.persons}
        if confirmed
        else {},
        markers=markers,
    )


def also_known(
    actor: Actor, forms: TakeForms, confirmed: Confirmed | None, root: uuid.UUID | None
) -> list[Confirmed]:
    """What may be shown of the further entries of somebody who was confirmed."""
    if confirmed is None:
        return []
    found = [confirmed_person(actor, one, forms.today, same_as=root) for one in also_persons(forms)[:SHOWN]]
    return [one for one in found if one is not None]


def with_earlier(actor: Actor, confirmed: Confirmed) -> Confirmed:
    """The same with their earlier reports, those of the cases that are shown by case. One query."""
    cases = [one.case.case_id for one in confirmed.cases]
    return replace(confirmed, earlier=earlier_of(actor, confirmed.person_id, cases))


def note_search(
    actor: Actor,
    now: datetime,
    known: AlreadyKnown,
    confirmed: Confirmed | None,
    also: Sequence[Confirmed] = (),
    *,
    asked: Sequence[Thing] = (),
    in_hand: uuid.UUID | None = None,
) -> None:
    """Write down of whom a panel told: those who may be meant, and whoever was confirmed. Never what was typed: of what was `asked`, for
    the report or case `in_hand`, digests that tell two asks apart. Raises Refused for who searches faster than anybody types."""
    persons = [one.person_id for one in known.persons]
    them = [one for one in (confirmed, *also) if one is not None]
    persons += [one.person_id for one in them]
    detail = {
        "persons": [str(one) for one in persons], "places": len(known.places),
        "reports": len(known.reports) + sum(one.earlier.shown for one in them), "desks": len(known.elsewhere),
    }  # fmt: skip
    note_looking(actor, now, subject="already known", detail=detail, asked=asked, in_hand=in_hand)


def note_markers(markers: Sequence[Marker]) -> None:
    """Write down, in the log of each case, that its marker was read: its owner sees who has read the name and address."""
    for marker in markers:
        note("view", record_id=marker.high_risk.case_id, subject="marker", subject_id=marker.id)


def around(actor: Actor, forms: TakeForms, place: Place | None) -> tuple[History, str | None]:
    """What happened near where the words mean, by month, and the page that tells all of it: of the street that was chosen
    or alone bears its name, else within about 500 metres of the place or postcode."""
    looked = forms.looked_up
    streets = [one for one in looked.candidates if one.choice.startswith(("street:", "house:"))]
    choice = forms.place_choice
    street = next((one for one in streets if one.choice == choice), None)
    if street is None and not choice and len(streets) == 1 and not (place or looked.state == "exists"):
        street = streets[0]
    if street is not None:
        _, lsoa_code, key, *_ = street.choice.split(":")
        return street_history(actor, key, lsoa_code, MONTHS), street_href(key, lsoa_code)
    postcode = looked.postcode if not choice or not choice.startswith("street:") else ""
    where = locate(postcode or (place.postcode if place else ""))
    latitude, longitude = where.latitude, where.longitude
    if place is not None and place.latitude is not None:
        latitude, longitude = place.latitude, place.longitude
    if latitude is None or longitude is None:
        return History("", ()), None
    return nearby(actor, latitude, longitude, MONTHS), neighbourhood_href(latitude, longitude)


def known_suggests(actor: Actor, forms: TakeForms) -> list[tuple[str, str, str]]:
    """What is known that answers a letter of VICTOR-E, without the panel that would show it: for the moment of recording."""
    person_id = chosen_person(forms)
    confirmed = confirmed_person(actor, person_id, forms.today) if person_id else None
    root = root_of(same_occurrence(forms))
    also = also_known(actor, forms, confirmed, root)
    return suggestions(known_places(actor, meant_places(forms), forms.now, same_as=root), confirmed, also)


def suggestions(
    places: Sequence[KnownPlace], confirmed: Confirmed | None, also: Sequence[Confirmed] = ()
) -> list[tuple[str, str, str]]:
    """What is known that answers a letter of VICTOR-E: incidents at this very address, open cases of the caller.

    Anonymised open data never counts, nor a street, nor the building that a flat is in: only the address itself.
    """
    found = []
    incidents = sum(one.incidents for one in places if one.place.kind == "address" and not one.building)
    if incidents:
        words = f"{incidents} incident{'' if incidents == 1 else 's'} known at this address"
        found.append(("ongoing", rules.YES, words))
    if any(one.cases for one in (confirmed, *also) if one is not None):
        found.append(("ongoing", rules.YES, "there is an open case already"))
    return found


def confirmed_person(
    actor: Actor, person_id: uuid.UUID, today: date, *, same_as: uuid.UUID | None = None
) -> Confirmed | None:
    """What may be shown of somebody who was confirmed; None where the actor may not see anything of them."""
    known: Known | None = facts_of(actor, [person_id]).get(person_id)
    if known is None:
        return None
    safe = known.safe_contact
    title = next((name.title for name in known.names if name.title), "")
    return Confirmed(
        person_id=person_id,
        name=display_name(known),
        age=age_words(known, today),
        pronoun=pronoun_for(title),
        contact=contact_words(
            methods=tuple(safe.methods or [safe.method]) if safe else None,
            do_not_visit=safe.do_not_visit if safe else False,
            through=safe.through if safe else "",
        ),
        cases=cases_with_bands(actor, person_id),
        repeats=[one.words for one in repeats_of(actor, person_id, today, same_as=same_as)],
        has_page=actor.may("see_people") and any(row.person_id == person_id for row in known.rows),
    )


def cases_with_bands(actor: Actor, person_id: uuid.UUID) -> list[CaseWithBand]:
    """The open cases of a person that the actor reads, with the band in each. Two queries."""
    cases = open_cases_of(actor, person_id)
    bands = current_for_cases(actor, [one.case_id for one in cases]) if cases else {}
    return [CaseWithBand(one, _band(bands, one)) for one in cases]


def _band(bands: Mapping[uuid.UUID, Mapping[uuid.UUID, Assessed | None]], case: PersonCase) -> str:
    assessed = bands.get(case.case_id, {}).get(case.party_id)
    return assessed.band if assessed is not None else ""
