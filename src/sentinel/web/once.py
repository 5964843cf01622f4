"""A form that was pressed twice is done once: a double click on a slow line writes no second note and shares nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

SECONDS = 600


def sent_before(request: HttpRequest) -> bool:
    """Whether this very form, as this page showed it and with these answers, has been done already.

    Asked within the transaction that does it: who comes second waits for the first, and where the first comes to nothing
    the second does it. Every showing of a form carries a token of its own, so the same words typed anew are done anew.
    """
    told = _told(request)
    return told is not None and not cache.add(told, True, SECONDS)


def done_once(request: HttpRequest, do: Callable[[], str]) -> str:
    """Do what a form asks and return the address to which that leads; for the same form sent again, the same address.

    In one transaction, as `sent_before` wants it. Raises what `do` raises: then the form may be sent again.
    """
    with transaction.atomic():
        told = _told(request)
        if told is None:
            return do()
        if not cache.add(told, "", SECONDS):
            return str(cache.get(told) or request.path)
        leads_to = do()
        cache.set(told, leads_to, SECONDS)
        return leads_to


def led_to(request: HttpRequest) -> str | None:
    """Where this very form led when it was done; None where it has not been done."""
    told = _told(request)
    return str(cache.get(told) or "") or None if told else None


def _told(request: HttpRequest) -> str | None:
    """A digest of what was sent, by whom and where; None for what came from no form."""
    token = request.POST.get("csrfmiddlewaretoken")
    if not token:
        return None
    sent = [(name, request.POST.getlist(name)) for name in sorted(request.POST)]
    files = [
        (name, one.name, one.size) for name in sorted(request.FILES) for one in request.FILES.getlist(name)
    ]
    who = getattr(request.user, "pk", None)
    told = hashlib.sha256(repr((str(who), request.path, sent, files)).encode()).hexdigest()
    return f"sent:{told}"
