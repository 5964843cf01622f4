"""Reading the audit: an auditor reads all entries; the owner agency those of its own records (row policies)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sentinel.accounts.models import Agency, User
from sentinel.audit.models import Entry
from sentinel.audit.records import references_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import from_london

PAGE = 50
KINDS = {
    "view": "Viewed",
    "search": "Searched",
    "export": "Exported",
    "print": "Printed",
    "download": "Downloaded",
    "share": "Shared",
    "revoke": "Sharing ended",
    "message": "Message sent",
    "letter": "Letter sent",
    "hit": "Hit shown",
    "break_glass": "Opened in an emergency",
    "break_glass_reviewed": "Emergency reading reviewed",
    "refused": "Refused",
    "sign_in": "Signed in",
    "sign_in_failed": "Sign-in failed",
    "sign_out": "Signed out",
    "import": "Imported",
    "agreement_entered": "Entered a sharing agreement",
    "agreement_ended": "Ended a sharing agreement",
    "job_settled": "Dealt with failed work",
    "message_retried": "Had a failed message tried again",
}


@dataclass(frozen=True)
class Line:
    """One entry with the names that a reader needs; names are looked up, never stored in the audit.

    `record` is the reference of the record for an auditor, its id for others, or "".
    """

    entry: Entry
    what: str
    who: str
    agency: str
    record: str


@dataclass(frozen=True)
class Page:
    """Some lines, newest first. `older` is the id to begin the next page below, or None."""

    lines: list[Line]
    older: int | None


@dataclass(frozen=True)
class Search:
    """What to look for; None means any. Days are days in London, both included."""

    kind: str | None = None
    user_id: uuid.UUID | None = None
    agency_id: uuid.UUID | None = None
    record_id: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None
    below: int | None = None


def find_entries(actor: Actor, search: Search, size: int = PAGE) -> Page:
    """A page of `size` entries that the actor may read (row policies decide). Four queries."""
    entries = Entry.objects.order_by("-id")
    exact = {
        "kind": search.kind, "user_id": search.user_id, "agency_id": search.agency_id, "record_id": search.record_id,
    }  # fmt: skip
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if search.since:
        entries = entries.filter(at__gte=_midnight(search.since))
    if search.until and search.until < date.max:
        entries = entries.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    if search.below:
        entries = entries.filter(id__lt=search.below)
    found = list(entries[: size + 1])
    return Page(lines=_with_names(found[:size]), older=found[size - 1].id if len(found) > size else None)


def _midnight(day: date) -> datetime:
    return from_london(day, time(0))


def _with_names(entries: list[Entry]) -> list[Line]:
    users = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    agencies = Agency.objects.in_bulk({entry.agency_id for entry in entries if entry.agency_id})
    references = references_of({entry.record_id for entry in entries if entry.record_id})
    return [
        Line(
            entry=entry,
            what=KINDS.get(entry.kind, entry.kind.replace("_", " ").capitalize()),
            who=users[entry.user_id].name if entry.user_id in users else "Not signed in",
            agency=agencies[entry.agency_id].short_name if entry.agency_id in agencies else "",
            record=references.get(entry.record_id, str(entry.record_id)) if entry.record_id else "",
        )
        for entry in entries
    ]
