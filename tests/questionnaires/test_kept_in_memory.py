"""Question sets and local rules come from memory for as long as nothing changed any of them, and not a request longer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from sentinel.access.queries import agreements_of
from sentinel.accounts.operations.teams import add_team
from sentinel.accounts.queries import agency_and_teams
from sentinel.care.queries import standard_items
from sentinel.cases.lists import labels
from sentinel.foundation import reference
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.reference import changed_here, kept_in_memory, of_edition
from sentinel.questionnaires.queries import rule_content, rule_contents
from sentinel.risk.lists import aide_memoire, review_days
from sentinel.risk.plans.queries import template_on
from sentinel.risk.supervision.queries import clocks_on
from tests.cases.making import agency
from tests.support import PRIYA, actor, signed_in

JOYCE = "joyce.lim@charnwood.example"
NAME, ON = "note-editing", date(2026, 11, 20)


def asking(request: HttpRequest) -> HttpResponse:
    """A page that follows one rule, asked for in both ways, and that may say that it has changed rules itself."""
    if request.GET.get("changed"):
        changed_here()
    several = rule_contents([NAME], ON)[NAME]
    return HttpResponse(f"{rule_content(NAME, ON)['edit_minutes']} {several['edit_minutes']}")


urlpatterns = [path("asking", asking)]


@pytest.fixture
def page(transactional_db: None) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield signed_in(PRIYA)


def shown(page: Client, address: str = "/asking") -> tuple[str, int]:
    """What the page says, and how many statements asked for rules."""
    with CaptureQueriesContext(connection) as asked:
        body = page.get(address).content.decode()
    return body, sum("questionnaires_localrule" in one["sql"] for one in asked.captured_queries)


def as_owner(urls: dict[str, str], statement: str, *values: object) -> None:
    with psycopg.connect(urls["sentinel_owner"], autocommit=True) as owner:
        owner.execute(statement, values)


def write(urls: dict[str, str], minutes: int, effective_from: date = ON) -> None:
    as_owner(
        urls,
        "INSERT INTO questionnaires_localrule (id, name, content, source, confirmed, effective_from, content_hash)"
        " VALUES (%s, %s, %s, 'A test', false, %s, '')",
        uuid.uuid4(), NAME, psycopg.types.json.Jsonb({"edit_minutes": minutes}), effective_from,
    )  # fmt: skip


def test_what_nobody_changed_is_asked_for_once_by_all_requests(page: Client) -> None:
    first, _ = shown(page)
    assert shown(page) == (first, 0)


def test_a_change_by_anybody_holds_for_the_very_next_request(
    page: Client, database_urls: dict[str, str]
) -> None:
    before, _ = shown(page)
    write(database_urls, 77)
    assert shown(page) == ("77 77", 2) != (before, 2)
    as_owner(
        database_urls,
        "UPDATE questionnaires_localrule SET content = '{\"edit_minutes\": 78}' WHERE content = '{\"edit_minutes\": 77}'",
    )
    assert shown(page) == ("78 78", 2)
    as_owner(database_urls, "DELETE FROM questionnaires_localrule WHERE content = '{\"edit_minutes\": 78}'")
    assert shown(page) == (before, 2)


def test_a_change_that_is_undone_leaves_nothing_behind(page: Client, database_urls: dict[str, str]) -> None:
    with psycopg.connect(database_urls["sentinel_owner"]) as owner:
        found = owner.execute("SELECT edition FROM foundation_edition").fetchone()
        owner.execute("UPDATE questionnaires_localrule SET source = 'Undone'")
        within = owner.execute("SELECT edition FROM foundation_edition").fetchone()
        owner.rollback()
        after = owner.execute("SELECT edition FROM foundation_edition").fetchone()
    assert found == after != within


def test_a_request_that_changed_rules_itself_asks_anew_and_leaves_memory_alone(
    page: Client, database_urls: dict[str, str]
) -> None:
    before, _ = shown(page)
    assert shown(page, "/asking?changed=1") == (before, 2)
    assert shown(page) == (before, 0)


@pytest.mark.django_db
def test_outside_a_request_nothing_is_remembered() -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            rule_content(NAME, ON)
        assert len(asked) == 1


def test_memory_is_bounded_and_asks_by_day_agency_and_list(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    @kept_in_memory
    def rows(names: list[str], on: date) -> list[str]:
        asked.append((tuple(names), on))
        return [*names]

    monkeypatch.setattr(reference, "MOST", 2)
    other = date(2026, 11, 21)
    with of_edition(uuid.uuid4()):
        assert [rows(["a"], ON), rows(["a"], ON), rows(["b"], ON), rows(["a"], ON)] == [
            ["a"],
            ["a"],
            ["b"],
            ["a"],
        ]
        assert len(asked) == 2
        rows(["a"], other)  # the third answer: memory begins anew
        rows(["a"], ON)
    assert asked == [(("a",), ON), (("b",), ON), (("a",), other), (("a",), ON)]
    with of_edition(uuid.uuid4()):
        rows(["a"], ON)
    assert len(asked) == 5, "another edition is another question"


def as_a_job(ask: Callable[[], Any]) -> tuple[Any, int]:
    """What a job is told, and how many statements asked for it."""
    with transaction.atomic(), of_edition(state_actor(SYSTEM)), CaptureQueriesContext(connection) as asked:
        return ask(), len(asked.captured_queries)


MADE_OF_RULES: dict[str, Callable[[uuid.UUID], Any]] = {
    "risk-review": lambda agency: review_days(ON, agency),
    "location-aide-memoire": lambda agency: aide_memoire(ON, agency),
    "supervision-review": lambda agency: clocks_on(ON, agency),
    "action-plan": lambda agency: template_on(ON, agency),
    "contact-standards": lambda agency: standard_items(ON, agency),
    "categories": lambda agency: labels("categories", ON, agency),
}


@pytest.mark.parametrize("name", MADE_OF_RULES)
def test_what_was_made_of_a_rule_lasts_no_longer_than_the_rule(
    transactional_db: None, database_urls: dict[str, str], name: str
) -> None:
    whose = agency("police").id

    def ask() -> Any:
        return MADE_OF_RULES[name](whose)

    first, _ = as_a_job(ask)
    assert first
    assert as_a_job(ask) == (first, 0)
    as_owner(
        database_urls,
        "UPDATE questionnaires_localrule SET content = jsonb_set(content, '{items}', (content->'items') - 0) WHERE name = %s",
        name,
    )
    corrected, statements = as_a_job(ask)
    assert statements
    assert len(corrected) == len(first) - 1
    assert as_a_job(ask) == (corrected, 0)


def test_that_there_is_no_rule_is_not_remembered_when_one_comes(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    whose = agency("police").id
    as_owner(
        database_urls, "UPDATE questionnaires_localrule SET name = 'elsewhere' WHERE name = 'action-plan'"
    )
    assert as_a_job(lambda: template_on(ON, whose))[0] == ()
    as_owner(
        database_urls, "UPDATE questionnaires_localrule SET name = 'action-plan' WHERE name = 'elsewhere'"
    )
    assert as_a_job(lambda: template_on(ON, whose))[0]


def test_another_kind_of_agency_follows_its_own_lines_at_once(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    whose = agency("charnwood").id
    assert {one.level for one in as_a_job(lambda: clocks_on(ON, whose))[0]} == {1}
    as_owner(database_urls, "UPDATE accounts_agency SET kind = 'police' WHERE id = %s", whose)
    assert {one.level for one in as_a_job(lambda: clocks_on(ON, whose))[0]} == {1, 2}


def test_a_team_and_an_agreement_hold_for_the_very_next_request(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    whose, other = agency("charnwood").id, agency("police").id

    def names() -> list[str]:
        return [team.name for team in agency_and_teams(whose)[1]]

    def shared() -> list[uuid.UUID]:
        return [one.other_id for one in agreements_of(whose, 9, ON)]

    first, _ = as_a_job(names)
    assert as_a_job(names) == (first, 0)
    assert [as_a_job(shared), as_a_job(shared)] == [([], 1), ([], 0)]
    as_owner(
        database_urls, "UPDATE accounts_team SET name = 'Renamed' WHERE agency_id = %s AND name = %s",
        whose, first[0],
    )  # fmt: skip
    as_owner(
        database_urls,
        "INSERT INTO access_agreement (id, owner_id, other_id, record_kind, rung, break_glass_roles, silent_kinds, legal_basis, source,"
        " effective_from, confirmed) VALUES (gen_random_uuid(), %s, %s, 9, 1, '[]', '[]', 'A test', 'A test', %s, true)",
        whose, other, ON,
    )  # fmt: skip
    assert sorted(as_a_job(names)[0]) == sorted(["Renamed", *first[1:]])
    assert [as_a_job(shared), as_a_job(shared)] == [([other], 1), ([other], 0)]
    as_owner(database_urls, "UPDATE accounts_agency SET desk_phone = '0116 496 0999' WHERE id = %s", whose)
    assert as_a_job(lambda: agency_and_teams(whose)[0].desk_phone)[0] == "0116 496 0999"


def test_a_request_that_changed_a_team_itself_asks_anew(transactional_db: None) -> None:
    joyce = actor(JOYCE)
    with transaction.atomic(), of_edition(state_actor(joyce)):
        before = len(agency_and_teams(joyce.agency)[1])
        add_team(actor=joyce, now=clock_now(), name="A new team", area_id=None, takes_skeletons=False)
        assert len(agency_and_teams(joyce.agency)[1]) == before + 1
        transaction.set_rollback(True)
    with transaction.atomic(), of_edition(state_actor(joyce)):
        assert len(agency_and_teams(joyce.agency)[1]) == before


def test_nothing_is_an_answer_too() -> None:
    asked = []

    @kept_in_memory
    def nothing(on: date) -> None:
        asked.append(on)

    with of_edition(uuid.uuid4()):
        nothing(ON)
        nothing(ON)
    assert asked == [ON]
