"""Accounts that a test may change: put back from a copy when it has ended."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from sentinel.accounts.models import User
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The accounts of the template database were made in test mode, with a quick hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def accounts(transactional_db: None) -> None:
    """Real commits, after which the accounts are as before."""


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
