"""The systems of a force, for its administrator."""

from __future__ import annotations

from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.models import Client
from sentinel.interfaces.command_control.operations import connecting

MOST = 100


def connections_of(actor: Actor) -> list[Client]:
    """The systems of the actor's force, those that may ask first, the newest first. One query beside the agency's.

    Raises Refused for anybody but a local administrator of a police force.
    """
    agency = connecting(actor)
    rows = Client.objects.filter(agency=agency).select_related("use", "issued_by", "revoked_by")
    return list(rows.order_by("-revoked_at", "-issued_at")[:MOST])
