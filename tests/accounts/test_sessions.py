"""Sessions: listed, ended, warned of, and over when they are over."""

from __future__ import annotations

import re
import time

import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from sentinel.accounts.sessions import end_sessions_of, in_words
from tests.accounts.conftest import own, sign_in

PRIYA = "priya.nair@charnwood.example"


def test_ones_sessions_are_listed_with_browser_and_address(browser: Client) -> None:
    sign_in(
        browser,
        PRIYA,
        headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"},
    )
    page = browser.get("/account/sessions/").text
    assert "Firefox on Windows" in page
    assert "127.0.0.1" in page
    assert "(here)" in page
    assert "You are signed in here alone" in page


def test_the_other_sessions_can_be_ended_and_this_one_stays(browser: Client) -> None:
    other = Client(headers={"host": "localhost"})
    sign_in(other, PRIYA)
    sign_in(browser, PRIYA)
    assert "Sign out everywhere else" in browser.get("/account/sessions/").text
    browser.post("/account/sessions/")
    assert other.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200


def test_one_session_can_be_ended_and_the_audit_says_so(browser: Client, database_urls) -> None:
    others = [Client(headers={"host": "localhost"}) for _ in range(2)]
    for client in (*others, browser):
        sign_in(client, PRIYA)
    keys = {client.session.session_key: client for client in others}
    row = UserSession.objects.get(session_key=next(iter(keys)))
    browser.post("/account/sessions/", {"session": row.pk})
    first, second = keys.values()
    assert first.get("/account/").status_code == 302
    assert (second.get("/account/").status_code, browser.get("/account/").status_code) == (200, 200)
    with psycopg.connect(database_urls["postgres"]) as connection:
        found = connection.execute(
            "SELECT user_id, detail FROM audit_entry WHERE kind = 'sessions_ended'"
        ).fetchall()
    assert found == [(own(PRIYA).pk, {"sessions_ended": 1})]


def test_one_session_of_somebody_else_or_ones_own_present_one_is_not_ended(browser: Client) -> None:
    other = Client(headers={"host": "localhost"})
    sign_in(other, "colin.webb@charnwood.example")
    sign_in(browser, PRIYA)
    for row in UserSession.objects.all():
        browser.post("/account/sessions/", {"session": row.pk})
    browser.post("/account/sessions/", {"session": "1; DROP"})
    assert other.get("/account/").status_code == 200
    assert browser.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Chromebook",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", "Not known"),
    ],
)
def test_a_browser_is_called_as_people_call_it(typed: str, words: str) -> None:
    assert in_words(typed) == words


def test_nobody_elses_sessions_are_seen_or_ended(browser: Client) -> None:
    other = Client(headers={"host": "localhost"})
    sign_in(other, "colin.webb@charnwood.example", headers={"user-agent": "Colin's browser"})
    sign_in(browser, PRIYA)
    assert "Colin" not in browser.get("/account/sessions/").text
    browser.post("/account/sessions/")
    assert other.get("/account/").status_code == 200


def test_all_sessions_of_a_user_can_be_ended_at_once(browser: Client) -> None:
    sign_in(browser, PRIYA)
    assert end_sessions_of(own(PRIYA).pk) == 1
    assert browser.get("/account/").status_code == 302
    assert not Session.objects.exists()


def test_asking_keeps_a_session_and_gives_the_token_that_forms_are_now_sent_with(
    accounts: None,
) -> None:
    browser = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    browser.force_login(own(PRIYA), backend="sentinel.accounts.backends.AccountBackend")
    answer = browser.get("/account/keep")
    assert answer.json()["who"] == str(own(PRIYA).pk)
    assert browser.post("/account/sessions/", {}).status_code == 403
    token = answer.json()["token"]
    assert browser.post("/account/sessions/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert f'data-session-who="{own(PRIYA).pk}"' in browser.get("/account/").text


@pytest.mark.parametrize("header", [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}])
def test_a_script_is_told_that_the_session_is_over_and_not_given_the_page_of_the_sign_in(
    browser: Client, header: dict[str, str]
) -> None:
    for address in ("/account/keep", "/reports/take/known", "/cases/"):
        answer = (
            browser.post(address, headers=header)
            if "known" in address
            else browser.get(address, headers=header)
        )
        assert (answer.status_code, answer.text) == (401, "You have been signed out.")


def test_asking_without_a_session_leads_to_sign_in(browser: Client) -> None:
    assert browser.get("/account/keep")["Location"].startswith("/account/login/")


def test_a_page_says_how_long_the_session_lasts_and_what_to_ask(browser: Client, settings) -> None:
    settings.SESSION_COOKIE_AGE = 1200
    sign_in(browser, PRIYA)
    page = browser.get("/account/").text
    assert 'data-session-keep-url="/account/keep"' in page
    left = re.search(r'data-session-seconds="(\d+)"', page)
    assert left is not None
    assert 1190 <= int(left[1]) <= 1200


def test_a_page_for_somebody_signed_out_says_nothing_of_a_session(browser: Client) -> None:
    assert "data-session" not in browser.get("/account/login/").text


def test_a_session_that_is_used_goes_on(browser: Client, settings) -> None:
    settings.SESSION_COOKIE_AGE = 3600
    sign_in(browser, PRIYA)
    browser.get("/account/")
    before = Session.objects.get().expire_date
    session = browser.session
    session["sentinel_seen"] = time.time() - 1800
    session.save()
    browser.get("/account/")
    assert Session.objects.get().expire_date >= before
    assert browser.session["sentinel_seen"] > time.time() - 5


def test_a_session_is_not_written_at_every_page(browser: Client) -> None:
    sign_in(browser, PRIYA)
    browser.get("/account/")
    before = Session.objects.get().expire_date
    browser.get("/account/")
    assert Session.objects.get().expire_date == before


def test_after_a_long_shift_a_session_ends_however_much_it_was_used(browser: Client, settings) -> None:
    sign_in(browser, PRIYA)
    browser.get("/account/")
    session = browser.session
    session["sentinel_began"] = time.time() - settings.SESSION_LONGEST - 1
    session.save()
    assert browser.get("/account/")["Location"].startswith("/account/login/")
    assert browser.get("/account/").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser: Client, settings) -> None:
    cookie = sign_in(browser, PRIYA).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
