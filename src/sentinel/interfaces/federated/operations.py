"""Connecting a partner's system, and ending that: for whoever runs the server."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction

from sentinel.accounts.models import Agency
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.sending import target_of
from sentinel.interfaces.federated.models import Connection
from sentinel.interfaces.federated.rules import INVENTED, INVENTED_SILENT
from sentinel.kernel.errors import Invalid, NotFound

SHORTEST, LONGEST = 200, 5_000


@transaction.atomic
def connect(
    *, actor: Actor, now: datetime, agency: Agency, name: str, url: str, limit_ms: int
) -> tuple[Connection, str]:
    """Let people of an agency ask a system from the box. Returns the connection and the secret that signs what is asked, which is
    shown once; connecting it anew changes the secret.

    Raises Refused for anybody but whoever runs the server, Invalid (name, url, limit).
    """
    actor.require("operate", "Only whoever runs Sentinel says whom it asks.")
    words = name.strip()
    if not 2 <= len(words) <= 60:
        raise Invalid.of("name", "Give the system's name, in 60 letters at most.")
    if not SHORTEST <= limit_ms <= LONGEST:
        raise Invalid.of("limit", f"A limit is from {SHORTEST} to {LONGEST} milliseconds.")
    if settings.PRODUCTION or url not in (INVENTED, INVENTED_SILENT):
        target_of(url, loopback=not settings.PRODUCTION)
    before = Connection.objects.select_for_update().filter(agency=agency, name=words).first()
    connection, _ = Connection.objects.update_or_create(
        agency=agency,
        name=words,
        defaults={
            "url": url.strip(), "limit_ms": limit_ms, "secret_number": before.secret_number + 1 if before else 1, "set_at": now,
            "stopped_at": None,
        },
    )  # fmt: skip
    note("federated_set", subject="federated_connection", subject_id=connection.pk)
    return connection, secret_of(connection)


@transaction.atomic
def stop(*, actor: Actor, now: datetime, agency: Agency, name: str) -> None:
    """Ask a system nothing more. Raises Refused as `connect` does, NotFound where none of that name is asked."""
    actor.require("operate", "Only whoever runs Sentinel says whom it asks.")
    found = Connection.objects.filter(agency=agency, name=name, stopped_at__isnull=True).first()
    if found is None:
        raise NotFound("No system of that name is asked.")
    Connection.objects.filter(pk=found.pk).update(stopped_at=now)
    note("federated_stopped", subject="federated_connection", subject_id=found.pk)


def secret_of(connection: Connection) -> str:
    """The secret by which what is asked is signed."""
    said = f"federated:{connection.pk}:{connection.secret_number}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()
