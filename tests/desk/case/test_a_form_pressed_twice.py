"""A double click does a thing once; the same words typed anew are done anew."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from sentinel.access.models import Disclosure
from sentinel.care.models import VictimContact
from sentinel.cases.models import Case, Note
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from sentinel.kernel.clock import to_london
from sentinel.kernel.references import make
from sentinel.reports.operations import take_report
from sentinel.risk.models import Assessment
from tests.cases.making import a_case, a_party, agency
from tests.desk.case.opened import committed
from tests.reports.telling import letters, telling
from tests.risk.answers import CALM
from tests.support import BACKEND, NOW, PRIYA, user

COLIN = "colin.webb@charnwood.example"
pytestmark = pytest.mark.usefixtures("transactional_db")


def browser_of(email: str) -> Client:
    """A browser that must send the token of the form, as every real one."""
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(user(email), backend=BACKEND)
    return client


def token_of(client: Client, address: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def case_of(email: str) -> Case:
    return committed(email, lambda actor: a_case(actor, now=NOW))  # type: ignore[no-any-return]


def count(model: Any, **given: Any) -> int:
    return committed(PRIYA, lambda _: model.objects.filter(**given).count())  # type: ignore[no-any-return]


def both(client: Client, address: str, given: dict[str, str]) -> list[HttpResponse]:
    """Two posts of the same form at the same time."""
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(client.post(address, given))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_a_note_is_added_once_and_again_when_it_is_typed_again() -> None:
    case = case_of(PRIYA)
    client, address = browser_of(PRIYA), f"/cases/{case.reference}/notes/add"
    said = {"text": "Rang her, no answer", "audience": "all"}
    first = {**said, "csrfmiddlewaretoken": token_of(client, address)}
    assert [one.status_code for one in both(client, address, first)] == [302, 302]
    assert client.post(address, first).status_code == 302
    assert count(Note, case=case) == 1
    client.post(address, {**said, "csrfmiddlewaretoken": token_of(client, address)})
    assert count(Note, case=case) == 2


def test_what_came_to_nothing_may_be_sent_again() -> None:
    case = case_of(PRIYA)
    client, address = browser_of(PRIYA), f"/cases/{case.reference}/link"
    given = {
        "reference": make("LLR", 2026, 9999), "why": "They look alike", "csrfmiddlewaretoken": token_of(client, address)
    }  # fmt: skip
    answers = [client.post(address, given).status_code for _ in range(2)]
    assert answers == [422, 422]


def test_a_case_is_shared_once_and_stands_once_in_the_ledger() -> None:
    case = case_of(PRIYA)
    client, address = browser_of(COLIN), f"/cases/{case.reference}/sharing/add"
    given = {
        "agency": str(agency("three-oaks").id), "part": "Landlord", "rung": "read", "wish": "agrees", "why": "Their tenant",
        "lawful_basis": "crime_and_disorder", "until": "",
        "csrfmiddlewaretoken": token_of(client, address),
    }  # fmt: skip
    assert [one.status_code for one in both(client, address, given)] == [302, 302]
    assert count(Disclosure, record_id=case.id, what="case") == 1


def test_who_opens_a_case_with_two_clicks_is_not_told_that_there_is_no_such_report() -> None:
    report = committed(
        PRIYA,
        lambda priya: take_report(
            actor=priya, now=NOW, telling=telling(victor=letters(had="yes", targeted="yes"))
        ),
    )
    client, address = browser_of(PRIYA), f"/reports/{report.reference}/open-case"
    given = {"title": "Noise at night", "csrfmiddlewaretoken": token_of(client, address)}
    assert [one.status_code for one in both(client, address, given)] == [302, 302]
    assert count(Case) == 1


def test_one_try_to_reach_her_never_counts_as_two() -> None:
    def make(priya: Any) -> tuple[Case, Any]:
        case = a_case(priya, now=now())
        return case, a_party(priya, case, now=now())

    case, party = committed(PRIYA, make)
    client, address = browser_of(PRIYA), f"/cases/{case.reference}/people/{party.id}/contact"
    here = to_london(now())
    given = {
        "day": f"{here:%d/%m/%Y}", "time": f"{here:%H:%M}", "method": "phone", "result": "not_reached", "said": "It rang out",
        "unsafe_reason": "Nobody has asked her yet", "csrfmiddlewaretoken": token_of(client, address),
    }  # fmt: skip
    assert [one.status_code for one in both(client, address, given)] == [302, 302]
    assert count(VictimContact, case=case) == 1


def test_who_presses_an_assessment_twice_is_not_told_that_somebody_was_quicker() -> None:
    def make(priya: Any) -> tuple[Case, Any]:
        case = a_case(priya, now=now())
        return case, a_party(priya, case, now=now())

    case, party = committed(PRIYA, make)
    client, address = browser_of(PRIYA), f"/cases/{case.reference}/people/{party.id}/assess"
    given = {**CALM, "band": "medium", "csrfmiddlewaretoken": token_of(client, address)}
    assert [one.status_code for one in both(client, address, given)] == [302, 302]
    assert count(Assessment, party=party) == 1


def test_cases_handed_over_twice_at_once_are_handed_over_once() -> None:
    case = committed(PRIYA, lambda actor: a_case(actor, now=NOW, lead=user(PRIYA), team=user(PRIYA).team))
    client = browser_of(PRIYA)
    given = {
        "from": "mine", "case": f"{case.id}:{case.version}", "lead": str(user(COLIN).pk), "reason": "My leave begins.",
        "csrfmiddlewaretoken": token_of(client, "/work/hand-over"),
    }  # fmt: skip
    answers = both(client, "/work/reassign", given)
    assert [answer["Location"] for answer in answers] == ["/", "/"]
    assert count(Event, kind="lead_changed", record_id=case.id) == 1
    assert "stays where it was" not in client.get("/").content.decode()
