"""A marker is looked at again on the pages: by the control room under High risk, by a supervisor on the case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.risk.models import HighRisk, Marker
from tests.interfaces.command_control.making import a_proposed_marker, a_shown_marker
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
NADIA, COLIN, AISHA = (
    "nadia.khan@police.example",
    "colin.webb@charnwood.example",
    "aisha.rahman@police.example",
)


def a_due_marker() -> tuple[Case, Marker, str]:
    """A shown marker whose day has come, and the supervisor's address of it."""
    case, _, marker = a_shown_marker()
    with transaction.atomic():
        acting(NADIA)
        today = london_date(now())
        Marker.objects.filter(pk=marker.pk).update(
            starts_on=today - timedelta(days=29), review_on=today - timedelta(days=1)
        )
        high_risk = HighRisk.objects.get(case=case)
    return case, marker, f"/cases/{case.reference}/high-risk/{high_risk.id}/review"


def page(email: str, address: str) -> str:
    answer = signed_in(email).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_control_room_is_led_from_its_work_to_the_review() -> None:
    case, marker, _ = a_due_marker()
    work = page(NADIA, "/")
    assert "Review the marker: person at risk" in work
    assert "Margaret" not in work
    assert "To be reviewed" in page(NADIA, "/high-risk/")
    assert "1<span" in page(NADIA, "/high-risk/"), "it counts beside My work"
    shown = page(NADIA, f"/high-risk/markers/{marker.id}")
    assert "To be reviewed now" in shown
    given = {"version": marker.version, "decision": "stays", "reason": ""}
    refused = signed_in(NADIA).post(f"/high-risk/markers/{marker.id}/review", given)
    assert refused.status_code == 422
    assert "marker" in refused.content.decode()
    done = signed_in(NADIA).post(
        f"/high-risk/markers/{marker.id}/review", {**given, "reason": "He was there on Friday."}
    )
    assert done["Location"] == "/high-risk/"
    assert "Review the marker" not in page(NADIA, "/")
    assert "He was there on Friday." in page(NADIA, f"/high-risk/markers/{marker.id}")
    again = signed_in(NADIA).post(f"/high-risk/markers/{marker.id}/review", {**given, "reason": "Twice."})
    assert again.status_code == 409
    assert "He was there on Friday." in page(PRIYA, f"/cases/{case.reference}/high-risk")


def test_a_supervisor_finds_it_and_ends_it() -> None:
    case, marker, address = a_due_marker()
    assert address in page(COLIN, "/high-risk/")
    assert address in page(COLIN, f"/cases/{case.reference}/high-risk")
    assert "Does this marker stay?" in page(COLIN, address)
    given = {"version": marker.version, "decision": "ends", "reason": "He has moved to Leeds."}
    assert signed_in(COLIN).post(address, given)["Location"] == f"/cases/{case.reference}/high-risk"
    assert "To be taken off" in page(NADIA, "/high-risk/")
    assert address not in page(COLIN, "/high-risk/")


def test_nobody_else_is_offered_or_shown_it() -> None:
    case, marker, address = a_due_marker()
    assert address not in page(PRIYA, f"/cases/{case.reference}/high-risk")
    assert signed_in(PRIYA).get(address).status_code == 403
    assert signed_in(AISHA).get(f"/high-risk/markers/{marker.id}/review").status_code == 403
    assert signed_in("kofi.mensah@soar-valley.example").get(address).status_code in {403, 404}
    elsewhere, _, _ = a_proposed_marker("Joan Ellis")
    wrong = address.replace(case.reference, elsewhere.reference)
    assert signed_in(COLIN).get(wrong).status_code == 404


def test_reading_it_for_a_review_stands_in_the_log_of_the_case() -> None:
    case, marker, address = a_due_marker()
    page(COLIN, address)
    with transaction.atomic():
        acting("ravi.desai@police.example")
        found = Entry.objects.filter(
            kind="view", subject="marker", subject_id=str(marker.id), record_id=case.id
        )
        assert found.count() == 1


def test_a_marker_that_is_not_shown_has_nothing_to_review() -> None:
    case, _, marker = a_proposed_marker()
    with transaction.atomic():
        acting(COLIN)
        high_risk = HighRisk.objects.get(case=case)
    for email, address in (
        (COLIN, f"/cases/{case.reference}/high-risk/{high_risk.id}/review"),
        (NADIA, f"/high-risk/markers/{marker.id}/review"),
    ):
        words = page(email, address)
        assert "nothing to review" in words
        assert "Does this marker stay?" not in words


def test_after_a_marker_has_ended_a_supervisor_proposes_another_while_the_risk_lasts() -> None:
    case, marker, address = a_due_marker()
    on_case = f"/cases/{case.reference}/high-risk"
    assert "Propose a marker" not in page(COLIN, on_case), "one is shown"
    signed_in(COLIN).post(address, {"version": marker.version, "decision": "ends", "reason": "He has moved."})
    assert "Propose a marker" not in page(COLIN, on_case), "it is to be taken off first"
    signed_in(NADIA).post(f"/high-risk/markers/{marker.id}/off", {"version": marker.version + 1})
    assert "Propose a marker" in page(COLIN, on_case)
    assert "Propose a marker" not in page(PRIYA, on_case), "an officer proposes none"
    proposing = address.replace("/review", "/marker")
    assert f'action="{proposing}"' in page(COLIN, on_case)
    assert signed_in(COLIN).post(proposing).status_code == 302
    with transaction.atomic():
        acting(COLIN)
        assert sorted(Marker.objects.values_list("state", flat=True)) == ["ended", "proposed"]
    assert "Propose a marker" not in page(COLIN, on_case)
    assert signed_in(COLIN).post(proposing).status_code == 409
