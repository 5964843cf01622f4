"""What the audit keeps of signing in: who, when, with what, from where, and never what was typed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.auth import user_login_failed
from django.db import transaction
from django.test import Client, RequestFactory

from sentinel.audit.sign_in import FailedSignInMiddleware, keyed
from tests.accounts.conftest import accounts, browser, own, quick_passwords, sign_in
from tests.conftest import PASSWORD

__all__ = ["accounts", "browser", "quick_passwords"]
PRIYA = "priya.nair@charnwood.example"


@pytest.fixture
def entries(database_urls: dict[str, str]) -> Iterator[object]:
    """All entries of a kind, as the superuser reads them."""
    with psycopg.connect(database_urls["postgres"], autocommit=True) as connection:

        def of(kind: str) -> list[dict[str, object]]:
            cursor = connection.execute(
                "SELECT user_id, agency_id, subject_id, address, request_id, detail FROM audit_entry WHERE kind = %s"
                " ORDER BY id",
                [kind],
            )
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        yield of


def test_signing_in_is_recorded_with_who_how_and_from_where(browser: Client, entries) -> None:
    sign_in(browser, PRIYA)
    (entry,) = entries("sign_in")
    user = own(PRIYA)
    assert (entry["user_id"], entry["agency_id"]) == (user.pk, user.agency_id)
    assert entry["subject_id"] == str(user.pk)
    assert entry["address"] == "127.0.0.1"
    assert entry["request_id"]
    assert entry["detail"] == {"method": "password"}


def test_signing_out_is_recorded(browser: Client, entries) -> None:
    sign_in(browser, PRIYA)
    browser.post("/account/logout/")
    assert [entry["user_id"] for entry in entries("sign_out")] == [own(PRIYA).pk]


def test_a_wrong_password_is_recorded_without_what_was_typed(browser: Client, entries) -> None:
    sign_in(browser, PRIYA, "not the password")
    (entry,) = entries("sign_in_failed")
    assert entry["user_id"] is None
    assert entry["subject_id"] == str(own(PRIYA).pk)
    assert entry["detail"] == {"what": "password", "typed": keyed(PRIYA)}
    assert PRIYA not in str(entry)
    assert "not the password" not in str(entry)


def test_an_unknown_address_is_recorded_by_a_keyed_hash_alone(browser: Client, entries) -> None:
    sign_in(browser, "nobody@charnwood.example", "x")
    (entry,) = entries("sign_in_failed")
    assert entry["subject_id"] == ""
    assert "nobody" not in str(entry)


def test_two_tries_at_one_address_look_alike_and_at_two_do_not() -> None:
    assert keyed("A@b.example ") == keyed("a@b.example")
    assert keyed("a@b.example") != keyed("c@b.example")


def test_the_hash_needs_the_key(settings) -> None:
    before = keyed(PRIYA)
    settings.SEAL_KEY = "another key"
    assert keyed(PRIYA) != before


def test_a_failed_try_is_kept_although_the_request_was_rolled_back(browser: Client, entries) -> None:
    request = RequestFactory().post("/account/login/")

    def failing(inner):
        with transaction.atomic():
            user_login_failed.send(sender="test", credentials={"email": PRIYA}, request=inner)
            transaction.set_rollback(True)

    FailedSignInMiddleware(failing)(request)
    assert len(entries("sign_in_failed")) == 1


def test_a_locked_account_is_no_longer_asked_and_so_not_recorded_without_end(
    browser: Client, entries
) -> None:
    for _ in range(9):
        sign_in(browser, PRIYA, "x")
    assert len(entries("sign_in_failed")) == 5


def test_a_changed_password_is_recorded_and_neither_password_is(browser: Client, entries) -> None:
    sign_in(browser, PRIYA)
    new = "violet anchor teapot"
    browser.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (entry,) = entries("password_changed")
    assert entry["user_id"] == own(PRIYA).pk
    assert new not in str(entry)


def test_second_steps_added_and_removed_are_recorded_with_their_kind(browser: Client, entries) -> None:
    from tests.accounts.test_second_step import add_app

    sign_in(browser, PRIYA)
    add_app(browser)
    assert {"type": "totp"} in [entry["detail"] for entry in entries("second_factor_added")]
    browser.post("/account/second-step/app/remove/")
    assert {"type": "totp"} in [entry["detail"] for entry in entries("second_factor_removed")]


def test_a_wrong_code_of_the_second_step_is_recorded(browser: Client, entries) -> None:
    from tests.accounts.test_second_step import add_app

    sign_in(browser, PRIYA)
    add_app(browser)
    other = Client(headers={"host": "localhost"})
    sign_in(other, PRIYA)
    other.post("/account/second-step/authenticate/", {"code": "123456"})
    (entry,) = entries("sign_in_failed")
    assert entry["subject_id"] == str(own(PRIYA).pk)
    assert entry["detail"] == {"what": "second_step"}


def test_the_second_step_is_named_in_the_sign_in(browser: Client, entries) -> None:
    from tests.accounts.test_second_step import add_app, code_of

    sign_in(browser, PRIYA)
    secret = add_app(browser)
    other = Client(headers={"host": "localhost"})
    sign_in(other, PRIYA)
    other.post("/account/second-step/authenticate/", {"code": code_of(secret)})
    assert entries("sign_in")[-1]["detail"] == {"method": "password+totp"}
