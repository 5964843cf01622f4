"""Every page of the product, as somebody whose work it is sees it and with its form sent empty: sound by the rules of HTML,
found faultless by axe, no wider than a phone or a desk, and each place of the keyboard seen.

The world is built once, the pages are rendered once, and then only looked at.
"""

from __future__ import annotations

import html5lib
import pytest
from django.db import connections
from html5lib.html5parser import ParseError
from playwright.sync_api import Browser

from sentinel.web.errors import STATUSES
from sentinel.web.errors import page as error_page
from tests.access.world import build
from tests.conftest import empty
from tests.desk.place.making import neighbourhood
from tests.web.checks import faults
from tests.web.looking import AXE, focus_not_seen, found_by_axe, hear, load_axe, too_wide
from tests.web.site import serve
from tests.web.walk import Walked, walk
from tests.web.walk_sign_in import walk_sign_in

pytestmark = pytest.mark.long
AUTHENTICATOR = "account/second-step/app/add"
# Addresses that answer a map's shapes or a file, or lead on to a page: each has its own test elsewhere. Those that only
# take what is sent answer 405 and need not stand here.
SHOWN_NOWHERE = {
    "cases/<str:reference>/files/<uuid:attachment>",
    "places/<uuid:place_id>/map",
    "streets/<str:name>/<str:code>/map",
    "areas/map",
    "areas/<str:code>/map",
    "account/second-step/codes/file/",
    "account/second-step/keys/login/",
    "agency/",
    "put-right/next",
    "system/outbox/<uuid:message>",  # in a demonstration alone, which the tests are not
}
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def walked(
    django_db_setup: None, database_urls: dict[str, str], django_db_blocker: pytest.FixtureRequest
) -> Walked:
    """The pages of a world that is taken down again before any other test runs."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            neighbourhood(database_urls)
            found = walk(build(database_urls))
            walk_sign_in(found)
        finally:
            connections.close_all()
            empty(database_urls)
    return found


def test_no_page_is_left_out(walked: Walked) -> None:
    unshown = {route for route, statuses in walked.without.items() if 405 not in statuses}
    assert unshown == SHOWN_NOWHERE
    assert len(walked.pages) > 180
    assert {"/", "/cases/", "/reports/take", "/find", "/help/", "/audit/"} <= set(walked.pages)


def test_every_page_is_sound(walked: Walked) -> None:
    """No parse error by the rules of HTML, one h1, a title, labels, ids once, landmarks, nothing inline."""
    wrong = {
        address: found
        for address, html in walked.pages.items()
        if (found := without_code(address, unsound(html)))
    }
    assert wrong == {}


def without_code(address: str, found: list[str]) -> list[str]:
    """What was found, without the picture that an authenticator app reads: its page alone may hold such a one."""
    return [one for one in found if not (AUTHENTICATOR in address and "data:image/svg+xml" in one)]


def unsound(html: str) -> list[str]:
    found = faults(html)
    try:
        html5lib.HTMLParser(strict=True).parse(html)
    except ParseError as error:
        found.append(f"parse error: {error}")
    if ' action=""' in html:
        found.append("an empty action")
    return found


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<!doctype html><p><div></div></p>", "parse error"),
        ("<!doctype html><i id=a></i><i id=a></i>", "id a twice"),
        ('<!doctype html><form action=""></form>', "an empty action"),
        ("<!doctype html><h1>One</h1><h1>Two</h1>", "2 h1"),
    ],
)
def test_what_is_unsound_is_found(html: str, says: str) -> None:
    assert any(says in one for one in unsound(html))


@pytest.mark.browser
def test_axe_finds_nothing_nothing_is_too_wide_and_the_keyboard_is_seen(
    browser: Browser, walked: Walked
) -> None:
    pages = walked.pages | {f"/error/{one}": error_page(one).content.decode() for one in STATUSES}
    names = {f"page-{at}": address for at, address in enumerate(pages)}
    wrong: list[str] = []
    with serve({name: pages[address] for name, address in names.items()}) as site:
        page = browser.new_page()
        page.add_init_script(AXE)
        complaints = hear(page)
        for name, address in names.items():
            page.goto(f"{site.address}/{name}")
            # With its form sent empty a page is the same but for what is said of the form: once is enough.
            for width in WIDTHS[:1] if address.endswith(" sent empty") else WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found = [*too_wide(page), *found_by_axe(page), *focus_not_seen(page)]
                wrong += [f"{address} at {width}: {one}" for one in found]
            wrong += [f"{address}: {one}" for one in without_code(address, complaints)]
            complaints.clear()
        page.close()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<p>Nothing is wrong here</p>", ""),
        ("<input name=q>", "label: "),
        ("<p style='color: #999'>Too pale</p>", "color-contrast: "),
        ("<div style='width: 400px'>Wide</div>", "80 px too wide"),
        ("<button style='outline: none'>Send</button>", "focus not seen: <button"),
        ("<label><input type=radio style='outline: none'> Yes</label>", "focus not seen: <input"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen(browser: Browser, inside: str, says: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.set_content(
        "<!doctype html><html lang=en-GB><title>Page</title><style>body { margin: 0 }</style>"
        f"<main><h1>Page</h1>{inside}</main>"
    )
    load_axe(page)
    found = [*too_wide(page), *found_by_axe(page), *focus_not_seen(page)]
    assert [one.startswith(says) for one in found] == ([True] if says else [])
    page.close()
