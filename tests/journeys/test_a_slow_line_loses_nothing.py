"""On a slow line the answer that is on its way takes back nothing that was typed or chosen since it was asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from sentinel.foundation import clock
from sentinel.kernel.phones import parse_phone
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.place.making import neighbourhood
from tests.journeys.people import Somebody
from tests.reports.telling import telling
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
LATENCY = 600  # milliseconds before an answer begins


def slow(page: Page) -> None:
    """From now on every answer takes its time."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )


@pytest.fixture
def told_before(transactional_db: None) -> None:
    """Margaret Ellis told of something some days ago."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now() - timedelta(days=20)
        caller = CallerGiven(name="Margaret Ellis", phone=parse_phone("01632 960142"))
        take_report(actor=priya, now=now, telling=telling(told_at=now - timedelta(minutes=9), caller=caller))


@pytest.mark.usefixtures("told_before")
def test_how_somebody_is_known_is_kept_letter_by_letter_while_answers_come(
    somebody: type[Somebody],
) -> None:
    priya = somebody(PRIYA)
    priya.go("/reports/take")
    priya.write(q__caller_name="Margaret Ellis", q__caller_number="01632 960142")
    page = priya.page
    page.locator("button[name=person_is]").first.click()
    how = page.locator("[name=r-confirmed_how]")
    expect(how).to_be_visible()
    page.wait_for_load_state("networkidle")
    slow(page)
    how.focus()
    page.keyboard.type("asked her date", delay=40)
    page.wait_for_timeout(360)  # what follows the typing has left
    page.keyboard.type(" of birth and her cat", delay=60)
    page.wait_for_timeout(5 * LATENCY)
    assert how.input_value() == "asked her date of birth and her cat"
    # Answered again without a letter typed since: whoever hears the page is in the same box still.
    how.evaluate("box => { window.box = box }")
    with page.expect_response("**/known"):
        how.dispatch_event("input")
    page.wait_for_timeout(LATENCY)
    assert how.evaluate("box => box === window.box && box === document.activeElement")
    page.get_by_role("button", name="Not so after all").click()
    expect(how).to_have_count(0)
    assert priya.complaints == []


def test_the_place_chosen_last_stays_chosen(
    somebody: type[Somebody], transactional_db: None, database_urls: dict[str, str]
) -> None:
    neighbourhood(database_urls)
    priya = somebody(PRIYA)
    priya.go("/reports/take")
    priya.write(q__where="Sparrow Lane")
    page = priya.page
    places = page.locator("input[name=r-place_choice]")
    expect(places.first).to_be_visible()
    page.wait_for_load_state("networkidle")
    slow(page)
    places.first.check()
    page.wait_for_timeout(360)
    none = page.get_by_label("None of these")
    none.check()
    page.wait_for_timeout(5 * LATENCY)
    expect(none).to_be_checked()
    # What nobody has touched since still follows: without words there is no place to choose.
    priya.write(q__where="")
    expect(page.get_by_label("None of these")).to_have_count(0)
    assert priya.complaints == []
