"""Many cases at once, for measuring: COPY into a staging table, then INSERT ... SELECT into every table they fill.

COPY straight into a guarded table is refused under forced row policies, hence the staging. The history triggers are
off for the load, and one audit entry says so: nobody did these rows one by one. Who may see how many is spread on
purpose: the police half, Victim First one in twenty, Three Oaks Homes one in a hundred, Soar Valley Housing twenty, Fire and Rescue none. The
newest sixty are open, and an officer of each of the first three leads fifteen of them: they have work. Where it is said how many
are open, those are the newest, and one in two hundred of them still waits for its assessment.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.access.models import Reach
from sentinel.accounts.models import Agency, RoleHeld, Team, User
from sentinel.audit.operations import note
from sentinel.cases.models import (
    Case,
    Incident,
    Note,
    Party,
    PartyIdentity,
    PartyRole,
    ReferenceCounter,
    StatusChange,
)
from sentinel.cli.demo.invented import STREETS, TROUBLES, Inventor
from sentinel.cli.demo.prose import Writer
from sentinel.foundation.models import Event
from sentinel.kernel.ids import new_id
from sentinel.kernel.names import sort_name
from sentinel.kernel.references import Kind, make
from sentinel.matching.models import KeyRing
from sentinel.matching.rules.keys import keys_of_name
from sentinel.people.models import Person, PersonName
from sentinel.places.models import Place
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment, SupervisionReview

CHUNK = 20_000
CASES_AN_OFFICER = 500
OWN = 60
OPEN_ONE_IN = 25
UNASSESSED_ONE_IN = 200
YEARS = 5
NOTES = 3
OWNERS = (
    "charnwood",
    "city",
    "blaby",
    "melton",
    "rutland",
    "harborough",
    "oadby-wigston",
    "hinckley-bosworth",
)
# Complete, as an assessment is; of one person in ten it is not known whether they are vulnerable.
_ANSWERED = {
    "threat_to_life": "no", "weapon": "no", "violence": "no", "stalking": "no", "person_at_risk": "no", "suicide": "no",
    "frequency": "most_weeks", "impact": "a_little", "vulnerabilities": "none known after asking",
    "support": "a neighbour looks in", "targeted": "household", "repeat_victim": "no", "vulnerable": "no",
    "safeguarding": "no", "band_reason": "It wears them down, and nothing says that it will get worse.",
}  # fmt: skip
_ANSWERS = (
    f"'{json.dumps(_ANSWERED)}'::jsonb || jsonb_build_object('vulnerable',"
    " CASE WHEN mod(s.n, 10) = 0 THEN 'unknown' ELSE 'no' END)"
)
TABLES = (
    Person,
    Case,
    Incident,
    Report,
    Party,
    PartyIdentity,
    PartyRole,
    PersonName,
    Note,
    StatusChange,
    Assessment,
    SupervisionReview,
    Event,
    Reach,
)
# What puts a case on its shelf one by one; the load says the shelf itself.
SHELVING = (("cases_case", "shelve_new"), ("access_reach", "shelve_reach"))
# What keeps count of what is open in a case after each of its tables: done once for a chunk, when all of them are filled.
COUNTING = tuple((table, "insight_insert") for table in ("cases_case", "cases_partyrole", "risk_assessment"))
# What makes rows found one by one: done for a chunk at once, and its index when everything is there.
FINDING = (
    ("access_reach", "search_reached"),
    *((table, "search_new") for table in ("cases_case", "cases_incident", "cases_note", "cases_party", "people_personname",
                                          "reports_report")),
)  # fmt: skip
STAGING = {
    "n": "integer", "id": "uuid", "reference": "text", "report_reference": "text", "title": "text", "words": "text",
    "category": "text", "national_type": "text", "status": "text", "told": "timestamptz", "opened": "timestamptz",
    "closed": "timestamptz", "agency": "uuid", "lead": "uuid", "team": "uuid", "place": "uuid", "band": "smallint",
    "assessed": "boolean", "given": "text", "family": "text", "sort_name": "text", "reader": "uuid", "writer": "uuid", "supporter": "uuid",
    "keys": "bigint[]", "notes": "text[]",
}  # fmt: skip


def load_cases(*, now: datetime, cases: int, seed: int, are_open: int | None = None) -> Iterator[int]:
    """Load cases with three notes each, spread over five years. Yields how many after each chunk.

    `are_open` of them, the newest, are open; where it is not said, one in twenty-five and the newest sixty.

    Runs as the owner, in one transaction: cut off, nothing of it stands.
    """
    inventor, writer = Inventor(seed), Writer(seed)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    with transaction.atomic(), connection.cursor() as cursor:
        # Checked statement by statement: a million deferred checks would wait in memory and bar the tables meanwhile.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _history(cursor, on=False)
        places = _places(inventor, now, max(200, cases // 20))
        officers = _officers(agencies, now, cases)
        readers = _readers(agencies)
        matrix = QuestionSetVersion.objects.filter(key="victim-risk-llr").latest("number")
        cursor.execute(
            f"CREATE TEMP TABLE staging ({', '.join(f'{k} {v}' for k, v in STAGING.items())}) ON COMMIT DROP"
        )
        # A case and its report have one number: the next that neither kind has used.
        index = _index_off(cursor)
        numbers = dict(ReferenceCounter.objects.values_list("year").annotate(last=models.Max("last")))
        for begin in range(0, cases, CHUNK):
            end = min(begin + CHUNK, cases)
            cursor.execute("TRUNCATE staging")
            rows = _rows(
                inventor,
                writer,
                now,
                begin,
                end,
                cases,
                agencies,
                officers,
                places,
                numbers,
                readers,
                are_open,
            )
            with cursor.copy(f"COPY staging ({', '.join(STAGING)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            _spread(cursor, now, matrix.pk)
            yield end - begin
        for year, last in numbers.items():
            for kind in ("case", "report"):
                ReferenceCounter.objects.update_or_create(kind=kind, year=year, defaults={"last": last})
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(index)
        _history(cursor, on=True)
        note(
            "import",
            subject="demonstration",
            detail={"cases": cases, "seed": seed, "history": "off for the load"},
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _history(cursor: CursorWrapper, *, on: bool) -> None:
    word = "ENABLE" if on else "DISABLE"
    for model in TABLES:
        if model is Event:
            continue
        for event in ("insert", "update", "delete"):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {word} TRIGGER history_{event}")
    for table, trigger in SHELVING + COUNTING + FINDING:
        cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {trigger}")


def _index_off(cursor: CursorWrapper) -> str:
    """Drop the index of what is found; the statement that makes it again comes back."""
    cursor.execute("SELECT pg_get_indexdef('search_entry_found'::regclass)")
    made: str = cursor.fetchone()[0]
    cursor.execute("DROP INDEX search_entry_found")
    return made


def _places(inventor: Inventor, now: datetime, count: int) -> list[tuple[uuid.UUID, str]]:
    rows = []
    there = Place.objects.filter(key__startswith="demo:").count()
    for number in range(there, there + count):
        line = f"{number // len(STREETS) + 1} {STREETS[number % len(STREETS)]}"
        postcode = f"LE{10 + number % 9} {number % 10}ZZ"
        rows.append(Place(id=new_id(), kind="address", key=f"demo:{line.lower()}:{postcode}:{number}", line=line, town="Loughborough",
                          street=STREETS[number % len(STREETS)], postcode=postcode, source="Demonstration", created_at=now))  # fmt: skip
    Place.objects.bulk_create(rows, batch_size=2000)
    return [(row.pk, row.line) for row in rows]


def _officers(
    agencies: Mapping[str, Agency], now: datetime, cases: int
) -> dict[str, list[tuple[uuid.UUID, uuid.UUID]]]:
    found: dict[str, list[tuple[uuid.UUID, uuid.UUID]]] = {}
    wanted = max(1, cases // len(OWNERS) // CASES_AN_OFFICER)
    users, roles = [], []
    for code in OWNERS:
        agency = agencies[code]
        team = Team.objects.filter(agency=agency).first()
        if team is None:
            raise LookupError(f"{code} has no team")
        found[code] = []
        there = User.objects.filter(email__endswith=f"@{code}.bulk.example").count()
        for number in range(there, there + wanted):
            # No password can ever match "!": these accounts hold work and never sign in.
            user = User(id=new_id(), email=f"officer{number}@{code}.bulk.example", name=f"Officer {number + 1}", agency=agency,
                        team=team, password="!")  # noqa: S106  # fmt: skip
            users.append(user)
            roles.append(RoleHeld(id=new_id(), user=user, role="case_officer", since=now))
            found[code].append((user.pk, team.pk))
    User.objects.bulk_create(users, batch_size=2000)
    RoleHeld.objects.bulk_create(roles, batch_size=2000)
    return found


# The officers who lead the newest cases, by what the case's number leaves when divided by four.
READERS = {
    0: "aisha.rahman@police.example",
    1: "beth.carr@three-oaks.example",
    3: "kofi.mensah@soar-valley.example",
}


def _readers(agencies: Mapping[str, Agency]) -> dict[int, tuple[str, uuid.UUID, uuid.UUID]]:
    codes = {agency.pk: code for code, agency in agencies.items()}
    users = {user.email: user for user in User.objects.filter(email__in=READERS.values(), team__isnull=False)}
    found = {}
    for rest, email in READERS.items():
        user = users.get(email)
        if user is not None and user.team_id is not None:
            found[rest] = (codes[user.agency_id], user.pk, user.team_id)
    return found


def _rows(
    inventor: Inventor, writer: Writer, now: datetime, begin: int, end: int, cases: int, agencies: Mapping[str, Agency],
    officers: Mapping[str, list[tuple[uuid.UUID, uuid.UUID]]], places: list[tuple[uuid.UUID, str]], numbers: dict[int, int],
    readers: Mapping[int, tuple[str, uuid.UUID, uuid.UUID]], are_open: int | None,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    pick = inventor.random
    police, oaks, soar, victims = (
        agencies[code].pk for code in ("police", "three-oaks", "soar-valley", "victim-first")
    )
    span = timedelta(days=365 * YEARS)
    every = max(1, cases // 5)
    humans = [inventor.human() for _ in range(500)]
    for n in range(begin, end):
        told = now - span * (1 - n / cases) - timedelta(minutes=pick.randint(30, 600))
        numbers[told.year] = numbers.get(told.year, 0) + 1
        number = numbers[told.year]
        code = OWNERS[n % len(OWNERS)]
        lead, team = officers[code][n // len(OWNERS) % len(officers[code])]
        if n >= cases - OWN and n % 4 in readers:
            code, lead, team = readers[n % 4]
        place, line = places[pick.randrange(len(places))]
        trouble = TROUBLES[pick.randrange(len(TROUBLES))]
        is_open = n >= cases - (OWN if are_open is None else are_open) or (
            are_open is None and n % OPEN_ONE_IN == 0
        )
        waits = is_open and are_open is not None and n % UNASSESSED_ONE_IN == 0
        human, other = humans[pick.randrange(500)], humans[pick.randrange(500)]
        closed = None if is_open else min(told + timedelta(days=pick.randint(10, 90)), now)
        yield (
            n, new_id(), make("LLR", told.year, number), make("LLR", told.year, number, Kind.REPORT), f"{trouble[0]} at {line}",
            trouble[3], trouble[2], trouble[1], "closed" if not is_open else "new" if waits else "active", told, told + timedelta(minutes=20), closed,
            agencies[code].pk, lead, team, place, pick.choices((1, 2, 3), (60, 30, 10))[0], not waits, human.given, other.family,
            sort_name(other.family, human.given), police if n % 2 == 0 and code != "police" else None,
            soar if n % every == 0 else oaks if n % 100 == 1 and code != "three-oaks" else None, victims if n % 20 == 7 else None,
            sorted(keys_of_name(f"{human.given} {other.family}")), [writer.note() for _ in range(NOTES)],
        )  # fmt: skip


def _literal(field: models.Field[Any, Any]) -> str:
    """What a column holds where the load has nothing to say: the model's default, null or the empty string."""
    if field.has_default():
        value = field.get_default()
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list | dict):
            return f"'{json.dumps(value)}'::jsonb"
        if isinstance(value, uuid.UUID):
            return "gen_random_uuid()"
        return f"'{value}'"
    return "NULL" if field.null else "''"


