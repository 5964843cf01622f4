"""The invented partnership that a trial and the tests work with: agencies, teams, people who sign in, agreements.

The agencies' kinds and areas follow Leicester, Leicestershire and Rutland; the housing associations and every person
are invented. Telephone numbers are of the ranges kept for drama.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from sentinel.access.models import Agreement, Kind, Rung
from sentinel.accounts.models import Agency, AgencyArea, Area, Duty, RoleHeld, Team, User
from sentinel.accounts.rules import PART_3, TELLING_KINDS

AGREEMENT = "Demonstration sharing agreement, to be replaced by the partnership's own"
BASIS = "Crime and Disorder Act 1998 s.115"
OFFICE = {str(day): ["09:00", "17:00"] for day in range(5)}
ALWAYS = {str(day): ["00:00", "24:00"] for day in range(7)}


@dataclass(frozen=True)
class AgencyPlan:
    """One agency of the demonstration. `district` is the ONS code of the area it serves, or blank for all."""

    code: str
    name: str
    short: str
    kind: str
    statutory: bool
    team: str
    phone: str
    district: str = ""


AGENCIES = (
    AgencyPlan("police", "Leicestershire Police", "Leicestershire Police", "police", True, "Neighbourhood team", "0116 496 0101"),
    AgencyPlan("city", "Leicester City Council", "Leicester City", "city", True, "Crime and ASB unit", "0116 496 0102", "E06000016"),
    AgencyPlan("county", "Leicestershire County Council", "Leicestershire County", "county", True, "Community safety", "0116 496 0103"),
    AgencyPlan("blaby", "Blaby District Council", "Blaby", "district", True, "Community safety", "0116 496 0104", "E07000129"),
    AgencyPlan("charnwood", "Charnwood Borough Council", "Charnwood", "district", True, "Charnwood ASB team", "01632 960105", "E07000130"),
    AgencyPlan("harborough", "Harborough District Council", "Harborough", "district", True, "Community safety", "01632 960106", "E07000131"),
    AgencyPlan("hinckley-bosworth", "Hinckley and Bosworth Borough Council", "Hinckley and Bosworth", "district", True, "Endeavour team", "01632 960107", "E07000132"),
    AgencyPlan("melton", "Melton Borough Council", "Melton", "district", True, "Community safety", "01632 960108", "E07000133"),
    AgencyPlan("nw-leicestershire", "North West Leicestershire District Council", "North West Leicestershire", "district", True, "Community safety", "01632 960109", "E07000134"),
    AgencyPlan("oadby-wigston", "Oadby and Wigston Borough Council", "Oadby and Wigston", "district", True, "Community safety", "0116 496 0110", "E07000135"),
    AgencyPlan("rutland", "Rutland County Council", "Rutland", "unitary", True, "Community safety", "01632 960111", "E06000017"),
    AgencyPlan("three-oaks", "Three Oaks Homes", "Three Oaks Homes", "housing", False, "Tenancy team", "01632 960112"),
    AgencyPlan("soar-valley", "Soar Valley Housing", "Soar Valley Housing", "housing", False, "Neighbourhood housing", "01632 960113"),
    AgencyPlan("fire", "Leicestershire Fire and Rescue Service", "Fire and Rescue", "fire", True, "Community safety", "0116 496 0114"),
    AgencyPlan("youth-justice", "Youth Justice Service", "Youth Justice", "youth_justice", True, "Prevention team", "0116 496 0115"),
    AgencyPlan("victim-first", "Victim First", "Victim First", "victim_service", False, "Support team", "0116 496 0116"),
)  # fmt: skip

DISTRICTS = {
    "E06000016": "Leicester", "E06000017": "Rutland", "E07000129": "Blaby", "E07000130": "Charnwood",
    "E07000131": "Harborough", "E07000132": "Hinckley and Bosworth", "E07000133": "Melton",
    "E07000134": "North West Leicestershire", "E07000135": "Oadby and Wigston",
}  # fmt: skip

# name, agency code, job title, roles
PEOPLE = (
    ("Sam Okoro", "police", "Contact management operator", ["call_taker"]),
    ("Aisha Rahman", "police", "Neighbourhood officer", ["case_officer"]),
    ("Tom Marsh", "police", "Sergeant", ["supervisor"]),
    ("Helen Brook", "police", "Area inspector", ["area_inspector"]),
    ("Nadia Khan", "police", "Control room supervisor", ["control_room"]),
    ("Ravi Desai", "police", "Information governance", ["auditor"]),
    ("Grace Holt", "police", "Sentinel governance officer", ["governance_officer"]),
    ("Nadia Byrne", "county", "Partnership governance lead", ["governance_officer"]),
    ("Lena Fox", "police", "Analyst", ["analyst"]),
    ("Neil Carver", "police", "Administrator", ["local_administrator"]),
    ("Priya Nair", "charnwood", "ASB officer", ["case_officer", "call_taker"]),
    ("Colin Webb", "charnwood", "Team leader", ["supervisor"]),
    ("Ruth Adeyemi", "charnwood", "Community safety manager", ["supervisor", "head_of_service"]),
    ("Dawn Ashby", "charnwood", "Customer services", ["call_taker"]),
    ("Joyce Lim", "charnwood", "System champion", ["local_administrator"]),
    ("Noor Aslam", "charnwood", "Data steward", ["data_steward"]),
    ("Iris Tanner", "charnwood", "Data steward", ["data_steward"]),
    ("Marta Nowak", "city", "ASB officer", ["case_officer"]),
    ("Imran Shah", "city", "Team leader", ["supervisor"]),
    ("Beth Carr", "three-oaks", "Housing officer", ["case_officer"]),
    ("Owen Price", "three-oaks", "Neighbourhood manager", ["supervisor", "local_administrator"]),
    ("Kofi Mensah", "soar-valley", "Housing officer", ["case_officer"]),
    ("Ana Silva", "victim-first", "Caseworker", ["victim_support"]),
    ("Jo Tandy", "county", "Meeting co-ordinator", ["meeting_coordinator"]),
    ("Meera Joshi", "county", "Safeguarding adviser", ["referral_contact"]),
    ("Dan Frost", "city", "Safeguarding adviser", ["referral_contact"]),
    ("Pete Lowe", "fire", "Community safety officer", ["case_officer"]),
    ("Farah Aziz", "youth-justice", "Prevention worker", ["case_officer"]),
    ("Sue Kettle", "rutland", "Community safety officer", ["case_officer"]),
    ("Mark Dale", "melton", "Community safety officer", ["case_officer", "supervisor"]),
)


def email_of(name: str, agency_code: str) -> str:
    """The address that a demonstration account signs in with."""
    return f"{name.lower().replace(' ', '.')}@{agency_code}.example"


def build_partnership(*, now: datetime, password: str) -> dict[str, User]:
    """Make agencies, areas, teams, accounts and agreements; idempotent. Returns the users by email address.

    Runs as the owner role: none of these tables holds case data.
    """
    starts = date(2020, 1, 1)
    areas = {
        code: Area.objects.get_or_create(
            kind="district", code=code, valid_from=None, defaults={"name": name, "source": "Demonstration"}
        )[0]
        for code, name in DISTRICTS.items()
    }
    agencies: dict[str, Agency] = {}
    teams: dict[str, Team] = {}
    for plan in AGENCIES:
        agency, _ = Agency.objects.get_or_create(
            code=plan.code,
            defaults={
                "name": plan.name,
                "short_name": plan.short,
                "kind": plan.kind,
                "statutory": plan.statutory,
                "regime": "part3" if plan.kind in PART_3 else "gdpr",
                "desk_name": f"{plan.short} sharing desk",
                "desk_phone": plan.phone,
                "names_give_away": plan.kind in TELLING_KINDS,
                "hours": ALWAYS if plan.kind in {"police", "fire"} else OFFICE,
            },
        )
        agencies[plan.code] = agency
        teams[plan.code] = Team.objects.get_or_create(
            agency=agency,
            name=plan.team,
            defaults={"area": areas.get(plan.district), "takes_skeletons": True},
        )[0]
        for code, area in areas.items():
            if plan.district in {"", code}:
                AgencyArea.objects.get_or_create(agency=agency, area=area, defaults={"valid_from": starts})
    hashed = make_password(password)
    users: dict[str, User] = {}
    for name, code, title, roles in PEOPLE:
        user, made = User.objects.get_or_create(
            email=email_of(name, code),
            defaults={
                "name": name,
                "agency": agencies[code],
                "team": teams[code],
                "job_title": title,
                "password": hashed,
                "invited_at": now,
            },
        )
        users[user.email] = user
        if made:
            RoleHeld.objects.bulk_create(RoleHeld(user=user, role=role, since=now) for role in roles)
            if {"supervisor", "area_inspector"} & set(roles):
                Duty.objects.create(agency=agencies[code], user=user, role=roles[0], since=now)
                Duty.objects.create(agency=agencies[code], user=user, role="sharing_desk", since=now)
    _agreements(agencies, starts)
    return users


def _agreements(agencies: dict[str, Agency], starts: date) -> None:
    statutory = [
        code
        for code, agency in agencies.items()
        if agency.statutory and code not in {"youth-justice", "fire"}
    ]
    rows = []
    for owner in statutory:
        for other in agencies:
            if other == owner:
                continue
            # Police read the councils' cases and the county reads all; everybody else may know that a desk is to be rung.
            reads = other in {"police", "county"} and owner != "police"
            rows.append((owner, other, Rung.READ if reads else Rung.SUMMARY))
    for landlord in ("three-oaks", "soar-valley"):
        rows += [(landlord, other, Rung.SUMMARY) for other in agencies if other != landlord]
    for owner, other, rung in rows:
        Agreement.objects.get_or_create(
            owner=agencies[owner],
            other=agencies[other],
            record_kind=Kind.CASE,
            effective_from=starts,
            defaults={
                "rung": rung,
                "break_glass_roles": ["supervisor", "area_inspector"]
                if other in {"police", "charnwood", "city"}
                else [],
                "legal_basis": BASIS,
                "source": AGREEMENT,
            },
        )
