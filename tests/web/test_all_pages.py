"""Every page of the product, as somebody whose work it is sees it and with its form sent empty: sound, reachable, never too wide.

The world is built once, the pages are rendered once, and then only looked at.
"""

from __future__ import annotations

import html5lib
import pytest
from django.db import connections
from html5lib.html5parser import ParseError
from playwright.sync_api import Browser, Page

from sentinel.web.errors import STATUSES
from sentinel.web.errors import page as error_page
from tests.access.world import build
from tests.conftest import empty
from tests.web.checks import faults
from tests.web.site import serve
from tests.web.test_in_browser import AXE, TAGS, browser
from tests.web.walk import Walked, walk

__all__ = ["browser"]

# Steps of signing in that show a page only half-way through, and addresses that only take what is sent: each has its
# own test elsewhere. An address that comes to show no page fails here.
SHOWN_NOWHERE = {
    "work/reassign",
    "reports/drafts/<uuid:draft_id>/throw-away",
    "reports/<str:reference>/signposts/<uuid:signpost_id>",
    "reports/<str:reference>/pick-up",
    "cases/<str:reference>/files/<uuid:attachment>",
    "emergency/<uuid:record>",
    "emergency/reviews/<uuid:row>",
    "agency/",
    "agency/users/<uuid:user>/suspend",
    "agency/users/<uuid:user>/restore",
    "account/password/set/",
    "account/second-step/authenticate/",
    "account/second-step/reauthenticate/",
    "account/second-step/app/remove/",
    "account/second-step/codes/",
    "account/second-step/codes/file/",
    "account/second-step/keys/login/",
    "account/second-step/keys/reauthenticate/",
    "account/second-step/keys/<int:pk>/name/",
    "account/second-step/keys/<int:pk>/remove/",
    "account/agency/error/",
}
AUTHENTICATOR = "account/second-step/app/add"
KEYBOARD = """() => {
  const styles = e => { const s = getComputedStyle(e);
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderTopColor, s.textDecorationLine].join() };
  const seen = e => e.checkVisibility() && !e.closest('.govuk-visually-hidden');
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => seen(e) && !e.disabled && !['radio', 'checkbox', 'file'].includes(e.type)).filter(e => {
      const before = styles(e); e.focus({focusVisible: true});
      return document.activeElement !== e || styles(e) === before }).map(e => e.outerHTML.slice(0, 120)) }"""


@pytest.fixture(scope="module")
def walked(
    django_db_setup: None, database_urls: dict[str, str], django_db_blocker: pytest.FixtureRequest
) -> Walked:
    """The pages of a world that is taken down again before any other test runs."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            found = walk(build(database_urls))
        finally:
            connections.close_all()
            empty(database_urls)
    return found


def test_no_page_is_left_out(walked: Walked) -> None:
    assert set(walked.without) == SHOWN_NOWHERE
    assert len(walked.pages) > 120


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
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_nothing_is_too_wide_and_the_keyboard_is_seen(
    browser: Browser, walked: Walked, width: int
) -> None:
    pages = dict(walked.pages) | {f"/error/{one}": error_page(one).content.decode() for one in STATUSES}
    if width > 320:
        pages = {address: html for address, html in pages.items() if not address.endswith("sent empty")}
    names = {f"page-{at}": address for at, address in enumerate(pages)}
    wrong: dict[str, object] = {}
    with serve({name: pages[address] for name, address in names.items()}) as site:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for name, address in names.items():
            page.goto(f"{site.address}/{name}")
            if found := [*looked_at(page), *without_code(address, complaints)]:
                wrong[address] = found
            complaints.clear()
        page.context.close()
    assert wrong == {}, "\n".join(f"{address}: {found}" for address, found in wrong.items())


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    found: list[str] = []
    if (over := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
        found.append(f"{over} px too wide")
    page.evaluate(AXE)
    found += page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 200)).join(' ; ')))",
        TAGS,
    )
    found += [f"focus not seen: {one}" for one in page.evaluate(KEYBOARD)]
    return found
