"""A report is taken by keyboard and by ear: the line that is read aloud says what is new of what is known, and the keyboard goes to what
answers the button that was pressed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from sentinel.foundation import clock
from sentinel.kernel.phones import parse_phone
from sentinel.places.operations import find_or_make_place
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven
from tests.journeys.people import Somebody
from tests.reports.telling import telling
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
HOME = "14 Sparrow Lane, LE11 0ZZ"


@pytest.fixture(autouse=True)
def told_before(transactional_db: None) -> None:
    """Margaret Ellis and Gordan Pyke have each told of something, she at her address."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now() - timedelta(days=3)
        place = find_or_make_place(actor=priya, now=now, words=HOME)
        for name, phone in (("Margaret Ellis", "01632 960142"), ("Gordan Pyke", "01632 960777")):
            caller = CallerGiven(name=name, phone=parse_phone(phone))
            told_at = now - timedelta(minutes=9)
            given = (
                telling(told_at=told_at, caller=caller, place_id=place.id)
                if name.startswith("Margaret")
                else telling(told_at=told_at, caller=caller)
            )
            take_report(actor=priya, now=now, telling=given)


def test_what_is_new_is_said_and_what_was_pressed_is_answered(somebody: type[Somebody]) -> None:
    priya = somebody(PRIYA)
    priya.go("/reports/take")
    page = priya.page
    line = page.locator("#known-short")
    priya.write(q__caller_name="Margaret Ellis", q__caller_number="01632 960142")
    expect(line).to_contain_text("Margaret Ellis")
    priya.write(q__caller_name="Gordan Pyke", q__caller_number="01632 960777")
    expect(line).to_contain_text("Gordan Pyke")
    expect(line).not_to_contain_text("Margaret")
    priya.write(q__caller_name="", q__caller_number="")
    expect(line).to_have_text("Nothing known.")
    priya.write(q__caller_name="Margaret Ellis", q__caller_number="01632 960142", q__where=HOME)
    same = page.get_by_role("button", name=re.compile("This is the same"))
    expect(same.first).to_be_visible()
    page.wait_for_load_state("networkidle")
    counted = line.inner_text()
    same.first.press("Enter")
    page.locator("#known-same:focus").wait_for(state="attached")
    assert "open report" in counted
    assert "open report" not in line.inner_text(), "the one that is the same is no card any more"
    page.get_by_role("button", name=re.compile("It is (her|them)")).press("Enter")
    page.locator("#known-confirmed:focus").wait_for(state="attached")
    page.get_by_role("button", name="Not so after all (Margaret Ellis)").press("Enter")
    page.locator("[id^=known-person-]:focus").wait_for(state="attached")
    page.get_by_role("button", name="Someone else").press("Enter")
    page.locator("#known-title:focus").wait_for(state="attached")
    assert page.locator("[role=status]", has_text="Draft,").count() == 0, "the draft is kept in silence"
    assert priya.complaints == []


def test_enter_in_a_box_asks_what_is_known_without_leaving_it(somebody: type[Somebody]) -> None:
    priya = somebody(PRIYA)
    priya.go("/reports/take")
    priya.write(q__caller_name="Margaret Ellis")
    page = priya.page
    page.evaluate("document.documentElement.dataset.same = 'page'")
    with page.expect_response("**/known"):
        page.press("[name=q-caller_number]", "Enter")
    page.wait_for_load_state("networkidle")
    assert page.locator("html").get_attribute("data-same") == "page"
    assert page.evaluate("document.activeElement.name") == "q-caller_number"
    without = somebody(PRIYA, script=False)
    without.go("/reports/take")
    without.write(q__caller_name="Margaret Ellis", q__caller_number="01632 960142")
    with without.page.expect_navigation():
        without.page.press("[name=q-caller_number]", "Enter")
    assert without.page.url.endswith("/reports/take#known-title")
    with without.page.expect_navigation():
        without.page.locator("button[name=person_is]").first.click()
    assert without.page.url.endswith("/reports/take#known-confirmed")
    assert without.page.locator("#known-confirmed").is_visible()
    assert priya.complaints == []
