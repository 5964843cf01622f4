"""Reading how each victim is kept informed: when they were last told, when the next is due, and by which way."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from sentinel.accounts.calendars import calendar_of
from sentinel.care.models import ClosureNotice, VictimContact
from sentinel.care.rules import IN_TOUCH, Safe, Touch, next_due
from sentinel.cases.models import Case, Closure, Party, PartyIdentity
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.people.models import SafeContact
from sentinel.questionnaires.queries import rule_content
from sentinel.risk.queries import Assessed, parties_by_case, standing_by_case
from sentinel.risk.rules import VICTIM

STANDARDS = "contact-standards"
CLOSURE_NOTICE = "closure-notice"


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


def standard_items(on: date, agency_id: uuid.UUID | None) -> list[Mapping[str, Any]]:
    """The rows of the contact standards in force on a day for an agency."""
    items: list[Mapping[str, Any]] = rule_content(STANDARDS, on, agency_id)["items"]
    return items


def told_by_case(
    actor: Actor,
    cases: Iterable[Case],
    now: datetime,
    *,
    parties: Mapping[uuid.UUID, Mapping[uuid.UUID, set[str]]] | None = None,
    standing: Mapping[uuid.UUID, Mapping[tuple[uuid.UUID, str], Assessed]] | None = None,
) -> dict[uuid.UUID, dict[uuid.UUID, Told]]:
    """For each case each victim and how they are kept informed.

    `cases` with their owner agency loaded. `parties` and `standing` as risk.queries gives them, where the caller has
    them already: then two queries and two for each owner agency's standards, else five more.
    """
    wanted = list(cases)
    ids = [case.id for case in wanted]
    parties = parties_by_case(ids) if parties is None else parties
    standing = standing_by_case(actor, ids) if standing is None else standing
    contacts: dict[uuid.UUID, list[VictimContact]] = defaultdict(list)
    for row in VictimContact.objects.filter(case_id__in=ids).select_related("by").order_by("at", "id"):
        contacts[row.party_id].append(row)
    items: dict[uuid.UUID, list[Mapping[str, Any]]] = {}
    found: dict[uuid.UUID, dict[uuid.UUID, Told]] = {}
    for case in wanted:
        if case.owner_agency_id not in items:
            items[case.owner_agency_id] = standard_items(london_date(now), case.owner_agency_id)
        found[case.id] = {
            party_id: _told(
                case, party_id, contacts[party_id], standing.get(case.id, {}), items[case.owner_agency_id]
            )
            for party_id, roles in parties.get(case.id, {}).items()
            if VICTIM in roles
        }
    return found


def _told(
    case: Case,
    party_id: uuid.UUID,
    contacts: list[VictimContact],
    standing: Mapping[tuple[uuid.UUID, str], Assessed],
    items: list[Mapping[str, Any]],
) -> Told:
    one = standing.get((party_id, VICTIM))
    band = one.band if one else None
    due = next_due(
        told_at=case.told_at,
        touches=[Touch(row.at, row.result, row.next_due) for row in contacts],
        band=band,
        items=items,
        agency_kind=case.owner_agency.kind,
        calendar=calendar_of(case.owner_agency),
    )
    last = next((row for row in reversed(contacts) if row.result in IN_TOUCH), None)
    return Told(party_id, case.id, last, due.what, due.by, due.days, band)


def last_told(actor: Actor, case: Case, now: datetime) -> dict[uuid.UUID, Told]:
    """Each victim of a case and how they are kept informed; nobody in a closed case is due."""
    if case.status not in OPEN_STATUSES:
        return {}
    return told_by_case(actor, [case], now)[case.id]


def overdue(actor: Actor, cases: Iterable[Case], now: datetime) -> list[Told]:
    """The victims of some open cases who ought to have been told by now, longest first."""
    open_cases = [case for case in cases if case.status in OPEN_STATUSES]
    late = [
        one
        for victims in told_by_case(actor, open_cases, now).values()
        for one in victims.values()
        if one.due is not None and one.due < now
    ]
    return sorted(late, key=lambda one: one.due or now)


def safe_ways(actor: Actor, party_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Safe | None]:
    """How each party said they may be contacted; None: not asked, or not to be seen by the actor. Two queries."""
    ids = set(party_ids)
    persons = dict(PartyIdentity.objects.filter(party_id__in=ids).values_list("party_id", "person_id"))
    said: dict[uuid.UUID, SafeContact] = {}
    for row in SafeContact.objects.filter(person_id__in=set(persons.values())).order_by("asked_at", "id"):
        said[row.person_id] = row
    return {party_id: _safe(said.get(persons[party_id])) if party_id in persons else None for party_id in ids}


def _safe(row: SafeContact | None) -> Safe | None:
    if row is None:
        return None
    return Safe(
        methods=tuple(dict.fromkeys([row.method, *row.methods])),
        text_may_be_sent=row.text_may_be_sent,
        post_may_be_sent=row.post_may_be_sent,
        do_not_visit=row.do_not_visit,
        through=row.through,
        times=row.times,
        interpreter=row.language if row.interpreter else "",
    )


def contacts_with(actor: Actor, party: Party) -> list[VictimContact]:
    """Every contact and attempt with a party, newest first."""
    return list(VictimContact.objects.filter(party=party).select_related("by").order_by("-at", "-id"))


def attempts_needed(on: date, agency_id: uuid.UUID | None) -> int:
    """How many recorded attempts show that somebody could not be reached, by the local rule."""
    return int(rule_content(CLOSURE_NOTICE, on, agency_id)["attempts"])


def notices_of(actor: Actor, case: Case) -> dict[uuid.UUID, ClosureNotice]:
    """What each victim was told of the end of a case since it was opened or last reopened, by party. Two queries."""
    reopened = Closure.objects.filter(case=case).aggregate(at=Max("reopened_at"))["at"]
    rows = ClosureNotice.objects.filter(case=case).order_by("at", "id")
    if reopened is not None:
        rows = rows.filter(at__gt=reopened)
    return {row.party_id: row for row in rows}


def victims_not_told(actor: Actor, case: Case) -> list[uuid.UUID]:
    """The victims (ids of parties) who were neither told of the end, nor declined, nor could not be reached."""
    notices = notices_of(actor, case)
    parties = parties_by_case([case.id]).get(case.id, {})
    return [party_id for party_id, roles in parties.items() if VICTIM in roles and party_id not in notices]
