"""The systems of a force, for its administrator."""

from __future__ import annotations

from sentinel.accounts.models import Agency
from sentinel.accounts.queries import agency_with
from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.models import Client
from sentinel.interfaces.command_control.operations import connecting
from sentinel.kernel.errors import NotFound

MOST = 100


def connections_of(actor: Actor) -> list[Client]:
    """The systems of the actor's force, those that may ask first, the newest first. One query beside the agency's.

    Raises Refused for anybody but a local administrator of a police force, and its control room, which confirms keys.
    """
    agency = agency_with(actor.agency) if may_confirm(actor) else connecting(actor)
    rows = Client.objects.filter(agency=agency).select_related(
        "use", "issued_by", "confirmed_by", "revoked_by", "push__state"
    )
    return list(rows.order_by("-revoked_at", "-issued_at")[:MOST])


def may_confirm(actor: Actor) -> bool:
    """Whether the actor is of those who confirm a key that somebody else has made."""
    return actor.may("answer_markers")


def client_called(agency: Agency, name: str) -> Client:
    """A connected system of a force by its name, for whoever runs the server. Raises NotFound naming where they are listed."""
    found = Client.objects.filter(agency=agency, name__iexact=name.strip(), revoked_at__isnull=True).first()
    if found is None:
        raise NotFound(f"{agency.short_name} has no such system. See them all: sentinel command-control list")
    return found