def _fill(cursor: CursorWrapper, model: type[models.Model], source: str, **given: str) -> None:
    """INSERT ... SELECT into every column of a model: `given` as SQL over the source, the rest as the model's default."""
    given = {**_PROVENANCE, **given} if hasattr(model, "origin_agency_id") else given
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.column is None:
            continue
        columns.append(f'"{field.column}"')
        values.append(given.get(field.column) or _literal(field))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
    )


_PROVENANCE = {"record_id": "s.id", "origin_agency_id": "s.agency", "created_at": "s.told", "created_by_id": "s.lead",
               "source": "'demonstration'"}  # fmt: skip

_BAND = "CASE WHEN s.assessed THEN s.band ELSE 0 END"
_WAITING = "(NOT s.assessed)::integer"
_NOTES = f"CROSS JOIN generate_series(1, {NOTES}) AS g"
# What is written of a case of yesterday was not written tomorrow.
_NOTED = "least(s.told + g * interval '2 days', sentinel_now())"
_ASSESSED = "least(s.opened + interval '1 day', sentinel_now())"


def _derived(word: str) -> str:
    # Ids that several tables share are worked out from the case's, so that nothing has to be read back.
    return f"md5(s.id::text || '{word}')::uuid"


def _spread(cursor: CursorWrapper, now: datetime, matrix: uuid.UUID) -> None:
    party, person, incident = _derived("party"), _derived("person"), _derived("incident")
    reach = {
        "record_id": "s.id",
        "kind": "1",
        "until": "NULL",
        "sort_key": "COALESCE(s.closed, s.told)",
        "granted_at": "s.told",
        "shelf": f"cases_shelf(s.status, {_BAND}, s.category, {_WAITING})",
    }
    for holder, rung, via in (
        ("s.agency", 4, "opened"),
        ("s.reader", 2, "agreement"),
        ("s.writer", 3, "involved"),
        ("s.supporter", 2, "agreement"),
    ):
        _fill(
            cursor,
            Reach,
            f"staging s WHERE {holder} IS NOT NULL",
            **reach,
            holder_id=holder,
            rung=str(rung),
            via=f"'{via}'",
        )
    _fill(cursor, Person, "staging s", id=person, created_at="s.told", origin_agency_id="s.agency")
    _fill(
        cursor, Case, "staging s", id="s.id", reference="s.reference", title="s.title", category="s.category",
        national_type="s.national_type", status="s.status", opened_at="s.opened", closed_at="s.closed", told_at="s.told",
        owner_agency_id="s.agency", lead_id="s.lead", team_id="s.team", place_id="s.place", highest_band=_BAND, unassessed=_WAITING,
        changed_at="COALESCE(s.closed, s.opened)", primacy_agency_id="s.agency",
    )  # fmt: skip
    _fill(cursor, Incident, "staging s", id=incident, case_id="s.id", occurred_from="s.told - interval '3 hours'",
          category="s.category", national_type="s.national_type", place_id="s.place", words="s.words")  # fmt: skip
    _fill(cursor, Party, "staging s", id=party, case_id="s.id", kind="'person'")
    _fill(cursor, PartyIdentity, "staging s", party_id=party, person_id=person)
    _fill(cursor, PartyRole, "staging s CROSS JOIN (VALUES ('victim'), ('complainant'), ('reporter')) AS r(role)", party_id=party,
          incident_id=incident, role="r.role", since="s.told")  # fmt: skip
    ring = _derived("ring")
    _fill(cursor, KeyRing, "staging s", id=ring, person_id=person)
    cursor.execute(
        f"INSERT INTO matching_key (key, ring_id) SELECT k.key, {ring}"
        " FROM staging s CROSS JOIN unnest(s.keys) AS k (key)"
    )
    _fill(cursor, PersonName, "staging s", id=_derived("name"), person_id=person, given="s.given", family="s.family",
          full="s.given || ' ' || s.family", sort_name="s.sort_name")  # fmt: skip
    _fill(
        cursor, Report, "staging s", reference="s.report_reference", submission="gen_random_uuid()", state="'case'",
        channel="'telephone'", told_at="s.told", entered_at="s.told", agency_id="s.agency", team_id="s.team", taken_by_id="s.lead",
        practitioner_id="s.lead", practitioner_at="s.opened", incident_id=incident, case_id="s.id", caller_party_id=party,
        danger="'no'", changed_at="s.told", happened_to_caller="'yes'",
    )  # fmt: skip
    _fill(cursor, Note, f"staging s {_NOTES}", id=_derived("note' || g || '"), case_id="s.id", text="s.notes[g]",
          at=_NOTED)  # fmt: skip
    _fill(
        cursor,
        StatusChange,
        "staging s",
        case_id="s.id",
        status="s.status",
        at="COALESCE(s.closed, s.opened)",
    )
    _fill(cursor, Assessment, "staging s WHERE s.assessed", id=_derived("assessment"), case_id="s.id", subject="'victim'", party_id=party, question_set_id=f"'{matrix}'::uuid",
          answers=_ANSWERS, computed_band="0", band="s.band", assessor_id="s.lead",
          assessed_at=_ASSESSED)  # fmt: skip
    # A supervisor has looked at each open case of late, but for one in twenty.
    _fill(cursor, SupervisionReview, "staging s WHERE s.closed IS NULL AND mod(s.n, 20) > 0", case_id="s.id", level="1", band="s.band",
          looked_at="'The plan and the last contacts.'", decision="'carry_on'", reason="'It does what it should.'",
          reviewed_at="sentinel_now() - mod(s.n, 9) * interval '1 day'", next_on="(sentinel_now() + interval '20 days')::date")  # fmt: skip
    _events(cursor, person=party)
    for table, source, found in (
        ("cases_case", "staging s", "s.id"), ("cases_incident", "staging s", incident),
        ("people_personname", "staging s", _derived("name")), ("cases_note", f"staging s {_NOTES}", _derived("note' || g || '")),
    ):  # fmt: skip
        cursor.execute(f"SELECT search_keep('{table}', array_agg({found})) FROM {source}")
    cursor.execute("SELECT insight_keep(array_agg(s.id)) FROM staging s WHERE s.closed IS NULL")


