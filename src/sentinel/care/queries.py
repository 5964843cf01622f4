"""Reading how each victim is kept informed: when they were last told, when the next is due, and by which way."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from sentinel.accounts.calendars import calendar_of
from sentinel.care.models import ClosureNotice, VictimContact
from sentinel.care.rules import IN_TOUCH, Safe, Touch, next_due
from sentinel.cases.models import Case, Closure, Party, PartyIdentity
from sentinel.cases.once import once
from sentinel.cases.queries import roles_of
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.models import PROVENANCE
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.kernel.working_time import Calendar
from sentinel.people.whole import safe_contacts_of
from sentinel.questionnaires.queries import rule_content, rule_for_each_agency
from sentinel.reports.models import Report
from sentinel.risk.queries import Assessed, parties_by_case, standing_by_case, standing_in, victims_bands
from sentinel.risk.rules import VICTIM

STANDARDS = "contact-standards"
CLOSURE_NOTICE = "closure-notice"
# To which party, when it was told to us (UTC), and by when the next contact was promised.
Promise = tuple[uuid.UUID | None, datetime, datetime | None]


@dataclass(frozen=True)
class Told:
    """How one victim stands: `last` is the last contact that reached them, `what` is due by `due` (UTC; None where no
    standard says), `days` the standard's business days and `band` the band it was counted for (None: not assessed)."""

    party_id: uuid.UUID
    case_id: uuid.UUID
    last: VictimContact | None
    what: str
    due: datetime | None
    days: int | None
    band: str | None

    def late(self, now: datetime) -> timedelta | None:
        """How late it is; None where it is not."""
        return now - self.due if self.due is not None and self.due < now else None


def standards_on(on: date) -> Callable[[uuid.UUID | None], list[Mapping[str, Any]]]:
    """The rows of the contact standards in force on a day, for any agency: its own where it has some. One query.

    Raises NotFound, when asked, where no standards are loaded.
    """
    content = rule_for_each_agency(STANDARDS, on)

    def of(agency_id: uuid.UUID | None) -> list[Mapping[str, Any]]:
        found = content(agency_id)
        if found is None:
            raise NotFound("The contact standards have not been loaded.")
        items: list[Mapping[str, Any]] = found["items"]
        return items

    return of


def standard_items(on: date, agency_id: uuid.UUID | None) -> list[Mapping[str, Any]]:
    """The rows of the contact standards in force on a day for one agency."""
    return standards_on(on)(agency_id)


def told_by_case(
    actor: Actor,
    cases: Iterable[Case],
    now: datetime,
    *,
    parties: Mapping[uuid.UUID, Mapping[uuid.UUID, set[str]]] | None = None,
    standing: Mapping[uuid.UUID, Mapping[tuple[uuid.UUID, str], Assessed]] | None = None,
    promised: Iterable[Promise] | None = None,
) -> dict[uuid.UUID, dict[uuid.UUID, Told]]:
    """For each case each victim and how they are kept informed.

    `cases` with their owner agency loaded. `parties` and `standing` as risk.queries gives them, where the caller has
    them already: then three queries and two for each owner agency's standards, else five more.
    """
    wanted = list(cases)
    ids = [case.id for case in wanted]
    parties = parties_by_case(ids) if parties is None else parties
    standing = standing_by_case(actor, ids) if standing is None else standing
    promised = said_in(actor, ids).promised if promised is None else promised
    contacts, promises = _by_party(_contacts(ids), promised)
    items = standards_on(london_date(now))
    calendars: dict[uuid.UUID, Calendar] = {}
    found: dict[uuid.UUID, dict[uuid.UUID, Told]] = {}
    for case in wanted:
        if case.owner_agency_id not in calendars:
            calendars[case.owner_agency_id] = calendar_of(case.owner_agency)
        standard = _Standard(items(case.owner_agency_id), calendars[case.owner_agency_id])
        bands = {
            party: one.band
            for (party, subject), one in standing.get(case.id, {}).items()
            if subject == VICTIM
        }
        found[case.id] = {
            party_id: _told(
                case, party_id, contacts[party_id], bands.get(party_id), standard, promises[party_id]
            )
            for party_id, roles in parties.get(case.id, {}).items()
            if VICTIM in roles
        }
    return found


