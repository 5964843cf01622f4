"""How matching works and how well, for everybody who works with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentinel.matching.openly import figures


@require_safe
def how_matching_works(request: HttpRequest) -> HttpResponse:
    """The page: what is compared, what it leads to, how good it is, and for whom less good."""
    return render(request, "matching/how.html", {"figures": figures()})
