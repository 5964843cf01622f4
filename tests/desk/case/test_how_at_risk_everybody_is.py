"""The snapshot over the partnership: everybody in the cases that the reader sees, with what is missing; every reading recorded."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection, transaction

from sentinel.access.models import Disclosure
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


def test_it_is_one_table_so_that_its_columns_stand_under_each_other() -> None:
    a_household()
    a_household()
    shown = page()
    assert shown.count("<table") == 1
    assert shown.count('scope="rowgroup"') == 2


def test_only_those_of_a_role_a_band_or_a_flag_are_shown() -> None:
    case = a_household(repeat_victim="yes", repeat_victim__why="In May and in June.")
    other = a_household(vulnerable="unknown")
    with transaction.atomic():
        a_party(acting(PRIYA), other, "Dale Horton", "alleged_perpetrator", now=now())
    for asked, here, gone in (
        ("?risk=medium", ["Margaret Ellis"], ["Joan Ellis", "Dale Horton"]),
        ("?risk=none", ["Joan Ellis", "Dale Horton"], ["Margaret Ellis"]),
        (
            "?role=perpetrator",
            ["Dale Horton", other.reference],
            ["Margaret Ellis", "Joan Ellis", case.reference],
        ),
        ("?flag=repeat_victim", ["Margaret Ellis", case.reference], ["Joan Ellis", other.reference]),
        ("?flag=unknown", ["Margaret Ellis", other.reference], [case.reference]),
        ("?flag=put_off", ["No case"], ["Margaret Ellis", "Joan Ellis"]),
        ("?role=victim&risk=none&owner=", ["Joan Ellis"], ["Margaret Ellis", "Dale Horton"]),
    ):
        shown = page(asked=asked)
        for words in here:
            assert words in shown, (asked, words)
        for words in gone:
            assert words not in shown, (asked, words)
    assert signed_in(PRIYA).get(f"{ADDRESS}?flag=everything").status_code == 422


def test_as_a_file_it_holds_the_lines_that_were_chosen_and_each_case_of_them_is_written_down() -> None:
    case, other = a_household(), a_household(band="low")
    colin = signed_in("colin.webb@charnwood.example")
    assert "/cases/risk/export?risk=medium" in colin.get(f"{ADDRESS}?risk=medium").content.decode()
    assert colin.post(f"{ADDRESS}/export?risk=medium", {"why": "x"}).status_code == 422
    answer = colin.post(f"{ADDRESS}/export?risk=medium", {"why": "For the weekly meeting of Monday"})
    heads, line, _, ends = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert heads[0] == "Reference"
    assert line[0] == case.reference
    assert line[4:7] == ["Margaret Ellis", "Victim", "Medium"]
    assert "weekly meeting" in ends[0]
    assert signed_in(PRIYA).post(f"{ADDRESS}/export", {"why": "For the weekly meeting"}).status_code == 403
    with transaction.atomic():
        acting(PRIYA)
        told = set(Disclosure.objects.filter(kind="export").values_list("record_id", flat=True))
    assert told == {case.id}
    assert other.id not in told
    assert (
        "Margaret"
        not in signed_in("owen.price@three-oaks.example")
        .post(f"{ADDRESS}/export", {"why": "For the weekly meeting"})
        .content.decode()
    )


def test_the_filters_of_the_cases_are_folded_until_one_of_them_is_chosen(transactional_db: None) -> None:
    priya = signed_in(PRIYA)

    def fold(asked: str) -> tuple[str, str]:
        """How the fold begins, and what stands in it."""
        words = priya.get(f"{ADDRESS}{asked}").content.decode()
        head, inside = words.split("<details", 1)[1].split(">", 1)
        return head, inside.split("</details>", 1)[0]

    closed, inside = fold("?risk=high")
    assert " open" not in closed
    assert 'name="band"' in inside
    assert 'name="risk"' not in inside, "whom one looks for stands before the fold"
    assert " open" in fold("?band=2")[0]
    assert " open" in fold("?band=nonsense")[0], "what is wrong is not hidden"
