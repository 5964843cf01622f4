"""What every page needs: who is signed in and the seven places."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sentinel.foundation.actor import NOBODY


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `signed_in` (or None), `nav`, `actor`, `demonstration`, `session_seconds`."""
    actor = getattr(request, "actor", NOBODY)
    base = {"demonstration": settings.MODE == "demonstration", "actor": actor, "request": request,
            "session_seconds": settings.SESSION_COOKIE_AGE}  # fmt: skip
    if not actor.user_id:
        return {**base, "signed_in": None, "nav": []}
    user = request.user
    return {
        **base,
        "signed_in": {"name": actor.name, "team": user.team.name if user.team else "", "agency": user.agency.short_name},
        "nav": [],
    }
