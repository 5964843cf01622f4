"""A message about somebody under a narrower audience leads to the case and no further."""

from __future__ import annotations

import uuid

import pytest

from sentinel.reminders.wording import Line
from tests.support import NOW

pytestmark = pytest.mark.django_db
CONTENT = {"label": "Not assessed", "words": "Assess them.", "condition": "unassessed_person"}


def test_the_link_names_nobody_whom_the_reader_may_not_see() -> None:
    subject = uuid.uuid4()
    open_to_all = Line.of(CONTENT, "LLR-26-00001-A", subject, "victim", NOW, False, False)
    guarded = Line.of(CONTENT, "LLR-26-00001-A", subject, "victim", NOW, False, True)
    assert str(subject) in open_to_all.href
    assert guarded.href == "/cases/LLR-26-00001-A"
