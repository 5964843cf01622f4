"""What is typed into a form is kept, sent once, and survives the end of a session: in Chromium, on the sample pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.looking import visit
from tests.web.site import Site

pytestmark = pytest.mark.browser


def test_a_draft_is_kept_as_one_types_and_goes_to_one_place(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script")
    page.get_by_label("A child").check()
    page.get_by_text("Draft, kept at").wait_for()
    assert page.locator("[data-autosave-said]").inner_text() == "", (
        "what is kept as it should be is not read aloud"
    )
    assert (
        page.locator("[role=status] [data-autosave-state], [role=status][data-autosave-state]").count() == 0
    )
    assert site.posts("/draft")[0]["many"] == ["a"]
    assert page.locator("input[name=draft]").input_value() == "d-1"
    page.get_by_label("Somebody at risk").check()
    page.wait_for_timeout(1600)
    assert site.posts("/draft")[-1]["draft"] == ["d-1"]


def test_the_servers_answer_never_overwrites_what_is_typed(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script")
    page.get_by_label("Yes").check()
    page.get_by_label("What is the person’s name?").fill("Joan")
    page.get_by_text("Draft, kept at").wait_for()
    assert page.get_by_label("What is the person’s name?").input_value() == "Joan"


def test_a_draft_that_is_not_kept_says_so_and_is_tried_again(browser: Browser, site: Site) -> None:
    site.draft_status = 503
    page, _ = visit(browser, site, "script")
    page.get_by_label("A child").check()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Not kept since")
    assert page.locator("[data-autosave-state]").get_attribute("data-autosave-state") == "failing"
    expect(page.locator("[data-autosave-said]")).to_contain_text("Not kept since")
    site.draft_status = 200
    page.get_by_text("Draft, kept at").wait_for(timeout=9000)
    expect(page.locator("[data-autosave-said]")).to_contain_text("The draft is kept again")


def test_a_double_click_sends_one_form(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script")
    button = page.get_by_role("button", name="Record it")
    button.dblclick(no_wait_after=True)
    page.wait_for_timeout(400)
    site.answer_after.set()
    page.get_by_text("Sent").wait_for()
    assert len(site.posts("/sent")) == 1


def test_a_form_can_be_sent_again_after_going_back(browser: Browser, site: Site) -> None:
    site.answer_after.set()
    page, _ = visit(browser, site, "script")
    for _ in range(2):
        page.get_by_role("button", name="Record it").click()
        page.get_by_text("Sent").wait_for()
        page.go_back()
    assert len(site.posts("/sent")) == 2


def test_a_session_that_ends_warns_and_goes_on_when_asked(browser: Browser, site: Site) -> None:
    page, complaints = visit(browser, site, "session")
    page.get_by_role("dialog", name="You will soon be signed out").wait_for()
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert complaints == []


def test_a_session_that_has_ended_leaves_what_was_typed(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "session")
    page.get_by_label("Yes").check()
    page.get_by_label("What is the person’s name?").fill("Joan Ellis")
    page.get_by_role("dialog", name="You have been signed out").wait_for(timeout=20_000)
    page.get_by_role("button", name="Back to the page").click()
    assert page.get_by_label("What is the person’s name?").input_value() == "Joan Ellis"
    page.wait_for_timeout(1500)
    assert page.get_by_role("dialog").count() == 0


def test_what_was_typed_is_sent_with_the_new_token_once_its_writer_is_signed_in_again(
    browser: Browser, site: Site
) -> None:
    page, _ = visit(browser, site, "session")
    site.answer_after.set()
    site.draft_status, site.signed_in = 401, ""
    page.get_by_label("Yes").check()
    page.get_by_label("What is the person’s name?").fill("Joan Ellis")
    page.get_by_role("dialog", name="You have been signed out").wait_for()
    page.get_by_role("button", name="Back to the page").click()
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("dialog", name="You have been signed out").wait_for()
    page.get_by_role("button", name="Back to the page").click()
    site.signed_in = "dawn"
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("dialog", name="Somebody else is signed in").wait_for()
    page.get_by_role("button", name="Back to the page").click()
    assert site.posts("/sent") == []
    site.signed_in, site.token, site.draft_status = "priya", "second", 200
    page.get_by_text("Draft, kept at").wait_for(timeout=20_000)
    assert site.posts("/draft")[-1]["csrfmiddlewaretoken"] == ["second"]
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("Sent").wait_for()
    sent = site.posts("/sent")[-1]
    assert (sent["csrfmiddlewaretoken"], sent["name"]) == (["second"], ["Joan Ellis"])


def test_coming_back_to_a_page_takes_the_token_of_a_later_sign_in(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "session")
    site.token = "second"
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    # Not wait_for_function: it evaluates text in the page, which the policy rightly forbids.
    expect(page.locator("[name=csrfmiddlewaretoken]").first).to_have_value("second")
