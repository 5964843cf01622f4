"""Accounts that a test may change: put back from a copy when it has ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.test import Client
from psycopg import sql
from pytest_django import Settings

from sentinel.accounts.models import User
from tests.conftest import PASSWORD

TABLES = (
    "accounts_agency", "accounts_agencyname", "accounts_area", "accounts_agencyarea", "accounts_team",
    "accounts_user", "accounts_roleheld", "accounts_duty", "access_agreement",
)  # fmt: skip


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The accounts of the template database were made in test mode, with a quick hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def accounts(transactional_db: None, database_urls: dict[str, str]) -> Iterator[None]:
    """Real commits, after which the accounts are as before. Without triggers and foreign keys, as the superuser."""
    with psycopg.connect(database_urls["postgres"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in TABLES:
            connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS TABLE {}").format(
                    sql.Identifier(f"kept_{table}"), sql.Identifier("public", table)
                )
            )
        yield
        for table in TABLES:
            name = sql.Identifier("public", table)
            connection.execute(sql.SQL("DELETE FROM {}").format(name))
            connection.execute(
                sql.SQL("INSERT INTO {} SELECT * FROM {}").format(name, sql.Identifier(f"kept_{table}"))
            )


@pytest.fixture
def browser(accounts: None) -> Client:
    """A browser in which nobody is signed in."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def jobs(accounts: None) -> Callable[[], int]:
    """Runs the waiting jobs of this room in this process. Returns how many."""
    from django.db import connection

    from sentinel.accounts import tasks

    functions = {"accounts.link": tasks.mail_link, "accounts.notice": tasks.mail_notice}

    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo' RETURNING task_name, args"
            )
            found = cursor.fetchall()
        for name, arguments in found:
            if name in functions:
                functions[name].func.__wrapped__(**json.loads(arguments))
        return len(found)

    return run


def sign_in(client: Client, email: str, password: str = PASSWORD, **rest: object):
    """Send the sign-in form."""
    return client.post("/account/login/", {"login": email, "password": password}, **rest)


def own(email: str) -> User:
    """The account as it now stands."""
    return User.objects.select_related("agency", "team").prefetch_related("roles").get(email=email)
