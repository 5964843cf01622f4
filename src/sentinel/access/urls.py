"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.access import views

urlpatterns: list[URLPattern] = [
    path("why", views.why, name="why"),
    path("emergency/<uuid:record>", views.open_in_emergency, name="break_glass"),
    path("emergency/reviews", views.reviews, name="break_glass_reviews"),
    path("emergency/reviews/<uuid:row>", views.review_one, name="break_glass_review"),
]
