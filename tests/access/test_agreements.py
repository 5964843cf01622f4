"""Sharing agreements: signed by two agencies, in force from a day in London, ended and not forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sentinel.access.models import Agreement, Kind, Rung
from sentinel.access.operations import open_record, share_by_agreement
from sentinel.access.queries import rung_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.ids import new_id
from tests.cases.making import agency
from tests.support import PRIYA, acting

pytestmark = pytest.mark.django_db
BETH = "beth.carr@three-oaks.example"
FIRST_OF_JULY = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in London


def reached(at: datetime) -> Rung:
    """On what rung the landlord stands for a report that Charnwood takes at a moment."""
    priya: Actor = acting(PRIYA)
    record = new_id()
    open_record(actor=priya, now=at, record_id=record, kind=Kind.REPORT)
    share_by_agreement(actor=priya, now=at, record_id=record, kind=Kind.REPORT, involved=())
    return rung_of(acting(BETH), record)


def test_it_is_in_force_from_midnight_in_london() -> None:
    Agreement.objects.create(
        owner=agency("charnwood"), other=agency("three-oaks"), record_kind=Kind.REPORT, rung=Rung.SUMMARY,
        legal_basis="Crime and Disorder Act 1998 s.115", source="Signed", effective_from=date(2026, 7, 1),
    )  # fmt: skip
    assert reached(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == Rung.NONE
    assert reached(FIRST_OF_JULY) == Rung.SUMMARY
