"""Addresses of these pages, all under one person of one case."""

from __future__ import annotations

from django.urls import path

from sentinel.desk.assess import views

PERSON = "cases/<str:reference>/people/<uuid:party>"

urlpatterns = [
    path(f"{PERSON}/assess", views.assess_page, name="assess"),
    path(f"{PERSON}/assess/keep", views.keep_draft, name="assess_keep"),
    path(f"{PERSON}/assess/throw-away", views.throw_draft_away, name="assess_throw_away"),
    path(f"{PERSON}/assessments", views.assessments, name="assessments"),
    path(f"{PERSON}/contact", views.contact, name="contact"),
    path(f"{PERSON}/told", views.tell_outcome, name="tell_outcome"),
]
