"""The feed itself: JSON and CSV for a system that shows its key. Every answer, a refusal too, is for a machine and says in plain
words what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sentinel.accounts.queries import address_of
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.interfaces.command_control import tokens
from sentinel.interfaces.command_control.models import Client
from sentinel.interfaces.command_control.operations import (
    client_with,
    given,
    too_many_wrong_keys,
    wait_seconds,
)
from sentinel.interfaces.command_control.queries import BeginAnew, Page, page
from sentinel.interfaces.command_control.rules import ASKED_A_MINUTE, HEADS, MOST, PAGE, table
from sentinel.kernel.clock import london_date
from sentinel.kernel.tables import csv_table

JSON, CSV = "json", "csv"


@require_safe
def markers_json(request: HttpRequest) -> HttpResponse:
    """The markers that the client has not seen, as JSON."""
    return _answer(request, JSON)


@require_safe
def markers_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV; the token is in the headers Sentinel-Next and Sentinel-More."""
    return _answer(request, CSV)


def _answer(request: HttpRequest, way: str) -> HttpResponse:
    address = address_of(request)
    client = client_with(_key(request), now=now())
    if client is None:
        # Only wrong keys meet the limit: behind one address others ask with right ones.
        if too_many_wrong_keys(address, one_more=False):
            return refusal(
                429,
                "Too many keys that are no keys came from this address. Ask again in ten minutes.",
                after=600,
            )
        too_many_wrong_keys(address, one_more=True)
        note("refused", subject="command_control", detail={"status": 401})
        said = "Send the key of a connected system: Authorization: Bearer KEY. This one is not known, was revoked or has ended."
        return refusal(401, said)
    actor = actor_of(client, request)
    state_actor(actor)
    if client.confirmed_at is None:
        note("refused", subject="command_control_client", subject_id=client.id, detail={"status": 403})
        said = "This key waits: somebody of the force’s control room must confirm it in Sentinel before it gives anything."
        return refusal(403, said)
    wait = wait_seconds(client, now=now())
    if wait:
        said = f"This system asked more than {ASKED_A_MINUTE} times in a minute. Ask again in {wait} seconds."
        return refusal(429, said, after=wait)
    try:
        most = _most(request)
        since = request.GET.get("since", "")
        seen = tokens.read(since, client.id) if since else None
        found = page(actor, seen, today=london_date(now()), most=most)
    except (tokens.TokenRefused, ValueError) as error:
        note("refused", subject="command_control_client", subject_id=client.id, detail={"status": 400})
        return refusal(400, str(error))
    except BeginAnew:
        said = "Sentinel was restored from a backup since. Drop what you hold and ask without a token."
        return refusal(410, said)
    given(client=client, entries=found.entries, way=way)
    return _body(found, tokens.write(found.seen, client.id), way)


def actor_of(client: Client, request: HttpRequest) -> Actor:
    """Who asks: a system of an agency and no person."""
    return Actor(
        user_id=None,
        agency_id=client.agency_id,
        regime=client.agency.regime,
        name=client.name,
        request_id=request.META.get("SENTINEL_REQUEST_ID", ""),
        address=address_of(request),
    )


def refusal(status: int, said: str, *, after: int | None = None) -> JsonResponse:
    """A refusal in plain words (RFC 9457)."""
    answer = JsonResponse(
        {"status": status, "title": said}, status=status, content_type="application/problem+json"
    )
    if after is not None:
        answer["Retry-After"] = str(after)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Sentinel"'
    return answer


def _key(request: HttpRequest) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _most(request: HttpRequest) -> int:
    said = request.GET.get("limit", str(PAGE))
    if not said.isascii() or not said.isdigit() or len(said) > 4 or not 1 <= int(said) <= MOST:
        raise ValueError(f"limit is a whole number from 1 to {MOST}.")
    return int(said)


def _body(found: Page, token: str, way: str) -> HttpResponse:
    answer: HttpResponse
    if way == JSON:
        entries = [entry.as_data() for entry in found.entries]
        answer = JsonResponse({"entries": entries, "next": token, "more": found.more})
    else:
        answer = HttpResponse(csv_table(HEADS, table(found.entries)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="markers.csv"'
    answer["Sentinel-Next"] = token
    answer["Sentinel-More"] = "yes" if found.more else "no"
    return answer
