"""Keys, days and numbers that nobody's page wrote: whoever makes them up gets a page, never a failure."""

from __future__ import annotations

import base64
import uuid

import pytest

from tests.cases.making import a_case
from tests.desk.case.opened import committed
from tests.support import NOW, PRIYA, signed_in, user

COLIN, RAVI = "colin.webb@charnwood.example", "ravi.desai@police.example"
pytestmark = pytest.mark.usefixtures("transactional_db")
NONE = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")


def test_a_key_of_a_moment_that_there_is_not_begins_at_the_top() -> None:
    browser = signed_in(COLIN)
    for moment in NONE:
        assert (
            browser.get("/reports/", {"after": f"{moment}~{uuid.uuid4()}", "whose": "all"}).status_code == 200
        )
        assert browser.get("/work/team", {"after": f"1~{moment}~{uuid.uuid4()}"}).status_code == 200
        key = base64.urlsafe_b64encode(f"{moment}|{uuid.uuid4()}".encode()).decode().rstrip("=")
        assert browser.get("/cases/", {"after": key}).status_code == 422


def test_a_figure_that_is_no_number_does_not_fail_the_readers() -> None:
    case = committed(PRIYA, lambda priya: a_case(priya, now=NOW))
    browser = signed_in(COLIN)
    for before in ("²", "٣", "9" * 30, "-1"):
        assert browser.get(f"/cases/{case.reference}/readers", {"before": before}).status_code == 200


def test_the_audit_is_searched_up_to_the_last_day_there_is() -> None:
    browser = signed_in(RAVI)
    for day in ("31/12/9999", "9999-12-31", "0001-01-01"):
        assert browser.get("/audit/", {"until": day}).status_code == 200


def test_a_day_beyond_counting_is_answered_beside_its_field() -> None:
    case = committed(PRIYA, lambda priya: a_case(priya, now=NOW))
    browser = signed_in(PRIYA)
    agency = str(user(PRIYA).agency_id)
    answer = browser.post(
        f"/cases/{case.reference}/actions/add",
        {"what": "Ring her", "due": "31 December 9999", "agency": agency},
    )
    assert answer.status_code == 422
    assert "The year must be 2199 or earlier." in answer.content.decode()
