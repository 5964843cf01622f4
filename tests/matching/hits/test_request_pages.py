"""The pages of a request: beside a SUMMARY, the owner's answer, My work on both sides, and nothing that tells more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from sentinel.cases.models import Case, Party
from sentinel.cases.operations import protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.models import AccessRequest
from sentinel.people.models import PersonName
from tests.cases.making import a_party
from tests.desk.case.counting import statements
from tests.desk.report.calling import call, shown
from tests.matching.hits.making import COLIN, KOFI, SAID, WHY, asked, clock_moved, committed_case, granted
from tests.reports.telling import MARGARET
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
OWEN = "owen.price@three-oaks.example"
SECRETS = ("Margaret", "Ellis", "Sparrow", "Noise at", "LLR-")
SEND = {"decision": "read", "until_day": "in 3 days", "until_time": "17:00", "wish": "agrees",
        "lawful_basis": "crime_and_disorder", "answer": "Ring Priya before you visit.", "version": "1"}  # fmt: skip


@pytest.fixture
def case() -> Case:
    return committed_case()


def panel(client: Client) -> str:
    """What stands beside the form while somebody takes a report of the same caller."""
    assert MARGARET.phone is not None
    sent = shown(
        KOFI, q__caller_name=SAID.name, q__caller_number=MARGARET.phone.e164, q__where="", do="known"
    )
    return client.post("/reports/take/known", sent).content.decode()


def test_a_desk_is_told_for_a_form_that_was_opened_or_a_draft_and_for_no_id_that_was_made_up(
    case: Case,
) -> None:
    assert MARGARET.phone is not None
    said = call(q__caller_name=SAID.name, q__caller_number=MARGARET.phone.e164, q__where="", do="known")
    kofi = signed_in(KOFI)

    def told(**more: str) -> bool:
        answer = kofi.post("/reports/take/known", {**said, **more})
        assert answer.status_code == 200
        return "Charnwood sharing desk" in answer.content.decode()

    mark = shown(KOFI, r__submission=said["r-submission"])["r-opened"]
    assert not told()
    assert not told(**{"r-opened": "x" * 90})
    assert not told(**{"r-opened": mark, "r-submission": str(new_id())}), "another form's"
    assert not told(**{"r-opened": shown(PRIYA, r__submission=said["r-submission"])["r-opened"]}), (
        "somebody else's"
    )
    assert told(**{"r-opened": mark})
    page = kofi.get("/reports/take").content.decode()
    fields = dict(re.findall(r'name="(r-submission|r-opened)"[^>]*? value="([^"]+)"', page))
    assert told(**fields)
    kofi.post("/reports/take/draft", said)
    assert told(), "a draft of theirs is a report that is taken"


def one_request() -> AccessRequest:
    with transaction.atomic():
        acting(PRIYA)
        return AccessRequest.objects.get()


def test_asked_beside_the_desk_answered_and_read(case: Case) -> None:
    kofi = signed_in(KOFI)
    html = panel(kofi)
    assert "Charnwood sharing desk" in html
    ask = re.search(r'href="(/access/ask/[0-9a-f-]{36})"', html)
    assert ask, html
    assert str(case.pk) not in html
    form = kofi.get(ask[1]).content.decode()
    for secret in (*SECRETS, str(case.pk)):
        assert secret not in form, secret
    sent = kofi.post(ask[1], {"reason": WHY, "wanted": "read"})
    assert sent.status_code == 302
    row = one_request()
    waits = kofi.get(sent["Location"]).content.decode()
    assert "Waiting for an answer" in waits
    for secret in (*SECRETS, str(case.pk)):
        assert secret not in waits, secret
    colin = signed_in(COLIN)
    assert "Answer a request for access" in colin.get("/").content.decode()
    listed = colin.get("/access/requests").content.decode()
    assert f"/access/requests/{row.pk}" in listed
    page = colin.get(f"/access/requests/{row.pk}").content.decode()
    for words in ("Kofi Mensah", "Soar Valley Housing", WHY, case.reference):
        assert words in page
    day = (now() + timedelta(days=3)).strftime("%d/%m/%Y")
    answered = colin.post(f"/access/requests/{row.pk}", {**SEND, "until_day": day})
    assert answered.status_code == 302, answered.content.decode()
    mine = kofi.get("/").content.decode()
    assert "Access is granted: read the answer" in mine
    told = kofi.get(f"/access/asked/{row.pk}").content.decode()
    assert case.reference in told
    assert "Ring Priya before you visit." in told
    assert kofi.get(f"/cases/{case.reference}").status_code == 200
    kofi.post(f"/access/asked/{row.pk}", {"read": "yes"})
    assert "Access is granted" not in kofi.get("/").content.decode()
    assert "Answer a request for access" not in colin.get("/").content.decode()


def test_the_owner_is_told_whom_the_search_met_and_never_who_is_protected(case: Case) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        a_party(priya, case, "Leonard Ashby", "witness", now=now())
        row = asked()
    address = f"/access/requests/{row.pk}"
    page = signed_in(COLIN).get(address).content.decode()
    met = re.search(r"Whom the search met</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.S)
    assert met, page
    assert "Margaret Ellis" in met[1]
    assert "Ashby" not in page
    assert "Margaret" not in signed_in(KOFI).get(f"/access/asked/{row.pk}").content.decode()
    with transaction.atomic():
        priya = acting(PRIYA)
        person = PersonName.objects.get(full="Margaret Ellis").person_id
        protect_identity(
            actor=priya, now=now(), party=Party.objects.get(case=case, identity__person_id=person)
        )
    page = signed_in(COLIN).get(address).content.decode()
    assert "Whom the search met" not in page
    assert "Margaret Ellis" not in page


def test_told_by_its_reference_one_may_ask_as_well(case: Case) -> None:
    kofi = signed_in(KOFI)
    closed = kofi.get(f"/cases/{case.reference}").content.decode()
    ask = re.search(r'href="(/access/ask/record/[0-9a-f-]{36})"', closed)
    assert ask
    assert kofi.post(ask[1], {"reason": WHY, "wanted": "read"}).status_code == 302
    assert one_request().hit_id is None


def test_refusing_wants_the_reason_and_granting_what_goes_with_it(case: Case) -> None:
    with transaction.atomic():
        row = asked()
    colin = signed_in(COLIN)
    address = f"/access/requests/{row.pk}"
    for sent, words in (
        ({"decision": "refuse", "version": "1"}, "Say why: whoever asked reads it."),
        ({"decision": "read", "version": "1"}, "Say on which day it ends."),
        ({"decision": "write", "version": "1"}, "There is a problem"),
        ({**SEND, "until_day": "yesterday"}, "past"),
    ):
        page = colin.post(address, sent)
        assert page.status_code == 422
        assert words in page.content.decode(), words
    assert (
        colin.post(address, {"decision": "refuse", "answer": "Ring us.", "version": "1"}).status_code == 302
    )
    assert colin.post(address, SEND | {"until_day": "tomorrow"}).status_code == 409
    kofi = signed_in(KOFI)
    assert "Access is refused" in kofi.get("/").content.decode()
    assert "Ring us." in kofi.get(f"/access/asked/{row.pk}").content.decode()


@pytest.mark.parametrize("email", ["beth.carr@three-oaks.example", "aisha.rahman@police.example", OWEN])
def test_to_everybody_else_a_request_is_not_there(case: Case, email: str) -> None:
    with transaction.atomic():
        row = asked()
    other = signed_in(email)
    for address in (f"/access/requests/{row.pk}", f"/access/asked/{row.pk}", f"/access/ask/{row.hit_id}"):
        there = other.get(address)
        absent = other.get(re.sub(r"[0-9a-f-]{36}", str(new_id()), address))
        assert there.status_code == absent.status_code == 404, address
        assert len(there.content) == len(absent.content)
    assert str(row.pk) not in other.get("/access/requests").content.decode()


def test_what_is_late_is_said_on_my_work(case: Case, database_urls: dict[str, str]) -> None:
    with transaction.atomic():
        asked()
    with clock_moved(database_urls, timedelta(days=9)):
        html = signed_in(COLIN).get("/").content.decode()
    line = html.split("Answer a request for access")[1][:900]
    assert "late" in line


def test_who_reads_the_record_is_shown_no_form(case: Case) -> None:
    for email in (PRIYA, "aisha.rahman@police.example"):
        assert signed_in(email).get(f"/access/ask/record/{case.pk}").status_code == 403
    assert signed_in(OWEN).get(f"/access/ask/record/{new_id()}").status_code == 404


def test_pressed_twice_it_is_asked_once(case: Case) -> None:
    kofi = signed_in(KOFI)
    closed = kofi.get(f"/cases/{case.reference}").content.decode()
    ask = re.search(r'href="(/access/ask/record/[0-9a-f-]{36})"', closed)
    assert ask
    sent = {"reason": WHY, "wanted": "read", "csrfmiddlewaretoken": "one showing of the form"}
    first, second = (kofi.post(ask[1], sent) for _ in range(2))
    assert first["Location"] == second["Location"]


def test_the_pages_ask_the_database_a_fixed_number_of_things(case: Case) -> None:
    with transaction.atomic():
        row = asked()
    colin, kofi = signed_in(COLIN), signed_in(KOFI)

    def count(client: Client, address: str) -> int:
        client.get("/help/")
        with statements() as asked_for:
            assert client.get(address).status_code == 200
        return asked_for.count

    few = count(colin, "/access/requests")
    waits = count(kofi, f"/access/asked/{row.pk}")
    with transaction.atomic():
        granted(row)
    assert count(colin, "/access/requests") == few == 9
    assert count(colin, f"/access/requests/{row.pk}") == 9
    assert (waits, count(kofi, f"/access/asked/{row.pk}")) == (8, 10)
