"""What the reports room calls open is found among what is open."""

from __future__ import annotations

import pytest

from sentinel.cases.models import Incident
from sentinel.reports.models import Report
from sentinel.reports.operations import signpost
from sentinel.search.queries import Within
from tests.reports.test_ending_and_passing_on import taken
from tests.search.making import texts
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db


def test_pointed_elsewhere_it_is_still_found_among_what_is_open() -> None:
    report = taken()
    priya = acting(PRIYA)
    Incident.objects.filter(pk=report.incident_id).update(words="A zeppelin over the bins.")
    assert texts(priya, "zeppelin", within=Within(state="open")).count == 1
    signpost(actor=priya, now=NOW, report=report, why="It is theirs.", to_other="Licensing")
    report.refresh_from_db()
    assert report.state in Report.OPEN
    found = {
        state: texts(priya, "zeppelin", within=Within(state=state)).count for state in ("open", "closed")
    }
    assert found == {"open": 1, "closed": 0}
