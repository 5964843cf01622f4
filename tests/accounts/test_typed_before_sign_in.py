"""What was typed into a form whose session had ended is not lost, is read by nobody else, and is never sent by itself."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from sentinel.accounts.sessions import BEGAN
from sentinel.accounts.typed import KEY, WHO
from sentinel.cases.models import Case, Note
from sentinel.foundation.clock import now
from tests.cases.making import a_case
from tests.support import BACKEND, PRIYA, acting, user

pytestmark = pytest.mark.usefixtures("accounts")
COLIN = "colin.webb@charnwood.example"
WORDS = "He shouted <b>again</b> on the stairs."
NOTE = {"text": WORDS, "audience": "all"}


def browser_of(email: str) -> Client:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(user(email), backend=BACKEND)
    return client


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def again(page: str) -> list[str]:
    """What the buttons of the page name: once to send, once to throw away, for each form that waits."""
    return re.findall(r'name="typed_again" value="([^"]+)"', page)[::2]


def case() -> Case:
    with transaction.atomic():
        return a_case(acting(PRIYA), now=now())


def notes() -> list[str]:
    with transaction.atomic():
        acting(PRIYA)
        return list(Note.objects.values_list("text", flat=True))


def expired(made: Case) -> tuple[Client, str]:
    """A browser whose session ended while a note was typed; and the address of the note."""
    address = f"/cases/{made.reference}/notes/add"
    client = browser_of(PRIYA)
    token = token_of(client.get(address).text)
    Session.objects.all().delete()
    answer = client.post(address, {**NOTE, "csrfmiddlewaretoken": token})
    assert answer["Location"] == "/account/login/?next=%2Ftyped"
    return client, address


def test_after_signing_in_again_it_is_shown_and_sent_by_a_button_alone() -> None:
    client, address = expired(case())
    assert "You were signed out before this was sent" in client.get("/account/login/?next=/typed").text
    client.force_login(user(PRIYA), backend=BACKEND)
    page = client.get("/typed").text
    assert "He shouted &lt;b&gt;again&lt;/b&gt; on the stairs." in page
    assert f'action="{address}"' in page
    assert notes() == [], "nothing is sent by itself"
    sent = {**NOTE, "typed_again": again(page)[0], "csrfmiddlewaretoken": token_of(page)}
    assert client.post(address, sent).status_code == 302
    assert notes() == [WORDS]
    assert "Nothing waits to be sent" in client.get("/typed").text


def test_it_is_shown_to_nobody_else_who_signs_in_there() -> None:
    client, _ = expired(case())
    client.force_login(user(PRIYA), backend=BACKEND)
    which = again(client.get("/typed").text)[0]
    client.force_login(user(COLIN), backend=BACKEND)
    page = client.get("/typed").text
    assert "stairs" not in page
    assert "Nothing waits to be sent" in page
    token = token_of(client.get("/reports/take").text)
    client.post("/typed", {"typed_again": which, "csrfmiddlewaretoken": token})
    client.force_login(user(PRIYA), backend=BACKEND)
    assert "stairs" in client.get("/typed").text, "nor can they throw it away"


def test_it_stands_readable_neither_in_the_database_nor_in_a_cookie_nor_in_an_address(
    database_urls: dict[str, str],
) -> None:
    client, _ = expired(case())
    cookies = "".join(f"{one.key}={one.value}" for one in client.cookies.values())
    assert "shouted" not in cookies
    assert client.cookies[KEY]["httponly"]
    assert client.cookies[WHO]["httponly"]
    with psycopg.connect(database_urls["postgres"]) as connection:
        kept = connection.execute("SELECT key, value::text, expires_at FROM accounts_keptvalue").fetchall()
        audited = connection.execute("SELECT detail::text FROM audit_entry").fetchall()
    mine = [row for row in kept if "typed:" in row[0]]
    assert len(mine) == 1
    assert mine[0][2] is not None
    assert client.cookies[KEY].value not in mine[0][0]
    for row in [*kept, *audited]:
        assert "shouted" not in str(row)


def test_in_another_browser_there_is_nothing() -> None:
    expired(case())
    assert "Nothing waits to be sent" in browser_of(PRIYA).get("/typed").text


def test_it_can_be_thrown_away() -> None:
    client, _ = expired(case())
    client.force_login(user(PRIYA), backend=BACKEND)
    page = client.get("/typed").text
    client.post("/typed", {"typed_again": again(page)[0], "csrfmiddlewaretoken": token_of(page)})
    assert "Nothing waits to be sent" in client.get("/typed").text


def test_what_two_windows_send_is_kept_beside_each_other() -> None:
    made = case()
    client, address = expired(made)
    other = f"/cases/{made.reference}/actions/add"
    token = token_of(client.get("/account/login/?next=/typed").text)
    client.post(other, {"what": "Ring the landlord", "csrfmiddlewaretoken": token})
    client.force_login(user(PRIYA), backend=BACKEND)
    page = client.get("/typed").text
    first, second = again(page)
    assert first != second
    assert "He shouted" in page
    assert "Ring the landlord" in page
    sent = {**NOTE, "typed_again": first, "csrfmiddlewaretoken": token_of(page)}
    assert "still waits: see http://localhost/typed" in client.post(address, sent, follow=True).text
    page = client.get("/typed").text
    assert again(page) == [second]
    assert "He shouted" not in page
    assert "Ring the landlord" in page
    assert notes() == [WORDS]


def test_what_another_site_sends_is_neither_kept_nor_shown() -> None:
    made = case()
    address = f"/cases/{made.reference}/notes/add"
    client = browser_of(PRIYA)
    client.get(address)
    Session.objects.all().delete()
    answer = client.post(address, {"text": WORDS}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "shouted" not in answer.text
    client.force_login(user(PRIYA), backend=BACKEND)
    assert "Nothing waits to be sent" in client.get("/typed").text


def test_a_page_from_before_the_last_sign_in_shows_what_was_typed_to_be_copied() -> None:
    made = case()
    address = f"/cases/{made.reference}/notes/add"
    client = browser_of(PRIYA)
    token = token_of(client.get(address).text)
    client.logout()
    client.force_login(user(PRIYA), backend=BACKEND)
    client.get(address)
    answer = client.post(
        address,
        {**NOTE, "text": WORDS, "csrfmiddlewaretoken": token},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 403
    assert "He shouted &lt;b&gt;again&lt;/b&gt; on the stairs." in answer.text
    assert re.search(r"Audience</dt>\s*<dd[^>]*>all<", answer.text), "a choice too"
    assert token not in answer.text
    assert f'href="{address}">Open the page anew' in answer.text
    assert notes() == []


def test_a_script_is_told_and_nothing_is_kept() -> None:
    made = case()
    client = browser_of(PRIYA)
    token = token_of(client.get(f"/cases/{made.reference}/notes/add").text)
    Session.objects.all().delete()
    answer = client.post(
        "/reports/take/draft",
        {"q-what": WORDS, "csrfmiddlewaretoken": token},
        headers={"x-requested-with": "fetch"},
    )
    assert answer.status_code == 401
    assert KEY not in client.cookies


def test_the_question_why_comes_first_and_nothing_typed_is_lost_by_it(settings: Settings) -> None:
    client, address = expired(case())
    settings.REASON_REQUIRED = True
    client.force_login(user(PRIYA), backend=BACKEND)
    page = client.get("/typed").text
    sent = {**NOTE, "typed_again": again(page)[0], "csrfmiddlewaretoken": token_of(page)}
    asked = client.post(address, sent)
    assert asked["Location"].startswith("/why?")
    page = client.get(asked["Location"]).text
    said = {"reason": "My own case", "next": address, "csrfmiddlewaretoken": token_of(page)}
    assert client.post("/why", said)["Location"] == "/typed"
    page = client.get("/typed").text
    assert "He shouted" in page
    assert client.post(address, {**sent, "csrfmiddlewaretoken": token_of(page)}).status_code == 302
    assert notes() == [WORDS]
    assert "Nothing waits to be sent" in client.get("/typed").text


@pytest.mark.parametrize("path", ["/account/password/change/", "/account/login/"])
def test_a_password_is_neither_kept_nor_shown_again(path: str, settings: Settings) -> None:
    client = browser_of(PRIYA)
    token = token_of(client.get("/account/password/change/").text)
    secret = "three words long"
    sent = {"oldpassword": secret, "password": secret, "login": PRIYA, "csrfmiddlewaretoken": token}
    refused = client.post(
        path, {**sent, "csrfmiddlewaretoken": "x" * 64}, headers={"sec-fetch-site": "same-origin"}
    )
    assert refused.status_code == 403
    assert secret not in refused.text
    session = client.session
    session[BEGAN] = 0.0
    session.save()
    client.post(path, sent)
    assert KEY not in client.cookies
    client.force_login(user(PRIYA), backend=BACKEND)
    assert secret not in client.get("/typed").text


def test_whoever_is_signed_out_fills_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.accounts.typed.MOST", 2)
    client, address = expired(case())
    token = client.get("/account/login/?next=/typed").text
    kept = []
    for number in range(4):
        sent = {**NOTE, "text": f"Line {number}", "csrfmiddlewaretoken": token_of(token)}
        kept.append(client.post(address, sent)["Location"] == "/account/login/?next=%2Ftyped")
    assert kept == [True, False, False, False]
