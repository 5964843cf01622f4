"""What every operation on a case asks first, and the guarded change of a versioned row."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Func, IntegerField, QuerySet

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case
from sentinel.cases.operations.holding import RELATED, begin_holding, is_held, move_up
from sentinel.cases.queries.changes import changes_since
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import CaseRow, Event
from sentinel.kernel.errors import Conflict, Refused

Row = TypeVar("Row", bound=CaseRow)


def may_write(actor: Actor, case: Case, right: str = "work_case", *, closed_too: bool = False) -> None:
    """Raise Refused unless the actor's roles hold `right` and the agency may change this case.

    Raises Conflict for a closed case unless `closed_too`: it must be reopened first.
    """
    actor.require(right, "Your role does not allow this.")
    if not is_held(case, actor):
        _stands_high_enough(rung_of(actor, case.id), case)
    if case.status == "closed" and not closed_too:
        raise Conflict("This case is closed. Reopen it first.")


def hold(actor: Actor, case: Case, right: str) -> Case:
    """The case as it stands now, with `holding.RELATED`, locked until the transaction ends: for an operation from which much
    follows, and which ends with `holding.write_held`. Raises as `may_write`. One statement.
    """
    actor.require(right, "Your role does not allow this.")
    found = _locked(case.pk)  # the row policies lock nothing that one may not write
    _stands_high_enough(Rung(found[0].stands_on) if found else Rung.NONE, case)
    held: Case = found[0]
    begin_holding(actor, held)
    may_write(actor, held, right)
    return held


@compiled
def _locked(case: uuid.UUID) -> QuerySet[Any]:
    rows = Case.objects.select_related(*RELATED).select_for_update(of=("self",)).filter(pk=case)
    return rows.annotate(stands_on=Func(F("id"), function="access_true_rung", output_field=IntegerField()))


def _stands_high_enough(rung: Rung, case: Case) -> None:
    if rung < Rung.WRITE:
        raise Refused("Your agency may read this case but not change it.").keeping(record_id=case.id)


def change(row: Row, version: int, **fields: object) -> Row:
    """Change a row that nobody has changed since `version` was shown; its version goes up by one.

    Raises Conflict with the names of the fields that changed meanwhile where somebody was quicker.
    """
    model = type(row)
    changed = model._default_manager.filter(pk=row.pk, version=version).update(
        version=F("version") + 1, **fields
    )
    if not changed:
        meanwhile = changes_since(row, version)
        raise Conflict(fields=[one.field for one in meanwhile])
    row.refresh_from_db()
    return row


def tell(
    *,
    kind: str,
    actor: Actor,
    now: datetime,
    case: Case,
    subject_id: uuid.UUID | None = None,
    audience_id: uuid.UUID | None = None,
    payload: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Raise an event of a case, note that the case has changed and move it to the top of the lists."""
    move_up(case, now)
    return raise_event(
        kind=kind, actor=actor, now=now, record_id=case.id, subject_id=subject_id, audience_id=audience_id,
        payload=payload, happened_at=happened_at,
    )  # fmt: skip
