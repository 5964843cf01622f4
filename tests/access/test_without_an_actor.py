"""The application's role with no actor stated reads nothing and writes nothing, whatever is there."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.apps import apps
from django.db import transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import open_record, revoke, share
from sentinel.access.queries import desk_of, holders_of, rung_of
from sentinel.cases.models import Case, Note
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.models import CaseRow
from sentinel.kernel.errors import Refused
from sentinel.kernel.ids import new_id
from tests.support import NOW, actor

PRIYA = "priya.nair@charnwood.example"
BETH = "beth.carr@three-oaks.example"


def bare_case(me: Actor) -> Case:
    """The least that a case is, with a note."""
    case_id = new_id()
    open_record(actor=me, now=NOW, record_id=case_id, kind=Kind.CASE)
    row = {"origin_agency_id": me.agency_id, "created_at": NOW, "created_by_id": me.user_id}
    case = Case.objects.create(
        id=case_id, record_id=case_id, reference=f"T-{case_id}"[:24], title="Noise", category="nuisance",
        national_type="noise", opened_at=NOW, told_at=NOW, owner_agency_id=me.agency_id, changed_at=NOW, **row,
    )  # fmt: skip
    Note.objects.create(record_id=case_id, case=case, text="Heard at night", at=NOW, **row)
    return case


@pytest.fixture
def case(transactional_db: None) -> Case:
    with transaction.atomic():
        me = actor(PRIYA)
        state_actor(me)
        return bare_case(me)


def as_actor(email: str) -> Actor:
    me = actor(email)
    state_actor(me)
    return me


def test_without_an_actor_every_guarded_table_is_empty(case: Case, database_urls: dict[str, str]) -> None:
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, CaseRow)]
    tables += ["foundation_event", "access_reach", "audit_entry", "audit_history"]
    with psycopg.connect(database_urls["postgres"]) as superuser:
        assert superuser.execute("SELECT count(*) FROM cases_note").fetchone() == (1,)
    with psycopg.connect(database_urls["sentinel_app"]) as app:
        for table in tables:
            assert app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        # After a transaction the stated actor is an empty string and not null: that too reads nothing.
        app.execute(
            "SELECT set_config('sentinel.holders', %s, true)", ["{" + str(case.owner_agency_id) + "}"]
        )
        app.commit()
        assert app.execute("SELECT count(*) FROM cases_note").fetchone() == (0,)


def test_without_an_actor_nothing_is_written(case: Case, database_urls: dict[str, str]) -> None:
    with psycopg.connect(database_urls["sentinel_app"]) as app:
        assert app.execute("UPDATE cases_note SET text = 'x'").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM cases_note")


def test_the_owner_of_the_tables_sees_nothing_either(case: Case, database_urls: dict[str, str]) -> None:
    with psycopg.connect(database_urls["sentinel_owner"]) as owner:
        assert owner.execute("SELECT count(*) FROM cases_note").fetchone() == (0,)


def test_the_agency_reads_its_case_and_a_stranger_does_not(case: Case) -> None:
    with transaction.atomic():
        as_actor(PRIYA)
        assert Note.objects.count() == 1
    with transaction.atomic():
        me = as_actor(BETH)
        assert Note.objects.count() == 0
        assert rung_of(me, case.id) == Rung.NONE
        assert holders_of(me, case.id) == []
        assert desk_of(me, case.id) is None


def share_with_beth(case: Case, rung: Rung) -> uuid.UUID:
    beth = actor(BETH)
    assert beth.agency_id is not None
    with transaction.atomic():
        me = as_actor(PRIYA)
        share(actor=me, now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=beth.agency_id, rung=rung,
              what="case", lawful_basis="Crime and Disorder Act 1998 s.115")  # fmt: skip
    return beth.agency_id


@pytest.mark.parametrize(
    ("rung", "reads", "writes"), [(Rung.SUMMARY, 0, 0), (Rung.READ, 1, 0), (Rung.WRITE, 1, 1)]
)
def test_each_rung_gives_what_it_says(case: Case, rung: Rung, reads: int, writes: int) -> None:
    share_with_beth(case, rung)
    with transaction.atomic():
        me = as_actor(BETH)
        assert rung_of(me, case.id) == rung
        assert Note.objects.count() == reads
        assert Note.objects.update(text="changed") == writes
        assert desk_of(me, case.id) is not None


def test_a_revoked_share_ends_with_the_next_transaction(case: Case) -> None:
    agency_id = share_with_beth(case, Rung.READ)
    with transaction.atomic():
        me = as_actor(PRIYA)
        revoke(actor=me, now=NOW, record_id=case.id, holder_id=agency_id, why="No longer involved")
    with transaction.atomic():
        as_actor(BETH)
        assert Note.objects.count() == 0


def test_who_writes_may_not_share(case: Case) -> None:
    share_with_beth(case, Rung.WRITE)
    with transaction.atomic():
        me = as_actor(BETH)
        with pytest.raises(Refused):
            share(actor=me, now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=new_id(), rung=Rung.READ,
                  what="case", lawful_basis="none")  # fmt: skip


def test_the_database_itself_refuses_to_give_what_is_not_owned(
    case: Case, database_urls: dict[str, str]
) -> None:
    beth = actor(BETH)
    with psycopg.connect(database_urls["sentinel_app"]) as app:
        app.execute("SELECT set_config('sentinel.holders', %s, true)", ["{" + str(beth.agency_id) + "}"])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT access_give(%s, 1, %s, 4, NULL, 'forged')", [case.id, beth.agency_id])
    with (
        psycopg.connect(database_urls["sentinel_app"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("INSERT INTO access_reach (holder_id, record_id, kind, rung, sort_key, via, granted_at)"
                    " VALUES (%s, %s, 1, 4, now(), 'forged', now())", [beth.agency_id, case.id])  # fmt: skip
