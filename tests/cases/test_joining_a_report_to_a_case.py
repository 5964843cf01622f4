"""When a report joins a case everything recorded under the report becomes the case's, whatever table it is in."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from sentinel.access.models import Kind
from sentinel.access.operations import make_audience, open_record
from sentinel.cases.models import Incident, Party, PartyIdentity
from sentinel.cases.operations import add_party, rehome
from sentinel.cases.provenance import provenance
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import CaseRow, Event
from sentinel.kernel.errors import Refused
from sentinel.kernel.ids import new_id
from sentinel.people.models import PersonName
from tests.cases.making import a_case, a_person
from tests.support import NOW, acting, user

pytestmark = pytest.mark.django_db


def a_report_record(actor):
    record = new_id()
    open_record(actor=actor, now=NOW, record_id=record, kind=Kind.REPORT)
    return record


def test_every_table_of_case_data_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_record_tables()")
        moved = {row[0] for row in cursor.fetchall()}
    wanted = {model._meta.db_table for model in apps.get_models() if issubclass(model, CaseRow)}
    assert wanted | {Event._meta.db_table} == moved


def test_a_case_foreign_key_is_called_case_so_that_it_moves_too() -> None:
    from sentinel.cases.models import Case

    for model in apps.get_models():
        if issubclass(model, CaseRow) and model is not Case:
            names = [
                f.name
                for f in model._meta.get_fields()
                if f.is_relation and f.concrete and f.related_model is Case
            ]
            assert set(names) <= {"case"}, model


def test_parties_incidents_names_and_events_move_with_their_case() -> None:
    priya = acting("priya.nair@charnwood.example")
    record = a_report_record(priya)
    incident = Incident.objects.create(
        category="personal",
        national_type="rowdy",
        words="Shouting",
        **provenance(actor=priya, now=NOW, record_id=record),
    )
    person = a_person(priya, record, "Margaret Ellis")
    party = add_party(
        actor=priya,
        now=NOW,
        case_or_record=record,
        kind="person",
        person=person,
        roles=["victim"],
        incident=incident,
    )
    raise_event(kind="report_taken", actor=priya, now=NOW, record_id=record)
    case = a_case(priya)
    rehome(actor=priya, now=NOW, from_record=record, case=case)
    incident.refresh_from_db()
    party.refresh_from_db()
    assert (incident.record_id, incident.case_id) == (case.id, case.id)
    assert (party.record_id, party.case_id) == (case.id, case.id)
    assert PersonName.objects.get(person=person).record_id == case.id
    assert {"report_taken", "report_joined"} <= set(
        Event.objects.filter(record_id=case.id).values_list("kind", flat=True)
    )


def test_rows_in_an_audience_that_the_mover_does_not_reach_move_too() -> None:
    priya = acting("priya.nair@charnwood.example")
    record = a_report_record(priya)
    person = a_person(priya, record, "Hidden Witness")
    audience = make_audience(actor=priya, now=NOW, named=[priya.user_id])
    party = Party.objects.create(
        kind="person", label="Witness A", **provenance(actor=priya, now=NOW, record_id=record)
    )
    PartyIdentity.objects.create(
        party=party, person=person, **provenance(actor=priya, now=NOW, record_id=record, audience_id=audience)
    )
    colin = acting("colin.webb@charnwood.example")
    assert not PartyIdentity.objects.exists()
    case = a_case(colin)
    rehome(actor=colin, now=NOW, from_record=record, case=case)
    assert not PartyIdentity.objects.exists(), "the audience still guards it"
    acting("priya.nair@charnwood.example")
    assert PartyIdentity.objects.get().record_id == case.id


def test_who_may_not_write_both_is_refused_by_us_and_by_the_database() -> None:
    priya = acting("priya.nair@charnwood.example")
    record = a_report_record(priya)
    beth = acting("beth.carr@three-oaks.example")
    case = a_case(beth)
    with pytest.raises(Refused):
        rehome(actor=beth, now=NOW, from_record=record, case=case)
    from django.db import ProgrammingError, transaction

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT cases_rehome(%s, %s)", [record, case.id])


def test_a_case_never_becomes_part_of_another_by_this_way() -> None:
    priya = acting("priya.nair@charnwood.example")
    first, second = a_case(priya), a_case(priya)
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT cases_rehome(%s, %s)", [first.id, second.id])


def test_an_ordinary_user_cannot_move_rows_between_records_by_hand() -> None:
    """Only who writes both may; the policies hold without the function."""
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    party = Party.objects.create(
        case=case, kind="person", label="x", **provenance(actor=priya, now=NOW, record_id=case.id)
    )
    from django.db import ProgrammingError, transaction

    with pytest.raises(ProgrammingError), transaction.atomic():
        Party.objects.filter(pk=party.pk).update(record_id=new_id())
    assert user("priya.nair@charnwood.example").id == priya.user_id
