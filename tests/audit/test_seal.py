"""The seal finds whoever changes the audit behind its back, as superuser and without the key."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from sentinel.audit.models import Entry
from sentinel.audit.operations import note
from sentinel.audit.seal import Verdict, seal_waiting, verify
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import state_actor
from sentinel.foundation.protection import know_server
from sentinel.settings import database
from tests.support import actor

KEY = "a key that stands outside the database"


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    """Where the heads are written outside."""
    return tmp_path / "heads.jsonl"


@pytest.fixture
def as_worker(transactional_db: None, database_urls: dict[str, str]):
    """A switch of the default connection to the worker's role, back afterwards."""
    wrapper = connections["default"]
    before = dict(wrapper.settings_dict)

    def switch(role: str) -> None:
        wrapper.close()
        wrapper.settings_dict.update(database(database_urls[role]))

    yield switch
    wrapper.close()
    wrapper.settings_dict.update(before)


def seal_now(heads: Path) -> int:
    """Seal, once nothing else on the server is half done: a server that analyses a table of its own makes rows wait."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(s) = pg_snapshot_xmax(s) FROM pg_current_snapshot() s")
            if cursor.fetchone()[0]:
                break
        time.sleep(0.05)
    return seal_waiting(now=now(), key=KEY, heads=heads)


@pytest.fixture
def sealed(as_worker, heads: Path) -> None:
    """Six entries in two seals, and one that waits."""
    me = actor("priya.nair@charnwood.example")
    for batch in (range(3), range(3, 6)):
        as_worker("sentinel_app")
        for number in batch:
            with transaction.atomic():
                state_actor(me)
                note("search", detail={"n": number})
        as_worker("sentinel_worker")
        assert seal_now(heads) == 3
    as_worker("sentinel_app")
    with transaction.atomic():
        state_actor(me)
        note("search", detail={"n": 6})
    as_worker("sentinel_worker")


def verdict_of(heads: Path) -> Verdict:
    return list(verify(key=KEY, heads=heads))[-1]


def tamper(urls: dict[str, str], statement: str) -> None:
    with psycopg.connect(urls["postgres"], autocommit=True) as connection:
        assert connection.execute(statement).rowcount != 0


def kinds(verdict: Verdict) -> set[str]:
    return {finding["kind"] for finding in verdict.findings}


def test_what_is_untouched_holds_and_what_waits_is_said(sealed: None, heads: Path) -> None:
    verdict = verdict_of(heads)
    assert verdict.holds
    assert (verdict.seals, verdict.sealed, verdict.unsealed) == (2, 6, 1)


def test_an_altered_row_is_named(sealed: None, heads: Path, database_urls: dict[str, str]) -> None:
    tamper(database_urls, "UPDATE audit_entry SET reason = 'something else' WHERE detail->>'n' = '1'")
    verdict = verdict_of(heads)
    assert kinds(verdict) == {"altered"}
    assert len(verdict.findings) == 1
    assert verdict.findings[0]["ledger"] == "e"


def test_a_deleted_row_is_named(sealed: None, heads: Path, database_urls: dict[str, str]) -> None:
    tamper(database_urls, "DELETE FROM audit_entry WHERE detail->>'n' = '4'")
    verdict = verdict_of(heads)
    assert kinds(verdict) == {"deleted"}
    assert verdict.findings[0]["seal"] == 2


def test_a_row_deleted_together_with_its_membership_is_found(
    sealed: None, heads: Path, database_urls: dict[str, str]
) -> None:
    tamper(database_urls, "DELETE FROM audit_sealed WHERE seal_id = 1 AND position = 3")
    assert not verdict_of(heads).holds


def test_an_inserted_row_is_named(sealed: None, heads: Path, database_urls: dict[str, str]) -> None:
    tamper(
        database_urls,
        "INSERT INTO audit_entry (transaction, at, kind, subject, subject_id, request_id, address, reason, detail)"
        " SELECT transaction, at, 'search', '', '', '', '', '', '{}' FROM audit_entry ORDER BY id LIMIT 1",
    )
    assert kinds(verdict_of(heads)) == {"inserted"}


def test_rows_that_changed_places_are_found(sealed: None, heads: Path, database_urls: dict[str, str]) -> None:
    tamper(
        database_urls,
        "UPDATE audit_sealed SET position = 10 + position WHERE seal_id = 1;"
        "UPDATE audit_sealed SET position = CASE position WHEN 11 THEN 2 WHEN 12 THEN 1 ELSE 3 END WHERE seal_id = 1",
    )
    verdict = verdict_of(heads)
    assert "altered" in kinds(verdict)
    assert {finding.get("seal") for finding in verdict.findings} == {1}


def test_a_cut_tail_is_found_by_the_heads_outside(
    sealed: None, heads: Path, database_urls: dict[str, str]
) -> None:
    tamper(
        database_urls,
        "DELETE FROM audit_sealed WHERE seal_id = 2; DELETE FROM audit_seal WHERE number = 2",
    )
    verdict = verdict_of(heads)
    assert "cut" in kinds(verdict)


def test_what_is_sealed_while_it_is_verified_is_not_taken_for_cut_off(sealed: None, heads: Path) -> None:
    verdicts = verify(key=KEY, heads=heads)
    next(verdicts)
    assert seal_now(heads) == 1
    verdict = list(verdicts)[-1]
    assert verdict.findings == []
    assert verdict_of(heads).seals == 3


def test_a_chain_made_anew_without_the_key_does_not_hold(sealed: None, heads: Path) -> None:
    assert not list(verify(key="a guess", heads=heads))[-1].holds


def test_sealing_twice_seals_nothing_twice(sealed: None, heads: Path) -> None:
    assert seal_now(heads) == 1
    assert seal_now(heads) == 0
    assert verdict_of(heads).holds


def test_a_row_whose_transaction_is_still_open_waits_for_the_next_seal(
    sealed: None, heads: Path, database_urls: dict[str, str]
) -> None:
    slow = psycopg.connect(database_urls["sentinel_app"])
    slow.execute("SELECT audit_write('search', NULL, NULL, '', '', '{}'::jsonb)")
    seal_waiting(now=now(), key=KEY, heads=heads)
    slow.commit()
    slow.close()
    assert verdict_of(heads).holds
    assert seal_now(heads) >= 1
    assert verdict_of(heads).holds


def test_a_database_restored_into_another_server_is_sealed_and_verified_as_before(
    sealed: None, heads: Path, as_worker, database_urls: dict[str, str]
) -> None:
    tamper(database_urls, "UPDATE audit_server SET system = 1")  # as the dump of another server leaves it
    as_worker("sentinel_app")
    with pytest.raises(DatabaseError, match="sentinel migrate"):
        note("search", detail={"n": 7})
    as_worker("sentinel_owner")
    know_server()
    know_server()
    as_worker("sentinel_app")
    note("search", detail={"n": 8})
    as_worker("sentinel_worker")
    assert verdict_of(heads).unsealed == 2
    assert seal_now(heads) == 2, "the row that waited in the dump, and the new one"
    assert verdict_of(heads).holds
    assert Entry.objects.get(detail__n=8).transaction > 2**48


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entry SET reason = 'x'",
    "DELETE FROM audit_entry",
    "INSERT INTO audit_entry (transaction, at, kind, detail) VALUES (1, now(), 'x', '{}')",
    "UPDATE audit_history SET before = '{}'",
    "DELETE FROM audit_history",
    "TRUNCATE audit_entry",
    "UPDATE audit_seal SET head = ''",
    "DELETE FROM audit_sealed",
])  # fmt: skip
@pytest.mark.parametrize("role", ["sentinel_app", "sentinel_worker"])
def test_no_role_at_run_time_can_change_the_audit(
    sealed: None, database_urls: dict[str, str], statement: str, role: str
) -> None:
    with (
        psycopg.connect(database_urls[role]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)
