"""The compliance page, and the lists behind its numbers."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sentinel.accounts.models import Team
from sentinel.accounts.queries import agency_choices
from sentinel.audit.operations import note, note_each
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.foundation.compiled import keep_plans
from sentinel.insight.baseline import baseline_on
from sentinel.insight.chart import trends_of
from sentinel.insight.links import asked_of, list_href
from sentinel.insight.matters import NO_TEAM, Chosen, list_matters
from sentinel.insight.operations import last_check
from sentinel.insight.rules import (
    AGES,
    FEWEST,
    MEASURES,
    UNKNOWN,
    Figures,
    age_words,
    total,
    total_without_small,
    without_small,
)
from sentinel.insight.sharing import counted_for
from sentinel.insight.shown import rows_of
from sentinel.insight.weeks import WEEK_HEADS, Week, own_weeks, partnership_weeks
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.web.formats import MARKING, plural
from sentinel.web.requests import actor_of

RIGHT, WHY = "see_compliance", "Your role does not include looking at figures."
# How far back the weeks are shown.
SHOWN = timedelta(weeks=26)
COLUMNS = tuple(MEASURES)


def chosen_of(request: HttpRequest) -> Chosen:
    """Whose cases are asked for in the address; what cannot be read is left out."""
    return Chosen(
        agency=_uuid(request.GET.get("agency")),
        team=NO_TEAM if request.GET.get("team") == "none" else _uuid(request.GET.get("team")),
        mine=request.GET.get("whose") == "mine",
    )


def _uuid(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if value else None
    except ValueError:
        return None


@require_safe
def compliance(request: HttpRequest) -> HttpResponse:
    """The figures of everything that the reader may see, each with the way to its list."""
    actor = actor_of(request)
    actor.require(RIGHT, WHY)
    if not actor.may("see_cases"):
        return partnership(request, actor)
    moment, chosen = keep_plans(), Chosen(mine=request.GET.get("whose") == "mine")
    counted = counted_for(actor, moment, chosen)
    found = counted.figures
    whole = total(found.values())
    note("search", subject="compliance", detail={"whose": "mine" if chosen.mine else "all"})
    return render(
        request,
        "insight/compliance.html",
        {
            "now": moment, "whole": whole, "shared_at": counted.shared_at, "measures": MEASURES, "marking": MARKING, "columns": COLUMNS,
            "whose": _switch(chosen), "ages": [
                {"words": age_words(age), "title": f"answers not known for {age_words(age)}", "count": whole.unknown[at], "href": list_href(UNKNOWN, chosen, age)}
                for at, age in enumerate(AGES)
            ],
            "hrefs": {key: list_href(key, chosen) for key in MEASURES},
            "lines": [_line(one) for one in lines_of(actor, found, chosen)], "asked": asked_of(chosen), "checked": last_check(),
            **_weeks(own_weeks(actor.agency, london_date(moment) - SHOWN), moment),
        },
    )  # fmt: skip


def partnership(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The past weeks of the whole partnership, for a governance officer: numbers and no list, small ones of an agency not shown."""
    moment = now()
    found = partnership_weeks(london_date(moment) - SHOWN)
    whole = found.pop(None, [])
    note("search", subject="compliance", detail={"whose": "partnership"})
    return render(
        request,
        "insight/partnership.html",
        {
            "now": moment, "measures": MEASURES, "columns": COLUMNS, "fewest": FEWEST,
            "lines": _of_agencies(whole[-1], found) if whole else [], **_weeks(_tellable(whole, found), moment),
        },
    )  # fmt: skip


def _of_agencies(last: Week, found: Mapping[uuid.UUID | None, Sequence[Week]]) -> list[dict[str, Any]]:
    """The last week of each agency, what is small left out, and of the whole partnership."""
    names = {uuid.UUID(pk): name for pk, name in agency_choices()}
    of = {key: weeks[-1].figures for key, weeks in found.items() if key and weeks[-1].week == last.week}
    keys = sorted(of, key=lambda key: names.get(key, "~"))
    numbers = {measure: [of[key].of(measure) for key in keys] for measure in COLUMNS}
    told = {measure: without_small(some) for measure, some in numbers.items()}
    lines = [
        {
            "words": names.get(key, "An agency that was merged"),
            "cells": [told[measure][at] for measure in COLUMNS],
        }
        for at, key in enumerate(keys)
    ]
    return [
        *lines,
        {"words": "The whole partnership", "cells": [total_without_small(some) for some in numbers.values()]},
    ]


def _tellable(weeks: Sequence[Week], found: Mapping[uuid.UUID | None, Sequence[Week]]) -> list[Week]:
    """The weeks of the whole partnership without those in which it was one agency and a number of it was small."""
    agencies_of = Counter(one.week for key, some in found.items() if key for one in some)
    return [
        one
        for one in weeks
        if agencies_of[one.week] != 1
        or all(total_without_small([one.figures.of(measure)]) is not None for measure in COLUMNS)
    ]


