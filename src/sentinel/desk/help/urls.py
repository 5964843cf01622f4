"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from sentinel.desk.help import views

urlpatterns = [
    path("help/", views.how_to, name="how_to"),
    path("help/<slug:slug>", views.how_to_topic, name="how_to_topic"),
]
