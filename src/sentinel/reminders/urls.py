"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.reminders import views

urlpatterns: list[URLPattern] = [
    path("work/reminders", views.mine, name="my_reminders"),
]
