"""Tests connect as the application's role. A template database is built once as the owner and cloned for each run.

`db` and `transactional_db` are pytest-django's: the first rolls back, the second commits for real and is cleaned by
the owner afterwards. Both know the demonstration partnership.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

# The settings module is named here and not in pyproject.toml: named there, pytest-django reads the settings before
# this file has stated the mode and a data folder of our own.
os.environ["SENTINEL_MODE"] = "test"
# Tests run in several processes at once: each has a data folder of its own.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["SENTINEL_HOME"] = str(Path(tempfile.gettempdir()) / f"sentinel-test-{os.getuid()}-{_PROCESS}")
os.environ["SENTINEL_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentinel.settings")
for _name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"):
    os.environ.pop(_name, None)

import django  # noqa: E402  the environment must stand before Django's settings are read

django.setup()

import psycopg  # noqa: E402
import pytest  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402
from psycopg import sql  # noqa: E402

from sentinel.foundation.embedded import Embedded, Server  # noqa: E402
from tests.servers import GivenServer  # noqa: E402

# No test asserts a timing: on a loaded machine the same examples are only slower. The run of every change meets the same
# examples each time, so that a failure is the change's own; `--hypothesis-profile exploring` looks for new ones.
_UNHURRIED = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("repeatable", _UNHURRIED, derandomize=True)
hypothesis_settings.register_profile("exploring", _UNHURRIED, max_examples=400)
hypothesis_settings.load_profile("repeatable")

PASSWORD = "correct horse battery staple"
ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: no process is then left alone with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def server() -> Iterator[Server | GivenServer]:
    """Our own PostgreSQL, in a folder of its own for each test process, without durability.

    SENTINEL_TEST_SERVER, a superuser's URL, names another: a throw-away one, which is emptied and kept running.
    """
    if given := os.environ.get("SENTINEL_TEST_SERVER"):
        outside = GivenServer(given)
        outside.prepare()
        yield outside
        return
    home = Path(tempfile.mkdtemp(prefix=f"sentinel-test-{_PROCESS}-"))
    # PostgreSQL's own user enters it; else, run as root, the database would stand elsewhere and outlive the folder.
    home.chmod(0o755)
    embedded = Embedded(home, durable=False)
    running = embedded.start()
    yield running
    running.stop()
    subprocess.run(["rm", "-rf", str(home)], check=False)


@pytest.fixture(scope="session")
def template(server: Server | GivenServer) -> str:
    """The name of a migrated database with the partnership and question sets in it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "SENTINEL_PROCESS": "owner",
        "DATABASE_OWNER_URL": server.dsn("sentinel_owner"),
    }
    for arguments in (["migrate"], ["prepare", "--password", PASSWORD]):
        subprocess.run(
            [sys.executable, "-m", "sentinel.cli", *arguments], check=True, env=environment, cwd=ROOT
        )
    return "sentinel"


@pytest.fixture(scope="session")
def django_db_setup(
    server: Server | GivenServer, template: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Clone the template and point Django at it as the application's role."""
    from django.db import connections

    from sentinel.settings import database

    name = "sentinel_test"
    with psycopg.connect(server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER sentinel_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        for role in ("sentinel_app", "sentinel_worker", "sentinel_search", "sentinel_backup"):
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(role)
                )
            )
    with psycopg.connect(server.superuser_dsn(name), autocommit=True) as connection:
        connection.execute("TRUNCATE audit_entry, audit_history RESTART IDENTITY")
        _keep_reference(connection)
    wrapper = connections["default"]
    # Django has filled in the test settings by now: they are kept.
    address = {k: v for k, v in database(server.dsn("sentinel_app", name)).items() if k != "TEST"}
    wrapper.settings_dict.update(address)
    wrapper.settings_dict["CONN_MAX_AGE"] = 0
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()


