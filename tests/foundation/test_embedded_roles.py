"""The database roles: who may do what before a single table is there, on the embedded server and on PostgreSQL 15."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.foundation.embedded_homes import folder, running

from sentinel.foundation.embedded import (
    ALL_ROLES,
    APP,
    BACKUP,
    DATABASE,
    EXTENSIONS,
    LOGIN_ROLES,
    OWNER,
    SEARCH,
    WORKER,
    ensure_database,
    ensure_roles,
)
from sentinel.foundation.embedded.system_user import server_user

DEBIANS = Path("/usr/lib/postgresql/15/bin")
PASSWORDS = {role: f"{role}'s password" for role in LOGIN_ROLES}


class Cluster:
    """A server on which the bootstrap was run, reached as superuser or as one of the roles."""

    def __init__(self, superuser: str) -> None:
        self.superuser = superuser

    def connect(self, role: str | None = None, dbname: str = DATABASE) -> psycopg.Connection[Any]:
        changes = {"dbname": dbname, **({"user": role, "password": PASSWORDS[role]} if role else {})}
        return psycopg.connect(make_conninfo(self.superuser, **changes), autocommit=True)

    def bootstrap(self, **options: bool) -> None:
        with self.connect(dbname="postgres") as conn:
            ensure_roles(conn, PASSWORDS, **options)
            ensure_database(conn)


def embedded_18() -> Iterator[Cluster]:
    with folder() as parent, running(parent / "home") as server:
        yield Cluster(server.superuser_dsn())


def debian_15() -> Iterator[Cluster]:
    if not (DEBIANS / "initdb").exists():
        pytest.skip("Debian's PostgreSQL 15 is not installed")
    with folder() as parent:
        user = server_user(parent / "data")
        user.give(parent)
        arguments: Any = {**user.process_arguments(), "check": True, "stdout": subprocess.DEVNULL}
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        password = parent / "password"
        password.write_text("super")
        user.give(password)
        # As Debian's own cluster may be: encoded in SQL_ASCII, so that the bootstrap must not lean on its template.
        subprocess.run(
            [
                DEBIANS / "initdb",
                "-D",
                parent / "data",
                "-U",
                "postgres",
                "--auth=scram-sha-256",
                "--no-sync",
                f"--pwfile={password}",
                "--encoding=SQL_ASCII",
                "--locale=C",
            ],
            env=environment,
            **arguments,
        )
        options = (
            f"-c listen_addresses= -c unix_socket_directories={parent} -c fsync=off -c log_statement=all"
        )
        command = [DEBIANS / "pg_ctl", "-D", parent / "data", "-l", parent / "log", "-w", "-o", options]
        subprocess.run([*command, "start"], env=environment, **arguments)
        try:
            yield Cluster(
                make_conninfo(host=str(parent), user="postgres", password="super", dbname="postgres")
            )
            log = (parent / "log").read_text()
            assert "ALTER ROLE" in log
            assert not [word for word in PASSWORDS.values() if word in log], (
                "no password reaches a server's log"
            )
        finally:
            subprocess.run([*command, "-m", "fast", "stop"], env=environment, **arguments)
            shutil.rmtree(parent / "data", ignore_errors=True)


@pytest.fixture(scope="module", params=["18", pytest.param("15", marks=pytest.mark.pg15)])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    source = embedded_18() if request.param == "18" else debian_15()
    found = next(source)
    found.bootstrap()
    yield found
    next(source, None)


def test_no_role_is_a_superuser_or_bypasses_policies_or_makes_others(cluster: Cluster) -> None:
    with cluster.connect() as conn:
        rows = conn.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin"
            " FROM pg_roles WHERE rolname = ANY(%s)",
            [list(ALL_ROLES)],
        ).fetchall()
    assert {row[0] for row in rows} == set(ALL_ROLES)
    assert not [row for row in rows if any(row[1:6])]
    assert {row[0] for row in rows if row[6]} == set(LOGIN_ROLES)


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_each_role_signs_in_with_its_password(cluster: Cluster, role: str) -> None:
    with cluster.connect(role) as conn:
        assert conn.execute("SELECT current_user").fetchone() == (role,)


def test_the_search_role_cannot_sign_in(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"authentication failed|not permitted to log in"):
        psycopg.connect(make_conninfo(cluster.superuser, dbname=DATABASE, user=SEARCH))


def test_the_database_belongs_to_the_owner_and_has_the_extensions(cluster: Cluster) -> None:
    with cluster.connect(OWNER) as conn:
        owner = conn.execute(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s",
            [DATABASE],
        ).fetchone()
        extensions = {row[0] for row in conn.execute("SELECT extname FROM pg_extension")}
    assert owner == (OWNER, "UTF8")
    assert set(EXTENSIONS) <= extensions


def test_names_sort_and_fold_the_same_on_every_version(cluster: Cluster) -> None:
    with cluster.connect(APP) as conn:
        order = conn.execute(
            "SELECT string_agg(n, ' ' ORDER BY n) FROM unnest('{Zoë,ann,Élan,Bo}'::text[]) n"
        )
        assert order.fetchone() == ("Bo Zoë ann Élan",)
        assert conn.execute("SELECT upper('łódź'), similarity('ŁÓDŹ', 'łódź')").fetchone() == ("ŁÓDŹ", 1)


@pytest.mark.parametrize("role", [APP, WORKER, BACKUP])
def test_only_the_owner_makes_tables(cluster: Cluster, role: str) -> None:
    with cluster.connect(role) as conn:
        for statement in ("CREATE TABLE mine ()", "CREATE SCHEMA mine", "CREATE TEMPORARY TABLE mine ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement)
    with cluster.connect(OWNER) as conn:
        conn.execute("CREATE TABLE ours (); DROP TABLE ours; CREATE TEMPORARY TABLE staged ()")


@pytest.mark.parametrize("role", [APP, WORKER, BACKUP])
@pytest.mark.parametrize("other", [OWNER, SEARCH])
def test_no_run_time_role_can_become_another(cluster: Cluster, role: str, other: str) -> None:
    with cluster.connect(role) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(f"SET ROLE {other}")


def test_nobody_else_may_connect(cluster: Cluster) -> None:
    with cluster.connect() as conn:
        conn.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(
                    make_conninfo(cluster.superuser, dbname=DATABASE, user="stranger", password="stranger")
                )
        finally:
            conn.execute("DROP ROLE stranger")


def test_the_owner_gives_functions_to_search_but_does_not_see_through_its_policies(cluster: Cluster) -> None:
    with cluster.connect(OWNER) as conn:
        conn.execute("CREATE TABLE secret AS SELECT 'hidden' AS word")
        conn.execute(
            "ALTER TABLE secret ENABLE ROW LEVEL SECURITY; ALTER TABLE secret FORCE ROW LEVEL SECURITY"
        )
        conn.execute(
            f"CREATE POLICY search ON secret TO {SEARCH} USING (true); GRANT SELECT ON secret TO {SEARCH}"
        )
        try:
            assert conn.execute("SELECT count(*) FROM secret").fetchone() == (0,)
            conn.execute(
                "CREATE FUNCTION look() RETURNS bigint SECURITY DEFINER LANGUAGE sql"
                " AS 'SELECT count(*) FROM public.secret'"
            )
            conn.execute(
                f"GRANT CREATE ON SCHEMA public TO {SEARCH}; ALTER FUNCTION look() OWNER TO {SEARCH}"
            )
            conn.execute(f"REVOKE CREATE ON SCHEMA public FROM {SEARCH}")
            assert conn.execute("SELECT look()").fetchone() == (1,)
            with cluster.connect(APP) as app:
                assert app.execute("SELECT look()").fetchone() == (1,)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute("SELECT * FROM secret")
        finally:
            conn.execute(f"SET ROLE {SEARCH}; DROP FUNCTION IF EXISTS look(); RESET ROLE; DROP TABLE secret")


def test_backup_may_read_every_table_but_only_rows_that_a_policy_gives_it(cluster: Cluster) -> None:
    with cluster.connect(OWNER) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 1 AS number; ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
        try:
            with cluster.connect(BACKUP) as backup:
                assert backup.execute("SELECT count(*) FROM kept").fetchone() == (0,)
                conn.execute(f"CREATE POLICY backup ON kept FOR SELECT TO {BACKUP} USING (true)")
                assert backup.execute("SELECT count(*) FROM kept").fetchone() == (1,)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    backup.execute("DELETE FROM kept")
        finally:
            conn.execute("DROP TABLE kept")


def test_a_second_bootstrap_changes_nothing_and_repairs_what_was_loosened(cluster: Cluster) -> None:
    with cluster.connect() as conn:
        conn.execute(f"ALTER ROLE {APP} BYPASSRLS SUPERUSER; GRANT CREATE ON SCHEMA public TO PUBLIC")
    cluster.bootstrap()
    with cluster.connect(APP) as conn:
        found = conn.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert found == (False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("CREATE TABLE mine ()")


def test_only_tests_let_the_owner_make_databases(cluster: Cluster) -> None:
    with cluster.connect(OWNER) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("CREATE DATABASE another")
        cluster.bootstrap(createdb=True)
        try:
            conn.execute("CREATE DATABASE another")
            conn.execute("DROP DATABASE another")
        finally:
            cluster.bootstrap()


def test_a_role_without_a_given_password_keeps_its_own(cluster: Cluster) -> None:
    with cluster.connect(dbname="postgres") as conn:
        ensure_roles(conn, {})
    with cluster.connect(APP) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
