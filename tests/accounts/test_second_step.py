"""Second steps: set up, used, taken off; and compulsory for the roles that a setting names."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as configured
from django.test import Client

from tests.accounts.conftest import own, sign_in
from tests.conftest import PASSWORD

PRIYA = "priya.nair@charnwood.example"


def code_of(secret: str, step: int = 0) -> str:
    """What an app would show now, or some half minutes later."""
    # Close to its end a half minute is over before the server looks: the code of the one before is then too old.
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def confirm(client: Client) -> None:
    """Say once more who one is, with the password."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def add_app(client: Client) -> str:
    """Set up an authenticator app as a person does. Returns its secret."""
    confirm(client)
    page = client.get("/account/second-step/app/add/").text
    found = re.search(r'<strong class="s-ref">([A-Z2-7]+)</strong>', page)
    assert found
    secret = found.group(1)
    done = client.post("/account/second-step/app/add/", {"code": code_of(secret, -1)})
    assert done["Location"] == "/account/second-step/codes/"
    return secret


@pytest.fixture
def signed(browser: Client) -> Client:
    sign_in(browser, PRIYA)
    return browser


def test_an_app_is_added_with_its_first_code_and_brings_recovery_codes(signed: Client) -> None:
    add_app(signed)
    page = signed.get("/account/second-step/codes/")
    assert "10 of 10 are left" in page.text
    assert Authenticator.objects.filter(user=own(PRIYA), type="totp").exists()


def test_a_wrong_code_adds_nothing(signed: Client) -> None:
    confirm(signed)
    signed.get("/account/second-step/app/add/")
    page = signed.post("/account/second-step/app/add/", {"code": "000000"})
    assert "That code is not right" in page.text
    assert not Authenticator.objects.exists()


def test_changing_second_steps_asks_for_the_password_first(signed: Client) -> None:
    for path in ("app/add/", "keys/add/", "codes/new/"):
        response = signed.get(f"/account/second-step/{path}")
        assert response["Location"].startswith("/account/reauthenticate/"), path


def test_only_the_page_with_the_picture_may_show_one_from_data(signed: Client) -> None:
    confirm(signed)
    page = signed.get("/account/second-step/app/add/")
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert 'src="data:image/svg+xml' in page.text
    assert "data:" not in signed.get("/account/second-step/")["Content-Security-Policy"]


