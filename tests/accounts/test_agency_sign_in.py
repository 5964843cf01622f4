"""An agency's own sign-in (OpenID Connect), against a real provider: whom it lets in, and whom never."""

from __future__ import annotations

import html
import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from sentinel.accounts.models import User
from sentinel.foundation.clock import now
from tests.accounts.conftest import own, sign_in
from tests.accounts.directory import CLIENT, SECRET, Directory, serving

PRIYA = "priya.nair@charnwood.example"
COLIN = "colin.webb@charnwood.example"
BETH = "beth.carr@three-oaks.example"
PATH = "/account/oidc/charnwood/login/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *rest: Any) -> None:
        return None


@pytest.fixture
def directory(settings) -> Iterator[Directory]:
    with serving(Directory()) as found:
        found.person = {"sub": "p-1", "email": PRIYA, "email_verified": True, "name": "Priya Nair"}
        app = {
            "provider_id": "charnwood", "name": "Charnwood sign-in", "client_id": CLIENT, "secret": SECRET,
            "settings": {"server_url": found.address, "agencies": ["charnwood"]},
        }  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        yield found


def go(browser: Client, path: str = PATH, **data: str) -> str:
    """Press the button; the address to which the browser is taken."""
    page = browser.post(path, data)
    assert page.status_code == 200
    found = re.search(r'<a href="(http[^"]+)">Go there now', page.text)
    assert found is not None
    return html.unescape(found[1])


def back(address: str) -> str:
    """Sign in at the provider; the address that it sends the browser back to, without the host."""
    try:
        urllib.request.build_opener(_Stay).open(address)
    except urllib.error.HTTPError as answer:
        parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def through(browser: Client, **data: str) -> Any:
    """The whole way; our answer at its end."""
    return browser.get(back(go(browser, **data)))


def in_as(browser: Client) -> str:
    """Whose account the browser is signed in to; empty for nobody's."""
    found = re.search(r"[\w.]+@[\w.-]+\.example", browser.get("/account/").text)
    return found[0] if found else ""


def test_the_sign_in_page_offers_it_and_the_way_names_only_what_is_needed(
    browser: Client, directory: Directory
) -> None:
    assert "Sign in with Charnwood sign-in" in browser.get("/account/login/").text
    asked = parse_qs(urlsplit(go(browser)).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 16


def test_a_verified_address_leads_to_the_invited_account_and_stays_connected(
    browser: Client, directory: Directory
) -> None:
    assert through(browser)["Location"] == "/"
    assert in_as(browser) == PRIYA
    assert SocialAccount.objects.get().user_id == own(PRIYA).pk
    directory.person["email"] = "changed.her.name@charnwood.example"
    again = Client(headers={"host": "localhost"})
    through(again)
    assert in_as(again) == PRIYA


def test_it_is_recorded_with_how_somebody_signed_in(
    browser: Client, directory: Directory, database_urls: dict[str, str]
) -> None:
    through(browser)
    with psycopg.connect(database_urls["postgres"]) as connection:
        rows = connection.execute(
            "SELECT kind, user_id FROM audit_entry WHERE kind IN ('sign_in', 'agency_sign_in_connected') ORDER BY id"
        ).fetchall()
    assert sorted(rows) == [("agency_sign_in_connected", own(PRIYA).pk), ("sign_in", own(PRIYA).pk)]


def refused(browser: Client, page: Any) -> None:
    """Nobody was let in, nothing was connected, no account was made."""
    assert page.status_code in {200, 401, 403}
    assert "You could not be signed in" in page.text
    assert browser.get("/account/").status_code == 302
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@charnwood.example"},  # nobody was invited with it
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email": BETH},  # of an agency that this directory does not stand for
        {"email": ""},
    ],
)
def test_who_is_not_invited_verified_and_of_that_agency_is_not_let_in(
    browser: Client, directory: Directory, claims: dict[str, Any]
) -> None:
    users = User.objects.count()
    directory.person.update(claims)
    page = through(browser)
    refused(browser, page)
    assert "leads to no account" in page.text
    assert User.objects.count() == users


def test_a_suspended_account_is_not_let_in_nor_told_apart(browser: Client, directory: Directory) -> None:
    User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=now())
    suspended = through(browser)
    refused(browser, suspended)
    directory.person["email"] = "stranger@charnwood.example"
    stranger = through(browser)
    assert (suspended.status_code, suspended.text) == (stranger.status_code, stranger.text)


def test_a_successor_with_the_same_address_does_not_inherit_the_account(
    browser: Client, directory: Directory
) -> None:
    through(browser)
    directory.person["sub"] = "p-2"
    other = Client(headers={"host": "localhost"})
    assert "leads to no account" in through(other).text
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 60},
        {"sub": "somebody-else"},  # and userinfo says p-1
    ],
)
def test_a_token_for_others_of_others_or_too_old_is_not_believed(
    browser: Client, directory: Directory, claims: dict[str, Any]
) -> None:
    directory.userinfo = dict(directory.person)
    directory.token = claims
    refused(browser, through(browser))


def test_a_token_signed_by_another_key_is_not_believed(browser: Client, directory: Directory) -> None:
    directory.signs_with = rsa.generate_private_key(65537, 2048)
    refused(browser, through(browser))


def test_a_token_signed_with_a_shared_secret_or_not_at_all_is_not_believed(
    browser: Client, directory: Directory
) -> None:
    for key, algorithm in (("x" * 40, "HS256"), (None, "none")):
        directory.signs_with, directory.algorithm = key, algorithm
        refused(browser, through(browser))


def test_without_a_token_userinfo_alone_is_not_believed(browser: Client, directory: Directory) -> None:
    directory.without_token = True
    refused(browser, through(browser))


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(
    browser: Client, directory: Directory
) -> None:
    answer = back(go(browser))
    victim = Client(headers={"host": "localhost"})
    assert victim.get("/account/login/").status_code == 200
    refused(victim, victim.get(answer))
    assert browser.get(answer)["Location"] == "/"
    browser.post("/account/logout/")
    assert "You could not be signed in" in browser.get(answer).text


def test_a_second_step_is_asked_for_here_too(browser: Client, directory: Directory) -> None:
    Authenticator.objects.create(user=own(PRIYA), type="webauthn", data={"name": "Key", "credential": {}})
    assert through(browser)["Location"] == "/account/second-step/authenticate/"
    assert browser.get("/account/")["Location"].startswith("/account/login/")


def test_a_role_that_needs_a_second_step_needs_one_here_too(
    browser: Client, directory: Directory, settings
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"case_officer"})
    through(browser)
    assert browser.get("/")["Location"] == "/account/second-step/"


def test_somebody_signed_in_connects_only_their_own(browser: Client, directory: Directory) -> None:
    sign_in(browser, COLIN)
    page = through(browser, process="connect")
    assert "leads to no account" in page.text
    assert not SocialAccount.objects.exists()
    assert in_as(browser) == COLIN


def test_a_directory_that_is_away_is_said_to_be_away(browser: Client, directory: Directory, settings) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:1"
    page = browser.post(PATH)
    assert page.status_code == 503
    assert "does not answer just now" in page.text


def test_a_provider_that_is_not_set_is_not_there(browser: Client, directory: Directory) -> None:
    assert browser.post("/account/oidc/elsewhere/login/").status_code == 404
    assert browser.get("/account/oidc/elsewhere/login/callback/?code=x&state=y").status_code == 404
