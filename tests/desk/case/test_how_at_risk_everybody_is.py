"""The snapshot over the partnership: everybody in the cases that the reader sees, with what is missing; every reading recorded."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.foundation.middleware import QueryCounter
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
ADDRESS = "/cases/risk"
KOFI = "kofi.mensah@soar-valley.example"


def a_household(email: str = PRIYA, band: str = "medium", **changed: str) -> Case:
    """A case of two victims of whom one is assessed."""
    with transaction.atomic():
        officer = acting(email)
        case = a_case(officer, now=now())
        margaret = a_party(officer, case, now=now())
        a_party(officer, case, "Joan Ellis", now=now())
        assessed(officer, case, margaret, band, now=now(), **changed)
    return case


def page(email: str = PRIYA, asked: str = "") -> str:
    answer = signed_in(email).get(f"{ADDRESS}{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_person_has_a_line_with_band_and_what_is_missing() -> None:
    case = a_household(repeat_victim="unknown")
    shown = page()
    assert case.reference in shown
    for words in (
        "Margaret Ellis",
        "Joan Ellis",
        "Victim",
        "Medium",
        "Not assessed",
        "Review by",
        "Repeat victim? not known",
    ):
        assert words in shown, words
    assert "1 answer is not known" in shown


def test_it_is_filtered_as_the_list_is_and_leads_back_to_it() -> None:
    medium, low = a_household(), a_household(band="low")
    shown = page(asked="?band=2")
    assert medium.reference in shown
    assert low.reference not in shown
    assert 'href="/cases/?band=2"' in shown
    assert 'href="/cases/risk?band=2"' in signed_in(PRIYA).get("/cases/?band=2").content.decode()


def test_what_one_may_not_see_is_not_there() -> None:
    a_household()
    assert "Margaret" not in page(KOFI)
    assert "No case fits" in page(KOFI)
    assert signed_in("lena.fox@police.example").get(ADDRESS).status_code == 403, (
        "an analyst looks at no people"
    )
    assert signed_in("dawn.ashby@charnwood.example").get(ADDRESS).status_code == 403


def test_each_case_that_was_shown_is_recorded() -> None:
    first, second = a_household(), a_household()
    page()
    with transaction.atomic():
        acting("ravi.desai@police.example")
        seen = Entry.objects.filter(kind="view", subject="risk").values_list("record_id", flat=True)
        assert set(seen) == {first.id, second.id}


def test_a_filter_that_cannot_be_one_is_said() -> None:
    assert signed_in(PRIYA).get(f"{ADDRESS}?band=9").status_code == 422


def test_many_cases_ask_no_more_than_one() -> None:
    client = signed_in(PRIYA)
    a_household()
    client.get(ADDRESS)
    first = _queries(client)
    for _ in range(3):
        a_household()
    assert _queries(client) == first <= 20


def _queries(client: object) -> int:
    counter = QueryCounter()
    with connection.execute_wrapper(counter):
        client.get(ADDRESS)  # type: ignore[attr-defined]
    return counter.count
