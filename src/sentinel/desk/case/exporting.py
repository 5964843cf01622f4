"""The list of cases as a file: what the reader may read, as filtered, each case in its owner's disclosure ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sentinel.access.operations import exported
from sentinel.audit.operations import note
from sentinel.cases.lists import labels
from sentinel.cases.models import CATEGORIES, Case
from sentinel.cases.queries import Filters, list_cases
from sentinel.cases.rules import STATUS_WORDS
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.tables import csv_table
from sentinel.kernel.text import clean_text
from sentinel.web.formats import MARKING, uk_datetime

MOST = 2000
SHORTEST_WHY = 10
RIGHT, WHY = "export_cases", "Your role does not take lists out of Sentinel."
HEADS = (
    "Reference", "Title", "Status", "Category", "Type", "Highest risk", "Victims not assessed", "Lead", "Team",
    "Agency", "Where", "Postcode", "Opened", "Last changed",
)  # fmt: skip
RISK = {0: "", 1: "Low", 2: "Medium", 3: "High"}


@dataclass(frozen=True)
class Export:
    """A file for one reader: its content, how many cases stand in it, and whether there were more than `MOST`."""

    content: bytes
    rows: int
    cut: bool


def export_cases(*, actor: Actor, now: datetime, filters: Filters, why: str) -> Export:
    """The first `MOST` cases of a list as CSV; a last line says who made it, what for, and whether it was cut.

    Each case gets a line in its disclosure ledger and in the audit. Times are London's. Raises Refused without the right
    export_cases, Invalid (field why) where it is not said what for, or for a filter that cannot be one.
    """
    actor.require(RIGHT, WHY)
    reason = clean_text(why, 500, one_line=True)
    if len(reason) < SHORTEST_WHY:
        raise Invalid.of("why", "Say what the list is for: a few words.")
    page = list_cases(actor, filters, size=MOST, counted=False)
    cases = [one.case for one in page.rows]
    types = labels("national-types", london_date(now))
    rows = [_row(case, types) for case in cases]
    cut = page.next_key is not None
    ends = f"{MARKING}. {len(rows)} cases, made {uk_datetime(now)} by {actor.name} for: {reason}"
    if cut:
        ends += f". Cut at {MOST}: there are more"
    exported(actor=actor, records=[case.id for case in cases], what="list of cases (CSV)", why=reason)
    note("export", subject="cases", detail={"rows": len(rows), "cut": cut})
    return Export(csv_table(HEADS, [*rows, [], [ends]]), len(rows), cut)


def _row(case: Case, types: dict[str, str]) -> list[object]:
    return [
        case.reference, case.title, STATUS_WORDS[case.status], dict(CATEGORIES).get(case.category, case.category),
        types.get(case.national_type, case.national_type), RISK[case.highest_band], case.unassessed,
        case.lead.name if case.lead else "", case.team.name if case.team else "", case.owner_agency.short_name,
        case.place.line if case.place else "", case.place.postcode if case.place else "",
        uk_datetime(case.opened_at), uk_datetime(case.changed_at),
    ]  # fmt: skip
