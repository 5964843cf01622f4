"""What every operation on a case asks first, and the guarded change of a versioned row."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import F

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case
from sentinel.cases.queries.changes import changes_since
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import CaseRow
from sentinel.kernel.errors import Conflict, Invalid, Refused

Row = TypeVar("Row", bound=CaseRow)


def may_write(actor: Actor, case: Case, right: str = "work_case", *, closed_too: bool = False) -> None:
    """Raise Refused unless the actor's roles hold `right` and the agency may change this case.

    Raises Conflict for a closed case unless `closed_too`: it must be reopened first.
    """
    actor.require(right, "Your role does not allow this.")
    if rung_of(actor, case.id) < Rung.WRITE:
        raise Refused("Your agency may read this case but not change it.")
    if case.status == "closed" and not closed_too:
        raise Conflict("This case is closed. Reopen it first.")


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


def filled(field: str, text: str, words: str) -> str:
    """`text` without outer space. Raises Invalid with `words` where nothing is left, or where it holds a NUL."""
    if "\x00" in text:
        raise Invalid.of(
            field, "There is a character in this that cannot be stored. Delete it and type it again."
        )
    if not text.strip():
        raise Invalid.of(field, words)
    return text.strip()
