"""Every change to a case: one keyword-only function for one thing a person can do."""

from sentinel.cases.operations.actions import change_action, plan_action, settle_action
from sentinel.cases.operations.approach import check_approach, may_be_approached
from sentinel.cases.operations.attachments import attach, open_attachment
from sentinel.cases.operations.closing import (
    decide_closure,
    propose_closure,
    refuse_closure,
    reopen,
    second_closure,
)
from sentinel.cases.operations.handing_over import accept, decline, offer, reassign
from sentinel.cases.operations.identifying import identify_party, person_behind
from sentinel.cases.operations.links import add_reference, link_cases
from sentinel.cases.operations.notes import add_note, correct_note, edit_note
from sentinel.cases.operations.opening import open_case
from sentinel.cases.operations.parties import add_party, add_role, describe_party, end_role, set_allegation
from sentinel.cases.operations.protection import protect_identity
from sentinel.cases.operations.references import next_reference
from sentinel.cases.operations.rehoming import rehome
from sentinel.cases.operations.sharing import end_involvement, involve
from sentinel.cases.operations.status import change_case, set_status

__all__ = [
    "accept",
    "add_note",
    "add_party",
    "add_reference",
    "add_role",
    "attach",
    "change_action",
    "change_case",
    "check_approach",
    "correct_note",
    "decide_closure",
    "decline",
    "describe_party",
    "edit_note",
    "end_involvement",
    "end_role",
    "identify_party",
    "involve",
    "link_cases",
    "may_be_approached",
    "next_reference",
    "offer",
    "open_attachment",
    "open_case",
    "person_behind",
    "plan_action",
    "propose_closure",
    "protect_identity",
    "reassign",
    "refuse_closure",
    "rehome",
    "reopen",
    "second_closure",
    "set_allegation",
    "set_status",
    "settle_action",
]
