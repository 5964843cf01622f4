"""Reports that were taken without looking whether the person or place is known are listed for the supervisor (R266)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.foundation.clock import now
from sentinel.reports.operations import take_report
from tests.desk.case.opened import committed
from tests.desk.report.calling import page, send
from tests.reports.telling import telling
from tests.support import PRIYA, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN = "colin.webb@charnwood.example"
DAWN = "dawn.ashby@charnwood.example"
LISTED = {"unlooked": "on", "whose": "all"}


def listed(email: str = COLIN) -> str:
    return page(signed_in(email).get("/reports/", LISTED))  # type: ignore[arg-type]


def test_a_report_taken_without_looking_is_listed_and_one_after_looking_is_not() -> None:
    send(signed_in(DAWN), q__what="Shouting", q__where="9 Tern Street", r__looked=None)
    send(signed_in(DAWN), q__what="Music", q__where="11 Heron Way", r__looked="yes")
    text = listed()
    assert "9 Tern Street" in text
    assert "11 Heron Way" not in text
    assert "Taken without looking" in text


def test_it_is_listed_whatever_became_of_it_and_for_thirty_days() -> None:
    def make(days: int) -> str:
        moment = now() - timedelta(days=days)
        given = telling(told_at=moment - timedelta(minutes=5), looked_for_known=False)
        return committed(PRIYA, lambda priya: take_report(actor=priya, now=moment, telling=given)).reference

    of_late, long_ago = make(29), make(32)
    text = listed()
    assert of_late in text
    assert long_ago not in text


def test_whoever_looks_after_no_team_has_no_such_list() -> None:
    send(signed_in(DAWN), q__what="Shouting", r__looked="yes")
    text = listed(DAWN)
    assert "Taken without looking" not in text
    assert "Sparrow Lane" in text, "the list is the open reports"


def test_the_team_s_page_leads_there() -> None:
    assert 'href="/reports/?unlooked=on"' in signed_in(COLIN).get("/work/team").content.decode()
