"""The sample pages in Debian's Chromium, under Sentinel's own Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, Page, expect

from sentinel.web.errors import STATUSES
from sentinel.web.errors import page as error_page
from sentinel.web.jinja import SentinelEnvironment
from tests.web.conftest import EveryKind, page_context, sample_pages
from tests.web.looking import found_by_axe, hear, load_axe, too_wide
from tests.web.site import Site, serve

pytestmark = pytest.mark.browser

SAMPLES = ("work", "case", "report", "list", "form", "script", *(f"error-{status}" for status in STATUSES))
WIDTHS = (320, 1280)


@pytest.fixture
def site(env: SentinelEnvironment) -> Iterator[Site]:
    """The sample pages, served."""
    pages = sample_pages(env)
    token = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="first">')
    moving = page_context(
        form=EveryKind(), session_seconds=4, keep_url="/keep", session_who="priya", csrf_input=token
    )
    pages["session"] = env.get_template("script.html").render(**moving)
    pages["script"] = env.get_template("script.html").render(**page_context(form=EveryKind()))
    pages["point"] = env.get_template("point.html").render(**page_context(form=EveryKind(), csrf_input=token))
    for status in STATUSES:
        pages[f"error-{status}"] = error_page(status).content.decode()
    with serve(pages) as served:
        yield served


def visit(
    browser: Browser, site: Site, name: str, width: int = 1280, **options: Any
) -> tuple[Page, list[str]]:
    """A page opened in a context of its own, and the list that the console's complaints go into."""
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    complaints = hear(page)
    page.goto(f"{site.address}/{name}")
    page.wait_for_load_state("load")
    return page, complaints


@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing_no_page_is_too_wide_and_nothing_breaks_the_policy(
    browser: Browser, site: Site, name: str
) -> None:
    for width in WIDTHS:
        page, complaints = visit(browser, site, name, width)
        assert too_wide(page) == [], (name, width)
        load_axe(page)
        assert found_by_axe(page) == [], (name, width)
        assert complaints == [], (name, width)
        page.context.close()


def test_text_at_double_size_still_fits(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case", 640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_the_first_tab_skips_to_the_content(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_control_shows_where_the_keyboard_is(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case")
    for _ in range(14):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            "return s.backgroundColor === 'rgb(255, 221, 0)' || s.outlineWidth !== '0px' || s.boxShadow !== 'none' })()"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_phones_menu_opens_with_and_without_javascript(
    browser: Browser, site: Site, javascript: bool
) -> None:
    page, _ = visit(browser, site, "case", 320, java_script_enabled=javascript)
    meetings = page.get_by_role("link", name="Meetings")
    assert not meetings.is_visible()
    assert page.get_by_role("link", name="My work").is_visible()
    page.get_by_role("button" if javascript else "link", name="Menu", exact=True).click()
    assert meetings.is_visible()


