"""The sample pages in Debian's Chromium, under Sentinel's own Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from sentinel.web.errors import STATUSES
from tests.web.looking import found_by_axe, load_axe, too_wide, visit
from tests.web.site import Site

pytestmark = pytest.mark.browser

SAMPLES = ("work", "case", "report", "list", "form", "script", *(f"error-{status}" for status in STATUSES))
WIDTHS = (320, 1280)


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
    page.locator(".s-next ul").evaluate(
        "e => e.insertAdjacentHTML('beforeend', '<li><details><summary>3 more things</summary><p>Ring her</p></details>')"
    )
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("Shared", exact=True).is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("Ring her", exact=True).is_visible()
    assert not page.get_by_text("3 more things").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.get_by_text("Shared", exact=True).is_visible()
    assert not page.get_by_text("Ring her", exact=True).is_visible()


def test_a_wide_table_is_whole_on_paper_and_breaks_no_word(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "list", 688)
    head = "".join(
        f"<th>{word}</th>"
        for word in ("Week to", "Not assessed", "For somebody", *["Figure"] * 5, "Worked out")
    )
    row = "".join(
        f"<td class=s-nowrap>{cell}</td>" for cell in ("8 Nov 2026", *["100%"] * 7, "16 Nov 2026, late")
    )
    table = f"<div class=s-scroll id=wide><table class=s-table><tr>{head}</tr><tr>{row}</tr></table></div>"
    page.locator("main").evaluate("(e, html) => e.insertAdjacentHTML('beforeend', html)", table)
    page.emulate_media(media="print")
    assert page.locator("#wide").evaluate(
        "e => getComputedStyle(e).overflowX === 'visible' && e.firstChild.offsetWidth <= e.clientWidth"
    )
    assert page.locator("#wide th").nth(2).evaluate("e => getComputedStyle(e).overflowWrap") == "normal"


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


def test_in_forced_colours_a_chart_is_drawn_in_the_colour_of_words(browser: Browser, site: Site) -> None:
    page, _ = visit(browser, site, "list", forced_colors="active")
    page.locator("main").evaluate(
        "e => e.insertAdjacentHTML('beforeend', '<svg><text class=s-chart__words>Nov</text><rect class=s-chart__bar></rect>"
        "<line class=s-chart__base></line><line class=s-chart__line></line><line class=s-chart__gap></line></svg>')"
    )
    words = page.evaluate(
        "() => { const e = document.createElement('i'); e.style.color = 'CanvasText'; document.body.append(e);"
        " return getComputedStyle(e).color }"
    )
    for name, drawn in (
        ("words", "fill"),
        ("bar", "fill"),
        ("base", "stroke"),
        ("line", "stroke"),
        ("gap", "stroke"),
    ):
        found = page.locator(f"main .s-chart__{name}").last.evaluate(
            "(e, of) => getComputedStyle(e)[of]", drawn
        )
        assert found == words, name


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
    expect(page.locator("#known-short")).to_have_text("Already known: may be Joan Ellis.")
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
    assert page.evaluate("window.heard") == ["Already known: may be Joan Ellis."]
    assert page.locator("#known").get_attribute("aria-live") is None
    assert complaints == []


def test_the_keyboard_goes_to_the_card_that_answers_and_stays_on_a_link_that_is_there_again(
    browser: Browser, site: Site
) -> None:
    page, complaints = visit(browser, site, "script")
    page.get_by_label("Yes").check()
    with page.expect_response("**/known"):
        page.get_by_label("What is the person’s name?").fill("Joan")
    button = page.get_by_role("button", name="Someone else")
    button.focus()
    with page.expect_response("**/known"):
        page.keyboard.press("Enter")
    page.locator("#card:focus").wait_for(state="attached")
    for name in ("card", "to-her"):
        page.locator(f"#{name}").focus()
        with page.expect_response("**/known"):
            page.evaluate("document.getElementById('id_name').value += 's'")
            page.locator("#id_name").dispatch_event("input")
        page.wait_for_timeout(300)
        assert page.evaluate("document.activeElement.id") == name
    assert complaints == []


def test_on_a_phone_a_line_among_the_questions_leads_to_what_is_known_and_back(
    browser: Browser, site: Site
) -> None:
    page, _ = visit(browser, site, "report", 320)
    for words in ("See what is known", "Back to the questions"):
        box = page.get_by_role("link", name=words).bounding_box()
        assert box is not None
        assert box["height"] >= 44, "a thumb has to hit it"
    page.get_by_role("link", name="See what is known").click()
    assert page.get_by_role("heading", name="Already known").evaluate(
        "e => e.getBoundingClientRect().top < 200"
    )
    page.get_by_role("link", name="Back to the questions").click()
    assert page.locator("#known-short").evaluate("e => Math.abs(e.getBoundingClientRect().top) < 200")
    wide, _ = visit(browser, site, "report", 1280)
    assert wide.get_by_role("status").filter(has_text="Already known: ring a desk").count() == 1
    for words in ("See what is known", "Back to the questions"):
        link = wide.get_by_role("link", name=words)
        line = link.locator("..")
        assert line.bounding_box()["width"] == 1, "where both are in sight it is there for the keyboard"  # type: ignore[index]
        link.focus()
        assert line.bounding_box()["width"] > 100  # type: ignore[index]
        wide.keyboard.press("Enter")
    wide.keyboard.press("Shift+Tab")
    wide.get_by_role("link", name="See what is known").press("Enter")
    assert wide.evaluate("document.activeElement.id") == "known-title"
    empty, _ = visit(browser, site, "script", 320)
    assert not empty.get_by_role("link", name="See what is known").is_visible()


def test_what_is_known_follows_the_typing_and_brings_its_behaviour(browser: Browser, site: Site) -> None:
    page, complaints = visit(browser, site, "script")
    page.get_by_label("Yes").check()
    page.get_by_label("What is the person’s name?").press_sequentially("Joan")
    page.get_by_text("May be: Joan Ellis").wait_for()
    assert site.posts("/known")[-1]["name"] == ["Joan"]
    expect(page.get_by_text("Ask her date of birth")).to_be_hidden()
    page.get_by_label("One").check()
    expect(page.get_by_text("Ask her date of birth")).to_be_visible()
    assert page.title().startswith("A page with everything")
    assert complaints == []
