"""Reading the audit: an auditor reads all entries; the owner agency those of its own records (row policies)."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from sentinel.accounts.models import Agency, User
from sentinel.audit.models import Entry
from sentinel.audit.records import parts_of, references_of
from sentinel.foundation.actor import COMMAND_LINE, Actor
from sentinel.kernel.clock import from_london

PAGE = 50
# What somebody who is curious leaves behind.
LOOKING = ("view", "search", "refused")
READ = ("view", "export", "print", "download", "break_glass")
WITHIN = timedelta(hours=24)
NEWEST = 20_000
BUSIEST = 10
_Who = tuple[uuid.UUID, uuid.UUID | None]
KINDS = {
    "view": "Viewed",
    "search": "Searched",
    "systems_asked": "Asked partners’ systems",
    "export": "Exported",
    "print": "Printed",
    "download": "Downloaded",
    "share": "Shared",
    "revoke": "Sharing ended",
    "message": "Message sent",
    "letter": "Letter sent",
    "hit": "Hit shown",
    "touched": "Met in a search, and not told",
    "access_asked": "Access asked for",
    "ask_access": "Asked for access",
    "access_withdrawn": "Withdrew a request for access",
    "access_answer_read": "Read the answer to a request for access",
    "access_granted": "Access granted",
    "access_refused": "Access refused",
    "access_ended": "Access ended",
    "concern_looked_into": "Looked into searching",
    "one_place": "Said that two places are one",
    "two_places": "Took back that two places are one",
    "touches_seen": "Saw what searches have touched",
    "break_glass": "Opened in an emergency",
    "break_glass_reviewed": "Emergency reading reviewed",
    "refused": "Refused",
    "sign_in": "Signed in",
    "sign_in_failed": "Sign-in failed",
    "sign_out": "Signed out",
    "import": "Imported",
    "feed": "Gave markers to a connected system",
    "client_issued": "Connected a system",
    "client_confirmed": "Confirmed the key of a connected system",
    "push_set": "Said where a connected system is sent markers",
    "push_stopped": "Stopped sending a connected system markers",
    "client_revoked": "Revoked the key of a connected system",
    "agreement_entered": "Entered a sharing agreement",
    "agreement_ended": "Ended a sharing agreement",
    "local_rule_proposed": "Proposed a local rule",
    "local_rule_released": "Approved and released a local rule",
    "local_rule_sent_back": "Sent a local rule back",
    "question_set_begun": "Began a draft of a question set",
    "question_set_changed": "Changed a draft of a question set",
    "question_set_proposed": "Proposed a question set",
    "question_set_sent_back": "Sent a question set back",
    "question_set_released": "Approved and released a question set",
    "question_set_thrown_away": "Threw a draft of a question set away",
    "question_set_replayed": "Tried a question set on past assessments",
    "job_settled": "Dealt with failed work",
    "reminder_discarded": "Threw the draft of a reminder away",
    "reminder_drafted": "Drafted a reminder",
    "reminder_released": "Released a reminder",
    "reminder_tried_out": "Tried a reminder out on the past year",
    "match_run_begun": "Began a comparison of all persons",
    "match_run_done": "Compared all persons",
    "match_run_unwanted": "Asked for a comparison of all persons to be thrown away",
    "match_run_thrown_away": "Threw a comparison of all persons away",
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
    person_id: uuid.UUID | None = None
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
    if search.person_id:
        entries = entries.filter(_about(search.person_id))
    if search.since:
        entries = entries.filter(at__gte=_midnight(search.since))
    if search.until and search.until < date.max:
        entries = entries.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    if search.below:
        entries = entries.filter(id__lt=search.below)
    found = list(entries[: size + 1])
    return Page(lines=_with_names(found[:size]), older=found[size - 1].id if len(found) > size else None)


def _about(person_id: uuid.UUID) -> Q:
    """Entries that tell of this person: read or written to, found by a search, a page about one of their parts, and every
    reading of a record in which they have one."""
    parts = parts_of(person_id)
    ids = [str(person_id), *(str(party) for party, _ in parts)]
    read = Q(record_id__in=[record for _, record in parts], kind__in=READ)
    found = Q()
    for one in ids:
        found |= Q(detail__persons__contains=[one])
    return read | Q(subject_id__in=ids) | (Q(kind="search") & found)


@dataclass(frozen=True)
class Busy:
    """How much somebody looked: different records, persons and places opened, searches made, and refusals met."""

    user_id: uuid.UUID
    who: str
    agency: str
    looked_at: int
    searches: int
    refused: int


def busiest(actor: Actor, now: datetime) -> list[Busy]:
    """Who looked most in the last 24 hours, the ten busiest first: what nobody would see from single entries.

    Over the newest 20,000 entries at most, so that the page costs the same however long the audit is. Three queries.
    """
    newest = Entry.objects.filter(user_id__isnull=False, kind__in=LOOKING).order_by("-id")[:NEWEST]
    rows = newest.values_list("at", "kind", "user_id", "agency_id", "subject", "subject_id")
    opened: dict[_Who, set[tuple[str, str]]] = defaultdict(set)
    met: Counter[tuple[_Who, str]] = Counter()
    for at, kind, user_id, agency_id, subject, subject_id in rows:
        if user_id is None or at < now - WITHIN:
            break
        who = (user_id, agency_id)
        met[who, kind] += 1
        if kind == "view":
            opened[who].add((subject, subject_id))
    everybody = {who for who, _ in met}
    ranked = sorted(
        everybody, key=lambda who: (-len(opened[who]) - met[who, "search"], -met[who, "refused"], str(who))
    )[:BUSIEST]
    users = User.objects.in_bulk({who[0] for who in ranked})
    agencies = Agency.objects.in_bulk({who[1] for who in ranked if who[1]})
    return [
        Busy(
            user_id=user_id,
            who=users[user_id].name if user_id in users else "",
            agency=agencies[agency_id].short_name if agency_id in agencies else "",
            looked_at=len(opened[user_id, agency_id]),
            searches=met[(user_id, agency_id), "search"],
            refused=met[(user_id, agency_id), "refused"],
        )
        for user_id, agency_id in ranked
    ]


def _midnight(day: date) -> datetime:
    return from_london(day, time(0))


def _nobody(entry: Entry) -> str:
    """Who an entry without a user is of: somebody at the server, Sentinel's own work, or a browser not signed in."""
    if entry.request_id or entry.address:
        return "Not signed in"
    return "Command line" if entry.reason.startswith(COMMAND_LINE) else "Sentinel"


def _with_names(entries: list[Entry]) -> list[Line]:
    users = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    agencies = Agency.objects.in_bulk({entry.agency_id for entry in entries if entry.agency_id})
    references = references_of({entry.record_id for entry in entries if entry.record_id})
    return [
        Line(
            entry=entry,
            what=KINDS.get(entry.kind, entry.kind.replace("_", " ").capitalize()),
            who=users[entry.user_id].name if entry.user_id in users else _nobody(entry),
            agency=agencies[entry.agency_id].short_name if entry.agency_id in agencies else "",
            record=references.get(entry.record_id, str(entry.record_id)) if entry.record_id else "",
        )
        for entry in entries
    ]
