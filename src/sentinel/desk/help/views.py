"""The how-to pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentinel.desk.help.topics import BY_SLUG, TOPICS
from sentinel.desk.links import where
from sentinel.kernel.errors import NotFound

PAGES = (
    "take_report",
    "case_list",
    "people_and_places",
    "agency_own",
    "audit_search",
    "audit_concerns",
    "my_work",
    "team_work",
    "access_requests",
    "break_glass_reviews",
    "my_reminders",
    "referrals",
    "my_absence",
    "reminder_rules",
    "question_sets",
    "places_due",
    "high_risk",
    "compliance",
    "compliance_times",
    "compliance_file",
    "case_risk",
    "put_right",
    "match_runs",
    "how_matching_works",
)


@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    """Every task that there is a page for."""
    return render(request, "desk/help/index.html", {"topics": TOPICS})


@require_safe
def how_to_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """How one task is done. Raises NotFound for a task that there is none of."""
    topic = BY_SLUG.get(slug)
    if topic is None:
        raise NotFound("There is no such help page.")
    at = TOPICS.index(topic)
    following = TOPICS[at + 1] if at + 1 < len(TOPICS) else None
    pages = {name: where(name) for name in PAGES}
    return render(request, f"desk/help/{slug}.html", {"topic": topic, "following": following, "pages": pages})
