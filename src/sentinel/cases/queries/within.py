"""What belongs to a case, found by its id within that case alone: an id of another case is not there."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)


def within(actor: Actor, case: Case, model: type[Row], row_id: uuid.UUID, *related: str) -> Row:
    """The row of `model` with this id whose record is the case, with `related` loaded.

    Raises NotFound where there is none, where it is another case's, or where the actor does not reach its audience.
    """
    rows = model._default_manager.filter(pk=row_id, record_id=case.id)
    found: Row | None = (rows.select_related(*related) if related else rows).first()
    if found is None:
        raise NotFound()
    return found
