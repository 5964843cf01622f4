"""Every table is either case data under a forced policy, or declared open, or closed to everybody."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps
from psycopg import sql

from sentinel.access.models import Kind, Rung
from sentinel.foundation.models import CaseRow
from sentinel.foundation.protection import LIBRARY_TABLES, plan
from sentinel.foundation.protection.plan import _of


@pytest.fixture
def as_superuser(database_urls: dict[str, str]):
    with psycopg.connect(database_urls["postgres"]) as superuser:
        yield superuser


def tables(superuser: psycopg.Connection) -> dict[str, tuple[bool, bool]]:
    rows = superuser.execute(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid ="
        " c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_every_model_is_case_data_or_declares_itself_open() -> None:
    _, undeclared = plan()
    assert undeclared == []


def test_every_table_of_case_data_is_under_a_forced_policy(as_superuser) -> None:
    forced = {name for name, (on, force) in tables(as_superuser).items() if on and force}
    wanted = {m._meta.db_table for m in apps.get_models() if issubclass(m, CaseRow)} | {
        "foundation_event", "access_reach", "audit_entry", "audit_history",
    }  # fmt: skip
    assert wanted - forced == set()
    assert len(wanted) > 25


def unguarded(superuser: psycopg.Connection) -> set[str]:
    """The tables that hold the rows of a record and are under no forced policy."""
    rows = superuser.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'record_id'"
    ).fetchall()
    found = tables(superuser)
    return {row[0] for row in rows if found[row[0]] != (True, True)}


def test_every_table_with_a_record_is_guarded_whoever_made_it(as_superuser) -> None:
    assert unguarded(as_superuser) == set()


def test_a_new_table_without_a_policy_is_noticed(as_superuser) -> None:
    as_superuser.execute("CREATE TABLE cases_loose (id uuid, record_id uuid)")
    assert unguarded(as_superuser) == {"cases_loose"}
    as_superuser.execute("ALTER TABLE cases_loose ENABLE ROW LEVEL SECURITY")
    assert unguarded(as_superuser) == {"cases_loose"}, "the owner of the table would still read it"
    with pytest.raises(AssertionError):
        test_a_table_nobody_declared_can_be_read_by_no_role(granted(as_superuser, "cases_loose"))
    as_superuser.rollback()


def granted(superuser: psycopg.Connection, table: str) -> psycopg.Connection:
    superuser.execute(sql.SQL("GRANT SELECT ON {} TO sentinel_app").format(sql.Identifier(table)))
    return superuser


@isolate_apps("sentinel.cases")
def test_a_new_model_that_declares_nothing_is_noticed() -> None:
    class Loose(models.Model):
        class Meta:
            app_label = "cases"

    class Guarded(CaseRow):
        class Meta:
            app_label = "cases"

    assert _of(Loose) is None
    guarded = _of(Guarded)
    assert guarded is not None
    assert guarded.guarded
    assert guarded.history


def test_a_table_nobody_declared_can_be_read_by_no_role(as_superuser) -> None:
    known = {one.table for one in plan()[0]}
    for table in tables(as_superuser):
        if table in known or table in LIBRARY_TABLES:
            continue
        granted = as_superuser.execute(
            "SELECT count(*) FROM information_schema.role_table_grants WHERE table_name = %s AND grantee LIKE"
            " 'sentinel%%' AND grantee <> 'sentinel_owner'",
            [table],
        ).fetchone()
        assert granted == (0,), table


def test_every_guarded_table_keeps_its_history(as_superuser) -> None:
    rows = as_superuser.execute(
        "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname LIKE 'history_%' GROUP BY 1"
    ).fetchall()
    counts = dict(rows)
    for one in plan()[0]:
        if one.history:
            assert counts.get(one.table) == 3, one.table


@pytest.mark.django_db
def test_the_role_that_serves_pages_owns_nothing_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("sentinel_app", False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user"
        )
        assert cursor.fetchone() == (0,)


def test_no_run_time_role_may_switch_triggers_off(database_urls: dict[str, str]) -> None:
    for role in ("sentinel_app", "sentinel_worker"):
        with (
            psycopg.connect(database_urls[role]) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute("SET session_replication_role = replica")
        with (
            psycopg.connect(database_urls[role]) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute("ALTER TABLE cases_case DISABLE TRIGGER ALL")


def test_the_numbers_that_the_policies_write_are_those_of_the_rungs_and_kinds() -> None:
    """Policies, functions and hot queries say `rung >= 2` and `kind = 5`; a number is never given to something else."""
    assert {one.name: int(one) for one in Rung} == {
        "NONE": 0,
        "SUMMARY": 1,
        "READ": 2,
        "WRITE": 3,
        "OWNER": 4,
    }
    assert {one.name: int(one) for one in Kind} == {
        "CASE": 1, "REPORT": 2, "AUDIENCE": 3, "DRAFT": 4, "HIGH_RISK": 5, "REFERRAL": 6,
    }  # fmt: skip
