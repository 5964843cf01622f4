"""Reading cases."""

from sentinel.cases.queries.changes import Change, changes_since
from sentinel.cases.queries.listing import Filters, list_cases
from sentinel.cases.queries.one import get_case
from sentinel.cases.queries.people import OnCase, party_names, party_of, people_of
from sentinel.cases.queries.timeline import names_by_id, timeline
from sentinel.cases.queries.within import within

__all__ = [
    "Change",
    "Filters",
    "OnCase",
    "changes_since",
    "get_case",
    "list_cases",
    "names_by_id",
    "party_names",
    "party_of",
    "people_of",
    "timeline",
    "within",
]
