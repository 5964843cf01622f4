"""A new database, made at once, is what the steps lead to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from sentinel.foundation.embedded import Server
from tests.servers import GivenServer

ROOT = Path(__file__).resolve().parents[2]
BY_STEPS = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
from sentinel.foundation.protection import apply
call_command(Command(), verbosity=0)
apply()
"""
ONE_ROOM = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", "people", verbosity=0)
"""
AT_ONCE = "from sentinel.cli import main; main(['migrate'])"
PARTS = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable, column_default,"
    " is_identity, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT oid::regprocedure::text, prosrc, prosecdef, proowner::regrole::text FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
    "policies": "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies",
    "guarded": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    "grants": "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'public'",
    "sequences": "SELECT sequencename, data_type::text, max_value FROM pg_sequences",
    "migrations": "SELECT app, name FROM django_migrations",
    "kinds": "SELECT app_label, model FROM django_content_type",
    "permissions": "SELECT codename, name FROM auth_permission",
}


@pytest.fixture
def databases(server: Server | GivenServer, template: str) -> Iterator[tuple[str, str]]:
    """Two empty databases of Sentinel's owner, by name, gone afterwards."""
    names = ("made_at_once", "made_by_steps")
    with psycopg.connect(server.superuser_dsn(), autocommit=True) as connection:
        for name in names:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER sentinel_owner").format(
                    sql.Identifier(name)
                )
            )
    wanted = extensions(server)
    for name in names:
        with psycopg.connect(server.superuser_dsn(name), autocommit=True) as connection:
            for extension in wanted:
                connection.execute(
                    sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
                )
    yield names
    with psycopg.connect(server.superuser_dsn(), autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def extensions(server: Server | GivenServer) -> list[str]:
    """Those of the template."""
    with psycopg.connect(server.superuser_dsn("sentinel")) as connection:
        return [row[0] for row in connection.execute("SELECT extname FROM pg_extension").fetchall()]


def run(server: Server | GivenServer, name: str, program: str) -> None:
    """A program as the owner of one of them."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "SENTINEL_PROCESS": "owner",
        "DATABASE_OWNER_URL": server.dsn("sentinel_owner", name),
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=ROOT)


def parts(server: Server | GivenServer, name: str) -> dict[str, set[tuple[Any, ...]]]:
    """Everything that a database is made of, without the order of its columns."""
    with psycopg.connect(server.superuser_dsn(name)) as connection:
        return {part: set(connection.execute(query).fetchall()) for part, query in PARTS.items()}


def test_a_new_database_is_what_the_steps_lead_to(
    server: Server | GivenServer, databases: tuple[str, str]
) -> None:
    once, stepwise = databases
    run(server, once, AT_ONCE)
    run(server, stepwise, BY_STEPS)
    made, stepped = parts(server, once), parts(server, stepwise)
    assert len(made["columns"]) > 1500
    for part in PARTS:
        assert made[part] == stepped[part], part


def test_what_was_cut_off_is_made_when_it_is_asked_for_again(
    server: Server | GivenServer, databases: tuple[str, str]
) -> None:
    cut, whole = databases
    # Cut off when the tables were being made: what stands by its own steps is there, and no more.
    broken = AT_ONCE.replace(
        "from sentinel.cli import main;",
        "from sentinel.cli import main; import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'sentinel.settings'; import django; django.setup();"
        " from django.db.migrations.recorder import MigrationRecorder as R; real = R.record_applied;"
        " R.record_applied = lambda self, app, name: os._exit(9) if app == 'risk' else real(self, app, name);",
    )
    with pytest.raises(subprocess.CalledProcessError) as ended:
        run(server, cut, broken)
    assert ended.value.returncode == 9
    with psycopg.connect(server.superuser_dsn(cut)) as connection:
        left = connection.execute("SELECT DISTINCT app FROM django_migrations").fetchall()
        assert ("procrastinate",) in left
        assert ("risk",) not in left
        assert connection.execute("SELECT to_regclass('cases_case')").fetchone() == (None,)
    run(server, cut, AT_ONCE)
    run(server, whole, AT_ONCE)
    assert parts(server, cut) == parts(server, whole)


def test_a_new_database_of_which_one_room_is_asked_for_gets_that_room_by_its_steps(
    server: Server | GivenServer, databases: tuple[str, str]
) -> None:
    _, part = databases
    run(server, part, ONE_ROOM)
    with psycopg.connect(server.superuser_dsn(part)) as connection:
        rooms = {
            row[0] for row in connection.execute("SELECT DISTINCT app FROM django_migrations").fetchall()
        }
        assert "people" in rooms
        assert "risk" not in rooms, "what was not asked for, nor is needed for it, is not made"
        assert connection.execute("SELECT to_regclass('risk_assessment')").fetchone() == (None,)
        assert connection.execute("SELECT to_regclass('people_person')").fetchone() != (None,)
