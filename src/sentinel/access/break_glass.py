"""Break-glass: one record, read only, one hour, with serious harm stated; reviewed by the owner next working day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import ProgrammingError, connection, transaction

from sentinel.access.models import BreakGlass, Rung
from sentinel.access.queries import rung_of
from sentinel.access.tasks import tell_duty
from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.models import Agency
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import clean_text
from sentinel.kernel.working_time import deadline

LASTS = timedelta(hours=1)
OUTCOMES = {"justified": "Justified", "not_justified": "Not justified: to be followed up"}


def break_glass(*, actor: Actor, now: datetime, record_id: uuid.UUID, serious_harm: str) -> BreakGlass:
    """Open a record that the actor may only know of, for an hour, because serious harm threatens.

    The owner's duty contact is told and reviews it by the end of the owner's next working day. Raises Invalid without
    the harm, NotFound below SUMMARY, Refused where role or agreement does not allow it. A protected identity stays
    protected: its rows ask for an audience that this gives nobody.
    """
    words = clean_text(serious_harm, 2000)
    if len(words) < 20:
        raise Invalid(
            {"serious_harm": ["Say what serious harm you expect, to whom and why now: at least a sentence."]}
        )
    rung = rung_of(actor, record_id)
    if rung == Rung.NONE:
        raise NotFound()
    if rung > Rung.SUMMARY:
        raise Refused("You can read this record already.")
    actor.require("break_glass", "Your role may not open a record in an emergency. Ring the desk instead.")
    owner = _owner(record_id)
    row_id = new_id()
    due = deadline(now, 1, calendar_of(owner))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT access_break_glass(%s, %s, %s, %s, %s)",
                [row_id, record_id, words, now + LASTS, due],
            )
    except ProgrammingError as error:
        raise Refused(
            "The owner's agreement does not let your role open its records. Ring the desk instead."
        ) from error
    note("break_glass", record_id=record_id, subject="record", subject_id=record_id)
    defer(tell_duty, agency_id=str(owner.pk), what="break_glass")
    return BreakGlass.objects.get(pk=row_id)


def _owner(record_id: uuid.UUID) -> Agency:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_owner(%s)", [record_id])
        owner_id = cursor.fetchone()[0]
    return Agency.objects.get(pk=owner_id)


def review(
    *, actor: Actor, now: datetime, row_id: uuid.UUID, version: int, outcome: str, words: str
) -> BreakGlass:
    """Say whether an emergency reading was justified. By a supervisor of the owner who did not do it.

    Raises NotFound, Refused, Invalid, or Conflict where somebody has reviewed it meanwhile.
    """
    actor.require("review_break_glass", "A supervisor of the agency that owns the record reviews this.")
    row = BreakGlass.objects.select_for_update().filter(pk=row_id).first()
    if row is None or rung_of(actor, row.record_id) < Rung.OWNER:
        raise NotFound()
    if row.user_id == actor.user_id:
        raise Refused("Somebody else must review what you opened.")
    if row.version != version or row.reviewed_at is not None:
        raise Conflict("Somebody has reviewed this already.")
    problems = {}
    if outcome not in OUTCOMES:
        problems["outcome"] = ["Choose whether it was justified."]
    said = clean_text(words, 2000)
    if not said:
        problems["words"] = ["Say why."]
    if problems:
        raise Invalid(problems)
    row.outcome, row.outcome_words = outcome, said
    row.reviewed_at, row.reviewed_by_id, row.version = now, actor.user_id, row.version + 1
    row.save(update_fields=["outcome", "outcome_words", "reviewed_at", "reviewed_by_id", "version"])
    note(
        "break_glass_reviewed",
        record_id=row.record_id,
        subject="break_glass",
        subject_id=row.pk,
        detail={"outcome": outcome},
    )
    return row
