"""Who has read a case, and what was disclosed of it: from the audit and the disclosure ledger."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from sentinel.access.models import Disclosure
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.queries import names_by_id
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date

PAGE = 200
KINDS = {
    "view": "read", "print": "printed", "export": "exported", "refused": "was refused", "share": "shared",
    "revoke": "ended sharing", "search": "found by searching", "systems_asked": "asked partners’ systems", "break_glass": "opened in an emergency", "referral": "shared a referral",
    "marker": "shared a marker", "hit": "was told to ring the desk about it", "access_asked": "asked for access",
    "touched": "met it in a search and was told nothing", "access_granted": "granted access", "access_refused": "refused access", "access_ended": "wrote down that access ended",
}  # fmt: skip
SUBJECTS = {
    "case": "the case", "person": "a person", "attachment": "a file", "marker": "the marker", "referral": "a referral",
    "access_request": "a request for access", "report": "the report", "place": "the place", "risk": "the risk", "record": "the record", "break_glass": "",
}  # fmt: skip
# What one does in a case all day is one line a day; these stand alone, each with its time.
ALONE = {
    "refused",
    "break_glass",
    "share",
    "revoke",
    "export",
    "touched",
    "access_asked",
    "access_granted",
    "access_refused",
}


@dataclass(frozen=True)
class Reader:
    """One line: who, for whom, what, when (UTC), and why where a reason was asked for. `times` counts what one reader did in
    one day: `at` is then the last of it and `first` the first."""

    at: datetime
    who: str
    agency: str
    what: str
    reason: str
    times: int = 1
    first: datetime | None = None


@dataclass(frozen=True)
class Readers:
    """A page of readers, newest first; `older` leads on."""

    rows: list[Reader]
    older: str


def readers_of(actor: Actor, case: Case, *, before: str = "", others: bool = False) -> Readers:
    """The audit entries of a case, newest first, 200 at a time, what somebody read and printed in one day (London) in one
    line. `others` leaves out the actor's own. The database shows them to the owner agency alone."""
    entries = Entry.objects.filter(record_id=case.id).order_by("-id")
    if others and actor.user_id:
        entries = entries.filter(Q(user_id__isnull=True) | ~Q(user_id=actor.user_id))
    if before.isdecimal():
        entries = entries.filter(id__lt=int(before[:18]))
    found = list(entries[: PAGE + 1])
    shown = found[:PAGE]
    names = names_by_id(
        {one.user_id for one in shown if one.user_id},
        {one.agency_id for one in shown if one.agency_id} | {to for one in shown if (to := _agency_of(one))},
    )
    days: dict[object, Reader] = {}
    for one in shown:
        row = Reader(
            one.at,
            names.get(one.user_id, "Sentinel") if one.user_id else "Sentinel",
            names.get(one.agency_id, "") if one.agency_id else "",
            f"{KINDS.get(one.kind, one.kind.replace('_', ' '))} {_of_what(one, names)}".strip(),
            one.reason,
        )
        alone = one.kind in ALONE or one.subject == "agency" or one.reason or not one.user_id
        key = one.id if alone else (london_date(one.at), one.user_id, one.agency_id)
        days[key] = _with(days[key], row) if key in days else row
    return Readers(list(days.values()), str(shown[-1].id) if len(found) > PAGE else "")


def _agency_of(entry: Entry) -> uuid.UUID | None:
    """The agency that an entry is about, as of a case that was shared."""
    return uuid.UUID(entry.subject_id) if entry.subject == "agency" and entry.subject_id else None


def _of_what(entry: Entry, names: Mapping[uuid.UUID, str]) -> str:
    agency = _agency_of(entry)
    if agency:
        return f"with {names.get(agency, 'an agency')}"
    # Pages that were printed are called by their address: "case_timeline".
    return SUBJECTS.get(entry.subject, entry.subject.replace("_", " "))


def _with(day: Reader, row: Reader) -> Reader:
    """A reader's day with one thing more, which was done before the others."""
    what = day.what if row.what in day.what.split(", ") else f"{day.what}, {row.what}"
    return replace(day, what=what, times=day.times + 1, first=row.at)


def disclosures_of(actor: Actor, case: Case) -> list[Disclosure]:
    """The newest 100 lines of the disclosure ledger of a case."""
    rows = Disclosure.objects.filter(record_id=case.id).select_related("to_agency")
    return list(rows.order_by("-disclosed_at", "-id")[:100])
