"""Signing in and out with a password, without JavaScript."""

from __future__ import annotations

import pytest
from django.test import Client

from sentinel.accounts.models import KeptValue, User
from sentinel.foundation.clock import now
from tests.accounts.conftest import own, sign_in

PRIYA = "priya.nair@charnwood.example"


def test_the_right_password_signs_in_and_leads_to_my_work(browser: Client) -> None:
    response = sign_in(browser, PRIYA)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert browser.get("/account/").status_code == 200


def test_the_address_is_compared_without_its_case(browser: Client) -> None:
    assert sign_in(browser, "Priya.Nair@Charnwood.example").status_code == 302


def test_one_comes_back_to_where_one_was_going(browser: Client) -> None:
    assert (
        'name="next" value="/account/sessions/"'
        in browser.get("/account/login/?next=/account/sessions/").text
    )
    response = browser.post(
        "/account/login/?next=/account/sessions/",
        {"login": PRIYA, "password": "correct horse battery staple", "next": "/account/sessions/"},
    )
    assert response["Location"] == "/account/sessions/"


def test_one_is_not_sent_to_another_site(browser: Client) -> None:
    response = browser.post(
        "/account/login/",
        {"login": PRIYA, "password": "correct horse battery staple", "next": "https://evil.example/"},
    )
    assert response["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(browser: Client) -> None:
    wrong = sign_in(browser, PRIYA, "not the password")
    unknown = sign_in(browser, "nobody@charnwood.example", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    assert "is not right" in wrong.text
    strip = lambda page, email: page.text.replace(email, "")  # noqa: E731
    assert _without_token(strip(wrong, PRIYA)) == _without_token(strip(unknown, "nobody@charnwood.example"))


def _without_token(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_after_five_wrong_tries_even_the_right_password_waits(browser: Client) -> None:
    for _ in range(5):
        sign_in(browser, PRIYA, "not the password")
    assert "Too many wrong tries" in sign_in(browser, PRIYA).text
    assert sign_in(browser, "colin.webb@charnwood.example").status_code == 302


def test_an_unknown_address_is_locked_as_a_known_one(browser: Client) -> None:
    for _ in range(5):
        sign_in(browser, "nobody@charnwood.example", "x")
    assert "Too many wrong tries" in sign_in(browser, "nobody@charnwood.example", "x").text


def test_another_name_of_the_host_gives_no_further_tries(browser: Client) -> None:
    for _ in range(5):
        sign_in(browser, PRIYA, "x")
    elsewhere = Client(headers={"host": "testserver"})
    assert "Too many wrong tries" in sign_in(elsewhere, PRIYA).text


def test_the_tries_are_counted_where_every_process_sees_them(browser: Client) -> None:
    sign_in(browser, PRIYA, "x")
    assert KeptValue.objects.filter(key__contains="login_failed").exists()


def test_a_right_password_uses_up_no_try(browser: Client) -> None:
    for _ in range(7):
        assert sign_in(Client(headers={"host": "localhost"}), PRIYA).status_code == 302


def test_a_suspended_account_is_told_only_with_the_right_password(browser: Client) -> None:
    User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=now())
    assert "is not right" in sign_in(browser, PRIYA, "x").text
    response = sign_in(browser, PRIYA)
    assert response["Location"] == "/account/inactive/"
    assert "suspended" in browser.get("/account/inactive/").text


def test_signing_out_takes_a_button_and_ends_the_session(browser: Client) -> None:
    sign_in(browser, PRIYA)
    assert "Sign out" in browser.get("/account/logout/").text
    assert browser.get("/account/").status_code == 200
    assert browser.post("/account/logout/")["Location"] == "/account/login/"
    assert browser.get("/account/")["Location"].startswith("/account/login/")


def test_no_page_is_kept_by_the_browser(browser: Client) -> None:
    sign_in(browser, PRIYA)
    for path in ("/account/", "/account/sessions/", "/account/login/"):
        assert "no-store" in browser.get(path)["Cache-Control"]


def test_a_session_of_a_suspended_user_is_dead_at_the_next_request(browser: Client) -> None:
    sign_in(browser, PRIYA)
    User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=now())
    assert browser.get("/account/")["Location"].startswith("/account/login/")


def test_the_database_knows_no_suspended_active_account(browser: Client) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        User.objects.filter(email=PRIYA).update(suspended_at=now())


def test_who_was_given_a_password_changes_it_before_anything_else(browser: Client) -> None:
    User.objects.filter(email=PRIYA).update(password_must_change=True)
    sign_in(browser, PRIYA)
    for path in ("/audit/", "/account/", "/account/sessions/", "/account/second-step/"):
        assert browser.get(path)["Location"] == "/account/password/change/", path
    assert "Somebody else chose your password" in browser.get("/account/password/change/").text
    response = browser.post(
        "/account/password/change/",
        {
            "oldpassword": "correct horse battery staple",
            "password1": "violet anchor teapot",
            "password2": "violet anchor teapot",
        },
    )
    assert response["Location"] == "/account/"
    assert browser.get("/account/").status_code == 200
    assert own(PRIYA).password_must_change is False
    assert sign_in(Client(headers={"host": "localhost"}), PRIYA, "violet anchor teapot").status_code == 302


def test_the_given_password_is_not_a_new_one(browser: Client) -> None:
    User.objects.filter(email=PRIYA).update(password_must_change=True)
    sign_in(browser, PRIYA)
    given = "correct horse battery staple"
    page = browser.post(
        "/account/password/change/", {"oldpassword": given, "password1": given, "password2": given}
    )
    assert "This is your present password" in page.text


def test_a_short_or_common_password_is_refused_beside_the_field(browser: Client) -> None:
    sign_in(browser, PRIYA)
    for bad in ("short", "password1234"):
        page = browser.post(
            "/account/password/change/",
            {"oldpassword": "correct horse battery staple", "password1": bad, "password2": bad},
        )
        assert page.status_code == 200
        assert "govuk-error-message" in page.text


def test_changing_the_password_signs_out_everywhere_else(browser: Client) -> None:
    other = Client(headers={"host": "localhost"})
    sign_in(browser, PRIYA)
    sign_in(other, PRIYA)
    browser.post(
        "/account/password/change/",
        {
            "oldpassword": "correct horse battery staple",
            "password1": "violet anchor teapot",
            "password2": "violet anchor teapot",
        },
    )
    assert browser.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
