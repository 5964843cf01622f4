"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.audit import views

urlpatterns: list[URLPattern] = [
    path("audit/", views.search, name="audit_search"),
    path("audit/export", views.export, name="audit_export"),
]
