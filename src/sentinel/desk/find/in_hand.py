"""The report or case in hand: where somebody stands when they search, and so why they do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from sentinel.access.reasons import about, reason_for
from sentinel.cases.models import Case
from sentinel.desk.report.opened import is_taking, page_mark
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.kernel.references import parse
from sentinel.reports.queries import reports_open_to

# Why somebody searches, where nothing is in hand, holds for what they look for next; said again, it is kept again.
KEPT, LASTS, AGAIN = "search_reason", timedelta(minutes=30), timedelta(minutes=10)


@dataclass(frozen=True)
class InHand:
    """What is in hand: `about` as the box posts it, its record, and the reason that it gives."""

    about: str
    record_id: uuid.UUID | None
    reason: str


def about_page(path: str, actor: Actor) -> str:
    """What the box of a page says that is in hand: the case or report of the page, or that a report is being taken."""
    if path.startswith("/reports/take") and actor.may("take_report"):
        return page_mark(actor)
    found = about(path) or ""
    return found if found.startswith(("cases:", "reports:")) else ""


def in_hand(request: HttpRequest, actor: Actor, said: str, at: datetime) -> InHand | None:
    """What was in hand where the search was asked; None for nothing, for what the actor may not read, and for a report that nobody
    takes. One query at most.

    Why it was opened is why the search is made, where that was said (access.reasons); else that it is in hand.
    """
    if actor.may("take_report") and is_taking(actor, said):
        return InHand(said, None, "A report is being taken")
    kind, _, reference = said.partition(":")
    try:
        reference = str(parse(reference))
    except Invalid:
        return None
    if kind == "cases" and actor.may("see_cases"):
        record = Case.objects.filter(reference=reference).values_list("record_id", flat=True).first()
    elif kind == "reports":
        record = (
            reports_open_to(actor).filter(reference=reference).values_list("record_id", flat=True).first()
        )
    else:
        return None
    if record is None:
        return None
    reason = reason_for(request, said, at)
    begins = f"{'Case' if kind == 'cases' else 'Report'} {reference}"
    return InHand(said, record, f"{begins}: {reason}" if reason else begins)


def reason_kept(request: HttpRequest, at: datetime) -> str:
    """Why this person searched last, within half an hour; "" where they did not, or nothing was asked."""
    kept = request.session.get(KEPT)
    return str(kept[0]) if kept and at - datetime.fromisoformat(kept[1]) <= LASTS else ""


def remember(request: HttpRequest, reason: str, at: datetime) -> None:
    """Keep a reason for half an hour from now, give or take ten minutes: the session is not written by every search."""
    kept = request.session.get(KEPT)
    if not kept or kept[0] != reason or at - datetime.fromisoformat(kept[1]) > AGAIN:
        request.session[KEPT] = [reason, at.isoformat()]
