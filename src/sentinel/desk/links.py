"""Addresses of pages that another room may or may not have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from sentinel.access.models import Rung
from sentinel.cases.models import Case

# Pages of a case that whoever reads it may open. All the others that something due leads to are forms of who works on it.
FOR_READERS = frozenset(
    {"assess_as_lower", "assess_case_lower", "assess_lower", "case", "case_high_risk", "case_party", "case_plan", "case_referral",
     "case_referrals", "case_reviews"}
)  # fmt: skip
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


def link_to(name: str, case: Case, args: Mapping[str, str]) -> str:
    """The address of a page of this case; "" where no such page is built."""
    return address_of(name, reference=case.reference, **args)


def form_link(name: str, case: Case, args: Mapping[str, str]) -> str:
    """The same, and "" also where the reader's agency could not keep what it filled in there. The case is one that get_case gave."""
    return link_to(name, case, args) if case.rung >= Rung.WRITE or name in FOR_READERS else ""


def address_of(name: str, **args: object) -> str:
    """The address of a page of another room; "" where no such page is built."""
    try:
        return reverse(name, kwargs=args)
    except NoReverseMatch:
        return ""
