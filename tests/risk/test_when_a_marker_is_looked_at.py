"""That a marker is due to be looked at is the same for the lists of the database and for the row on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db.models import DateTimeField, Value

from sentinel.risk.high.models import Marker
from sentinel.risk.high.queries import to_review

TODAY = date(2026, 11, 20)
ASKED = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [key for key, _ in Marker.STATES])
def test_the_database_and_a_row_say_the_same(state: str) -> None:
    for days, asked in product((-1, 0, 1), (None, ASKED)):
        facts = {"state": state, "review_on": TODAY + timedelta(days=days), "review_asked_at": asked}
        typed = {**facts, "review_asked_at": Value(asked, output_field=DateTimeField(null=True))}
        due = state == "accepted" and (days <= 0 or asked is not None)
        assert Marker(**facts).is_to_review(TODAY) is to_review(TODAY).check(typed) is due, facts
