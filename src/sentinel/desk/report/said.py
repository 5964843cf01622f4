"""What has been said in a call so far, read from the form as what is looked for: who, where, when, and what the taker has pressed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from sentinel.desk.report.opened import form_in_hand
from sentinel.kernel.births import Birth, birth_date
from sentinel.kernel.dates import moment, parse_date, parse_time
from sentinel.kernel.errors import Invalid
from sentinel.matching.queries import person_told, told_of
from sentinel.matching.rules import Given
from sentinel.matching.rules.occurrences import REPORTER, VICTIM, Told
from sentinel.people.rules import read_email
from sentinel.places.models import Place
from sentinel.reports.forms.take import TakeForms
from sentinel.reports.models import Report

MOST_PLACES = 3
# More than a name or an address has is a slip of the hand, or a whole letter that was pasted.
MOST_NAME = 200
MOST_HOME = 300
# What is typed for a name, or a place, that nobody knows. To look for it would find those of whom nobody knew it before.
NO_ANSWER = frozenset(
    {
        "unknown", "not known", "dont know", "not given", "not said", "none given", "no name", "withheld", "refused", "anonymous",
        "nobody", "none",
    }
)  # fmt: skip


def birth_said(forms: TakeForms) -> Birth | None:
    """The caller's birth; None where nothing was said of it or it cannot be read."""
    try:
        return birth_date(forms.one("r-caller_birth"), forms.today)
    except Invalid:
        return None


def _emails(forms: TakeForms) -> tuple[str, ...]:
    try:
        return (read_email(forms.one("r-caller_email")),)
    except Invalid:
        return ()


def given_by(forms: TakeForms) -> Given:
    """What has been said of the caller so far, as far as it can be read. Nothing of one who gives no name."""
    if forms.answers.get("name_wish") == "anonymous":
        return Given()
    phone = forms.phone
    return Given(
        name=_name(forms),
        birth=birth_said(forms),
        phones=(phone.e164,) if phone else (),
        emails=_emails(forms),
        postcode=forms.looked_up.postcode,
        homes=_homes(forms),
    )


def own_name(forms: TakeForms) -> str:
    """The caller's name as it was typed."""
    return str(forms.answers.get("caller_name", "")).strip()


def is_no_answer(words: str) -> bool:
    """Whether the words say that something is not known."""
    return " ".join(words.casefold().replace("’", "").replace("'", "").strip(" .?").split()) in NO_ANSWER


def _name(forms: TakeForms) -> str:
    """The name to look for; "" for one that cannot be read, and for words that say that nobody knows it."""
    name = own_name(forms)
    return "" if "\x00" in name or len(name) > MOST_NAME or is_no_answer(name) else name


def _homes(forms: TakeForms) -> tuple[str, ...]:
    words = forms.one("r-caller_address")
    return (words,) if words.strip() and "\x00" not in words and len(words.strip()) <= MOST_HOME else ()


def meant_places(forms: TakeForms, *, with_buildings: bool = False) -> list[Place]:
    """The places on file that the words mean: the chosen one, else those that fit, three at most; with `with_buildings`
    also the buildings that they are in, after them. One query at most."""
    choice = forms.place_choice
    candidates = [
        one.choice for one in forms.looked_up.candidates if one.kind == "place" and not one.building
    ]
    wanted = [choice] if choice.startswith("place:") else ([] if choice else candidates)
    ids = [uuid.UUID(one.partition(":")[2]) for one in wanted]
    if with_buildings:
        ids += forms.buildings()
    ids = ids[:MOST_PLACES]
    found = Place.objects.select_related("district").in_bulk(ids) if ids else {}
    return [found[one] for one in ids if one in found]


def chosen_person(forms: TakeForms) -> uuid.UUID | None:
    """The person who was confirmed, or None."""
    try:
        return uuid.UUID(forms.one("r-person_is"))
    except ValueError:
        return None


def draft_in_hand(forms: TakeForms) -> uuid.UUID | None:
    """The report that is being taken, by the id of its draft, kept or not; None where no form of it was opened: then no desk is told."""
    return form_in_hand(forms.actor, forms.submission, forms.one("r-opened"))


def same_occurrence(forms: TakeForms) -> Report | None:
    """The report that this was said to be another telling of; None where there is none that the taker reads. One query where one was said."""
    try:
        wanted = uuid.UUID(forms.one("r-same_as"))
    except ValueError:
        return None
    rows = Report.objects.select_related("incident", "case").filter(pk=wanted, incident__isnull=False)
    return (rows.exclude(submission=forms.submission) if forms.submission else rows).first()


def root_of(report: Report | None) -> uuid.UUID | None:
    """The occurrence that a report tells of."""
    incident = report.incident if report else None
    return (incident.occurrence_id or incident.id) if incident else None


def happened_by(forms: TakeForms, places: Sequence[Place]) -> Told:
    """When, where, what and by whom, as far as it has been said: for what was told near by already."""
    going_on = forms.answers.get("going_on") == "yes"
    begins = forms.now if going_on else _moment(forms, "r-occurred_from")
    said_for = forms.answers.get("happened_to") in {"caller", "caller_and_others"}
    roles = [REPORTER, VICTIM] if said_for else [REPORTER]
    told = Told(
        forms.now, begins, _moment(forms, "r-occurred_to"), "hour" if going_on or forms.one("r-occurred_from_time") else "day",
        bool(forms.one("r-series")), category=forms.one("r-category"), national_type=forms.one("r-national_type"),
        persons=person_told(chosen_person(forms), roles),
    )  # fmt: skip
    buildings = forms.buildings()
    meant = next((place for place in places if place.id not in buildings), None)
    if meant is not None:
        return told_of(told, meant)
    point = _point_meant(forms)
    if point is None:
        return told
    return replace(told, latitude=point[0], longitude=point[1], street=forms.looked_up.address.street)


def _moment(forms: TakeForms, name: str) -> datetime | None:
    day = forms.one(f"{name}_day")
    if not day or len(day) > 40:
        return None
    try:
        at = forms.one(f"{name}_time")
        return min(moment(parse_date(day, forms.today), parse_time(at) if at else time(12)), forms.now)
    except Invalid:
        return None


def _point_meant(forms: TakeForms) -> tuple[float, float] | None:
    """Where the words are, as far as they mean one place: the chosen candidate, the only one, or the postcode."""
    found = forms.looked_up.candidates
    chosen = [one for one in found if one.choice == forms.place_choice] or (
        list(found) if len(found) == 1 else []
    )
    chosen = chosen or [one for one in found if one.kind == "postcode"]
    for one in chosen:
        if one.latitude is not None and one.longitude is not None:
            return one.latitude, one.longitude
    return None


def not_persons(forms: TakeForms) -> list[uuid.UUID]:
    """Those who turned out to be someone else."""
    return _persons(forms, "r-person_not")


def also_persons(forms: TakeForms) -> list[uuid.UUID]:
    """Those who turned out to be the one who was confirmed, told of under another entry."""
    chosen = chosen_person(forms)
    if chosen is None:
        return []
    others = {chosen, *not_persons(forms)}
    return [one for one in dict.fromkeys(_persons(forms, "r-person_also")) if one not in others]


def _persons(forms: TakeForms, name: str) -> list[uuid.UUID]:
    found = []
    for one in forms.one(name).split(","):
        try:
            found.append(uuid.UUID(one))
        except ValueError:
            continue
    return found[:50]
