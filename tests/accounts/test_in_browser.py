"""Passkeys in Debian's Chromium with a virtual authenticator, against Sentinel itself at http://localhost."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.accounts.conftest import own
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
PRIYA = "priya.nair@charnwood.example"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def address(accounts: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Sentinel, served."""
    # Playwright runs a loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A page of a browser whose computer has a passkey of its own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running.new_context(base_url=address, viewport={"width": 320, "height": 900}).new_page()
        running.close()


def with_key(page: Page) -> tuple[CDPSession, str]:
    """Put an authenticator into the computer."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    return devices, devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(PRIYA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_key(page: Page, name: str) -> None:
    page.goto("/account/second-step/keys/add/")
    if page.get_by_role("heading", name="Is it you?").is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name for this key").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="recovery codes").or_(page.get_by_text(name)).first.wait_for()


def test_a_passkey_is_added_and_then_signs_in_alone(page: Page, database_urls: dict[str, str]) -> None:
    devices, key = with_key(page)
    sign_in(page)
    add_key(page, "Work laptop")
    (credential,) = devices.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert (credential["rpId"], credential["isResidentCredential"]) == ("localhost", True)
    page.goto("/account/second-step/keys/")
    assert page.get_by_text("Work laptop").first.is_visible()
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
    assert page.get_by_text(PRIYA).is_visible()
    with psycopg.connect(database_urls["postgres"]) as connection:
        rows = connection.execute(
            "SELECT detail ->> 'method' FROM audit_entry WHERE kind = 'sign_in' ORDER BY id"
        ).fetchall()
    assert [method for (method,) in rows] == ["password", "webauthn"]


def test_a_key_without_finger_or_pin_and_a_strange_key_sign_nobody_in(page: Page) -> None:
    devices, key = with_key(page)
    sign_in(page)
    add_key(page, "Work laptop")
    page.context.clear_cookies()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_timeout(800)
    assert page.goto("/account/").url.split("?")[0].endswith("/account/login/")  # type: ignore[union-attr]
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_timeout(800)
    assert page.goto("/account/").url.split("?")[0].endswith("/account/login/")  # type: ignore[union-attr]


def test_a_role_that_needs_a_second_step_can_do_nothing_but_set_one_up(page: Page, settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"case_officer"})
    with_key(page)
    sign_in(page)
    assert page.get_by_role("heading", name="Your second step").is_visible()
    for path in ("/", "/cases/", "/find", "/account/sessions/"):
        page.goto(path)
        assert page.get_by_role("heading", name="Your second step").is_visible(), path
    add_key(page, "Work laptop")
    page.goto("/account/")
    assert page.get_by_role("heading", name="Your account").is_visible()
    assert own(PRIYA).role_codes
