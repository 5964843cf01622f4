"""My work: what needs me now, worst first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentinel.desk.work import governing, markers, own  # noqa: F401  they add sources of lines
from sentinel.desk.work.counts import counted
from sentinel.desk.work.lines import grouped
from sentinel.desk.work.mine import load
from sentinel.desk.work.sources import lines_for
from sentinel.foundation.compiled import keep_plans
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What needs the signed-in person, in three groups: high and late, not known, next."""
    actor = actor_of(request)
    now = keep_plans()
    mine = load(actor, now)
    lines = lines_for(actor, mine, now)
    request.sentinel_waiting = counted(actor, mine, lines, now)  # type: ignore[attr-defined]
    groups = grouped(lines)
    return render(request, "desk/work/my_work.html", {"groups": groups, "now": now, "marking": MARKING})
