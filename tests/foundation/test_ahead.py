"""Rows sent ahead are the rows that would have been: seen by every query, counted truly, and what fails is told."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction

from sentinel.foundation.ahead import sent_ahead

SELECT = "SELECT count(*) FROM things"


@pytest.fixture
def things(db: None) -> Iterator[None]:
    """A table of the test's own: words that may stand in it once."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE things (word text PRIMARY KEY, seen integer DEFAULT 0)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS things")


def run(sql: str, *values: object) -> int:
    """The number of rows that the database says."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def insert(word: str) -> None:
    run("INSERT INTO things (word) VALUES (%s)", word)


def count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(SELECT)
        return int(cursor.fetchone()[0])


def ahead(*words: str) -> None:
    """Insert words in a transaction."""
    with transaction.atomic(), sent_ahead():
        for word in words:
            insert(word)


def broken_off() -> None:
    with transaction.atomic(), sent_ahead():
        insert("noise")
        raise ValueError("mine")


def test_a_query_sees_what_was_sent_before_it(things: None) -> None:
    with sent_ahead():
        for word in ("noise", "litter", "fire"):
            insert(word)
        assert count() == 3
    assert count() == 3


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Grows by one each time that all is waited for."""
    found: list[bool] = []
    wait = psycopg.Pipeline.sync
    monkeypatch.setattr(psycopg.Pipeline, "sync", lambda pipeline: (found.append(True), wait(pipeline))[1])
    return found


def test_an_insert_is_not_waited_for(things: None, waits: list[bool]) -> None:
    with transaction.atomic(), sent_ahead():
        insert("noise")
        insert("litter")
        assert waits == []
        run("UPDATE things SET seen = 1")
        assert waits == [True]


def test_a_function_called_for_what_it_does_is_not_waited_for(things: None, waits: list[bool]) -> None:
    with transaction.atomic(), sent_ahead():
        run("SELECT FROM set_config('sentinel.reason', %s, true)", "said")
        assert waits == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('sentinel.reason')")
            assert cursor.fetchone() == ("said",)


def test_a_function_that_refuses_raises_at_the_end_of_its_savepoint(things: None) -> None:
    with transaction.atomic(), sent_ahead():
        insert("noise")
        with pytest.raises(DataError), transaction.atomic():
            run("SELECT FROM chr(%s)", -1)
        assert count() == 1


def test_a_savepoint_is_waited_for_where_something_before_it_is_not_known_to_stand(
    things: None, waits: list[bool]
) -> None:
    with transaction.atomic(), sent_ahead():
        with transaction.atomic(), transaction.atomic():
            assert waits == []
            insert("noise")
        # The end of the inner one; by then the outer one has nothing more to tell.
        assert waits == [True]
        insert("litter")
        with transaction.atomic():
            assert waits == [True, True]
        assert waits == [True, True]


def test_what_failed_before_a_savepoint_is_not_taken_for_its_own(things: None) -> None:
    def fail() -> None:
        with transaction.atomic(), sent_ahead():
            insert("noise")
            insert("noise")
            try:
                with transaction.atomic():
                    insert("litter")
                    pytest.fail("the savepoint began")
            except IntegrityError:
                raise ValueError from None

    with pytest.raises(ValueError):
        fail()
    assert count() == 0


def test_within_another_it_adds_nothing(things: None, waits: list[bool]) -> None:
    with transaction.atomic(), sent_ahead():
        with sent_ahead():
            insert("noise")
        insert("litter")
        assert waits == []
        assert count() == 2
        assert waits == [True]


def test_an_insert_that_fails_raises_at_a_later_statement_or_at_the_end(things: None) -> None:
    insert("noise")
    with pytest.raises(IntegrityError):
        ahead("noise", "litter")
    assert count() == 1


def test_how_many_rows_changed_is_true(things: None) -> None:
    with sent_ahead():
        insert("noise")
        insert("litter")
        assert run("UPDATE things SET seen = seen + 1") == 2
        assert run("UPDATE things SET seen = 5 WHERE word = 'fire'") == 0
        assert run("INSERT INTO things (word) VALUES ('noise') ON CONFLICT DO NOTHING") == 0
        assert run("DELETE FROM things WHERE word = 'litter'") == 1


def test_what_is_given_back_by_an_insert_can_be_read(things: None) -> None:
    with sent_ahead(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO things (word, seen) VALUES ('noise', 7) RETURNING seen")
        assert cursor.fetchone() == (7,)


def test_a_savepoint_tells_of_what_failed_in_it_and_the_rest_goes_on(things: None) -> None:
    with transaction.atomic(), sent_ahead():
        insert("noise")
        with pytest.raises(IntegrityError), transaction.atomic():
            insert("noise")
        insert("litter")
        assert count() == 2
    assert count() == 2


def test_what_fails_at_the_end_undoes_the_whole_as_ever(things: None) -> None:
    insert("noise")
    with pytest.raises(IntegrityError):
        ahead("litter", "noise")
    assert count() == 1


def test_an_error_of_ones_own_goes_through_and_leaves_the_connection_usable(things: None) -> None:
    with pytest.raises(ValueError, match="mine"):
        broken_off()
    assert count() == 0


def test_without_a_library_that_can_everything_is_the_same(
    things: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psycopg.Pipeline, "is_supported", classmethod(lambda cls: False))
    with sent_ahead():
        insert("noise")
        with pytest.raises(IntegrityError), transaction.atomic():
            insert("noise")
    assert count() == 1
