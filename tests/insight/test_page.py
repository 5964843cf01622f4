"""The page: zero, then one, then zero; each number opens its list, and the list leads to where it is put right."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.insight.baseline import RULE
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed, assessed_as
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, BETH = "colin.webb@charnwood.example", "beth.carr@three-oaks.example"
HEADLINE = re.compile(r"(\d+) cases? (?:has|have) somebody who is (?:<em>)?not assessed")


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def headline(client: Client) -> int:
    found = HEADLINE.search(text(client, "/compliance"))
    assert found is not None
    return int(found[1])


def test_zero_then_one_then_zero_and_put_right_from_the_list() -> None:
    colin = signed_in(COLIN)
    assert headline(colin) == 0
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
    assert headline(colin) == 1
    page = text(colin, "/compliance")
    link = re.search(r'href="(/compliance/cases[^"]*)"', page)
    assert link is not None
    listed = text(colin, link[1].replace("&amp;", "&"))
    assert listed.count("<tr data-row>") == 1
    assert case.reference in listed
    way = f"/cases/{case.reference}/assess/case"
    assert f'href="{way}"' in listed
    assert f'href="{way}/put-off"' in listed
    assert colin.get(way).status_code == 200, "it is put right from the list"
    with transaction.atomic():
        assessed_as(acting(PRIYA), case, "case", now=now())
    assert headline(colin) == 0
    assert "None" in text(colin, "/compliance/cases")


def test_every_number_opens_a_list_of_that_many_rows() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        for number in range(3):
            case = a_case(priya, now=now())
            a_party(priya, case, f"Person {number}", now=now())
            assessed(
                priya,
                case,
                a_party(priya, case, f"Other {number}", now=now()),
                vulnerable="unknown",
                now=now(),
            )
    page = text(signed_in(COLIN), "/compliance")
    links = re.findall(r'href="(/compliance/[^"]*)" aria-label="[^"]*">(\d+)', page)
    assert len(links) > 8
    for address, number in links:
        listed = text(signed_in(COLIN), address.replace("&amp;", "&"))
        assert listed.count("<tr data-row>") == int(number), address


def test_another_agency_sees_nothing_of_it_and_who_has_no_such_role_no_page() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
    beth = signed_in(BETH)
    assert headline(beth) == 0
    assert "Charnwood" not in re.sub(r"<header.*?</header>", "", text(beth, "/compliance"), flags=re.S)
    assert case.reference not in text(beth, "/compliance/cases")
    for email in ("dawn.ashby@charnwood.example", "ravi.desai@police.example", "joyce.lim@charnwood.example"):
        assert signed_in(email).get("/compliance").status_code == 403, email
        assert signed_in(email).get("/compliance/cases").status_code == 403, email
    assert beth.get("/compliance/everything").status_code == 404


def test_the_bar_calls_the_page_what_it_calls_itself(transactional_db: None) -> None:
    page = text(signed_in(COLIN), "/compliance")
    here = re.search(r'aria-current="page">([^<]+)', page)
    head = re.search(r"<h1[^>]*>\s*([^<]+?)\s*<", page)
    assert here
    assert head
    assert here[1] == head[1] == "Compliance"


def test_the_page_compares_with_what_the_local_rule_says_and_with_nothing_where_there_is_none(
    database_urls: dict[str, str],
) -> None:
    colin = signed_in(COLIN)
    assert "358 of 4,382 cases" in text(colin, "/compliance")
    with psycopg.connect(database_urls["sentinel_owner"], autocommit=True) as owner:
        owner.execute(
            "UPDATE questionnaires_localrule SET content = jsonb_set(content, '{items,0,of}', '1790') WHERE name = %s", [RULE]
        )  # fmt: skip
        assert "358 of 1,790 cases" in text(colin, "/compliance")
        owner.execute("UPDATE questionnaires_localrule SET name = 'elsewhere' WHERE name = %s", [RULE])
    assert "compulsory" not in text(colin, "/compliance")


def test_a_page_takes_as_few_queries_with_many_cases_and_each_reading_is_recorded() -> None:
    colin = signed_in(COLIN)
    counts = []
    for many in (1, 8):
        with transaction.atomic():
            priya = acting(PRIYA)
            for _ in range(many):
                a_party(priya, a_case(priya, now=now()), now=now())
        text(colin, "/compliance")
        with CaptureQueriesContext(connection) as page:
            text(colin, "/compliance")
        text(colin, "/compliance/people")
        with CaptureQueriesContext(connection) as listed:
            text(colin, "/compliance/people")
        counts.append((len(page), len(listed)))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 15, counts
    with transaction.atomic():
        acting(PRIYA)
        case = Case.objects.latest("opened_at")
        acting(COLIN)
        assert Entry.objects.filter(kind="view", record_id=case.id, subject="compliance").exists()