@pytest.fixture(scope="session")
def database_urls(server: Server | GivenServer, django_db_setup: None) -> dict[str, str]:
    """The test database's address for each role, `postgres` (the superuser) among them."""
    roles = ("sentinel_owner", "sentinel_app", "sentinel_worker", "sentinel_backup")
    urls = {role: server.dsn(role, "sentinel_test") for role in roles}
    return {**urls, "postgres": server.superuser_dsn("sentinel_test")}


@contextmanager
def _as_role(url: str) -> Iterator[None]:
    """The default connection in another role of the database."""
    from django.db import connection, connections

    from sentinel.settings import database

    wrapper = connections["default"]
    before = dict(wrapper.settings_dict)
    connection.close()
    wrapper.settings_dict.update({key: value for key, value in database(url).items() if key != "TEST"})
    wrapper.settings_dict["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connection.close()
        wrapper.settings_dict.clear()
        wrapper.settings_dict.update(before)


@pytest.fixture
def as_worker(
    transactional_db: None, database_urls: dict[str, str]
) -> Callable[[], AbstractContextManager[None]]:
    """A context in which Django's connection is the worker's, over what the application's role committed."""
    return lambda: _as_role(database_urls["sentinel_worker"])


# Filled once in the template and never emptied between tests.
# What the template brings and tests rely on: put back after a test that changed it.
REFERENCE = (
    "accounts_agency", "accounts_agencyname", "accounts_area", "accounts_agencyarea", "accounts_team", "accounts_user",
    "accounts_roleheld", "accounts_duty", "access_agreement", "questionnaires_questionsetversion",
    "questionnaires_localrule", "foundation_edition", "foundation_clock", "reminders_reminderrule",
    "insight_asked",
)  # fmt: skip
KEPT = {*REFERENCE, "django_migrations", "django_content_type", "auth_permission", "audit_server"}


def _keep_reference(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute("CREATE SCHEMA kept")
    for table in REFERENCE:
        name = sql.Identifier(table)
        connection.execute(sql.SQL("CREATE TABLE kept.{} AS TABLE public.{}").format(name, name))


@pytest.fixture
def clean(database_urls: dict[str, str]) -> Iterator[None]:
    """After a test that commits for real every table is as the template has it."""
    yield
    empty(database_urls)


# Tables that begin their numbers anew: the sequence belongs to the table.
_NUMBERS_ANEW = """
SELECT setval(s.oid::regclass, 1, false)
  FROM pg_class s
  JOIN pg_depend d ON d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class t ON t.oid = d.refobjid
 WHERE s.relkind = 'S' AND t.relname = ANY(%s)
"""


def empty(urls: dict[str, str]) -> None:
    """Empty every table that is not reference data, and put back what was changed in those that are.

    Only tables that hold something, row by row: to truncate a hundred tables takes ten times as long as most tests.
    """
    with psycopg.connect(urls["postgres"], autocommit=True) as connection:
        # Without triggers and foreign keys: none of this is anybody's act.
        connection.execute("SET session_replication_role = replica")
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(%s)",
            [list(KEPT)],
        ).fetchall()
        holds = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (TABLE public.{})").format(
                sql.Literal(row[0]), sql.Identifier(row[0])
            )
            for row in rows
        )
        for (name,) in connection.execute(holds).fetchall():
            connection.execute(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(name)))
        connection.execute(_NUMBERS_ANEW, [[row[0] for row in rows]])
        for table in REFERENCE:
            name = sql.Identifier(table)
            differ = sql.SQL(
                "SELECT EXISTS (TABLE kept.{0} EXCEPT ALL TABLE public.{0})"
                " OR (SELECT count(*) FROM kept.{0}) <> (SELECT count(*) FROM public.{0})"
            ).format(name)
            found = connection.execute(differ).fetchone()
            if found and found[0]:
                connection.execute(sql.SQL("DELETE FROM public.{}").format(name))
                connection.execute(sql.SQL("INSERT INTO public.{0} TABLE kept.{0}").format(name))


@pytest.fixture
def transactional_db(
    clean: None, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Real commits as the application's role (pytest-django's own flushes, which that role rightly may not)."""
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        connections.close_all()
