"""A system of ours on the other side: it keeps its token, misses a day, repeats, lies and floods, and is never wrong for it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.test import Client as Browser

from sentinel.cases.operations.protection import protect_identity
from sentinel.cli import main
from sentinel.foundation.clock import now
from sentinel.interfaces.command_control.fake import consumer as fake
from sentinel.interfaces.command_control.fake.consumer import Answer, Consumer, Refused, taken_in
from sentinel.interfaces.command_control.rules import HEADS
from sentinel.risk.high.operations import end_high_risk
from sentinel.risk.models import Marker
from tests.interfaces.command_control.making import NADIA, a_shown_marker, a_system, asked, told
from tests.support import PRIYA, acting

pytestmark = pytest.mark.usefixtures("transactional_db")


def ask(url: str, headers: Mapping[str, str]) -> Answer:
    """Ask Sentinel in this process."""
    path = url.removeprefix("http://localhost")
    found = Browser(headers={"host": "localhost"}).get(
        path, headers={k.lower(): v for k, v in headers.items()}
    )
    return Answer(found.status_code, {k.lower(): v for k, v in found.items()}, found.content)


def a_consumer(**given: Any) -> Consumer:
    return Consumer("http://localhost", a_system().key, ask=ask, pause=lambda seconds: None, **given)


def test_a_consumer_that_missed_a_day_shows_what_is_shown(tmp_path: Path) -> None:
    consumer = a_consumer()
    case, party, over = a_shown_marker()
    _, _, stays = a_shown_marker("Joan Ellis")
    assert consumer.catch_up() == 2
    consumer.remember(tmp_path / "state")
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    with transaction.atomic():
        end_high_risk(actor=acting(PRIYA), now=now(), case=case, party=party, subject="victim")
    news = [a_shown_marker(f"Person {letter}")[2] for letter in "ABC"]
    tomorrow = Consumer(consumer.url, consumer.key, ask=ask)
    tomorrow.recall(tmp_path / "state")
    assert tomorrow.catch_up(limit=2) == 4
    assert set(tomorrow.shown) == {str(one.id) for one in (stays, *news)}
    assert str(over.id) not in tomorrow.shown
    fresh = Consumer(consumer.url, consumer.key, ask=ask)
    fresh.catch_up()
    assert set(fresh.shown) == set(tomorrow.shown), "who began anew shows the same"


def test_a_consumer_that_repeats_changes_nothing() -> None:
    consumer = a_consumer()
    a_shown_marker()
    consumer.catch_up()
    shown, consumer.token = dict(consumer.shown), ""
    assert consumer.catch_up() == 0
    assert consumer.shown == shown


def test_a_consumer_that_lies_is_told_so_and_may_go_on() -> None:
    consumer = a_consumer()
    a_shown_marker()
    consumer.catch_up()
    answer = consumer.lie()
    assert answer.status == 400
    with pytest.raises(Refused, match="400: This token was not given to this client"):
        consumer.read(answer)
    assert consumer.catch_up() == 0


def test_a_consumer_that_floods_waits_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.interfaces.command_control.operations.ASKED_A_MINUTE", 3)
    consumer = a_consumer()
    a_shown_marker()
    assert 429 in {one.status for one in consumer.flood(8)}
    monkeypatch.setattr(consumer, "pause", lambda seconds: monkeypatch.undo())
    assert consumer.catch_up() == 1
    assert len(consumer.waited) <= 1


def test_after_a_restore_a_consumer_drops_what_it_holds() -> None:
    consumer = a_consumer(shown={"gone": {"id": "gone", "revision": 9}}, token="old")
    a_shown_marker()
    answers = iter([Answer(410, {}, b"{}")])
    consumer.ask = lambda url, headers: next(answers, None) or ask(url, headers)
    consumer.catch_up()
    assert "gone" not in consumer.shown
    assert len(consumer.shown) == 1


def test_of_two_tellings_of_a_marker_the_later_one_holds_in_whatever_order_they_come() -> None:
    def entry(revision: int, ring: str, state: str = "shown") -> dict[str, Any]:
        return {"id": "m", "revision": revision, "state": state, "changes": [], "ring": ring}

    for order in ((1, 2), (2, 1)):
        shown: dict[str, dict[str, Any]] = {}
        for one in order:
            taken_in(shown, [entry(one, f"desk {one}")])
        assert shown["m"]["ring"] == "desk 2"
    assert taken_in(shown, [entry(3, "", "ended")]) == 1
    assert taken_in(shown, [entry(3, "", "ended")]) == 0
    assert shown == {}


def test_whose_identity_is_protected_later_ends_without_a_name() -> None:
    consumer = a_consumer()
    _, party, marker = a_shown_marker()
    consumer.catch_up()
    since = consumer.token
    with transaction.atomic():
        protect_identity(actor=acting(PRIYA), now=now(), party=party)
    answer = asked(consumer.key, since)
    [entry] = answer.json()["entries"]
    assert (entry["id"], entry["state"], entry["who"], entry["where"]) == (str(marker.id), "ended", "", "")
    for since_when in (since, ""):
        for as_csv in (False, True):
            assert b"Margaret" not in asked(consumer.key, since_when, csv=as_csv).content
    consumer.catch_up()
    assert consumer.shown == {}


def test_nothing_of_health_or_of_what_is_alleged_leaves() -> None:
    consumer = a_consumer()
    a_shown_marker()
    said = told(consumer.key)
    assert set(said["entries"][0]) == set(HEADS), "nothing but what the contract lists"
    words = json.dumps(said)
    for secret in ("burn", "threat", "noise", "Horton", "wears her down", "vulnerab"):
        assert secret not in words


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "＝"])
def test_no_spreadsheet_runs_a_name_as_a_formula(begins: str) -> None:
    key = a_system().key
    _, _, marker = a_shown_marker()
    with transaction.atomic():
        acting(NADIA)
        Marker.objects.filter(pk=marker.id).update(who=f"{begins}HYPERLINK(0)")
    answer = asked(key, csv=True)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    heads, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert heads == HEADS
    assert row[HEADS.index("who")].startswith("'")
    assert told(key, answer["Sentinel-Next"])["entries"] == []
    assert answer["Sentinel-More"] == "no"


def test_an_operator_can_be_a_consumer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = a_system().key
    a_shown_marker()
    monkeypatch.setattr(fake, "ask_by_http", ask)
    state = str(tmp_path / "state")
    given = ["command-control", "try", "--url", "http://localhost", "--key", key, "--state", state]
    first = CliRunner().invoke(main, [*given, "--repeat", "--lie", "--flood", "2"])
    assert first.exit_code == 0, first.output
    assert "Margaret Ellis" in first.stdout
    assert "The same twice." in first.stderr
    assert "400" in first.stderr
    again = CliRunner().invoke(main, [*given, "--json"])
    assert json.loads(again.stdout)["changed"] == 0
    wrong = CliRunner().invoke(main, [*given[:5], "sentinel_no_key"])
    assert wrong.exit_code == 1
    assert "Authorization: Bearer KEY" in wrong.output
