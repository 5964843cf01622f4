"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("sentinel.accounts.sign_in.urls")),
]
