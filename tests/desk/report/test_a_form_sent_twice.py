"""A double click, or a form sent again, makes one report, not two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from sentinel.audit.models import History
from sentinel.cases.models import Incident, Party
from sentinel.foundation.models import Event, Message
from tests.desk.report.calling import TAKE, call, reports, send
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"


def test_two_at_once_are_one_report_and_both_are_shown_it() -> None:
    sent = call(q__safe_methods=["call"])
    windows = [signed_in(DAWN), signed_in(DAWN)]
    together = Barrier(len(windows))

    def press(number: int) -> str:
        together.wait()
        try:
            return windows[number].post(TAKE, sent).headers["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(windows)) as pool:
        shown = list(pool.map(press, range(len(windows))))
    [report] = reports(DAWN)
    assert shown == [f"/reports/{report.reference}"] * 2
    with transaction.atomic():
        acting(DAWN)
        assert Incident.objects.count() == 1
        assert Party.objects.count() == 2
        assert Event.objects.filter(kind="report_taken").count() == 1
        assert Message.objects.count() == 1


@pytest.mark.parametrize("do", ["skeleton", "cut_off"])
def test_a_skeleton_sent_again_is_one_skeleton(do: str) -> None:
    dawn = signed_in(DAWN)
    sent = call(do=do)
    first, second = dawn.post(TAKE, sent), dawn.post(TAKE, sent)
    assert first.headers["Location"] == second.headers["Location"]
    [report] = reports(DAWN)
    assert (report.state, report.dropped_call) == ("skeleton", do == "cut_off")


def test_a_skeleton_completed_twice_by_one_form_is_one_report_and_both_are_shown_it() -> None:
    dawn = signed_in(DAWN)
    dawn.post(TAKE, call(do="cut_off"))
    [skeleton] = reports(DAWN)
    complete = f"{TAKE}?complete={skeleton.reference}"
    sent = {**call(), "csrfmiddlewaretoken": "one showing of the form"}
    first, second = dawn.post(complete, sent), dawn.post(complete, sent)
    assert first.headers["Location"] == second.headers["Location"] == f"/reports/{skeleton.reference}"
    assert [one.state for one in reports(DAWN)] == ["recorded"]
    with transaction.atomic():
        acting(DAWN)
        assert Event.objects.filter(kind="skeleton_completed").count() == 1
    other = {**call(), "csrfmiddlewaretoken": "another showing of the form"}
    assert dawn.post(complete, other).status_code == 409, "another form finds it completed already"


def test_two_forms_are_two_reports() -> None:
    dawn = signed_in(DAWN)
    assert send(dawn).headers["Location"] != send(dawn).headers["Location"]
    assert len(reports(DAWN)) == 2


def test_a_draft_is_ended_by_its_report() -> None:
    dawn = signed_in(DAWN)
    sent = call()
    assert dawn.post("/reports/take/draft", sent).status_code == 204
    assert dawn.post(TAKE, sent).status_code == 302
    assert dawn.post("/reports/take/draft", sent).status_code == 409, "it is no draft any more"
    with transaction.atomic():
        acting(DAWN)
        rows = list(History.objects.filter(table="reports_draft").order_by("id"))
    assert [row.operation for row in rows] == ["I", "U"], "that it was begun and ended is kept"
    assert not any("data" in {**(row.before or {}), **(row.after or {})} for row in rows), (
        "not what was typed"
    )
