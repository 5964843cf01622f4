"""What an assessor began and has not finished, read from the page that assesses."""

from __future__ import annotations

from django.http import HttpRequest

# Buttons, tokens and what the page itself put there are no part of what was answered.
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "do", "seen"})


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was answered, each field with its values, without what nobody typed."""
    return {name: request.POST.getlist(name) for name in request.POST if name not in _NOT_TYPED}
