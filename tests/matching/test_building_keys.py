"""Keys of persons who are there already are made anew by the worker, with the guards of their facts; what is there stays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.matching.building import build, build_all, forget_lost, is_built
from sentinel.matching.models import Built
from sentinel.matching.queries import candidates
from sentinel.matching.rules import Given
from sentinel.people.operations import add_birth, add_name
from tests.matching.test_keys_are_guarded import AISHA, BETH, BORN, BY_BIRTH, a_person, a_record
from tests.support import NOW, PRIYA, acting

AsWorker = Callable[[], AbstractContextManager[None]]


def found(email: str, given: Given = BY_BIRTH) -> set[object]:
    with transaction.atomic():
        return set(candidates(acting(email), given)[0])


def test_everybody_is_found_again_after_their_keys_are_lost(
    as_worker: AsWorker, database_urls: dict[str, str], clean: None
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        shared, own = a_record(priya, readers=(AISHA, BETH)), a_record(priya, readers=(AISHA,))
        person = a_person(priya, shared)
        add_birth(actor=priya, now=NOW, person_id=person.id, record_id=own, birth=BORN)
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute("TRUNCATE matching_key, matching_keyring")
    assert found(PRIYA) == set()
    with as_worker():
        assert sum(build_all(NOW)) == 1
        assert is_built()
        keys = _keys(database_urls)
        Built.objects.all().delete()
        assert sum(build_all(NOW + timedelta(days=1))) == 1
    assert _keys(database_urls) == keys
    assert found(PRIYA) == found(AISHA) == {person.id}
    assert found(BETH) == set()
    assert found(BETH, Given(name="Margaret Ellis")) == {person.id}


def test_the_worker_makes_the_keys_that_a_writer_could_not_see_enough_for(
    as_worker: AsWorker, database_urls: dict[str, str], clean: None
) -> None:
    """The police know her name by a record of their own, Three Oaks her birth by another: an officer of both is found her."""
    with transaction.atomic():
        priya = acting(PRIYA)
        hidden = a_record(priya)
        person = a_person(priya, a_record(priya, readers=(BETH,)))
        add_birth(actor=priya, now=NOW, person_id=person.id, record_id=hidden, birth=BORN)
    with transaction.atomic():
        beth = acting(BETH)
        add_name(
            actor=beth,
            now=NOW,
            person_id=person.id,
            record_id=a_record(beth, readers=(PRIYA,)),
            full="Gretel Unheard-of",
        )
    gretel = Given(name="Gretel Otherwise", birth=BORN)
    assert found(PRIYA, gretel) == set()
    with as_worker(), transaction.atomic():
        state_actor(SYSTEM)
        build([person.id], NOW)
    assert found(PRIYA, gretel) == {person.id}
    assert found(BETH, gretel) == set()


def test_keys_whose_ring_is_gone_are_deleted(
    as_worker: AsWorker, database_urls: dict[str, str], clean: None
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        a_person(priya, a_record(priya))
        gone = a_person(priya, a_record(priya))
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute("DELETE FROM matching_keyring WHERE person_id = %s", [gone.id])
    before = _keys(database_urls)
    with as_worker():
        assert forget_lost() == before // 2
    assert _keys(database_urls) == before // 2


def _keys(database_urls: dict[str, str]) -> int:
    with psycopg.connect(database_urls["postgres"]) as superuser:
        row = superuser.execute("SELECT count(*) FROM matching_key").fetchone()
    assert row is not None
    return int(row[0])
