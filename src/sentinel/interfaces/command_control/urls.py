"""Addresses: the page of the administrator, and the feed under api/, which asks for a key of its own."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.interfaces.command_control import api, views

urlpatterns: list[URLPattern] = [
    path("agency/systems", views.connected, name="command_control"),
    path("agency/systems/<uuid:client>/confirm", views.confirm, name="command_control_confirm"),
    path("agency/systems/<uuid:client>/revoke", views.revoke, name="command_control_revoke"),
    path("api/command-control/v1/markers", api.markers_json, name="command_control_markers"),
    path("api/command-control/v1/markers.csv", api.markers_csv, name="command_control_markers_csv"),
]
