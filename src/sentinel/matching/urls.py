"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.matching import views

urlpatterns: list[URLPattern] = [
    path("how-matching-works", views.how_matching_works, name="how_matching_works")
]
