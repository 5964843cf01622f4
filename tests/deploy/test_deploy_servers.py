"""A database server that somebody else runs: what is asked of it, what is made there, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sentinel.deploy.errors import CannotStartError
from sentinel.deploy.servers import EmbeddedServer, OutsideServer, as_role, choose, with_user
from sentinel.foundation.embedded import APP, BACKUP, OWNER, WORKER, Embedded, Server
from tests.deploy.copies import copy, homes


@pytest.fixture(scope="module")
def outside() -> Iterator[Server]:
    """A server of somebody else; its passwords are known to us only through the addresses given."""
    with homes() as parent:
        embedded = Embedded(parent / "theirs", durable=False)
        yield embedded.start()
        embedded.stop()


@pytest.fixture
def prepared(outside: Server) -> Iterator[Server]:
    """The same, its roles as the bootstrap left them."""
    yield outside
    with psycopg.connect(outside.superuser_dsn(), autocommit=True) as conn:
        conn.execute(f"ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS")
        for role in (OWNER, APP, WORKER):
            password = str(conninfo_to_dict(outside.dsn(role))["password"])
            conn.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
            )


def addresses(server: Server, **changes: str) -> dict[str, str]:
    return {"DATABASE_URL": server.dsn(APP), "DATABASE_OWNER_URL": server.dsn(OWNER), **changes}


def column(url: str, query: str) -> Any:
    with psycopg.connect(url) as conn:
        row = conn.execute(sql.SQL(query)).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def test_both_addresses_choose_the_server_and_none_the_embedded_one(tmp_path: Path) -> None:
    both = {"DATABASE_URL": "postgresql://a", "DATABASE_OWNER_URL": "postgresql://b"}
    assert isinstance(choose(tmp_path, both), OutsideServer)
    assert isinstance(choose(tmp_path, {"DATABASE_URL": " "}), EmbeddedServer)


@pytest.mark.parametrize(
    ("given", "lacking"), [("DATABASE_URL", "DATABASE_OWNER_URL"), ("DATABASE_OWNER_URL", "DATABASE_URL")]
)
def test_one_address_alone_is_refused(tmp_path: Path, given: str, lacking: str) -> None:
    with pytest.raises(CannotStartError, match=f"{lacking} is not set"):
        choose(tmp_path, {given: "postgresql://a"})


def test_addresses_that_serve_are_taken_as_they_are(prepared: Server, tmp_path: Path) -> None:
    given = addresses(prepared, DATABASE_WORKER_URL=prepared.dsn(WORKER))
    server = OutsideServer(tmp_path, given)
    server.start()
    assert server.urls == given
    assert not list(tmp_path.iterdir()), "and no password is made"
    assert not server.died()
    assert not server.stop()
    assert prepared.alive()


def test_an_owner_who_may_not_give_the_worker_a_password_is_told_what_is_needed(
    prepared: Server, tmp_path: Path
) -> None:
    with pytest.raises(CannotStartError, match="DATABASE_WORKER_URL is needed"):
        OutsideServer(tmp_path, addresses(prepared)).start()


def test_a_superuser_as_owner_gives_the_worker_a_password_and_then_acts_as_the_owner(
    prepared: Server, tmp_path: Path
) -> None:
    for _ in range(2):  # the second time finds the password that the first one set
        server = OutsideServer(
            tmp_path, addresses(prepared, DATABASE_OWNER_URL=prepared.superuser_dsn("sentinel"))
        )
        server.start()
        assert column(server.urls["DATABASE_WORKER_URL"], "SELECT current_user") == WORKER
        assert column(server.urls["DATABASE_OWNER_URL"], "SELECT current_user") == OWNER


def test_a_superuser_as_owner_makes_what_an_empty_database_lacks(tmp_path: Path) -> None:
    with homes() as parent:
        embedded = Embedded(parent / "theirs", durable=False)
        theirs = embedded.start()
        with psycopg.connect(theirs.superuser_dsn(), autocommit=True) as conn:
            conn.execute("DROP DATABASE sentinel")
            conn.execute(f"DROP OWNED BY {BACKUP}, {APP}")
            for role in (BACKUP, APP, WORKER):
                conn.execute(f"DROP ROLE {role}")
            conn.execute("CREATE DATABASE cases")
        app = with_user(theirs.dsn(APP, "cases"), APP, "chosen by the administrator")
        given = {"DATABASE_URL": app, "DATABASE_OWNER_URL": theirs.superuser_dsn("cases")}
        server = OutsideServer(tmp_path, given)
        server.start()
        assert column(app, "SELECT similarity('a', 'a')") == 1
        assert column(server.urls["DATABASE_WORKER_URL"], "SELECT current_database()") == "cases"
        with psycopg.connect(server.urls["DATABASE_OWNER_URL"]) as conn:
            conn.execute("CREATE TABLE made ()")
            owner = conn.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'made'").fetchone()
        assert owner == (OWNER,)
        embedded.stop()


def test_a_database_without_the_roles_is_refused_with_what_it_lacks(prepared: Server, tmp_path: Path) -> None:
    with psycopg.connect(prepared.superuser_dsn("sentinel"), autocommit=True) as conn:
        conn.execute("DROP EXTENSION fuzzystrmatch")
        try:
            with pytest.raises(CannotStartError, match="lacks the extension fuzzystrmatch"):
                OutsideServer(tmp_path, addresses(prepared)).start()
        finally:
            conn.execute("CREATE EXTENSION fuzzystrmatch")


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_an_application_role_that_would_see_everything_is_refused(
    prepared: Server, tmp_path: Path, power: str
) -> None:
    with psycopg.connect(prepared.superuser_dsn(), autocommit=True) as conn:
        conn.execute(f"ALTER ROLE {APP} {power}")  # type: ignore[arg-type]
    given = addresses(prepared, DATABASE_WORKER_URL=prepared.dsn(WORKER))
    with pytest.raises(CannotStartError, match="would see every agency's records"):
        OutsideServer(tmp_path, given).start()


def test_the_owner_is_refused_as_the_application(prepared: Server, tmp_path: Path) -> None:
    given = addresses(prepared, DATABASE_URL=prepared.dsn(OWNER), DATABASE_WORKER_URL=prepared.dsn(WORKER))
    with pytest.raises(CannotStartError, match="would see every agency's records"):
        OutsideServer(tmp_path, given).start()


def test_a_role_that_is_not_the_applications_is_refused(prepared: Server, tmp_path: Path) -> None:
    given = addresses(prepared, DATABASE_URL=prepared.dsn(BACKUP), DATABASE_WORKER_URL=prepared.dsn(WORKER))
    with pytest.raises(CannotStartError, match="is no member of it"):
        OutsideServer(tmp_path, given).start()


def test_a_server_that_is_away_is_said_without_its_password(tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://sentinel_app:hidden@127.0.0.1:1/sentinel",
        "DATABASE_OWNER_URL": "postgresql://sentinel_owner:hidden@127.0.0.1:1/sentinel",
    }
    with pytest.raises(CannotStartError, match="DATABASE_OWNER_URL cannot be reached") as refusal:
        OutsideServer(tmp_path, given).start()
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize("address", ["host=localhost", "mysql://a/b", "postgresql://a:b@c/d?nonsense=1"])
def test_an_address_of_another_form_is_refused_without_repeating_it(tmp_path: Path, address: str) -> None:
    given = {"DATABASE_URL": address, "DATABASE_OWNER_URL": "postgresql://x"}
    with pytest.raises(
        CannotStartError, match="is written as postgresql://USER:PASSWORD@HOST/DATABASE"
    ) as refusal:
        OutsideServer(tmp_path, given).start()
    assert address not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://sentinel_app:old@db.example:5433/cases?sslmode=require",
            {"host": "db.example", "port": "5433", "dbname": "cases", "sslmode": "require"},
        ),
        ("postgresql://sentinel_app:old@%2Frun%2FPG/cases", {"host": "/run/PG", "dbname": "cases"}),
        (
            "postgresql:///cases?host=/run/PG&user=sentinel_app&password=old",
            {"host": "/run/PG", "dbname": "cases"},
        ),
        (
            "postgresql://sentinel_app:old@[::1]:5433/cases",
            {"host": "::1", "port": "5433", "dbname": "cases"},
        ),
    ],
)
def test_the_workers_address_differs_in_user_and_password_only(url: str, expected: dict[str, str]) -> None:
    found = conninfo_to_dict(with_user(url, WORKER, "p/w@d:?"))
    assert found == {**expected, "user": WORKER, "password": "p/w@d:?"}


def test_a_role_is_added_to_what_an_address_asks_for_already() -> None:
    found = conninfo_to_dict(as_role("postgresql://o@h/d?sslmode=require", OWNER))
    assert (found["sslmode"], found["options"]) == ("require", f"-c role={OWNER}")


def test_the_supervisor_on_an_outside_server_starts_and_stops_none(prepared: Server) -> None:
    with homes() as parent:
        given = addresses(prepared, DATABASE_WORKER_URL=prepared.dsn(WORKER))
        with copy(parent / "ours", **given) as started:
            assert started.ready().get("/")["database"] == prepared.dsn(APP)
            assert not (parent / "ours" / "postgres").exists()
            assert not (parent / "ours" / "embedded.json").exists()
        assert prepared.alive()
        with psycopg.connect(prepared.dsn(OWNER), autocommit=True) as conn:
            conn.execute("DROP TABLE django_migrations")
