"""The product's addresses and the floor: a bare layout around one query."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from sentinel.access.models import Reach
from sentinel.desk.find.views import people_and_places
from sentinel.web.requests import actor_of

BARE = '{% extends "layouts/page.html" %}{% block title %}Floor{% endblock %}{% block main %}<p>{{ rows|length }}</p>{% endblock %}'

handler404 = "sentinel.web.errors.not_found"


def floor(request: HttpRequest) -> HttpResponse:
    """The same layout around one query."""
    rows = list(Reach.objects.filter(holder_id=actor_of(request).agency_id)[:20])
    return HttpResponse(engines["jinja2"].from_string(BARE).render({"rows": rows}, request))


urlpatterns = [
    path("floor", floor, name="floor"),
    path("", include("sentinel.urls")),
    path("bench/find", people_and_places, name="bench_find"),
]
