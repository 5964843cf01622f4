"""The pages of a place, a street, an area and all areas, and what their maps draw."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sentinel.cases.lists import labels
from sentinel.cases.rules import STATUS_WORDS
from sentinel.desk.case.assemble import BANDS
from sentinel.desk.place import maps
from sentinel.desk.place.known import at_place, may_look, place_known
from sentinel.desk.place.links import (
    neighbourhood_href,
    street_code_of,
    street_href,
    street_key_of,
    streets_href,
)
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.compiled import keep_plans
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.places import geometry
from sentinel.places.models import Place
from sentinel.places.queries import (
    AreaView,
    History,
    area_history,
    areas_of_lsoa,
    busiest_streets,
    cells_near,
    districts_counted,
    get_area,
    get_street,
    larger_areas,
    look_up,
    nearby,
    parts_of_area,
    street_history,
)
from sentinel.places.rules import street_key
from sentinel.risk.queries import place_risk
from sentinel.web.charts import months_chart
from sentinel.web.formats import MARKING, uk_month
from sentinel.web.requests import actor_of

MONTHS = 24
LAST = 12


@require_safe
def place(request: HttpRequest, place_id: uuid.UUID) -> HttpResponse:
    """One place: what is known there, as far as this reader may see, and what happened around it. The read is logged."""
    actor = actor_of(request)
    moment = keep_plans()
    here = at_place(actor, place_id, moment)
    row = here.place
    around = _around(actor, row)
    types = labels("national-types", london_date(moment))
    open_case = next((one for one in here.cases if one.status != "closed"), None)
    context = {
        "risk": place_risk(actor, row.id, actor.agency_id, moment) if here.cases else None, "open_case": open_case,
        "here": here, "place": row, "types": types, "status_words": STATUS_WORDS, "bands": BANDS, "now": moment,
        "around": around, "around_chart": months_chart(f"Incidents {around.about}", around.months),
        "recorded_chart": months_chart("Recorded here", here.recorded.months) if here.recorded.total else None,
        "areas": areas_of_lsoa(row.lsoa_code) if row.lsoa_code else [],
        "neighbourhood": neighbourhood_href(row.latitude, row.longitude),
        "streets": _streets_of(row), "cases_href": f"{reverse('case_list')}?status=all&place={row.id}",
        "map_url": reverse("place_map", args=[row.id]) if row.latitude is not None else None,
        "tiles": maps.tiles(), "marking": MARKING,
    }  # fmt: skip
    return maps.with_map(render(request, "desk/place/place.html", context))


def _around(actor: Actor, row: Place) -> History:
    """What happened around a place; places are located as they are made, and again when postcodes are imported."""
    if row.latitude is None or row.longitude is None:
        return History("", ())
    return nearby(actor, row.latitude, row.longitude, MONTHS)


def _streets_of(row: Place) -> str:
    """Where the street of an address has its history; "" for none."""
    if not row.street_key:
        return ""
    return streets_href(row.street_key, row.postcode.partition(" ")[0])


@require_safe
def place_map(request: HttpRequest, place_id: uuid.UUID) -> HttpResponse:
    """What the map of a place draws, for whoever may read its page."""
    actor = actor_of(request)
    row = place_known(actor, place_id, clock_now())
    if row.latitude is None or row.longitude is None:
        return maps.answer([])
    around = _around(actor, row)
    cells = cells_near(actor, (row.latitude, row.longitude), around)
    return maps.answer(
        [*maps.shaded(actor, cells), maps.point(row.latitude, row.longitude, row.line or row.postcode)]
    )


@require_safe
def street(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """What open data tells of one street."""
    actor = actor_of(request)
    may_look(actor)
    found = get_street(actor, street_key_of(name), street_code_of(code))
    history = street_history(actor, found.street_key, found.lsoa_code, MONTHS)
    context = {
        "street": found, "history": history, "chart": months_chart(f"Incidents on or near {found.name}", history.months),
        "last": span_words(history.last(LAST)), "larger": _larger(found.area),
        "neighbourhood": neighbourhood_href(*found.middle) if found.middle else None,
        "namesakes": streets_href(found.street_key),
        "map_url": reverse("street_map", kwargs={"name": name, "code": code}) if found.middle else None,
        "tiles": maps.tiles(),
    }  # fmt: skip
    return maps.with_map(render(request, "desk/place/street.html", context))


def _larger(area: AreaView | None) -> list[AreaView]:
    return [area, *area.larger] if area is not None else []


@require_safe
def street_map(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """What the map of a street draws."""
    actor = actor_of(request)
    may_look(actor)
    found = get_street(actor, street_key_of(name), street_code_of(code))
    if found.middle is None:
        return maps.answer([])
    history = street_history(actor, found.street_key, found.lsoa_code, MONTHS)
    return maps.answer(
        [
            *maps.shaded(actor, cells_near(actor, found.middle, history)),
            maps.point(*found.middle, found.name),
        ]
    )


@require_safe
def streets(request: HttpRequest, name: str) -> HttpResponse:
    """Every street of a name: the one itself where there is but one, else a choice."""
    actor = actor_of(request)
    may_look(actor)
    near = request.GET.get("near", "").replace("\x00", "")[:60].strip()
    words = street_key_of(name)[:160]
    looked = look_up(actor, f"{words}, {near}" if near else words)
    found = [one for one in looked.candidates if one.kind == "street"]
    wanted = street_key(words)
    exact = [one for one in found if one.choice.rpartition(":")[2] == wanted]
    if not exact and not near:
        raise NotFound()
    choices = [(street_href(wanted, one.choice.split(":")[1]), one.words, one.where) for one in exact]
    if len(choices) == 1 and not looked.more:
        return redirect(choices[0][0])
    return render(
        request,
        "desk/place/streets.html",
        {"choices": choices, "more": looked.more, "near": near, "name": exact[0].words if exact else words.title()},
    )  # fmt: skip


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """What open data tells of an area: by month, by its parts, and on which streets."""
    actor = actor_of(request)
    may_look(actor)
    found = get_area(actor, code)
    history = area_history(actor, found.kind, found.code, MONTHS)
    parts = parts_of_area(actor, found, history, LAST)
    context = {
        "area": found, "history": history, "last": span_words(history.last(LAST)),
        "chart": months_chart(f"Incidents in {found.name}", history.months),
        "parts": [part for part in parts if part.kind != "cell"],
        "streets": [(street_href(one.street_key, one.lsoa_code), one) for one in busiest_streets(actor, found, history)],
        "map_url": reverse("area_map", kwargs={"code": code}), "tiles": maps.tiles(),
    }  # fmt: skip
    return maps.with_map(render(request, "desk/place/area.html", context))


@require_safe
def area_map(request: HttpRequest, code: str) -> HttpResponse:
    """What the map of an area draws: its parts by their outlines, else by cells, and its own outline."""
    actor = actor_of(request)
    may_look(actor)
    found = get_area(actor, code)
    history = area_history(actor, found.kind, found.code, LAST)
    if found.kind == "cell":
        return maps.answer(
            maps.shaded(actor, cells_near(actor, geometry.cell_centre(code), history), here=code)
        )
    features = maps.shaded(actor, parts_of_area(actor, found, history, LAST))
    return maps.answer([*features, *maps.outline(actor, found)])


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """All areas, from the partnership's districts down."""
    actor = actor_of(request)
    may_look(actor)
    districts, span = districts_counted(actor, LAST)
    context = {
        "districts": districts, "larger": larger_areas(actor), "last": span_words(span),
        "map_url": reverse("areas_map"), "tiles": maps.tiles(),
    }  # fmt: skip
    return maps.with_map(render(request, "desk/place/areas.html", context))


@require_safe
def areas_map(request: HttpRequest) -> HttpResponse:
    """What the map of all areas draws: the districts."""
    actor = actor_of(request)
    may_look(actor)
    return maps.answer(maps.shaded(actor, districts_counted(actor, LAST)[0]))


def span_words(span: tuple[date, date] | None) -> str:
    """The months that a figure counts: "November 2020 to October 2021"; "" where nothing is imported."""
    return f"{uk_month(span[0])} to {uk_month(span[1])}" if span else ""
