"""The layouts keep what every page promises, whatever a room puts in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import sentinel
import sentinel.web
from tests.web.checks import faults, read
from tests.web.conftest import EveryKind, page_context

NAMES = ("work", "case", "report", "list", "form")
SOURCES = sorted((Path(sentinel.web.__file__).parent / "jinja2").rglob("*.html"))
TEMPLATES = {
    path.as_posix().split("/jinja2/")[1]: path.read_text()
    for path in Path(sentinel.__file__).parent.rglob("jinja2/**/*.html")
}
Render = Callable[..., str]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_one_h1_landmarks_labels_and_nothing_inline(samples: dict[str, str], name: str) -> None:
    assert faults(samples[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_weighs_little(samples: dict[str, str], name: str) -> None:
    assert len(samples[name].encode()) < 30_000


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_writes_an_inline_script_style_or_handler(source: Path) -> None:
    words = source.read_text()
    assert " style=" not in words
    assert "<style" not in words
    assert " onclick" not in words
    assert " onsubmit" not in words
    for piece in words.split("<script")[1:]:
        assert "src=" in piece.split(">")[0] or "application/json" in piece.split(">")[0]


def _layout(name: str) -> str:
    """The layout that a template ends in; "" for one that is no page."""
    found = re.search(r'{% extends "([^"]+)" %}', TEMPLATES[name])
    if found is None or name.startswith("layouts/"):
        return name if name.startswith("layouts/") else ""
    return _layout(found[1])


@pytest.mark.parametrize("name", sorted(name for name in TEMPLATES if "error_summary(" in TEMPLATES[name]))
def test_the_errors_of_a_page_are_summed_up_once(name: str) -> None:
    if _layout(name) not in {"layouts/narrow.html", "layouts/plain.html"} or name.startswith("layouts/"):
        assert TEMPLATES[name].count("{{ error_summary(") <= 1 or name.startswith("layouts/")
        return
    # These layouts write the summary of a context `form` by themselves, in the block that a page may replace.
    outside = re.sub(r"{% block summary %}.*?{% endblock %}", "", TEMPLATES[name], flags=re.DOTALL)
    assert "error_summary(" not in outside


def test_the_title_says_error_first_when_the_form_has_one(samples: dict[str, str]) -> None:
    assert read(samples["form"]).title.startswith("Error: Add a person")
    assert read(samples["report"]).title.startswith("Take a report – Sentinel")


def test_a_page_without_a_form_may_say_that_it_has_errors(render: Render) -> None:
    source = (
        '{% extends "layouts/page.html" %}{% set has_errors = true %}{% block title %}Cases{% endblock %}'
    )
    assert read(render(source)).title.startswith("Error: Cases")


def test_an_untouched_form_is_no_error(render: Render) -> None:
    source = '{% extends "layouts/narrow.html" %}{% block title %}Add{% endblock %}'
    assert read(render(source, form=EveryKind())).title == "Add – Sentinel"


def test_the_place_one_is_in_is_marked_and_the_count_is_said(samples: dict[str, str]) -> None:
    assert '<a href="/2" aria-current="page">Cases</a>' in samples["case"]
    assert (
        '<span class="s-badge">4<span class="govuk-visually-hidden"> waiting</span></span>' in samples["case"]
    )


def test_the_places_that_do_not_exist_yet_are_not_shown(render: Render) -> None:
    source = '{% extends "layouts/page.html" %}{% block title %}Cases{% endblock %}'
    html = render(
        source, **page_context(nav=[{"label": "My work", "href": "/", "current": True, "count": 0}])
    )
    assert "Meetings" not in html
    assert "s-badge" not in html


def test_signed_out_there_is_no_search_no_places_and_no_htmx(render: Render) -> None:
    html = render('{% extends "layouts/plain.html" %}{% block title %}Sign in{% endblock %}')
    assert faults(html) == []
    assert "s-find" not in html
    assert "s-places" not in html
    assert "htmx.min.js" not in html


def test_a_page_layout_survives_a_context_with_nobody_signed_in(render: Render) -> None:
    html = render('{% extends "layouts/page.html" %}{% block title %}Gone{% endblock %}', signed_in=None)
    assert faults(html) == []
    assert "s-find" not in html


def test_the_marking_stands_before_main_and_on_paper(samples: dict[str, str]) -> None:
    html = samples["case"]
    assert html.index("s-marking") < html.index("<main")
    printed = html[html.index("s-printed") :]
    assert "Official – sensitive" in printed
    assert "Printed by Priya Nair, Charnwood Borough Council" in printed
    assert "Sat 21 Nov 2026, 10:00" in printed


def test_a_demonstration_says_so(samples: dict[str, str]) -> None:
    assert "Everybody in it is invented" in samples["list"]
    assert "Everybody in it is invented" not in samples["case"]


def test_the_session_is_stated_only_where_there_is_one(render: Render) -> None:
    source = '{% extends "layouts/page.html" %}{% block title %}Cases{% endblock %}'
    with_session = render(source, **page_context(session_seconds=1200, keep_url="/keep"))
    assert 'data-session-seconds="1200" data-session-keep-url="/keep"' in with_session
    assert "data-session-seconds" not in render(source, **page_context())
    assert "data-session-seconds" not in render(source, session_seconds=1200, keep_url="/keep")


def test_a_page_without_a_side_has_one_column(samples: dict[str, str]) -> None:
    assert "s-columns" not in samples["work"]
    assert '<div class="s-columns">' in samples["case"]
    assert '<div class="s-columns s-columns--known">' in samples["report"]


def test_what_was_searched_comes_back_inert(render: Render) -> None:
    source = '{% extends "layouts/page.html" %}{% block title %}Found{% endblock %}'
    html = render(source, **page_context(found_for='"><script>alert(1)</script>'))
    assert "<script>alert" not in html
    assert faults(html) == []


def test_messages_are_said_as_status_and_errors_as_alert_and_the_keyboard_begins_at_the_first(
    render: Render,
) -> None:
    source = '{% extends "layouts/page.html" %}{% block title %}Case{% endblock %}'

    class Message:
        def __init__(self, level_tag: str, words: str) -> None:
            self.level_tag = level_tag
            self.message = words

    html = render(
        source, **page_context(messages=[Message("success", "Kept."), Message("error", "<b>Not kept.</b>")])
    )
    assert '<div class="s-done" role="status" tabindex="-1" autofocus><p>Kept.</p></div>' in html
    assert 's-done--error" role="alert"><p>&lt;b&gt;Not kept.&lt;/b&gt;</p>' in html


def test_a_misspelt_name_in_our_own_template_is_an_error(render: Render) -> None:
    with pytest.raises(UndefinedError):
        render("{{ nam }}", name="Priya")


def test_htmx_may_neither_evaluate_nor_keep_pages_in_the_browser(samples: dict[str, str]) -> None:
    for setting in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"historyCacheSize":0',
        '"allowScriptTags":false',
    ):
        assert setting in samples["case"]


def test_nothing_is_fetched_from_another_host(samples: dict[str, str]) -> None:
    for html in samples.values():
        for part in html.split('="')[1:]:
            value = part.split('"')[0]
            assert not value.startswith(("http://", "https://", "//")) or value.startswith(
                "http://www.w3.org/"
            )