def test_signing_in_then_takes_the_code_as_well(signed: Client) -> None:
    secret = add_app(signed)
    other = Client(headers={"host": "localhost"})
    assert sign_in(other, PRIYA)["Location"] == "/account/second-step/authenticate/"
    assert other.get("/account/").status_code == 302
    assert "Your second step" in other.get("/account/second-step/authenticate/").text
    wrong = other.post("/account/second-step/authenticate/", {"code": "123456"})
    assert "That code is not right" in wrong.text
    assert other.post("/account/second-step/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    assert other.get("/account/").status_code == 200


def test_a_code_works_once(signed: Client) -> None:
    secret = add_app(signed)
    code = code_of(secret)
    first, second = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    for client in (first, second):
        sign_in(client, PRIYA)
    assert first.post("/account/second-step/authenticate/", {"code": code}).status_code == 302
    assert "That code is not right" in second.post("/account/second-step/authenticate/", {"code": code}).text


def test_guessing_codes_is_locked_after_five(signed: Client) -> None:
    secret = add_app(signed)
    other = Client(headers={"host": "localhost"})
    sign_in(other, PRIYA)
    for _ in range(5):
        other.post("/account/second-step/authenticate/", {"code": "123456"})
    page = other.post("/account/second-step/authenticate/", {"code": code_of(secret)})
    assert "Too many wrong tries" in page.text


def test_a_recovery_code_stands_in_once(signed: Client) -> None:
    add_app(signed)
    codes = signed.get("/account/second-step/codes/file/").text.split()[-10:]
    assert len(codes) == 10
    for expected in (302, 200):
        other = Client(headers={"host": "localhost"})
        sign_in(other, PRIYA)
        answer = other.post("/account/second-step/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


def test_the_file_of_codes_is_text_to_be_kept(signed: Client) -> None:
    add_app(signed)
    response = signed.get("/account/second-step/codes/file/")
    assert response["Content-Type"].startswith("text/plain")
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_new_codes_end_the_old_ones(signed: Client) -> None:
    add_app(signed)
    old = set(signed.get("/account/second-step/codes/file/").text.split()[-10:])
    assert "will no longer work" in signed.get("/account/second-step/codes/new/").text
    signed.post("/account/second-step/codes/new/")
    assert not old & set(signed.get("/account/second-step/codes/file/").text.split()[-10:])


def test_secrets_are_kept_encrypted(signed: Client) -> None:
    secret = add_app(signed)
    kept = Authenticator.objects.get(user=own(PRIYA), type="totp").data["secret"]
    assert secret not in str(kept)
    assert kept != secret


def test_an_app_that_nobody_requires_can_be_removed(signed: Client) -> None:
    add_app(signed)
    assert signed.post("/account/second-step/app/remove/")["Location"] == "/account/second-step/"
    assert not Authenticator.objects.filter(user=own(PRIYA)).exists()


# --- compulsory


@pytest.fixture
def compulsory(settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"case_officer"})


def test_whose_role_needs_one_reaches_nothing_else_before(compulsory: None, signed: Client) -> None:
    for path in ("/audit/", "/account/", "/account/sessions/", "/account/agency/"):
        assert signed.get(path)["Location"] == "/account/second-step/", path
    assert signed.post("/account/sessions/")["Location"] == "/account/second-step/"
    page = signed.get("/account/second-step/")
    assert page.status_code == 200
    assert "Your password is all that protects your account" in page.text


def test_every_page_but_those_that_set_one_up_is_closed_before(compulsory: None, signed: Client) -> None:
    from django.urls import get_resolver

    from sentinel.accounts.middleware import FOR_SECOND_FACTOR

    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert known >= FOR_SECOND_FACTOR


def test_having_set_it_up_one_goes_on(compulsory: None, signed: Client) -> None:
    add_app(signed)
    assert signed.get("/account/second-step/codes/").status_code == 200
    assert signed.get("/account/").status_code == 200


def test_a_role_that_is_not_named_needs_none(compulsory: None, browser: Client) -> None:
    sign_in(browser, "dawn.ashby@charnwood.example")
    assert browser.get("/account/").status_code == 200


def test_the_last_one_stays_where_a_role_needs_it(compulsory: None, signed: Client) -> None:
    add_app(signed)
    assert "this is your last one" in signed.get("/account/second-step/app/remove/").text
    page = signed.post("/account/second-step/app/remove/")
    assert "this is your last one" in page.text
    assert Authenticator.objects.filter(user=own(PRIYA), type="totp").exists()


def test_the_last_passkey_stays_too(compulsory: None, signed: Client) -> None:
    key = Authenticator.objects.create(
        user=own(PRIYA),
        type="webauthn",
        data={"name": "Blue key", "credential": {"clientExtensionResults": {}}},
    )
    signed.post("/account/reauthenticate/", {"password": PASSWORD})
    page = signed.post(f"/account/second-step/keys/{key.pk}/remove/")
    assert page.status_code == 409
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_with_two_one_of_them_may_go(compulsory: None, signed: Client) -> None:
    add_app(signed)
    key = Authenticator.objects.create(
        user=own(PRIYA),
        type="webauthn",
        data={"name": "Blue key", "credential": {"clientExtensionResults": {}}},
    )
    assert signed.post(f"/account/second-step/keys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_touches_another_users_passkey(signed: Client) -> None:
    key = Authenticator.objects.create(
        user=own("colin.webb@charnwood.example"), type="webauthn", data={"name": "x", "credential": {}}
    )
    signed.post("/account/reauthenticate/", {"password": PASSWORD})
    for path in ("remove/", "name/"):
        assert signed.post(f"/account/second-step/keys/{key.pk}/{path}", {"name": "mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "x"


def test_the_roles_come_from_the_setting(settings) -> None:
    assert isinstance(configured.SECOND_FACTOR_ROLES, frozenset)
