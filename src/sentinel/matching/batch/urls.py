"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.matching.batch import views

urlpatterns: list[URLPattern] = [
    path("put-right/runs", views.match_runs, name="match_runs"),
    path("put-right/runs/<uuid:run>", views.match_run, name="match_run"),
]
