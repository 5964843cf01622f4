"""Sessions: listed, ended, warned of, and over when they are over."""

from __future__ import annotations

import re
import time

from django.contrib.sessions.models import Session
from django.test import Client

from sentinel.accounts.sessions import end_sessions_of
from tests.accounts.conftest import own, sign_in

PRIYA = "priya.nair@charnwood.example"


def test_ones_sessions_are_listed_with_browser_and_address(browser: Client) -> None:
    sign_in(browser, PRIYA, headers={"user-agent": "Firefox on a work computer"})
    page = browser.get("/account/sessions/").text
    assert "Firefox on a work computer" in page
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


def test_asking_keeps_a_session_and_says_so_without_a_page(browser: Client) -> None:
    sign_in(browser, PRIYA)
    response = browser.get("/account/keep")
    assert (response.status_code, response.content) == (204, b"")


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
    assert browser.get("/account/")["Location"] == "/account/login/"
    assert browser.get("/account/").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser: Client, settings) -> None:
    cookie = sign_in(browser, PRIYA).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
