"""An entry says what its row says, and its keys who reads it: whatever happens to the row, its record and its audience."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from sentinel import search
from sentinel.access.models import Kind, Rung
from sentinel.access.operations import revoke, share
from sentinel.cases.models import Case, Note
from sentinel.cases.operations import add_note
from sentinel.cases.operations.protection import protect_identity
from sentinel.foundation.clock import now
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report
from sentinel.search.queries import Within
from tests.access.world import World, build
from tests.search.making import entries, fresh, texts
from tests.support import PRIYA, acting, user

pytestmark = pytest.mark.long


@pytest.fixture
def world(transactional_db: None, database_urls: dict[str, str]) -> World:
    return build(database_urls)


def rebuilt(urls: dict[str, str]) -> dict[object, tuple[object, ...]]:
    """The entries as they would be made anew, without keeping them."""
    with psycopg.connect(urls["postgres"]) as superuser:
        superuser.execute("DELETE FROM search_entry")
        for table in (
            "people_personname", "people_contactpoint", "people_identifier", "cases_case", "cases_incident", "reports_report",
            "cases_note", "cases_action", "cases_attachment", "cases_externalreference", "cases_party",
        ):  # fmt: skip
            superuser.execute("SELECT search_rebuild(%s, 3)", [table])
        rows = superuser.execute(
            "SELECT id, kind, record_id, audience_id, subject_id, at, words, prose::text,"
            " (SELECT array_agg(k ORDER BY k) FROM unnest(keys) AS k) FROM search_entry"
        ).fetchall()
        superuser.rollback()
    return {row[0]: row[1:] for row in rows}


def test_after_a_day_s_work_every_entry_is_as_if_made_anew(
    world: World, database_urls: dict[str, str]
) -> None:
    landlord, police = (
        user("beth.carr@three-oaks.example").agency_id,
        user("tom.marsh@police.example").agency_id,
    )
    with transaction.atomic():
        me = acting(PRIYA)
        case = Case.objects.get(reference=world.case)
        add_note(actor=me, now=now(), case=fresh(case), text="For our own eyes.", only_own=True)
        given = {
            "actor": me,
            "now": now(),
            "record_id": case.id,
            "kind": Kind.CASE,
            "what": "case",
            "lawful_basis": "test",
        }
        share(holder_id=police, rung=Rung.SUMMARY, **given)  # type: ignore[arg-type]
        share(holder_id=police, rung=Rung.WRITE, **given)  # type: ignore[arg-type]
        revoke(actor=me, now=now(), record_id=case.id, holder_id=landlord, why="test")
        report = Report.objects.filter(state="recorded").first()
        assert report is not None
        opened = open_case_from_report(actor=me, now=now(), report=report, title="From a report")
        protect_identity(actor=me, now=now(), party=opened.parties.filter(identity__isnull=False).first())  # type: ignore[arg-type]
    kept, anew = entries(database_urls), rebuilt(database_urls)
    assert len(kept) > 20
    assert {one for one, row in kept.items() if anew.get(one) != row} == set()
    assert set(kept) == set(anew)


@pytest.mark.parametrize("left", [0, 3])
def test_a_database_without_its_entries_gets_all_of_them_when_it_is_brought_up_to_date(
    world: World, database_urls: dict[str, str], left: int
) -> None:
    kept = entries(database_urls)
    assert len(kept) > 20
    made = "SELECT id, (SELECT array_agg(k ORDER BY k) FROM unnest(keys) AS k) FROM search_entry"
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute("COMMENT ON TABLE search_entry IS NULL")
        # Some are there where Sentinel was not stopped while it was brought up to date.
        superuser.execute(
            "DELETE FROM search_entry WHERE id NOT IN (SELECT id FROM search_entry LIMIT %s)", [left]
        )
        superuser.execute((Path(search.__file__).parent / "filling.sql").read_text(encoding="utf-8"))
        anew = dict(superuser.execute(made).fetchall())
        superuser.execute("DELETE FROM search_entry")
        superuser.execute((Path(search.__file__).parent / "filling.sql").read_text(encoding="utf-8"))
        again = superuser.execute("SELECT count(*) FROM search_entry").fetchone()
        indexes = superuser.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'search_entry' ORDER BY 1"
        ).fetchall()
        superuser.rollback()
    assert anew == {one: row[-1] for one, row in kept.items()}
    assert again == (0,), "what is marked as filled is not filled again"
    assert [name for (name,) in indexes] == [
        "search_entry_audience", "search_entry_found", "search_entry_pkey", "search_entry_record"
    ]  # fmt: skip


def test_what_is_closed_and_opened_again_is_found_among_what_is_open_or_closed(
    world: World, database_urls: dict[str, str]
) -> None:
    states = (
        ("UPDATE cases_case SET status = 'closed', closed_at = now()", {"open": 0, "closed": 1}),
        ("UPDATE cases_case SET status = 'active', closed_at = NULL", {"open": 1, "closed": 0}),
    )
    with transaction.atomic():
        add_note(
            actor=acting(PRIYA),
            now=now(),
            case=fresh(Case.objects.get(reference=world.case)),
            text="Samovar.",
        )
    for statement, expected in states:
        with psycopg.connect(database_urls["postgres"]) as superuser:
            superuser.execute(statement + " WHERE reference = %s", [world.case])
        with transaction.atomic():
            me = acting(PRIYA)
            assert {
                state: texts(me, "samovar", within=Within(state=state)).count for state in expected
            } == expected
        assert entries(database_urls) == rebuilt(database_urls)


def test_a_row_that_says_nothing_any_more_or_is_gone_has_no_entry(
    world: World, database_urls: dict[str, str]
) -> None:
    with psycopg.connect(database_urls["postgres"]) as superuser:
        party = superuser.execute("SELECT id FROM cases_party WHERE description <> '' LIMIT 1").fetchone()
        note = superuser.execute("SELECT id FROM cases_note LIMIT 1").fetchone()
        assert party
        assert note
        before = entries(database_urls)
        superuser.execute("UPDATE cases_party SET description = '', label = '' WHERE id = %s", party)
        superuser.execute("DELETE FROM cases_note WHERE id = %s", note)
        superuser.commit()
    after = entries(database_urls)
    assert set(before) - set(after) == {party[0], note[0]}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM search_entry",
        "DELETE FROM search_entry",
        "SELECT * FROM search_rows('cases_note', '{}')",
        "SELECT search_keep('cases_note', '{}')",
        "SELECT search_rebuild('cases_note')",
    ],
)
@pytest.mark.django_db
def test_no_role_that_signs_in_reads_or_writes_an_entry(statement: str) -> None:
    acting(PRIYA)
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


def test_a_case_that_only_changes_its_state_writes_no_entry_anew(
    world: World, database_urls: dict[str, str]
) -> None:
    def version() -> object:
        with psycopg.connect(database_urls["postgres"]) as superuser:
            return superuser.execute("SELECT xmin FROM search_entry WHERE id = (SELECT id FROM cases_case WHERE reference = %s)",
                                     [world.case]).fetchone()  # fmt: skip

    before = version()
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(reference=world.case).update(changed_at=now(), version=99)
        assert Note.objects.exists()
    assert version() == before
