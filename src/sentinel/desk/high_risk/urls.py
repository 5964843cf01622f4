"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.high_risk import views

urlpatterns: list[URLPattern] = [
    path("high-risk/", views.told, name="high_risk"),
    path("high-risk/<uuid:high_risk>/acknowledge", views.acknowledged, name="high_risk_acknowledge"),
    path("high-risk/<uuid:high_risk>/marker", views.told_marker, name="told_marker"),
    path("high-risk/markers/<uuid:marker>", views.marker, name="marker"),
    path("high-risk/markers/<uuid:marker>/review", views.review, name="marker_review"),
    path("high-risk/markers/<uuid:marker>/off", views.off, name="marker_off"),
    path("cases/<str:reference>/high-risk", views.in_one_case, name="case_high_risk"),
    path(
        "cases/<str:reference>/high-risk/<uuid:high_risk>/review",
        views.review_in_case,
        name="case_marker_review",
    ),
    path("cases/<str:reference>/high-risk/<uuid:high_risk>/marker", views.propose, name="marker_propose"),
]
