"""Addresses of the lists behind numbers, for pages, files and messages alike."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from sentinel.insight.matters import NO_TEAM, Chosen


def asked_of(chosen: Chosen) -> dict[str, str]:
    """Whose cases, as it stands in an address."""
    found = {}
    if chosen.agency:
        found["agency"] = str(chosen.agency)
    if chosen.team:
        found["team"] = "none" if chosen.team == NO_TEAM else str(chosen.team)
    if chosen.mine:
        found["whose"] = "mine"
    return found


def list_href(measure: str, chosen: Chosen, age: int | None = None, **more: str) -> str:
    """The address of the list behind a number."""
    asked = {**asked_of(chosen), **({"age": str(age)} if age is not None else {}), **more}
    here = reverse("compliance_list", kwargs={"measure": measure})
    return f"{here}?{urlencode(asked)}" if asked else here
