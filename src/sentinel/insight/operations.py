"""Keeping what the figures are counted from: what questions mean, and a check of everything against the cases themselves."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection, transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.insight.models import Asked, Check
from sentinel.reminders.conditions.risk import every_question

CHUNK = 2_000


def learn_questions() -> list[uuid.UUID]:
    """Let the database know which answers mean "not known", for each version of a set that it does not know yet.

    Returns those versions. What was assessed by them before is to be kept anew (`keep_all`). For the owner and the worker.
    """
    rows = every_question()
    known = set(Asked.objects.values_list("question_set_id", flat=True).distinct())
    new = [row for row in rows if uuid.UUID(row["question_set_id"]) not in known]
    Asked.objects.bulk_create(
        [
            Asked(
                question_set_id=row["question_set_id"],
                key=row["key"],
                unknown=row["unknown"],
                required=row["required"],
            )
            for row in new
        ],
        ignore_conflicts=True,
    )
    return list({uuid.UUID(row["question_set_id"]) for row in new})


def keep_all(*, now: datetime) -> Check:
    """Bring what is kept of every case to what is in the cases, and write down how much differed: nothing, unless a change went
    past the triggers (a load with triggers off, questions learned late). The worker's; one transaction a chunk."""
    differed = cases = 0
    last = uuid.UUID(int=0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            state_actor(SYSTEM)
            # Open cases, and closed ones of which something is still kept.
            cursor.execute(
                "SELECT id FROM (SELECT c.id FROM cases_case c WHERE c.status <> 'closed' AND c.id > %(last)s"
                " UNION SELECT m.record_id FROM insight_matter m WHERE m.record_id > %(last)s) s ORDER BY id LIMIT %(many)s",
                {"last": last, "many": CHUNK},
            )
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return Check.objects.create(checked_at=now, cases=cases, differed=differed)
            cursor.execute("SELECT insight_keep(%s)", [ids])
            differed += cursor.fetchone()[0]
            cases += len(ids)
            last = ids[-1]


def is_checked() -> bool:
    """Whether everything was ever compared. Not after an upgrade from a version that kept nothing."""
    return Check.objects.exists()


def last_check() -> Check | None:
    """When everything was compared last; None where it never was. One query."""
    return Check.objects.order_by("-checked_at").first()
