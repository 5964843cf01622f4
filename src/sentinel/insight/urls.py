"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.insight import views

urlpatterns: list[URLPattern] = [
    path("compliance", views.compliance, name="compliance"),
    path("compliance/<slug:measure>", views.matters, name="compliance_list"),
]