def _weeks(weeks: Sequence[Week], moment: datetime) -> dict[str, Any]:
    """The past weeks, the latest first, their two pictures, and what they are compared with."""
    founding = baseline_on(london_date(moment))
    pictures = trends_of(weeks, founding)
    return {"weeks": list(reversed(weeks)), "week_heads": WEEK_HEADS, "founding": founding, **pictures}


def _switch(chosen: Chosen) -> list[dict[str, Any]]:
    here = reverse("compliance")
    return [
        {"words": "Every case that I may see", "href": here, "current": not chosen.mine},
        {"words": "Cases that I lead", "href": f"{here}?whose=mine", "current": chosen.mine},
    ]


@dataclass(frozen=True)
class Of:
    """The figures of an agency, or of one of its teams where `team` is said, and whose these are."""

    agency: str
    team: str
    figures: Figures
    chosen: Chosen


def lines_of(
    actor: Actor, found: Mapping[tuple[uuid.UUID, uuid.UUID | None], Figures], chosen: Chosen
) -> list[Of]:
    """One for each agency, the reader's own first, and under it one for each of its teams. Two queries."""
    names = {uuid.UUID(pk): name for pk, name in agency_choices()}
    teams = {one.pk: one.name for one in Team.objects.filter(pk__in=[team for _, team in found if team])}
    by_agency: dict[uuid.UUID, dict[uuid.UUID | None, Figures]] = {}
    for (agency, team), figures in found.items():
        by_agency.setdefault(agency, {})[team] = figures
    made = []
    for agency in sorted(by_agency, key=lambda key: (key != actor.agency_id, names.get(key, ""))):
        name = names.get(agency, "An agency that was merged")
        made.append(Of(name, "", total(by_agency[agency].values()), Chosen(agency, mine=chosen.mine)))
        labels = {team: teams.get(team, "A team") if team else "No team" for team in by_agency[agency]}
        for team in sorted(labels, key=lambda key: (key is None, labels[key])):
            of = Chosen(agency, team or NO_TEAM, chosen.mine)
            made.append(Of(name, labels[team], by_agency[agency][team], of))
    return made


def _line(one: Of) -> dict[str, Any]:
    words = one.team or one.agency
    cells = [
        {
            "count": one.figures.of(key),
            "href": list_href(key, one.chosen),
            "title": f"{MEASURES[key].title}, {words}",
        }
        for key in COLUMNS
    ]
    return {"words": words, "cells": cells, "whole": not one.team}


@require_safe
def matters(request: HttpRequest, measure: str) -> HttpResponse:
    """The list behind one number, the longest waiting first; each row leads to where it is put right."""
    actor = actor_of(request)
    actor.require(RIGHT, WHY)
    actor.require("see_cases", WHY)
    actor.require("see_people", "Your role does not include looking at people.")
    if measure not in MEASURES:
        raise NotFound()
    moment, chosen = now(), chosen_of(request)
    given = request.GET.get("age", "")
    age = int(given) if measure == UNKNOWN and given.isdecimal() and int(given) in AGES else None
    listed = list_matters(actor, moment, measure, chosen, age=age, after=request.GET.get("after", ""))
    rows = rows_of(actor, moment, measure, listed.rows)
    note("search", subject="compliance", detail={"measure": measure, **asked_of(chosen)})
    if rows:
        note_each("view", list({row.case.id for row in rows}), subject="compliance")
    what = MEASURES[measure]
    return render(
        request,
        "insight/list.html",
        {
            "measure": what, "rows": rows, "count": plural(listed.count, what.one, what.many), "none": not listed.count,
            "chosen": _filtered(measure, chosen, age), "marking": MARKING, "now": moment,
            "next_href": list_href(measure, chosen, age, after=listed.next_key) if listed.next_key else None,
            "first_href": list_href(measure, chosen, age) if request.GET.get("after") else None,
        },
    )  # fmt: skip


def _filtered(measure: str, chosen: Chosen, age: int | None) -> list[dict[str, str]]:
    found = []
    if chosen.agency:
        names = {uuid.UUID(pk): name for pk, name in agency_choices()}
        words = f"Agency: {names.get(chosen.agency, 'one')}"
        found.append({"words": words, "href": list_href(measure, Chosen(mine=chosen.mine), age)})
    if chosen.team:
        team = Team.objects.filter(pk=chosen.team).first()
        words = f"Team: {team.name if team else 'none'}"
        found.append(
            {"words": words, "href": list_href(measure, Chosen(chosen.agency, None, chosen.mine), age)}
        )
    if chosen.mine:
        found.append(
            {
                "words": "Cases that I lead",
                "href": list_href(measure, Chosen(chosen.agency, chosen.team), age),
            }
        )
    if age is not None:
        found.append({"words": f"Not known for {age_words(age)}", "href": list_href(measure, chosen)})
    return found
