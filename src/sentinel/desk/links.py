"""Addresses of pages that another room may or may not have."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def where(name: str, **arguments: object) -> str | None:
    """The address of a named page, or None where there is no such page."""
    try:
        return reverse(name, kwargs=arguments or None)
    except NoReverseMatch:
        return None
