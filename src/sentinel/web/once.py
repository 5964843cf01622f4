"""A form that was pressed twice is done once: a double click on a slow line writes no second note and shares nothing twice."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

SECONDS = 600


def sent_before(request: HttpRequest) -> bool:
    """Whether this very form, as this page showed it and with these answers, has been done already.

    Asked within the transaction that does it: who comes second waits for the first, and where the first comes to nothing
    the second does it. Every showing of a form carries a token of its own, so the same words typed anew are done anew.
    """
    token = request.POST.get("csrfmiddlewaretoken")
    if not token:
        return False
    sent = [(name, request.POST.getlist(name)) for name in sorted(request.POST)]
    files = [
        (name, one.name, one.size) for name in sorted(request.FILES) for one in request.FILES.getlist(name)
    ]
    who = getattr(request.user, "pk", None)
    told = hashlib.sha256(repr((str(who), request.path, sent, files)).encode()).hexdigest()
    return not cache.add(f"sent:{told}", True, SECONDS)
