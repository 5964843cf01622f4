"""What each role may do. A role is what a person is; a right is one thing that a person can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    "head_of_service": "Head of service",
    "auditor": "Auditor",
    "control_room": "Control room",
    "referral_contact": "Safeguarding contact",
    "data_steward": "Data steward",
}

# What kinds of agency there are, by their code.
AGENCY_KINDS: dict[str, str] = {
    "police": "Police",
    "city": "City council",
    "county": "County council",
    "district": "District council",
    "unitary": "Unitary council",
    "housing": "Housing association",
    "fire": "Fire and rescue",
    "youth_justice": "Youth justice",
    "victim_service": "Victim service",
    "treatment": "Treatment service",
    "other": "Other",
}
# Competent authorities for law enforcement process under Part 3 of the DPA 2018 (s.30, Sch. 7); all others under UK GDPR.
PART_3 = frozenset({"police", "youth_justice"})
# That one of these holds something about somebody tells what: their names are withheld from who may only know that a desk
# is to be rung.
TELLING_KINDS = frozenset({"youth_justice", "treatment"})
# Of which kinds of record nobody is told by an agreement that does not name the kind. Those called as a kind of agency are all that
# such an agency owns; the others are marked on the record.
SILENT_KINDS: dict[str, str] = {
    "marac": "MARAC",
    "intelligence": "Intelligence",
    "treatment": "Treatment",
    "youth_justice": "Youth justice",
}


def silent_kind_of(agency_kind: str) -> str:
    """The silent kind of which every record of a kind of agency is; "" where they are of none."""
    return agency_kind if agency_kind in SILENT_KINDS else ""


_LOOK = {"see_cases", "see_people"}
_REPORT = {"take_report", "match_people"}
_WORK = (
    _LOOK
    | _REPORT
    | {"ask_access", "open_case", "work_case", "assess", "raise_band", "contact_victim", "propose_closure"}
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
    "hear_high_risk",
    "read_access_log",
    "review_break_glass",
    "review_case",
    "export_cases",
    "see_compliance",
    "decide_referral",
    "answer_referrals",
}

RIGHTS: dict[str, frozenset[str]] = {
    "call_taker": frozenset(_REPORT),
    "case_officer": frozenset(_WORK | {"share_case", "break_glass", "read_access_log", "see_compliance"}),
    "supervisor": frozenset(_SUPERVISE | {"break_glass"}),
    "area_inspector": frozenset(_SUPERVISE | {"break_glass", "review_above"}),
    "meeting_coordinator": frozenset(_LOOK | {"answer_referrals"}),
    "victim_support": frozenset(
        _LOOK | {"contact_victim", "assess", "raise_band", "work_case", "answer_referrals"}
    ),
    "local_administrator": frozenset({"administer_agency", "see_failures"}),
    "governance_officer": frozenset({"govern", "see_failures", "see_compliance"}),
    "analyst": frozenset({"see_cases", "export_cases", "see_compliance"}),
    "head_of_service": frozenset(_LOOK | {"export_cases", "see_compliance"}),
    "auditor": frozenset({"search_audit"}),
    "control_room": frozenset({"answer_markers", "hear_high_risk"}),
    # A safeguarding concern is read by whoever is there to take it up, not by everybody who takes referrals.
    "referral_contact": frozenset({"answer_referrals", "answer_safeguarding"}),
    # Says which entries are one person, of those that their agency may read.
    "data_steward": frozenset(_LOOK | {"match_people", "put_right"}),
}


# Who is told of high risk (the rule `high-risk-told` says in which order), by what kind of agency it is.
_POLICE_DUTIES = {
    "sergeant": "Sergeant",
    "area_inspector": "Area inspector",
    "duty_inspector": "Duty inspector of the force",
    "control_room": "Control room",
}


def duties_of(kind: str) -> dict[str, str]:
    """The duties that an agency of a kind may put people on besides its sharing desk, by code, in words."""
    return {"supervisor": "Supervisor", **(_POLICE_DUTIES if kind == "police" else {})}


# Who is told that a referral waits, each with the right that it takes to answer one: the duty is called as the kind of referral is. To
# which kinds of agency it goes says the rule `referrals`; these here may put somebody on the duty.
_REFERRALS = {
    "victim_first": ("Referrals to Victim First", "answer_referrals"),
    "jag": ("Referrals to the Joint Action Group", "answer_referrals"),
    "safeguarding_child": ("Safeguarding of children", "answer_safeguarding"),
    "safeguarding_adult": ("Safeguarding of adults", "answer_safeguarding"),
}
_REFERRED_TO = {
    "victim_service": ("victim_first",),
    "district": ("jag",),
    **dict.fromkeys(("city", "county", "unitary"), ("jag", "safeguarding_child", "safeguarding_adult")),
}


def referral_duties_of(kind: str) -> dict[str, str]:
    """The duties of an agency of a kind that are told of referrals, by code, in words."""
    return {duty: _REFERRALS[duty][0] for duty in _REFERRED_TO.get(kind, ())}


def right_of_referral_duty(duty: str) -> str:
    """What somebody on a duty that is told of referrals must be allowed to do; "" for another duty."""
    return _REFERRALS[duty][1] if duty in _REFERRALS else ""


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_in_words(hours: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """An agency's hours as lines of days and times, days that are alike together: ("Monday to Friday", "09:00 to 17:00").

    `hours` maps a weekday, "0" to "6", to when it opens and closes on a London clock. Days that it does not name are
    closed. Empty where nothing is stated.
    """
    if not hours:
        return []
    words = [_span(hours.get(str(day))) for day in range(7)]
    found: list[tuple[str, str]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or words[day] != words[first]:
            days = DAYS[first] if day - 1 == first else f"{DAYS[first]} to {DAYS[day - 1]}"
            found.append((days, words[first]))
            first = day
    return found


def open_in_words(hours: Mapping[str, Sequence[str]]) -> str:
    """When an agency's desk is open, in a few words: "Monday to Friday 09:00 to 17:00", "day and night"; "" where nothing is stated."""
    lines = [(days, span) for days, span in hours_in_words(hours) if span != "closed"]
    if len(lines) == 1 and lines[0] == (f"{DAYS[0]} to {DAYS[6]}", "day and night"):
        return "day and night"
    return ", ".join(f"{days} {span}" for days, span in lines)


