"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.matching.steward import views

urlpatterns: list[URLPattern] = [
    path("put-right", views.put_right, name="put_right"),
    path("put-right/next", views.next_one, name="put_right_next"),
    path("put-right/pairs/<uuid:pair>", views.pair, name="put_right_pair"),
    path("put-right/people/<uuid:entry>/compare", views.compare, name="put_right_compare"),
    path("put-right/merges/<uuid:merge>/apart", views.apart, name="put_right_apart"),
]
