"""A case that one operation holds while much follows from it (docs/decisions/0028).

Its row is read and locked once (`guards.hold`), shared with whoever follows the operation's events, and written once, at
the end.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sentinel.access.operations import touch
from sentinel.cases.models import Case, Party
from sentinel.cases.once import forget, remember
from sentinel.foundation.actor import Actor
from sentinel.foundation.ahead import unread
from sentinel.foundation.compiled import compiled
from sentinel.foundation.models import Event

# What whoever follows asks of a case besides its own row.
RELATED = ("owner_agency", "lead", "place__district")
_HELD = "_held"


@dataclass
class _Held:
    """By whom a case is held, and what is to be written of it."""

    actor: Actor
    fields: dict[str, Any] = field(default_factory=dict)
    moved_up: datetime | None = None


def begin_holding(actor: Actor, case: Case) -> None:
    """For `guards.hold` alone, which has locked the row and asked whether the actor may write it."""
    case.__dict__[_HELD] = _Held(actor)
    remember(case)


def is_held(case: Case, actor: Actor) -> bool:
    """Whether the actor's operation holds this very object: then whether they may write it has been asked."""
    held: _Held | None = case.__dict__.get(_HELD)
    return held is not None and held.actor == actor


def put_on(case: Case, **fields: Any) -> None:
    """Put on a case what is worked out of its rows and edited by nobody. Written at once, or at the end where it is held."""
    for name, value in fields.items():
        setattr(case, name, value)
    held: _Held | None = case.__dict__.get(_HELD)
    if held is not None:
        held.fields.update(fields)
    else:
        _write(case, fields)


def move_up(case: Case, now: datetime) -> None:
    """Note that a case has changed, and move it to the top of the lists. At once, or at the end where it is held."""
    put_on(case, changed_at=now)
    held: _Held | None = case.__dict__.get(_HELD)
    if held is not None:
        held.moved_up = now
    else:
        touch(record_id=case.pk, now=now)


def write_held(case: Case) -> None:
    """Write what was put on a case; it is held no more. Two statements at most."""
    held: _Held = case.__dict__.pop(_HELD)
    forget(case)
    if held.fields:
        _write(case, held.fields)
    if held.moved_up is not None:
        touch(record_id=case.pk, now=held.moved_up)


def _write(case: Case, fields: dict[str, Any]) -> None:
    with unread():
        Case.objects.filter(pk=case.pk).update(**fields)


def case_behind(event: Event) -> Case | None:
    """The case that an event is of, with RELATED: the one that is held, or read anew. None for a report's event."""
    held = next((row for row in event.holding if isinstance(row, Case) and row.pk == event.record_id), None)
    return held or next(iter(_read(event.record_id)), None)


@compiled
def _read(case: uuid.UUID) -> QuerySet[Case]:
    return Case.objects.select_related(*RELATED).filter(pk=case)


def case_of(event: Event) -> Case:
    """The same of an event that only a case has. Raises Case.DoesNotExist for any other's."""
    found = case_behind(event)
    if found is None:
        raise Case.DoesNotExist
    return found


def named_in(event: Event) -> Party | None:
    """Whom an event names as `party`, None where it names nobody: the row at hand, or read."""
    named = event.payload.get("party")
    if not named:
        return None
    held = (row for row in event.holding if isinstance(row, Party) and str(row.pk) == named)
    return next(held, None) or Party.objects.get(pk=named)
