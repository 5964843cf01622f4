"""A forgotten password: the same answer for everybody, a letter to the account's own address, a link that works once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from sentinel.accounts.links import password_link
from sentinel.accounts.models import User
from sentinel.foundation.clock import now
from tests.accounts.conftest import own, sign_in

PRIYA = "priya.nair@charnwood.example"
NEW = "violet anchor teapot"


def ask(client: Client, email: str):
    return client.post("/account/password/reset/", {"email": email})


def follow(client: Client, address: str) -> tuple[str, str]:
    """Open a link as a browser does. Returns the page and where its form goes."""
    page = client.get(address.replace("http://localhost", ""), follow=True)
    return page.text, page.request["PATH_INFO"]


def link_in_letter() -> str:
    found = re.search(r"http://localhost\S+", mail.outbox[-1].body)
    assert found
    return found.group()


def test_a_link_is_sent_and_sets_a_password(browser: Client, jobs: Callable[[], int]) -> None:
    assert ask(browser, PRIYA)["Location"] == "/account/password/reset/done/"
    assert jobs() == 1
    assert mail.outbox[-1].to == [PRIYA]
    page, path = follow(browser, link_in_letter())
    assert "Choose your password" in page
    done = browser.post(path, {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/account/password/reset/key/done/"
    assert "Your password is set" in browser.get(done["Location"]).text
    assert browser.get("/account/")["Location"].startswith("/account/login/")
    assert sign_in(browser, PRIYA, NEW).status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_letter(
    browser: Client, jobs: Callable[[], int]
) -> None:
    known, unknown = (
        ask(browser, PRIYA),
        ask(Client(headers={"host": "localhost"}), "nobody@charnwood.example"),
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    jobs()
    assert [letter.to for letter in mail.outbox] == [[PRIYA]]


def test_the_page_afterwards_does_not_say_whether_there_is_an_account(browser: Client) -> None:
    page = browser.get("/account/password/reset/done/").text
    assert "If there is an account" in page


def test_a_suspended_account_gets_no_letter_and_no_other_answer(
    browser: Client, jobs: Callable[[], int]
) -> None:
    User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=now())
    assert ask(browser, PRIYA)["Location"] == "/account/password/reset/done/"
    jobs()
    assert mail.outbox == []


def test_a_link_works_once(browser: Client) -> None:
    address = password_link(own(PRIYA), "http://localhost")
    _, path = follow(browser, address)
    browser.post(path, {"password1": NEW, "password2": NEW})
    page, _ = follow(Client(headers={"host": "localhost"}), address)
    assert "This link no longer works" in page


def test_a_link_ends_when_the_user_signs_in(browser: Client) -> None:
    address = password_link(own(PRIYA), "http://localhost")
    sign_in(browser, PRIYA)
    page, _ = follow(Client(headers={"host": "localhost"}), address)
    assert "This link no longer works" in page


def test_a_link_ends_after_three_days(browser: Client, settings) -> None:
    address = password_link(own(PRIYA), "http://localhost")
    settings.PASSWORD_RESET_TIMEOUT = -1
    page, _ = follow(browser, address)
    assert "This link no longer works" in page


def test_a_link_of_an_account_suspended_meanwhile_is_dead(browser: Client) -> None:
    address = password_link(own(PRIYA), "http://localhost")
    User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=now())
    page, _ = follow(browser, address)
    assert "This link no longer works" in page


@pytest.mark.parametrize("address", [
    "/account/password/reset/key/x-y/", "/account/password/reset/key/0-set-password/",
    "/account/password/reset/key/00000000000000000000000000000000-cabc12-00000000000000000000000000000000/",
])  # fmt: skip
def test_a_made_up_link_says_so_and_nothing_more(browser: Client, address: str) -> None:
    page = browser.get(address, follow=True)
    assert page.status_code == 200
    assert "This link no longer works" in page.text


def test_the_key_does_not_stay_in_the_address(browser: Client) -> None:
    address = password_link(own(PRIYA), "http://localhost")
    _, path = follow(browser, address)
    assert path.endswith("-set-password/")
    assert path != address.replace("http://localhost", "")


def test_the_job_holds_neither_address_nor_link(browser: Client) -> None:
    ask(browser, PRIYA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        (arguments,) = cursor.fetchone()
    assert PRIYA not in arguments
    assert "password/reset" not in arguments


def test_a_password_by_link_ends_the_lock(browser: Client) -> None:
    for _ in range(6):
        sign_in(browser, PRIYA, "x")
    assert "Too many wrong tries" in sign_in(browser, PRIYA).text
    _, path = follow(browser, password_link(own(PRIYA), "http://localhost"))
    browser.post(path, {"password1": NEW, "password2": NEW})
    assert sign_in(browser, PRIYA, NEW).status_code == 302


def test_a_link_does_not_pass_by_the_second_step(browser: Client) -> None:
    _, path = follow(browser, password_link(own(PRIYA), "http://localhost"))
    browser.post(path, {"password1": NEW, "password2": NEW})
    assert browser.get("/account/").status_code == 302


def test_two_different_passwords_are_refused_beside_the_field(browser: Client) -> None:
    _, path = follow(browser, password_link(own(PRIYA), "http://localhost"))
    page = browser.post(path, {"password1": NEW, "password2": "another one entirely"})
    assert page.status_code == 200
    assert "govuk-error-message" in page.text


def test_the_owner_is_told_that_the_password_was_changed(browser: Client, jobs: Callable[[], int]) -> None:
    _, path = follow(browser, password_link(own(PRIYA), "http://localhost"))
    browser.post(path, {"password1": NEW, "password2": NEW})
    jobs()
    assert "changed with a link" in mail.outbox[-1].body
    assert NEW not in mail.outbox[-1].body


def test_too_many_requests_for_links_are_told_to_wait(browser: Client) -> None:
    answers = [ask(browser, PRIYA).status_code for _ in range(7)]
    assert answers[-1] == 429
    assert "Too many tries" in ask(browser, PRIYA).text
