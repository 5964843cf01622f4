"""The migration: pairs that are there already are proposals of the run that found them last."""

from __future__ import annotations

import uuid
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import psycopg
from django.apps import apps
from django.db import transaction
from psycopg import sql

from sentinel.matching.batch.models import Run
from sentinel.matching.steward.models import Suggestion
from tests.cases.making import a_case
from tests.people.merging import somebody
from tests.support import NOW, PRIYA, acting


def a_pair() -> Suggestion:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        low, high = sorted(somebody(name, case).pk for name in ("Ann Lee", "Anne Lea"))
        return Suggestion.objects.create(
            first_id=low, second_id=high, source="batch", band="may_be", bits=12.5, found_at=NOW
        )


def carried_over(owner_url: str, run: uuid.UUID) -> list[tuple[Any, ...]]:
    """What the migration makes of pairs that bear the number of a run, as the owner who runs it; nothing of it stays."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            sql.SQL("ALTER TABLE steward_suggestion ADD run_id uuid DEFAULT {}").format(sql.Literal(run))
        )
        migration = import_module("sentinel.matching.steward.migrations.0004_each_run_its_own")
        migration.carry_over(apps, SimpleNamespace(connection=owner))
        owner.execute("SET LOCAL ROLE sentinel_search")
        found = owner.execute("SELECT run_id, pair_id, bits, band, stands FROM steward_proposal").fetchall()
        owner.rollback()
    return found


def test_they_stand_but_where_their_run_was_thrown_away(
    as_worker: Any, database_urls: dict[str, str]
) -> None:
    pair = a_pair()
    with as_worker():
        kept, gone = (
            Run.objects.create(begun_at=NOW, backend="duckdb", begun_by="a test", state=state).pk
            for state in ("done", "thrown_away")
        )
    url = database_urls["sentinel_owner"]
    assert carried_over(url, kept) == [(kept, pair.pk, 12.5, "may_be", True)]
    assert carried_over(url, gone) == [(gone, pair.pk, 12.5, "may_be", False)]
