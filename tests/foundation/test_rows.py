"""New rows by a statement made once: the same rows as by `save`, and the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy
from tests.cases.making import a_case
from tests.support import NOW, PRIYA, acting

from sentinel.cases.models import Case, Party
from sentinel.foundation.models import Event
from sentinel.foundation.rows import put, put_all
from sentinel.kernel.ids import new_id
from sentinel.people.provenance import provenance
from sentinel.places.models import HistoricPoint

pytestmark = pytest.mark.django_db


def a_row(case: Case, label: str, **changed: object) -> Party:
    given = provenance(actor=acting(PRIYA), now=NOW, record_id=case.id)
    return Party(**{**given, "kind": "person", "label": label, "case": case, **changed})


def values_of(party: Party) -> dict[str, object]:
    return {
        one.attname: getattr(party, one.attname) for one in Party._meta.concrete_fields if one.attname != "id"
    }


def test_a_row_is_the_same_as_one_that_was_saved() -> None:
    case = a_case(acting(PRIYA))
    saved, written = a_row(case, "O’Neill, “the other side”"), a_row(case, "O’Neill, “the other side”")
    saved.save(force_insert=True)
    assert put(written) is written
    assert values_of(Party.objects.get(pk=written.pk)) == values_of(Party.objects.get(pk=saved.pk))
    assert not written._state.adding


def test_words_that_look_like_sql_and_structures_are_kept_as_they_are() -> None:
    case = a_case(acting(PRIYA))
    payload = {"words": "'); DROP TABLE cases_party; --", "many": [1, None, {"%s": "%"}]}
    event = put(
        Event(record_id=case.id, kind="note_added", payload=payload, happened_at=NOW, recorded_at=NOW)
    )
    assert Event.objects.get(pk=event.pk).payload == payload


def test_values_that_are_not_yet_what_their_field_holds_are_made_so_as_by_save() -> None:
    case = a_case(acting(PRIYA))
    odd: dict[str, Any] = {"record_id": str(case.id), "kind": gettext_lazy("person"), "identity_protected": 1}
    saved, written = a_row(case, "Caller A", **odd), a_row(case, "Caller A", **odd)
    saved.save(force_insert=True)
    put(written)
    assert values_of(Party.objects.get(pk=written.pk)) == values_of(Party.objects.get(pk=saved.pk))


def test_a_saved_row_is_changed_and_not_written_again() -> None:
    written = put(a_row(a_case(acting(PRIYA)), "Caller A"))
    written.label = "Caller B"
    written.save()
    assert [one.label for one in Party.objects.filter(pk=written.pk)] == ["Caller B"]


def test_several_rows_are_one_statement_and_none_are_none() -> None:
    case = a_case(acting(PRIYA))
    rows = [a_row(case, f"Neighbour {number}") for number in range(7)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert put_all(rows) == rows
        assert put_all([]) == []
    assert len(asked) == 1
    assert Party.objects.filter(pk__in=[row.pk for row in rows]).count() == 7


def test_what_the_database_refuses_is_raised() -> None:
    case = a_case(acting(PRIYA))
    first = put(a_row(case, "Once"))
    with pytest.raises(IntegrityError), transaction.atomic():
        put(a_row(case, "Twice", id=first.pk))
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        put(a_row(case, "In a case that nobody may write", record_id=new_id()))


def test_what_the_database_would_work_out_is_refused() -> None:
    with pytest.raises(TypeError, match="HistoricPoint"):
        put(HistoricPoint())
