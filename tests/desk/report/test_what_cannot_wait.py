"""What cannot wait for the next morning: a life that is threatened, and danger that nobody asked about."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.accounts.models import Agency
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import to_london
from tests.desk.report.calling import TAKE, call, chosen, page, reports, send
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"
THREAT = {"q__threat_to_life": "yes", "q__threat_to_life__why": "He said that he would burn the house"}
HAND_ON = "Hand it on now: a life is threatened"


def hours(*days: int) -> None:
    """Charnwood works day and night on these days from today (0), and on no other."""
    today = to_london(clock_now()).weekday()
    found = {str((today + day) % 7): ["00:00", "24:00"] for day in days}
    with transaction.atomic():
        acting(PRIYA)
        Agency.objects.filter(code="charnwood").update(hours=found)


def shown(email: str) -> str:
    return " ".join(page(signed_in(email).get(f"/reports/{reports(email)[-1].reference}")).split())  # type: ignore[arg-type]


def test_when_the_agency_is_closed_the_page_says_so_and_whom_to_ring_and_promises_nothing_before_it_opens() -> (
    None
):
    hours(3)
    assert send(signed_in(PRIYA), **THREAT).status_code == 302
    text = shown(PRIYA)
    assert HAND_ON in text
    assert "nobody of Charnwood is at work until" in text
    assert "999" in text.split(HAND_ON)[1][:400]
    assert "1 working day" not in text
    assert "2 working hours" in text
    assert "ring 999 at once" in text.split("To read to the caller")[1][:500]
    [report] = reports(PRIYA)
    assert report.next_contact_due is not None
    assert (report.next_contact_due - clock_now()).days >= 2


def test_when_the_agency_is_at_work_a_call_taker_hands_it_on_and_whoever_has_it_is_not_told_to() -> None:
    hours(*range(7))
    send(signed_in(DAWN), **THREAT)
    text = shown(DAWN)
    assert HAND_ON in text
    assert "is at work until" not in text
    hours(*range(7))
    send(signed_in(PRIYA), **THREAT)
    assert HAND_ON not in shown(PRIYA)


def test_a_report_that_threatens_nobodys_life_has_the_usual_standard() -> None:
    hours(3)
    send(signed_in(PRIYA))
    text = shown(PRIYA)
    assert HAND_ON not in text
    assert "1 working day" in text


def test_a_call_cut_off_before_danger_was_asked_says_so_everywhere_and_never_that_nobody_was_there() -> None:
    send(signed_in(DAWN), q__danger_now=None, do="cut_off")
    [report] = reports(DAWN)
    assert report.danger == "not_asked"
    text = shown(DAWN)
    assert "Ask whether anyone is in danger now." in text
    assert "Nobody has asked" in text
    assert "The caller was not there" not in text
    work = " ".join(page(signed_in(DAWN).get("/")).split())  # type: ignore[arg-type]
    assert "nobody has asked whether anyone is in danger" in work
    assert "danger not asked" in page(signed_in(DAWN).get("/reports/"))  # type: ignore[arg-type]


def test_whoever_completes_it_finds_danger_unanswered_and_must_ask() -> None:
    send(signed_in(DAWN), q__danger_now=None, do="cut_off")
    [report] = reports(DAWN)
    complete = f"{TAKE}?complete={report.reference}"
    assert chosen(signed_in(DAWN).get(complete), "q-danger_now") == ""  # type: ignore[arg-type]
    refused = signed_in(DAWN).post(complete, call(q__danger_now=None))
    assert refused.status_code == 200
    assert "q-danger_now-error" in refused.content.decode()
    assert reports(DAWN)[0].state == "skeleton"


def test_a_caller_who_was_not_there_still_is_kept_as_that() -> None:
    send(signed_in(DAWN), q__danger_now="caller_absent", do="cut_off")
    assert reports(DAWN)[0].danger == "absent"
    assert "The caller was not there" in shown(DAWN)
