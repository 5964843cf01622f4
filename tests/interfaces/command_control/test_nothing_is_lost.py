"""The feed in the order of what was committed: a change that was held open, a day that was missed, pages, and what repeats."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction

from sentinel.foundation.clock import now
from sentinel.foundation.middleware import QueryCounter
from sentinel.risk.high.operations import end_high_risk, take_marker_off
from sentinel.risk.models import Marker
from tests.interfaces.command_control.making import (
    NADIA,
    a_proposed_marker,
    a_shown_marker,
    a_system,
    accepted,
    asked,
    held_open,
    told,
)
from tests.support import PRIYA, acting, actor

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_who_begins_is_given_what_is_shown_and_no_more() -> None:
    case, _, marker = a_shown_marker()
    a_proposed_marker("Joan Ellis")
    key = a_system().key
    said = told(key)
    [entry] = said["entries"]
    assert entry == {
        "id": str(marker.id), "revision": entry["revision"], "state": "shown", "changes": ["start"],
        "what": "high-risk ASB", "kind": "at_risk", "who": "Margaret Ellis", "where": marker.where,
        "reference": case.reference, "ring": marker.ring, "first_action": marker.first_action,
        "starts_on": marker.starts_on.isoformat(), "review_on": marker.review_on.isoformat(),
        "ends_on": marker.ends_on.isoformat(),
    }  # fmt: skip
    assert said["more"] is False
    assert told(key, said["next"])["entries"] == []


def test_a_change_whose_transaction_was_held_open_comes_though_later_ones_came_before(
    database_urls: dict[str, str],
) -> None:
    key = a_system().key
    _, _, first = a_shown_marker()
    _, _, second = a_proposed_marker("Joan Ellis")
    since = told(key)["next"]
    with held_open(database_urls, actor(NADIA)) as held:
        held.execute("UPDATE risk_marker SET ring = 'the other desk' WHERE id = %s", [first.id])
        accepted(second)
        said = told(key, since)
        assert [entry["id"] for entry in said["entries"]] == [str(second.id)], "it waits for nobody else"
        nothing = told(key, said["next"])
        assert nothing["entries"] == []
        held.commit()
    [entry] = told(key, nothing["next"])["entries"]
    assert (entry["id"], entry["ring"], entry["changes"]) == (str(first.id), "the other desk", ["change"])
    numbers = changes(database_urls)
    assert numbers == sorted(numbers, key=lambda one: one[1]), (
        "the test means something: numbered first, committed last"
    )
    assert entry["revision"] < said["entries"][0]["revision"]


def changes(urls: dict[str, str]) -> list[tuple[int, int]]:
    with psycopg.connect(urls["postgres"]) as superuser:
        return superuser.execute(
            "SELECT number, transaction FROM command_control_change ORDER BY number"
        ).fetchall()


def test_a_change_that_was_rolled_back_never_comes(database_urls: dict[str, str]) -> None:
    key = a_system().key
    _, _, marker = a_shown_marker()
    since = told(key)["next"]
    with held_open(database_urls, actor(NADIA)) as held:
        held.execute("UPDATE risk_marker SET ring = 'nobody' WHERE id = %s", [marker.id])
        since = told(key, since)["next"]
        held.rollback()
    assert told(key, since)["entries"] == []


def test_who_missed_a_day_is_given_each_marker_once_as_it_stands_with_all_that_became_of_it() -> None:
    key = a_system().key
    case, party, over = a_shown_marker()
    since = told(key)["next"]
    _, _, new = a_shown_marker("Joan Ellis")
    _, _, brief = with_end(*a_shown_marker("Rosa Diaz"))
    with_end(case, party, over)
    said = told(key, since)
    found = {entry["id"]: (entry["state"], entry["changes"]) for entry in said["entries"]}
    assert found == {
        str(new.id): ("shown", ["start"]),
        str(brief.id): ("ended", ["start", "end"]),
        str(over.id): ("ended", ["end"]),
    }


def with_end(case: object, party: object, marker: Marker) -> tuple[object, object, Marker]:
    with transaction.atomic():
        priya = acting(PRIYA)
        end_high_risk(actor=priya, now=now(), case=case, party=party, subject="victim")  # type: ignore[arg-type]
    return case, party, marker


def test_an_end_is_told_without_a_name_and_once() -> None:
    key = a_system().key
    case, party, marker = a_shown_marker()
    since = told(key)["next"]
    with_end(case, party, marker)
    said = told(key, since)
    [entry] = said["entries"]
    assert (entry["id"], entry["state"], entry["who"], entry["where"], entry["reference"]) == (
        str(marker.id),
        "ended",
        "",
        "",
        "",
    )
    with transaction.atomic():
        nadia = acting(NADIA)
        version = Marker.objects.get(pk=marker.id).version
        take_marker_off(actor=nadia, now=now(), marker_id=marker.id, version=version)
    assert told(key, said["next"])["entries"] == [], (
        "that somebody has typed it out of a system tells no system anything"
    )
    assert told(key)["entries"] == [], "who begins now is not told of what is over"


def test_pages_are_bounded_and_give_everything_once() -> None:
    key = a_system().key
    empty = told(key)["next"]
    markers = {str(a_shown_marker(f"Person {letter}")[2].id) for letter in "ABCDE"}
    for since in ("", empty):
        found: list[str] = []
        said = told(key, since, limit="2")
        while said["more"]:
            assert len(said["entries"]) == 2
            found += [entry["id"] for entry in said["entries"]]
            said = told(key, said["next"], limit="2")
        found += [entry["id"] for entry in said["entries"]]
        assert len(found) == 5
        assert set(found) == markers


def test_what_is_shown_while_somebody_turns_pages_comes_after_them() -> None:
    key = a_system().key
    for letter in "ABC":
        a_shown_marker(f"Person {letter}")
    first = told(key, limit="2")
    _, _, late = a_shown_marker("Person D")
    rest = told(key, first["next"], limit="2")
    assert str(late.id) not in {entry["id"] for entry in rest["entries"]} or rest["more"] is False
    seen = {entry["id"] for entry in first["entries"] + rest["entries"] + told(key, rest["next"])["entries"]}
    assert str(late.id) in seen
    assert len(seen) == 4


def test_who_repeats_is_given_the_same() -> None:
    key = a_system().key
    since = told(key)["next"]
    a_shown_marker()
    once, again = told(key, since), told(key, since)
    assert once["entries"] == again["entries"] != []
    for token in (once["next"], again["next"]):
        assert told(key, token)["entries"] == []


@pytest.mark.parametrize("limit", ["0", "-1", "501", "99999", "two", "1.5", "²", ""])
def test_a_page_of_no_size_is_refused_in_words(limit: str) -> None:
    answer = asked(a_system().key, limit=limit)
    assert answer.status_code == 400
    assert "whole number from 1 to 500" in answer.json()["title"]


def test_the_feed_asks_as_much_for_five_markers_as_for_one() -> None:
    key = a_system().key
    empty = told(key)["next"]
    a_shown_marker()
    told(key)
    one = [questions(key, since) for since in ("", empty)]
    for letter in "ABCD":
        a_shown_marker(f"Person {letter}")
    told(key)
    assert [questions(key, since) for since in ("", empty)] == one
    assert max(one) <= 12


def questions(key: str, since: str) -> int:
    counter = QueryCounter()
    with connection.execute_wrapper(counter):
        told(key, since)
    return counter.count