def _by_party(
    contacts: Iterable[VictimContact], promised: Iterable[Promise]
) -> tuple[dict[uuid.UUID, list[VictimContact]], dict[uuid.UUID, list[tuple[datetime, datetime]]]]:
    """The contacts with each party, and what each was promised: when, and for when."""
    had: dict[uuid.UUID, list[VictimContact]] = defaultdict(list)
    for row in contacts:
        had[row.party_id].append(row)
    promises: dict[uuid.UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for party, at, until in promised:
        if party is not None and until is not None:
            promises[party].append((at, until))
    return had, promises


@compiled
def _contacts(cases: list[uuid.UUID]) -> QuerySet[VictimContact]:
    return (
        VictimContact.objects.filter(Among("case_id", cases))
        .select_related("by")
        .defer(*PROVENANCE)
        .order_by("at", "id")
    )


@compiled
def _promises(cases: list[uuid.UUID]) -> QuerySet[Report, Promise]:
    return _promised(cases)


def _promised(cases: list[uuid.UUID]) -> QuerySet[Report, Promise]:
    told = Report.objects.filter(
        Among("case_id", cases), caller_party__isnull=False, next_contact_due__isnull=False
    )
    return told.values_list("caller_party_id", "told_at", "next_contact_due")


@dataclass(frozen=True)
class Said:
    """What the victims of some cases were promised when they reported, and of which parties it is recorded that they were told of
    the end, declined, or could not be reached, since their case was opened or last reopened."""

    promised: list[Promise]
    ended: set[uuid.UUID]


def said_in(actor: Actor, case_ids: Iterable[uuid.UUID]) -> Said:
    """Both for some cases, because a page that asks for one asks for the other. One query, none for no case."""
    ids = list(case_ids)
    rows = _said(ids) if ids else []
    ended = {party for party, _, until in rows if until is None and party is not None}
    return Said([row for row in rows if row[2] is not None], ended)


def _said_in(actor: Actor, case: Case) -> Said:
    return once(case, "care.said", lambda: said_in(actor, [case.id]))


@compiled
def _said(cases: list[uuid.UUID]) -> QuerySet[Report, Promise]:
    no_end = Value(None, output_field=DateTimeField(null=True))
    ends = _ends(cases).values_list("party_id", "at").annotate(until=no_end)
    return _promised(cases).order_by().union(ends, all=True)


@dataclass(frozen=True)
class _Standard:
    """An agency's contact standards and the calendar they are counted by."""

    items: list[Mapping[str, Any]]
    calendar: Calendar


def _told(
    case: Case,
    party_id: uuid.UUID,
    contacts: list[VictimContact],
    band: str | None,
    standard: _Standard,
    promises: list[tuple[datetime, datetime]],
) -> Told:
    due = next_due(
        told_at=case.told_at,
        touches=[Touch(row.at, row.result, row.next_due) for row in contacts],
        band=band,
        items=standard.items,
        agency_kind=case.owner_agency.kind,
        calendar=standard.calendar,
        promises=promises,
    )
    last = next((row for row in reversed(contacts) if row.result in IN_TOUCH), None)
    return Told(party_id, case.id, last, due.what, due.by, due.days, band)


def last_told(actor: Actor, case: Case, now: datetime) -> dict[uuid.UUID, Told]:
    """Each victim of a case and how they are kept informed; nobody in a closed case is due."""
    if case.status not in OPEN_STATUSES:
        return {}
    return once(case, "care.told", lambda: _last_told(actor, case, now))


def _last_told(actor: Actor, case: Case, now: datetime) -> dict[uuid.UUID, Told]:
    parties, standing = {case.id: roles_of(actor, case)}, {case.id: standing_in(actor, case)}
    promised = _said_in(actor, case).promised
    return told_by_case(actor, [case], now, parties=parties, standing=standing, promised=promised)[case.id]


def first_due(actor: Actor, case: Case, now: datetime) -> datetime | None:
    """When the first of a case's victims has to be told next (UTC), None where nobody has; as `last_told` has it, without the rest of
    what is known of their risk. Four queries, three where its people are remembered."""
    if case.status not in OPEN_STATUSES:
        return None
    victims = [party for party, roles in roles_of(actor, case).items() if VICTIM in roles]
    bands = victims_bands(actor, case)
    contacts, promises = _by_party(_contacts([case.id]), _promises([case.id]))
    standard = _Standard(
        standard_items(london_date(now), case.owner_agency_id), calendar_of(case.owner_agency)
    )
    told = [_told(case, one, contacts[one], bands.get(one), standard, promises[one]) for one in victims]
    return min((one.due for one in told if one.due is not None), default=None)


def safe_ways(actor: Actor, party_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Safe | None]:
    """How each party said they may be contacted; None: not asked, or not to be seen by the actor. One query."""
    ids = set(party_ids)
    rows = PartyIdentity.objects.filter(party_id__in=ids).annotate(said=newest_safe_contact("person_id"))
    found: dict[uuid.UUID, Safe | None] = dict.fromkeys(ids)
    return found | {row.party_id: read_safe(row.said) for row in rows}


def newest_safe_contact(person: str) -> Subquery:
    """What a person said last of how they may be contacted, as JSON, for annotating a query; read it with `read_safe`.

    `person` is the outer query's path to the person's id.
    """
    rows = safe_contacts_of(person)
    names = (
        "method",
        "methods",
        "text_may_be_sent",
        "post_may_be_sent",
        "do_not_visit",
        "through",
        "times",
        "language",
        "interpreter",
    )
    return Subquery(rows.values(json=JSONObject(**{name: name for name in names}))[:1])


def read_safe(said: Mapping[str, Any] | None) -> Safe | None:
    """The value of `newest_safe_contact`; None: not asked."""
    if said is None:
        return None
    return Safe(
        methods=tuple(dict.fromkeys([said["method"], *said["methods"]])),
        text_may_be_sent=said["text_may_be_sent"],
        post_may_be_sent=said["post_may_be_sent"],
        do_not_visit=said["do_not_visit"],
        through=said["through"],
        times=said["times"],
        interpreter=said["language"] if said["interpreter"] else "",
    )


def contacts_with(actor: Actor, party: Party) -> list[VictimContact]:
    """Every contact and attempt with a party, newest first."""
    return list(VictimContact.objects.filter(party=party).select_related("by").order_by("-at", "-id"))


def attempts_needed(on: date, agency_id: uuid.UUID | None) -> int:
    """How many recorded attempts show that somebody could not be reached, by the local rule."""
    return int(rule_content(CLOSURE_NOTICE, on, agency_id)["attempts"])


def _ends(cases: list[uuid.UUID]) -> QuerySet[ClosureNotice]:
    reopened = Closure.objects.filter(case=OuterRef("case_id"), reopened_at__isnull=False).order_by(
        "-reopened_at"
    )
    rows = ClosureNotice.objects.filter(Among("case_id", cases))
    rows = rows.annotate(reopened=Subquery(reopened.values("reopened_at")[:1]))
    return rows.filter(Q(reopened__isnull=True) | Q(at__gt=F("reopened")))


def victims_not_told(actor: Actor, case: Case) -> list[uuid.UUID]:
    """The victims (ids of parties) who were neither told of the end, nor declined, nor could not be reached."""
    ended = _said_in(actor, case).ended
    parties = roles_of(actor, case)
    return [party_id for party_id, roles in parties.items() if VICTIM in roles and party_id not in ended]
