"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.insight import file_views, time_views, views

urlpatterns: list[URLPattern] = [
    path("compliance", views.compliance, name="compliance"),
    path("compliance/times", time_views.times_page, name="compliance_times"),
    path("compliance/file", file_views.take_out, name="compliance_file"),
    path("compliance/<slug:measure>", views.matters, name="compliance_list"),
]