def _span(span: Sequence[str] | None) -> str:
    if span is None:
        return "closed"
    opens, closes = span
    if opens == "00:00" and closes in {"24:00", "00:00"}:
        return "day and night"
    return f"{opens} to {'midnight' if closes in {'24:00', '00:00'} else closes}"


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The union of what some roles allow; an unknown role allows nothing."""
    return frozenset(right for role in roles for right in RIGHTS.get(role, frozenset()))


def roles_with(right: str) -> list[str]:
    """The roles that allow one thing, for asking who else may do it."""
    return [role for role, rights in RIGHTS.items() if right in rights]


# Who holds one of these looks over the whole partnership: no agency's own administrator gives or takes them.
OVER_ALL = frozenset({"auditor", "governance_officer"})


# What whoever runs the server may do with accounts, by `sentinel user` and `sentinel agency`. No role has "operate".
OPERATOR = frozenset({"administer_agency", "govern", "operate"})


def may_grant(granter_rights: Iterable[str], role: str) -> bool:
    """Whether a role may be given: by a local administrator any but those that look over the partnership (R170)."""
    rights = frozenset(granter_rights)
    return "administer_agency" in rights and (role not in OVER_ALL or "operate" in rights)


def may_appoint(granter_rights: Iterable[str], role: str) -> bool:
    """Whether a role may be given in any agency: a governance officer names its local administrators (R171)."""
    return "govern" in granter_rights and role == "local_administrator"


def why_not(before: Iterable[str], after: Iterable[str], *, rights: Iterable[str], own: bool) -> str | None:
    """Why somebody with `rights` may not turn one set of roles into another, in words; None where they may.

    `own` says that they are one's own: those may be given up, never added to.
    """
    rights, had, wanted = frozenset(rights), set(before), set(after)
    if wanted - ROLES.keys() - had:
        return "There is no such role."
    if own and wanted - had:
        return "You cannot give yourself a role. Ask another administrator."
    beyond = sorted(role for role in had ^ wanted if not may_grant(rights, role))
    if beyond:
        names = " or ".join(ROLES.get(role, role).lower() for role in beyond)
        return (
            f"The role of {names} looks over the whole partnership. Whoever runs Sentinel gives and takes it."
        )
    return None
