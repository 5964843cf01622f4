"""What every page needs to know of the session and of one's own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sentinel.accounts.sessions import seconds_left
from sentinel.foundation.actor import NOBODY


def session(request: HttpRequest) -> dict[str, Any]:
    """`session_seconds` (how long the session lasts if nothing more is asked) and `keep_url` (what to ask so that it
    goes on) and `session_who` (whose page it is), for somebody signed in; 0 and nothing else.
    """
    user_id = getattr(request, "actor", NOBODY).user_id
    if user_id is None:
        return {"session_seconds": 0, "keep_url": "", "session_who": ""}
    return {
        "session_seconds": seconds_left(request),
        "keep_url": reverse("session_keep"),
        "session_who": str(user_id),
    }
