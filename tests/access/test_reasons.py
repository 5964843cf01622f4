"""Where the setting wants it, nobody sees a case, report or person without having said why; the audit keeps it."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.access.reasons import about
from sentinel.audit.models import Entry
from sentinel.cases.models import Case, PartyIdentity
from sentinel.foundation.clock import now
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, acting, signed_in

BETH, WHY = "beth.carr@three-oaks.example", "She rang about last night"
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def case(settings) -> Case:
    settings.REASON_REQUIRED = True
    with transaction.atomic():
        priya = acting(PRIYA)
        made = a_case(priya, now=now(), title="Noise at night")
        a_party(priya, made, now=now())
        return made


def test_the_question_comes_first_and_the_answer_goes_into_the_audit(case: Case) -> None:
    browser, address = signed_in(PRIYA), f"/cases/{case.reference}"
    asked = browser.get(address)
    assert (asked.status_code, asked["Location"]) == (302, f"/why?next=%2Fcases%2F{case.reference}")
    page = browser.get(asked["Location"])
    assert page.status_code == 200
    assert "Noise at night" not in page.content.decode()
    answered = browser.post("/why", {"reason": WHY, "next": address})
    assert answered["Location"] == address
    assert browser.get(address).status_code == 200
    assert browser.get(f"{address}/timeline").status_code == 200
    with transaction.atomic():
        acting(PRIYA)
        views = Entry.objects.filter(kind="view", record_id=case.id)
        assert [one.reason for one in views] == [WHY, WHY]
    assert WHY in browser.get(f"{address}/readers").content.decode()


def test_a_person_is_asked_for_too_and_one_answer_is_for_one_record(case: Case) -> None:
    browser = signed_in(PRIYA)
    with transaction.atomic():
        acting(PRIYA)
        person = PartyIdentity.objects.get(party__case=case).person_id
    browser.post("/why", {"reason": WHY, "next": f"/cases/{case.reference}"})
    assert browser.get(f"/people/{person}").status_code == 302
    # The form itself answers for the one, the question for the other.
    assert browser.post(f"/cases/{case.reference}/notes/add", {"text": ""}).status_code == 422
    assert browser.post("/cases/LLR-26-09999-Z/notes/add", {"text": "x"})["Location"].startswith("/why")


@pytest.mark.parametrize("path", ["/referrals/", "/high-risk/markers/"])
def test_a_received_referral_and_a_marker_are_asked_for_and_lead_back(case: Case, path: str) -> None:
    browser, going = signed_in(PRIYA), f"{path}{case.id}"
    asked = browser.get(going)
    assert (asked.status_code, asked["Location"].partition("?")[0]) == (302, "/why")
    assert browser.get(asked["Location"]).status_code == 200
    assert browser.post("/why", {"reason": WHY, "next": going})["Location"] == going
    assert browser.get(going).status_code in {403, 404}


def test_the_question_tells_nobody_whether_there_is_such_a_case(case: Case) -> None:
    browser = signed_in(BETH)
    there, absent = (browser.get(f"/cases/{one}") for one in (case.reference, "LLR-26-09999-Z"))
    assert there.status_code == absent.status_code == 302


@pytest.mark.parametrize(
    "going",
    ["https://evil.example/cases/x", "//evil.example/cases/x", "/\\evil.example", "javascript:alert(1)", "/agency/", ""],
)  # fmt: skip
def test_it_leads_nowhere_but_to_a_record(case: Case, going: str) -> None:
    answered = signed_in(PRIYA).post("/why", {"reason": WHY, "next": going})
    assert (answered.status_code, answered["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("x", "Say why in a few words"), ("\u200b" * 9, "Say why you need to look at this"), ("\u3164" * 9, "Say why you need")],
)  # fmt: skip
def test_a_word_is_no_reason_nor_is_what_nobody_can_read(case: Case, reason: str, words: str) -> None:
    page = signed_in(PRIYA).post("/why", {"reason": reason, "next": f"/cases/{case.reference}"})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_without_the_setting_nobody_is_asked(case: Case, settings) -> None:
    settings.REASON_REQUIRED = False
    assert signed_in(PRIYA).get(f"/cases/{case.reference}").status_code == 200


@pytest.mark.parametrize(
    ("path", "record"),
    [("/cases/A", "cases:A"), ("/cases/A/notes/add", "cases:A"), ("/people/1", "people:1"), ("/reports/R", "reports:R"),
     ("/places/1", "places:1"), ("/places/1/map", "places:1"), ("/streets/lark-road/E01", None), ("/areas/E01", None),
     ("/cases/", None), ("/cases/export", None), ("/reports/take", None), ("/reports/take/known", None), ("/", None),
     ("/reports/drafts/1/throw-away", None), ("/reports/taken", "reports:taken"), ("//evil/cases/A", None),
     ("/referrals/", None), ("/referrals/R", "referrals:R"), ("/high-risk/markers/M", "high-risk/markers:M"),
     ("/high-risk/markers/M/review", "high-risk/markers:M"), ("/high-risk/markers", None), ("/high-risk/told", None),
     ("/high-risk/H/marker", "high-risk:H"), ("/high-risk/H/acknowledge", None)],
)  # fmt: skip
def test_what_an_address_is_about(path: str, record: str | None) -> None:
    assert about(path) == record
