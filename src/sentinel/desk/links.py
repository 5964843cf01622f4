"""Addresses of pages that another room may or may not have."""

from __future__ import annotations

from functools import lru_cache

from django.urls import NoReverseMatch, reverse

# A long list links to a few hundred pages, and is mostly the list of a minute ago.
REMEMBERED = 4096


def where(name: str, **arguments: object) -> str | None:
    """The address of a named page, or None where there is no such page."""
    return _where(name, **arguments)


@lru_cache(REMEMBERED)
def _where(name: str, **arguments: object) -> str | None:
    try:
        return reverse(name, kwargs=arguments or None)
    except NoReverseMatch:
        return None
