"""What is quicker done otherwise than the driver does it comes to the same."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from psycopg import _queries

from sentinel.accounts.models import Team
from sentinel.foundation import statements
from sentinel.foundation.compiled import compiled
from sentinel.foundation.statements import Kept

# Longer than psycopg remembers, and with more values.
LONG = "SELECT " + ", ".join(["%s::text || 'a hundred per cent: %%' || %s::text"] * 100)
VALUES = [str(one) for one in range(200)]


@pytest.mark.django_db
def test_a_long_statement_is_looked_through_once_and_takes_other_values_each_time() -> None:
    assert len(LONG) > _queries.MAX_CACHED_STATEMENT_LENGTH
    assert len(VALUES) > _queries.MAX_CACHED_STATEMENT_PARAMS
    statements._converted.cache_clear()
    kept, found = Kept(LONG), []
    for values in (VALUES, VALUES[::-1], VALUES):
        with connection.cursor() as cursor:
            cursor.execute(kept, values)
            said = cursor.fetchone()
            cursor.execute(LONG, values)
            assert said == cursor.fetchone()
        found.append(said)
    assert found[0] == found[2] != found[1]
    remembered = statements._converted.cache_info()
    assert (remembered.misses, remembered.hits) == (1, 2), "that which is not kept is left to the driver"


@pytest.mark.django_db
def test_a_compiled_query_is_a_kept_statement() -> None:
    team = Team.objects.order_by("name")[0]
    sent: list[Any] = []

    def note(execute: Any, sql: Any, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    @compiled
    def of(agency: uuid.UUID) -> QuerySet[Team]:
        return Team.objects.filter(agency_id=agency)

    with connection.execute_wrapper(note):
        assert team in of(team.agency_id)
        assert team in of(agency=team.agency_id)
    assert [type(one) for one in sent] == [Kept, Kept]
    for wrong in ((), (team.agency_id, team.agency_id)):
        with pytest.raises(TypeError, match="each once"):
            of(*wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 16, 11, 47, 123456, tzinfo=UTC),
        datetime(2026, 6, 1, 0, 0, 0, 100000, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_it_went(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::timestamptz, array[%s::timestamptz, NULL], NULL::timestamptz", [moment] * 2
        )
        found, several, none = cursor.fetchone()
    assert (found, several, none) == (moment, [moment, None], None)
    assert found.tzinfo is UTC


@pytest.mark.django_db
def test_a_moment_of_another_time_zone_is_read_as_the_driver_reads_it() -> None:
    moment = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, %s::timestamptz::text", [moment, moment])
        found, written = cursor.fetchone()
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    assert written.endswith("+05:30"), "or nothing has been proved"
    assert (found, found.utcoffset()) == (moment, timedelta(0))