def _events(cursor: CursorWrapper, *, person: str) -> None:
    """What a timeline tells of each case: opened, its notes, assessed, and closed where it is.

    Ids are worked out again, not read: the owner puts rows in under the row policies and sees none of them.
    """
    by: dict[str, str] = {"agency_id": "s.agency", "user_id": "s.lead"}
    band = "(ARRAY['low', 'medium', 'high'])[s.band]"
    for kind, source, at, subject, payload in (
        ("case_opened", "staging s", "s.opened", "NULL",
         "jsonb_build_object('category', s.category, 'type', s.national_type, 'involved', '[]'::jsonb)"),
        ("note_added", f"staging s {_NOTES}", _NOTED, _derived("note' || g || '"), "'{}'::jsonb"),
        ("assessed", "staging s WHERE s.assessed", _ASSESSED, _derived("assessment"),
         f"jsonb_build_object('party', {person}, 'band', {band})"),
        ("case_closed", "staging s WHERE s.closed IS NOT NULL", "s.closed", "NULL",
         "jsonb_build_object('code', 'resolved', 'outcome', 'resolved')"),
    ):  # fmt: skip
        _fill(cursor, Event, source, record_id="s.id", kind=f"'{kind}'", happened_at=at, recorded_at=at,
              subject_id=subject, payload=payload, **by)  # fmt: skip
