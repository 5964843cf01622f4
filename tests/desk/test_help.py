"""The how-to pages lead where they say that they lead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sentinel.desk
from sentinel.desk.help.topics import TOPICS
from sentinel.desk.help.views import PAGES
from sentinel.desk.links import where

PAGES_OF_HELP = Path(sentinel.desk.__file__).parent / "jinja2" / "desk" / "help"
LINKED = re.compile(r'page_link\("(\w+)"')


@pytest.mark.parametrize("topic", [topic.slug for topic in TOPICS])
def test_every_page_that_a_how_to_names_is_one_that_it_can_lead_to(topic: str) -> None:
    named = set(LINKED.findall((PAGES_OF_HELP / f"{topic}.html").read_text()))
    assert named <= set(PAGES), "named and not given to the page: it would stand there as plain words"


def test_every_page_that_is_given_to_the_how_tos_exists() -> None:
    assert [name for name in PAGES if where(name) is None] == []
