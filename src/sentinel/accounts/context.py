"""What every page needs to know of the session and of one's own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sentinel.accounts.sessions import seconds_left
from sentinel.foundation.actor import NOBODY


def session(request: HttpRequest) -> dict[str, Any]:
    """`session` (seconds left, and what to ask so that it goes on), for somebody signed in; else nothing."""
    if getattr(request, "actor", NOBODY).user_id is None:
        return {"session": None}
    return {"session": {"seconds": seconds_left(request), "keep_url": reverse("session_keep")}}
