"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.access_requests import concerns, silencing, touching, views

urlpatterns: list[URLPattern] = [
    path("access/requests", views.listed, name="access_requests"),
    path("access/requests/<uuid:request_id>", views.answer, name="access_request"),
    path("access/asked/<uuid:mine>", views.asked_one, name="access_asked"),
    path("access/ask/<uuid:hit>", views.ask, name="ask_for_access"),
    path("access/ask/<uuid:hit>/emergency", views.emergency, name="emergency_behind"),
    path("access/ask/record/<uuid:record>", views.ask_of, name="ask_for_access_of"),
    path("audit/concerns", concerns.listed, name="audit_concerns"),
    path("audit/concerns/<uuid:concern>", concerns.one, name="audit_concern"),
    path("access/touched", touching.touched_here, name="access_touched"),
    path("cases/<str:reference>/sharing/silent", silencing.silent, name="case_silent"),
    path("cases/<str:reference>/sharing/silent/<uuid:silence>/end", silencing.end, name="case_silent_end"),
]
