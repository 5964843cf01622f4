"""What every page needs: who is signed in, the places, and how many things wait for them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sentinel.accounts.models import User
from sentinel.desk.find.in_hand import about_page
from sentinel.desk.links import where
from sentinel.desk.work.counts import waiting
from sentinel.foundation.actor import NOBODY, Actor
from sentinel.search.queries import LOOKING

FIND = "people_and_places"
# Label, the page's name, the rights of which any one is needed (none: everybody), and the first parts of addresses
# that belong to the place.
PLACES: tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...] = (
    ("My work", "my_work", frozenset(), ("/work/",)),
    ("Take a report", "take_report", frozenset({"take_report"}), ("/reports/",)),
    ("Cases", "case_list", frozenset({"see_cases"}), ("/cases/",)),
    ("Find", FIND, LOOKING, ("/find", "/people/", "/places/", "/streets/", "/areas/")),
    ("Compliance", "compliance", frozenset({"see_compliance"}), ("/compliance",)),
    ("High risk", "high_risk", frozenset({"hear_high_risk", "answer_markers"}), ("/high-risk/",)),
    ("Referrals", "referrals", frozenset({"answer_referrals", "answer_safeguarding"}), ("/referrals/",)),
    ("Records", "put_right", frozenset({"put_right"}), ("/put-right",)),
    ("Agency", "agency_users", frozenset({"administer_agency"}), ("/agency/", "/agencies/")),
    ("Agencies", "agency_list", frozenset({"govern"}), ("/agencies/",)),
    ("Question sets", "question_sets", frozenset({"govern"}), ("/question-sets/", "/local-rules/")),
    ("System", "system", frozenset({"see_failures"}), ("/system/",)),
    ("Audit", "audit_search", frozenset({"search_audit"}), ("/audit/",)),
    ("Help", "how_to", frozenset(), ("/help/",)),
)  # fmt: skip


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `signed_in` (or None), `nav`, `ways`, `find_url`, `actor`, `demonstration`, `session_seconds`, `made_at`.

    One query, for the number beside My work; none for who is signed out or reads no case.
    """
    actor: Actor = getattr(request, "actor", NOBODY)
    base = {
        "demonstration": settings.MODE == "demonstration",
        "actor": actor,
        "request": request,
        "session_seconds": settings.SESSION_COOKIE_AGE,
        # For the line that only paper shows. The machine's time, which costs no question to the database.
        "made_at": datetime.fromtimestamp(time.time(), UTC),
    }
    user = request.user
    if not actor.user_id or not isinstance(user, User):
        return {**base, "signed_in": None, "nav": [], "ways": {}}
    counted: int | None = getattr(request, "sentinel_waiting", None)
    return {
        **base,
        "signed_in": {
            "name": actor.name,
            "team": user.team.name if user.team else "",
            "agency": user.agency.short_name,
            "url": where("account"),
            "sign_out_url": where("account_logout"),
        },
        "nav": places(actor, request.path, waiting(actor) if counted is None else counted),
        "find_url": where(FIND) if LOOKING & actor.rights else None,
        "find_about": about_page(request.path, actor),
        "ways": {"cases": where("case_list"), "take_report": where("take_report")},
    }


def places(actor: Actor, path: str, count: int) -> list[dict[str, Any]]:
    """The places that this actor's roles lead to, where they are built, the present one marked."""
    found = []
    for label, name, rights, begins in PLACES:
        href = where(name)
        if href is None or (rights and not rights & actor.rights):
            continue
        current = path == href or (path.startswith(begins) and path != "/")
        found.append(
            {"label": label, "href": href, "current": current, "count": count if name == "my_work" else 0}
        )
    return found
