"""Every change to a report: one keyword-only function for one thing a person can do."""

from sentinel.reports.operations.deciding import decide_not_to_open, decide_victor_e
from sentinel.reports.operations.drafts import keep_draft, throw_draft_away
from sentinel.reports.operations.ending import acknowledge_signpost, not_taken_forward, signpost
from sentinel.reports.operations.joining import join_case, open_case_from_report
from sentinel.reports.operations.passing_on import hand_on, pick_up
from sentinel.reports.operations.taking import complete_skeleton, take_report, take_skeleton

__all__ = [
    "acknowledge_signpost",
    "complete_skeleton",
    "decide_not_to_open",
    "decide_victor_e",
    "hand_on",
    "join_case",
    "keep_draft",
    "not_taken_forward",
    "open_case_from_report",
    "pick_up",
    "signpost",
    "take_report",
    "take_skeleton",
    "throw_draft_away",
]
