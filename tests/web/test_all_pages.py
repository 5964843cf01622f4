"""Every page of the product, as somebody whose work it is sees it and with its form sent empty: sound by the rules of HTML.

The world is built once, the pages are rendered once, and then only looked at.
"""

from __future__ import annotations

import html5lib
import pytest
from django.db import connections
from html5lib.html5parser import ParseError

from tests.access.world import build
from tests.conftest import empty
from tests.web.checks import faults
from tests.web.walk import Walked, walk

AUTHENTICATOR = "account/second-step/app/add"


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


def test_the_walk_meets_the_pages(walked: Walked) -> None:
    assert len(walked.pages) > 120
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
