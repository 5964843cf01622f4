"""Who has read a case, and what was disclosed of it: from the audit and the disclosure ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sentinel.access.models import Disclosure
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.queries import names_by_id
from sentinel.foundation.actor import Actor

PAGE = 50
KINDS = {
    "view": "read", "print": "printed", "export": "exported", "refused": "was refused", "share": "shared",
    "revoke": "ended sharing", "search": "found by searching", "break_glass": "opened in an emergency",
}  # fmt: skip
SUBJECTS = {"case": "the case", "person": "a person", "attachment": "a file"}


@dataclass(frozen=True)
class Reader:
    """One line: who, for whom, what, when (UTC), and why where a reason was asked for."""

    at: datetime
    who: str
    agency: str
    what: str
    reason: str


@dataclass(frozen=True)
class Readers:
    """A page of readers, newest first; `older` leads on."""

    rows: list[Reader]
    older: str


def readers_of(actor: Actor, case: Case, *, before: str = "") -> Readers:
    """The audit entries of a case, newest first, 50 at a time. The database shows them to the owner agency alone."""
    entries = Entry.objects.filter(record_id=case.id).order_by("-id")
    if before.isdecimal():
        entries = entries.filter(id__lt=int(before[:18]))
    found = list(entries[: PAGE + 1])
    shown = found[:PAGE]
    names = names_by_id(
        {one.user_id for one in shown if one.user_id}, {one.agency_id for one in shown if one.agency_id}
    )
    rows = [
        Reader(
            one.at,
            names.get(one.user_id, "Sentinel") if one.user_id else "Sentinel",
            names.get(one.agency_id, "") if one.agency_id else "",
            f"{KINDS.get(one.kind, one.kind.replace('_', ' '))} {SUBJECTS.get(one.subject, '')}".strip(),
            one.reason,
        )
        for one in shown
    ]
    return Readers(rows, str(shown[-1].id) if len(found) > PAGE else "")


def disclosures_of(actor: Actor, case: Case) -> list[Disclosure]:
    """The newest 100 lines of the disclosure ledger of a case."""
    rows = Disclosure.objects.filter(record_id=case.id).select_related("to_agency")
    return list(rows.order_by("-disclosed_at", "-id")[:100])