def test_the_menu_button_says_whether_it_is_open(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case", 320)
    button = page.get_by_role("button", name="Menu")
    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    assert not page.get_by_role("link", name="Meetings").is_visible()


def test_a_stacked_table_is_still_a_table_to_who_hears_it(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case", 320)
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("rowheader", name="Witness A").count() == 1
    assert page.get_by_role("columnheader").count() == 4


def test_a_question_comes_with_the_answer_that_asks_for_it(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script")
    name, words = page.get_by_label("What is the person’s name?"), page.get_by_label("Words")
    assert not name.is_visible()
    assert not page.locator("#strand").is_visible()
    page.get_by_label("Yes").check()
    assert name.is_visible()
    assert page.locator("#strand").is_visible()
    assert not words.is_visible()
    page.get_by_label("A child").check()
    assert words.is_visible()
    name.fill("Joan Ellis")
    page.get_by_label("No", exact=True).check()
    assert not name.is_visible()
    page.get_by_label("Yes").check()
    assert name.input_value() == "Joan Ellis"


def test_without_javascript_every_question_is_there(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script", java_script_enabled=False)
    assert page.get_by_label("What is the person’s name?").is_visible()
    assert page.locator("#strand").is_visible()
    assert page.get_by_label("Words").is_visible()


def test_a_draft_is_kept_as_one_types_and_goes_to_one_place(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script")
    page.get_by_label("A child").check()
    page.get_by_text("Draft, kept at").wait_for()
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
    page.get_by_text("Not kept since").wait_for()
    assert page.locator("[data-autosave-state]").get_attribute("data-autosave-state") == "failing"
    site.draft_status = 200
    page.get_by_text("Draft, kept at").wait_for(timeout=9000)


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


def test_errors_take_the_keyboard_to_the_summary_and_its_links_to_the_fields(
    browser: Browser, site: Site
) -> None:
    page, _ = visit(browser, site, "form")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    page.get_by_role("link", name="“Was it hate?” needs an answer.").click()
    assert page.evaluate("document.activeElement.id") == "id_one"


def test_a_map_is_drawn_without_asking_anybody(browser: Browser, site: Site) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.address}/script")
    area = page.locator("path.s-map__cell--2")
    area.wait_for()
    assert area.get_attribute("aria-label") == "<b>Quarry</b> Street: 3"
    assert [url for url in asked if not url.startswith(site.address)] == []
    assert page.get_by_role("table").is_visible()
    area.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/list")


def test_a_press_from_far_off_goes_nearer_and_asks_only_from_near(browser: Browser, site: Site) -> None:
    site.answer_after.set()
    page, _ = visit(browser, site, "point")
    page.get_by_text("Show it on a map").click()
    chart = page.locator("#where-map")
    chart.get_by_text("<b>Quarry</b> Street").wait_for(state="attached")
    for _ in range(7):
        chart.get_by_role("button", name="Zoom out").click()
    answers, middle = page.locator("#where-map-near"), page.get_by_role("button", name="It is in the middle")
    pressed = 0
    while not site.posts("/near"):
        assert pressed < 5
        middle.click()
        pressed += 1
        if pressed == 1:
            expect(answers).to_have_text("Nearer. Press the place again.")
            assert site.posts("/near") == [], "half a mile off is nowhere"
        page.wait_for_timeout(300)
    assert pressed > 2


def test_without_javascript_the_table_stands_for_the_map(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "script", java_script_enabled=False)
    assert not page.locator("#map").is_visible()
    assert page.get_by_role("cell", name="3").is_visible()


def test_paper_shows_the_marking_and_who_printed_and_no_navigation(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case", 794)
    page.emulate_media(media="print")
    assert page.get_by_text("Printed by Priya Nair").is_visible()
    assert page.locator(".s-marking").is_visible()
    for gone in (".s-top", ".s-places", ".s-foot"):
        assert not page.locator(gone).is_visible()
    chip = page.locator(".s-risk--high").first
    assert chip.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert chip.locator("svg").is_visible()


def test_paper_says_when_it_was_made_and_no_addresses_and_each_sheet_is_marked(
    browser: Browser, site: Site
) -> None:
    page, _ = visit(browser, site, "list", 794)
    page.emulate_media(media="print")
    assert page.locator("[data-printed-at]").inner_text() == "Sat 21 Nov 2026, 10:00"
    after = "e => getComputedStyle(e, '::after').content"
    assert {link.evaluate(after) for link in page.locator("main a").all()} == {"none"}
    assert page.evaluate("getComputedStyle(document.body).page") == "handled"


def test_what_is_folded_in_a_timeline_is_on_paper(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case")
    page.locator(".s-timeline").evaluate(
        "e => e.insertAdjacentHTML('beforeend', '<li><details class=s-timeline__fold><summary>2</summary><p>Shared')"
    )
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("Shared", exact=True).is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.get_by_text("Shared", exact=True).is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_never_comes_to_what_the_sticky_line_hides(
    browser: Browser, site: Site, width: int
) -> None:
    page, _ = visit(browser, site, "report", width)
    page.set_viewport_size({"width": width, "height": 300})
    controls = page.locator("main").locator("a, button, input:not([type=hidden]), textarea, select").count()
    page.locator("main").locator("a, button, input:not([type=hidden]), textarea").last.focus()
    for _ in range(controls):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            "(() => { const one = document.activeElement.getBoundingClientRect(),"
            " line = document.querySelector('.s-kept').getBoundingClientRect();"
            " return line.top === 0 && one.top < line.bottom && !document.activeElement.closest('header, nav') })()"
        )
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_in_forced_colours_a_band_keeps_its_outline_shape_and_word(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "case", forced_colors="active")
    chip = page.locator(".s-risk--high").first
    assert chip.evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)") >= 2
    assert chip.locator("svg").is_visible()
    assert "High" in chip.inner_text()


def test_how_much_is_known_is_said_once_and_the_keyboard_stays_where_the_answer_came(
    browser: Browser, site: Site
) -> None:
    page, complaints = visit(browser, site, "script")
    page.get_by_label("Yes").check()
    page.evaluate(
        "window.heard = []; new MutationObserver(() => window.heard.push(document.getElementById('known-short').innerText))"
        ".observe(document.getElementById('known-short'), {childList: true, characterData: true, subtree: true})"
    )
    with page.expect_response("**/known"):
        page.get_by_label("What is the person’s name?").fill("Joan")
    expect(page.locator("#known-short")).to_have_text("Already known: 1 person it may be.")
    page.wait_for_timeout(500)  # whatever else the typing asked for has been put in, too
    button = page.get_by_role("button", name="It is her")
    button.focus()
    with page.expect_response("**/known"):
        page.keyboard.press("Enter")
    page.locator("#known h3:focus").wait_for(state="attached")
    # What follows the typing comes afterwards, and takes the heading away again.
    with page.expect_response("**/known"):
        page.evaluate("document.getElementById('id_name').value += 's'")
        page.locator("#id_name").dispatch_event("input")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.matches('#known h3')")
    assert page.evaluate("window.heard") == ["Already known: 1 person it may be."]
    assert page.locator("#known").get_attribute("aria-live") is None
    assert complaints == []


def test_on_a_phone_a_line_among_the_questions_leads_to_what_is_known_and_back(
    browser: Browser, site: Site
) -> None:
    page, _ = visit(browser, site, "report", 320)
    page.get_by_role("link", name="See what is known").click()
    assert page.get_by_role("heading", name="Already known").evaluate(
        "e => e.getBoundingClientRect().top < 200"
    )
    page.get_by_role("link", name="Back to the questions").click()
    assert page.locator("#known-short").evaluate("e => Math.abs(e.getBoundingClientRect().top) < 200")
    wide, _ = visit(browser, site, "report", 1280)
    assert not wide.get_by_role("link", name="See what is known").is_visible()
    assert wide.get_by_role("status").filter(has_text="Already known: ring a desk").count() == 1
    empty, _ = visit(browser, site, "script", 320)
    assert not empty.get_by_role("link", name="See what is known").is_visible()


def test_what_is_known_follows_the_typing_and_brings_its_behaviour(browser: Browser, site: Site) -> None:
    page, complaints = visit(browser, site, "script")
    page.get_by_label("Yes").check()
    page.get_by_label("What is the person’s name?").press_sequentially("Joan")
    page.get_by_text("May be Joan Ellis").wait_for()
    assert site.posts("/known")[-1]["name"] == ["Joan"]
    assert not page.get_by_text("Ask her date of birth").is_visible()
    page.get_by_label("One").check()
    assert page.get_by_text("Ask her date of birth").is_visible()
    assert page.title().startswith("A page with everything")
    assert complaints == []
