"""Every change to a case: one keyword-only function for one thing a person can do."""

from sentinel.cases.operations.opening import open_case
from sentinel.cases.operations.parties import add_party, add_role, end_role, set_allegation
from sentinel.cases.operations.protection import protect_identity
from sentinel.cases.operations.references import next_reference
from sentinel.cases.operations.rehoming import rehome

__all__ = [
    "add_party",
    "add_role",
    "end_role",
    "next_reference",
    "open_case",
    "protect_identity",
    "rehome",
    "set_allegation",
]
