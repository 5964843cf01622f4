"""A small partnership at work, for tests that walk every address: the case of the drawings, a report, and strangers."""

from __future__ import annotations

import json
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
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.matching.batch.engines import Settings
from sentinel.matching.batch.model import start_model
from sentinel.matching.batch.run import manifest as manifest_of
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.operations import ask_for_access
from sentinel.matching.hits.telling import tell_elsewhere
from sentinel.matching.operations import say_same
from sentinel.matching.rules import Given
from sentinel.matching.steward.models import Suggestion
from sentinel.places.operations import find_or_make_place
from sentinel.reports.models import Report
from sentinel.reports.operations import signpost, take_report
from tests.people.merging import PHONES, joined, somebody
from tests.support import PRIYA, acting

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
    superuser: str = ""


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
        request = asked_for(cast.as_("imran.shah@city.example"), case, moment)
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
    told_twice = one_person_or_two(another)
    found = read(urls, case, mine.reference, another.reference, other.reference)
    found.ids.update(
        told_twice,
        hit=request.hit_id,
        request_id=request.pk,
        mine=request.pk,
        run=a_run(urls),
        silence=marked(urls, case),
    )
    return found


def one_person_or_two(case: Case) -> dict[str, uuid.UUID]:
    """Three who were told of in a case: the first two made one person, the others still to be decided. The ids of the pair, the
    merge and an entry."""
    with transaction.atomic():
        names = ("Walter Quill", "Walt Quill", "W Quill")
        walter, walt, third = (
            somebody(name, case, phone=phone) for name, phone in zip(names, PHONES, strict=False)
        )
        merge = joined(walter, walt)
        say_same(
            actor=acting(PRIYA),
            now=now(),
            record_id=case.id,
            first=walt.pk,
            second=third.pk,
            how="He said so",
        )
        pair = Suggestion.objects.get(second_id=max(walt.pk, third.pk))
    return {"pair": pair.pk, "merge": merge.pk, "entry": third.pk}


def a_run(urls: dict[str, str]) -> uuid.UUID:
    """A comparison of all persons that is over; its command writes it as the worker."""
    run = uuid.UUID(int=51)
    counts = {
        "persons": 5,
        "faces": 6,
        "compared": 9,
        "household": 1,
        "pairs": 2,
        "very_likely": 1,
        "may_be": 1,
        "open": 2,
    }
    counts |= {
        "one_already": 1,
        "said_two": 0,
        "merged": 1,
        "merged_not_found": 0,
        "groups": 1,
        "largest_group": 2,
        "memory_mb": 300,
    }
    manifest = manifest_of(Settings("duckdb", 500, 1), 100, fill=True)
    manifest["extract"] |= {"persons": 5, "faces": 6, "protected": 1, "nameless": 0}
    with psycopg.connect(urls["postgres"]) as superuser:
        superuser.execute(
            "INSERT INTO batch_run (id, begun_at, ended_at, state, backend, begun_by, manifest, counts, weights, fault)"
            " VALUES (%s, %s, %s, 'done', 'duckdb', 'a test', %s, %s, %s, '')",
            [run, now(), now(), json.dumps(manifest), json.dumps(counts | {"seconds": {"extract": 1.5}}),
             json.dumps(start_model().as_dict())],
        )  # fmt: skip
    return run


def marked(urls: dict[str, str], case: Case) -> uuid.UUID:
    """The id of a mark on the case, put there beside the operation: who may know of it still does."""
    mark = new_id()
    with psycopg.connect(urls["postgres"]) as superuser:
        superuser.execute(
            "INSERT INTO hits_silence (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,"
            " created_at, created_by_id, version, kind, why, set_at, set_by_id, ended_why) SELECT %s, c.id, c.origin_agency_id,"
            " c.regime, c.purpose, c.source, c.standing, c.retention_class, c.created_at, c.created_by_id, 1, 'marac',"
            " 'It was referred there.', c.created_at, c.created_by_id, '' FROM cases_case c WHERE c.id = %s",
            [mark, case.id],
        )
    return mark


def asked_for(city: Actor, case: Case, moment: datetime) -> AccessRequest:
    """The request of the city's supervisor, who was told to ring the desk about the case's address."""
    told = tell_elsewhere(city, Given(places=(case.place_id,)), in_hand=new_id())
    why = "They complain of the same people to us, and we are about to write to them."
    return ask_for_access(actor=city, now=moment, reason=why, wanted="read", hit=told[0].hit)


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
    return World(case.reference, report, ids, str(witness), other_case, other_report, urls["postgres"])  # type: ignore[arg-type]


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
