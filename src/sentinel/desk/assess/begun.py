"""What an assessor began and has not finished, read from the page that assesses."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import HttpRequest

from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import version_under_way

# Buttons, tokens and what the page itself put there are no part of what was answered.
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "do", "seen", "asked"})


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was answered, each field with its values, without what nobody typed."""
    return {name: request.POST.getlist(name) for name in request.POST if name not in _NOT_TYPED}


def version_asked(
    request: HttpRequest, in_force: QuestionSetVersion, on: date, *, kept: uuid.UUID | None = None
) -> QuestionSetVersion:
    """The version that this form asks: the one it was shown with, or that a kept draft was begun on, as long as that may still be
    finished; else the one in force."""
    begun = kept
    if request.method == "POST":
        try:
            begun = uuid.UUID(request.POST.get("asked", ""))
        except ValueError:
            begun = None
    return version_under_way(in_force, begun, on)
