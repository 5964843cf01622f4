"""The search engines of two partners, invented: one that answers, and one that is out of order, so that both are seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sentinel.accounts.models import Agency
from sentinel.cli.operator import operator
from sentinel.interfaces.federated.models import Connection
from sentinel.interfaces.federated.operations import connect
from sentinel.interfaces.federated.rules import INVENTED, INVENTED_SILENT

ENGINES = (
    ("charnwood", "Genie", INVENTED),
    ("charnwood", "Enterprise", INVENTED_SILENT),
    ("police", "Genie", INVENTED),
)


@transaction.atomic
def connect_engines(*, now: datetime) -> None:
    """Let the demonstration's people ask them. What was connected before stays as it is."""
    for code, name, url in ENGINES:
        agency = Agency.objects.get(code=code)
        actor = operator(agency)
        if not Connection.objects.filter(agency=agency, name=name).exists():
            connect(actor=actor, now=now, agency=agency, name=name, url=url, limit_ms=1000)
