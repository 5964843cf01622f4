"""What each role may do. A role is what a person is; a right is one thing that a person can do."""

from __future__ import annotations

from collections.abc import Iterable

ROLES: dict[str, str] = {
    "call_taker": "Call taker",
    "case_officer": "Case officer",
    "supervisor": "Supervisor",
    "area_inspector": "Area inspector",
    "meeting_coordinator": "Meeting co-ordinator",
    "victim_support": "Victim support worker",
    "local_administrator": "Local administrator",
    "governance_officer": "Governance officer",
    "analyst": "Analyst",
    "auditor": "Auditor",
}

_LOOK = {"see_cases", "see_people"}
_REPORT = {"take_report", "match_people"}
_WORK = (
    _LOOK | _REPORT | {"open_case", "work_case", "assess", "raise_band", "contact_victim", "propose_closure"}
)
_SUPERVISE = _WORK | {
    "decide_not_to_open",
    "lower_band",
    "close_case",
    "second_closure",
    "reopen_case",
    "reassign",
    "share_case",
    "see_team",
    "override_approach",
    "read_access_log",
    "review_break_glass",
}

RIGHTS: dict[str, frozenset[str]] = {
    "call_taker": frozenset(_REPORT),
    "case_officer": frozenset(_WORK | {"share_case", "break_glass", "read_access_log"}),
    "supervisor": frozenset(_SUPERVISE | {"break_glass"}),
    "area_inspector": frozenset(_SUPERVISE | {"break_glass"}),
    "meeting_coordinator": frozenset(_LOOK),
    "victim_support": frozenset(_LOOK | {"contact_victim", "assess", "raise_band", "work_case"}),
    "local_administrator": frozenset({"administer_agency", "see_failures"}),
    "governance_officer": frozenset({"govern", "see_failures"}),
    "analyst": frozenset({"see_cases"}),
    "auditor": frozenset({"search_audit"}),
}


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The union of what some roles allow; an unknown role allows nothing."""
    return frozenset(right for role in roles for right in RIGHTS.get(role, frozenset()))


def may_grant(granter_rights: Iterable[str], role: str) -> bool:
    """Whether a local administrator may give a role: any but those that look over the partnership (R170)."""
    return "administer_agency" in granter_rights and role not in {"auditor", "governance_officer"}
