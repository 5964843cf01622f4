"""A printed page stands in the audit of its record: the browser says so as it prints."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

import sentinel.web
from sentinel.audit.models import Entry
from sentinel.cases.models import Case, PartyIdentity
from sentinel.foundation.clock import now
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, a_party
from tests.support import BACKEND, PRIYA, acting, signed_in, user

BETH = "beth.carr@three-oaks.example"
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def case() -> Case:
    with transaction.atomic():
        priya = acting(PRIYA)
        made = a_case(priya, now=now())
        a_party(priya, made, now=now())
        return made


def prints(email: str = PRIYA) -> list[tuple[object, str]]:
    with transaction.atomic():
        acting("ravi.desai@police.example")
        rows = Entry.objects.filter(kind="print", user_id=user(email).id).order_by("id")
        return [(row.record_id, row.subject) for row in rows]


def test_the_page_says_where_and_the_owner_sees_who_printed(case: Case) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    browser.force_login(user(PRIYA), backend=BACKEND)
    page = browser.get(f"/cases/{case.reference}/timeline").content.decode()
    token = re.search(r'data-printed-url="/printed" data-printed-token="(\w+)"', page)
    assert token is not None
    said = {"path": f"/cases/{case.reference}/timeline"}
    assert browser.post("/printed", said).status_code == 403
    assert browser.post("/printed", {**said, "csrfmiddlewaretoken": token[1]}).status_code == 204
    assert prints() == [(case.id, "case_timeline")]
    assert "printed" in browser.get(f"/cases/{case.reference}/readers").content.decode()


@pytest.mark.parametrize("address", ["/cases/", "/help/", "/reports/", "/cases/{}/timeline"])
def test_every_page_says_when_it_was_made_and_how_it_is_handled(case: Case, address: str) -> None:
    page = signed_in(PRIYA).get(address.format(case.reference)).content.decode()
    line = page[page.index("s-printed") :]
    assert re.search(
        r"<span data-printed-at>\w{3} \d+ \w{3} \d{4}, \d\d:\d\d</span>\. Official – sensitive", line
    )


@pytest.mark.parametrize(
    "address", ["/", "/work/reminders", "/high-risk/", "/cases/{}", "/cases/{}/high-risk"]
)
def test_what_may_name_somebody_says_on_the_screen_too_how_it_is_handled(case: Case, address: str) -> None:
    page = signed_in(PRIYA).get(address.format(case.reference)).content.decode()
    assert '<section class="s-marking" aria-label="Handling marking">Official – sensitive' in page


def test_a_page_that_is_about_nobody_is_noted_without_a_record(case: Case) -> None:
    assert signed_in(PRIYA).post("/printed", {"path": "/cases/"}).status_code == 204
    assert prints() == [(None, "case_list")]


def test_it_tells_nobody_whether_there_is_a_case(case: Case) -> None:
    browser = signed_in("sam.okoro@police.example")
    answers = [
        browser.post("/printed", {"path": address}).status_code
        for address in (f"/cases/{case.reference}", "/cases/LLR-26-09999-Z")
    ]
    assert answers == [403, 403]
    assert signed_in(PRIYA).post("/printed", {"path": "/cases/LLR-26-09999-Z"}).status_code == 404
    for nowhere in ("", "//evil.example/", "/no-such-page", "https://evil.example/cases/"):
        assert signed_in(PRIYA).post("/printed", {"path": nowhere}).status_code == 404, nowhere
    assert prints("sam.okoro@police.example") == prints() == []


def refusals() -> int:
    with transaction.atomic():
        acting("ravi.desai@police.example")
        return Entry.objects.filter(kind="refused").count()


def test_an_id_that_somebody_made_up_leaves_nothing_in_the_audit(case: Case) -> None:
    made_up = uuid.UUID(int=7)
    with transaction.atomic():
        priya = acting(PRIYA)
        party = case.parties.get()
        other = a_case(priya, now=now())
        stranger = a_party(priya, other, "Joan Ellis", now=now())
    browser = signed_in(PRIYA)
    for address in (
        f"/people/{made_up}", f"/places/{made_up}", f"/emergency/{made_up}", f"/agency/users/{made_up}/",
        f"/cases/{case.reference}/people/{made_up}", f"/cases/{case.reference}/people/{stranger.id}",
        f"/reports/drafts/{made_up}/throw-away",
    ):  # fmt: skip
        assert browser.post("/printed", {"path": address}).status_code == 404, address
    assert prints() == []
    assert refusals() == 0
    seen = f"/cases/{case.reference}/people/{party.id}"
    assert browser.post("/printed", {"path": seen}).status_code == 204
    assert prints() == [(case.id, "case_party")]


def test_a_person_of_whom_the_reader_may_see_nothing_is_as_one_that_is_not_there(case: Case) -> None:
    with transaction.atomic():
        acting(PRIYA)
        person = PartyIdentity.objects.get(party__case=case).person_id
    assert (
        signed_in("marta.nowak@city.example").post("/printed", {"path": f"/people/{person}"}).status_code
        == 404
    )
    assert prints("marta.nowak@city.example") == []
    assert signed_in(PRIYA).post("/printed", {"path": f"/people/{person}"}).status_code == 204


def test_a_place_whose_page_the_reader_may_not_open_is_as_one_that_is_not_there(case: Case) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        known, bare = (
            find_or_make_place(actor=priya, now=now(), words=f"{number} Sparrow Lane, Loughborough")
            for number in (14, 16)
        )
        Case.objects.filter(pk=case.pk).update(place=known)
    auditor = "ravi.desai@police.example"
    assert signed_in(auditor).post("/printed", {"path": f"/places/{known.id}"}).status_code == 404
    assert signed_in(PRIYA).post("/printed", {"path": f"/places/{bare.id}"}).status_code == 404
    assert prints(auditor) == prints() == []
    assert signed_in(PRIYA).post("/printed", {"path": f"/places/{known.id}"}).status_code == 204


def test_an_address_that_can_stand_nowhere_is_not_there(case: Case) -> None:
    for address in ("/reports/LLR\x00", "/cases/LLR\x00/timeline", "/areas/E\x00"):
        assert signed_in(PRIYA).post("/printed", {"path": address}).status_code == 404, address


def test_the_script_that_is_served_tells_it() -> None:
    served = (Path(sentinel.web.__file__).parent / "static/sentinel/sentinel.js").read_text()
    assert "beforeprint" in served
    assert "printedUrl" in served
