"""A small partnership at work, for tests that walk every address: the case of the drawings, a report, and strangers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from django.contrib.auth.hashers import make_password
from django.db import transaction

from sentinel.accounts.models import Agency, RoleHeld, Team, User
from sentinel.accounts.rules import ROLES
from sentinel.cases.models import Case
from sentinel.cases.operations.attachments import attach
from sentinel.cases.operations.handing_over import offer
from sentinel.cases.operations.links import add_reference
from sentinel.cli.demo.invented import TROUBLES, Inventor
from sentinel.cli.demo.story import Cast, fresh, one_case, sparrow_lane, telling
from sentinel.foundation.clock import now
from sentinel.places.operations import find_or_make_place
from sentinel.reports.models import Report
from sentinel.reports.operations import signpost, take_report
from tests.support import PRIYA

# Words that stand in the guarded case and nowhere else.
SECRETS = (
    "Margaret",
    "Margret",
    "Ellis",
    "Horton",
    "Sparrow",
    "burn us out",
    "letter-box guard",
    "Door frame damaged",
)


@dataclass(frozen=True)
class World:
    """What was made, by the names that addresses use for it."""

    case: str
    report: str
    ids: dict[str, uuid.UUID]
    witness: str
    other_case: str
    other_report: str


def build(urls: dict[str, str]) -> World:
    """Make the world with real commits. `urls` are the test database's addresses by role."""
    moment = now()
    with transaction.atomic():
        cast = Cast(moment, Inventor(7))
        case = sparrow_lane(cast)
        priya = cast.as_(PRIYA)
        attach(
            actor=priya,
            now=moment,
            case=fresh(case),
            name="diary.txt",
            chunks=[b"A plain diary of nights.\n"],
        )
        add_reference(actor=priya, now=moment, case=fresh(case), system="control_room_log", value="612")
        offer(actor=priya, now=moment, case=fresh(case), what="primacy",
              to_agency=Agency.objects.get(code="police"), reason="It looks like a crime")  # fmt: skip
    with transaction.atomic():
        one_case(cast, 50)  # another case of the same officer, its closure waiting
    with transaction.atomic():
        priya = cast.as_(PRIYA)
        place = find_or_make_place(actor=priya, now=moment, words="3 Tern Street", postcode="LE12 0ZZ")
        said = telling(cast, human=cast.inventor.human(), place=place, trouble=TROUBLES[1],
                       told=moment - timedelta(hours=1))  # fmt: skip
        other = take_report(actor=priya, now=moment, telling=said)
        mine = Report.objects.filter(state="recorded").exclude(pk=other.pk).earliest("entered_at")
        signpost(
            actor=priya, now=moment, report=mine, why="It is a matter of noise", to_other="The licensing team"
        )
        another = Case.objects.exclude(pk=case.pk).earliest("opened_at")
    return read(urls, case, mine.reference, another.reference, other.reference)


def read(urls: dict[str, str], case: Case, report: str, other_case: str, other_report: str) -> World:
    """Ids of everything below the case, as the superuser sees it."""
    tables = {"note": "cases_note", "action": "cases_action", "handover": "cases_handover", "attachment": "cases_attachment",
              "assessment": "risk_assessment"}  # fmt: skip
    with psycopg.connect(urls["postgres"]) as superuser:

        def one(statement: str, *given: object) -> object:
            row = superuser.execute(statement, given).fetchone()
            assert row, statement
            return row[0]

        ids = {
            name: one(f"SELECT id FROM {table} WHERE record_id = %s LIMIT 1", case.id)
            for name, table in tables.items()
        }
        ids["party"] = one("SELECT p.id FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id WHERE p.record_id = %s"
                           " AND r.role = 'victim' ORDER BY p.created_at LIMIT 1", case.id)  # fmt: skip
        ids["witness_party"] = one(
            "SELECT id FROM cases_party WHERE record_id = %s AND identity_protected", case.id
        )
        ids["role"] = one("SELECT id FROM cases_partyrole WHERE party_id = %s LIMIT 1", ids["party"])
        ids["person"] = one("SELECT person_id FROM cases_partyidentity WHERE party_id = %s", ids["party"])
        witness_person = one(
            "SELECT person_id FROM cases_partyidentity WHERE party_id = %s", ids["witness_party"]
        )
        witness = one(
            "SELECT full FROM people_personname WHERE person_id = %s".replace("full", '"full"'),
            witness_person,
        )
        ids["place"] = one("SELECT place_id FROM cases_case WHERE id = %s", case.id)
        ids["record"] = case.id
        ids["high_risk"] = one("SELECT id FROM risk_highrisk WHERE case_id = %s LIMIT 1", case.id)
        ids["marker"] = one("SELECT id FROM risk_marker WHERE high_risk_id = %s", ids["high_risk"])
        ids["referral"] = one(
            "SELECT id FROM partnership_referral WHERE case_id = %s AND settled_at IS NULL LIMIT 1", case.id
        )
        ids["sent"] = one("SELECT id FROM partnership_sentreferral WHERE case_record_id = %s", case.id)
        ids["line"] = one(
            "SELECT id FROM risk_proposedaction WHERE record_id = %s AND decision = '' LIMIT 1", case.id
        )
        ids["signpost"] = one("SELECT s.id FROM reports_signpost s JOIN reports_report r ON r.id = s.report_id"
                              " WHERE r.reference = %s", report)  # fmt: skip
        ids["agency"] = one("SELECT id FROM accounts_agency WHERE code = 'three-oaks'")
    return World(case.reference, report, ids, str(witness), other_case, other_report)  # type: ignore[arg-type]


def strangers() -> dict[str, User]:
    """An account of every role in an agency that nobody has any agreement with, by role."""
    agency, _ = Agency.objects.get_or_create(
        code="stranger",
        defaults={"name": "Stranger Homes", "short_name": "Stranger Homes", "kind": "housing", "statutory": False,
                  "desk_name": "Desk", "desk_phone": "01632 960199"},
    )  # fmt: skip
    team, _ = Team.objects.get_or_create(agency=agency, name="Team", defaults={"takes_skeletons": True})
    found = {}
    for role in ROLES:
        user, made = User.objects.get_or_create(
            email=f"{role}@stranger.example",
            defaults={
                "name": f"Stranger {role}",
                "agency": agency,
                "team": team,
                "password": make_password(None),
            },
        )
        if made:
            RoleHeld.objects.create(user=user, role=role, since=datetime(2026, 1, 1, tzinfo=UTC))
        found[role] = user
    return found
