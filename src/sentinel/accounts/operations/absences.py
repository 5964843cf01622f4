"""Who is away from when to when, and who stands in: what they are reminded of goes to the deputy meanwhile."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction

from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.models import Absence, User
from sentinel.accounts.operations.guards import administers, own_user
from sentinel.accounts.queries import deputies_for
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound

LONGEST = timedelta(days=730)


@transaction.atomic
def set_absence(
    *,
    actor: Actor,
    now: datetime,
    user_id: uuid.UUID,
    first_day: date,
    last_day: date,
    deputy_id: uuid.UUID | None,
) -> Absence:
    """Say that somebody is away from a day to a day (London, both included), and who stands in.

    One says it of oneself; a local administrator says it of anybody of the agency. Raises NotFound and Refused as
    own_user, Invalid (first_day, last_day, deputy).
    """
    user = _whose(actor, user_id)
    wrong: dict[str, list[str]] = {}
    if last_day < first_day:
        wrong["last_day"] = ["The last day comes before the first."]
    elif last_day < london_date(now):
        wrong["last_day"] = ["The last day has passed already."]
    elif last_day - first_day > LONGEST:
        wrong["last_day"] = ["Somebody away for more than two years hands their work over."]
    elif user.absences.filter(
        ended_at__isnull=True, first_day__lte=last_day, last_day__gte=first_day
    ).exists():
        wrong["first_day"] = [
            "These days overlap with others that are entered already. Take those back first."
        ]
    if deputy_id is None or not deputies_for(user).filter(pk=deputy_id).exists():
        wrong["deputy"] = ["Choose somebody of the same agency who works on cases."]
    if wrong or deputy_id is None:
        raise Invalid(wrong)
    found = Absence.objects.create(
        user=user, first_day=first_day, last_day=last_day, deputy_id=deputy_id, entered_at=now,
        entered_by_id=actor.user_id,
    )  # fmt: skip
    _tell("absence_set", found, actor, now)
    return found


@transaction.atomic
def end_absence(*, actor: Actor, now: datetime, absence_id: uuid.UUID) -> Absence:
    """Take an absence back, or say that somebody is back early. Whose it may be is as for set_absence.

    Raises NotFound, Refused, or Conflict where it has ended.
    """
    found = Absence.objects.select_for_update().filter(pk=absence_id).first()
    if found is None or found.user_id != actor.user_id:
        administers(actor)
        if found is None:
            raise NotFound
        own_user(actor, found.user_id)
    if found.ended_at is not None:
        raise Conflict("This has been taken back already.")
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _tell("absence_ended", found, actor, now)
    return found


def _whose(actor: Actor, user_id: uuid.UUID) -> User:
    if actor.user_id == user_id:
        # Held, so that two windows do not enter days that overlap.
        return User.objects.select_for_update(of=("self",)).get(pk=user_id)
    return own_user(actor, user_id)


def _tell(kind: str, found: Absence, actor: Actor, now: datetime) -> None:
    detail: dict[str, object] = {
        "first_day": found.first_day.isoformat(),
        "last_day": found.last_day.isoformat(),
        "deputy": str(found.deputy_id),
    }
    raise_account_event(AccountEvent(kind, "user", found.user_id, detail), actor=actor, now=now)
