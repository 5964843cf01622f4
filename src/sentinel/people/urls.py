"""Addresses of people."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.people import views

urlpatterns: list[URLPattern] = [path("people/<uuid:person_id>", views.person, name="person")]
