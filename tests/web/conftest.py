"""Pages rendered from the layouts and components alone, with invented people and no database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from jinja2 import FileSystemLoader
from markupsafe import Markup
from playwright.sync_api import Browser, sync_playwright

from sentinel.web.errors import STATUSES
from sentinel.web.errors import page as error_page
from sentinel.web.jinja import SentinelEnvironment, environment
from tests.web.site import Site, serve

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PLACES = (
    "My work",
    "Take a report",
    "Cases",
    "People and places",
    "Meetings",
    "Compliance",
    "Help and ideas",
)


class ReportForm(forms.Form):
    """The first questions of a report."""

    danger = forms.ChoiceField(
        label="Is anyone in danger now?",
        choices=[("yes", "Yes"), ("no", "No"), ("away", "The caller is not there")],
        widget=forms.RadioSelect,
    )
    who = forms.CharField(label="Who is calling?", max_length=200)
    number = forms.CharField(label="Number to ring back", required=False)
    where = forms.CharField(label="Where is it happening?", help_text="Postcode, street or place")
    words = forms.CharField(
        label="What is happening, in their words?", widget=forms.Textarea(attrs={"rows": 3})
    )


class EveryKind(forms.Form):
    """A field of every kind that a page may need."""

    name = forms.CharField(label="What is the person’s name?", max_length=200)
    number = forms.IntegerField(label="How many times?")
    mail = forms.EmailField(label="Email")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    many = forms.MultipleChoiceField(
        label="Who else is there?",
        choices=[("a", "A child"), ("b", "Somebody at risk")],
        widget=forms.CheckboxSelectMultiple,
    )
    one = forms.ChoiceField(
        label="Was it hate?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), ("p", "Personal")])
    agree = forms.BooleanField(label="She agrees to be rung", help_text="Ask her every time")
    note = forms.CharField(label="Note", max_length=2000, widget=forms.Textarea)
    words = forms.CharField(label="Words", widget=forms.Textarea)
    photograph = forms.FileField(label="A photograph", required=False)
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


def page_context(**extra: Any) -> dict[str, Any]:
    """What the context processors and a view give a signed-in page."""
    person = SimpleNamespace(
        name="Priya Nair",
        team="Charnwood ASB team",
        agency="Charnwood Borough Council",
        url="/account/",
        sign_out_url="/account/logout/",
    )
    nav = [
        {"label": label, "href": f"/{at}", "current": label == "Cases", "count": 4 if at == 0 else None}
        for at, label in enumerate(PLACES)
    ]
    return {"signed_in": person, "nav": nav, "now": NOW, "csrf_input": "", **extra}


@pytest.fixture(scope="session")
def env() -> SentinelEnvironment:
    """The pages' environment with the sample pages in it."""
    return environment(loader=FileSystemLoader(PAGES))


@pytest.fixture
def render(env: SentinelEnvironment) -> Callable[..., str]:
    """Renders a template's source with a context."""

    def renders(source: str, **context: Any) -> str:
        return env.from_string(source).render(**context)

    return renders


def sample_pages(env: SentinelEnvironment) -> dict[str, str]:
    """The drawings' three screens, a list and a form with every kind of error, as HTML."""
    told = {
        "danger": "yes",
        "who": "Margret Elis",
        "number": "01509 555 0142",
        "where": "14 sparrow ln le11",
        "words": "He is banging on our door again.",
    }
    made = {
        "work": page_context(),
        "case": page_context(marking="Official – sensitive · shared with 3 agencies involved"),
        "report": page_context(form=ReportForm(initial=told)),
        "list": page_context(demonstration=True, found_for="O’Neil"),
        "form": page_context(form=EveryKind({"many": ["a"], "mail": "no"})),
    }
    return {name: env.get_template(f"{name}.html").render(**context) for name, context in made.items()}


@pytest.fixture(scope="session")
def samples(env: SentinelEnvironment) -> dict[str, str]:
    """`sample_pages`, rendered once."""
    return sample_pages(env)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; the test is skipped where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running
        running.close()


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
