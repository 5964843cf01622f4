"""When a report joins a case, everything that was recorded under the report becomes the case's."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from sentinel.access.models import Rung
from sentinel.access.operations import touch
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Refused


def rehome(*, actor: Actor, now: datetime, from_record: uuid.UUID, case: Case) -> None:
    """Move every row whose record is `from_record` (a report's) to `case`, and its `case` where the table has one.

    All tables of case data move, also rows in a narrower audience that the actor does not reach: the database does it
    (cases/search_functions.sql). Raises Refused without WRITE on both. Raises the event report_joined.
    """
    if rung_of(actor, from_record) < Rung.WRITE or rung_of(actor, case.id) < Rung.WRITE:
        raise Refused("Your agency may not change both the report and the case.").keeping(record_id=case.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_rehome(%s, %s)", [from_record, case.id])
    Case.objects.filter(pk=case.id).update(changed_at=now)
    touch(record_id=case.id, now=now)
    raise_event(
        kind="report_joined", actor=actor, now=now, record_id=case.id, subject_id=from_record,
        payload={"report": str(from_record)},
    )  # fmt: skip
