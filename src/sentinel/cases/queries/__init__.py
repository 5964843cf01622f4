"""Reading cases."""

from sentinel.cases.queries.changes import Change, changes_since
from sentinel.cases.queries.listing import Filters, list_cases
from sentinel.cases.queries.one import comes_with, get_case
from sentinel.cases.queries.people import OnCase, party_names, party_of, people_of, roles_of
from sentinel.cases.queries.timeline import names_by_id, timeline
from sentinel.cases.queries.within import (
    action_of,
    attachment_of,
    attachments_of,
    closure_now,
    handover_of,
    handovers_of,
    involved_in,
    links_of,
    note_of,
    offers_of,
    party_row,
    references_of,
    role_of,
    statuses_of,
)

__all__ = [
    "Change",
    "Filters",
    "OnCase",
    "action_of",
    "attachment_of",
    "attachments_of",
    "changes_since",
    "closure_now",
    "comes_with",
    "get_case",
    "handover_of",
    "handovers_of",
    "involved_in",
    "links_of",
    "list_cases",
    "names_by_id",
    "note_of",
    "offers_of",
    "party_names",
    "party_of",
    "party_row",
    "people_of",
    "references_of",
    "role_of",
    "roles_of",
    "statuses_of",
    "timeline",
]
