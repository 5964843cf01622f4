"""What was granted ends at its moment: the database stops by itself, whatever page is open and whether a worker runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from sentinel.access.models import Disclosure, Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.operations import end_what_is_over
from tests.matching.hits.making import COLIN, KOFI, asked, clock_moved, committed_case, granted
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def case() -> Case:
    return committed_case()


def let_in(until: timedelta = timedelta(hours=1)) -> AccessRequest:
    with transaction.atomic():
        row = asked()
    with transaction.atomic():
        moment = now()
        return granted(row, now=moment, until=moment + until)


def test_the_row_policies_stop_at_the_hour(case: Case, database_urls: dict[str, str]) -> None:
    row = let_in()
    for by, reads in ((timedelta(minutes=59), True), (timedelta(minutes=61), False)):
        with clock_moved(database_urls, by), transaction.atomic():
            kofi = acting(KOFI)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", [case.pk])
                assert cursor.fetchone() == (int(reads),)
                cursor.execute("SELECT count(*) FROM people_personname")
                assert (cursor.fetchone()[0] > 0) is reads
            assert Party.objects.filter(case_id=case.pk).exists() is reads
            assert rung_of(kofi, case.pk) == (Rung.READ if reads else Rung.SUMMARY)
            assert AccessRequest.objects.get(pk=row.pk).state == "granted"


def test_so_do_the_pages_the_lists_and_the_page_of_the_request(
    case: Case, database_urls: dict[str, str]
) -> None:
    row = let_in()
    kofi = signed_in(KOFI)
    address = f"/cases/{case.reference}"
    assert kofi.get(address).status_code == 200
    assert case.reference in kofi.get("/cases/").content.decode()
    assert case.reference in kofi.get(f"/access/asked/{row.pk}").content.decode()
    with clock_moved(database_urls, timedelta(minutes=61)):
        # The clock signs nobody out within an hour of work; a new browser is one that has just come.
        kofi = signed_in(KOFI)
        closed = kofi.get(address)
        assert closed.status_code == 403
        assert "Charnwood sharing desk" in closed.content.decode()
        assert "Margaret" not in closed.content.decode()
        assert case.reference not in kofi.get("/cases/").content.decode()
        over = kofi.get(f"/access/asked/{row.pk}").content.decode()
        assert "Access has ended" in over
        assert case.reference not in over
        assert kofi.post(f"{address}/notes/add", {"text": "x"}).status_code in {403, 404}


def test_the_ledger_and_the_timeline_say_so_once(
    case: Case, database_urls: dict[str, str], as_worker: Callable[[], Any]
) -> None:
    row = let_in()
    for by, ends in ((59, 0), (61, 1), (62, 0)):
        with clock_moved(database_urls, timedelta(minutes=by)), as_worker(), transaction.atomic():
            state_actor(SYSTEM)
            assert end_what_is_over(actor=SYSTEM, now=now()) == ends
    with transaction.atomic():
        acting(PRIYA)
        done = AccessRequest.objects.get(pk=row.pk)
        assert (done.ended_how, done.ended_at) == ("clock", row.until)
        assert Disclosure.objects.filter(record_id=case.pk, kind="access_ended").count() == 1
        assert Event.objects.filter(record_id=case.pk, kind="access_ended").count() == 1


def test_the_owner_may_end_it_before_on_the_sharing_page(case: Case, database_urls: dict[str, str]) -> None:
    row = let_in()
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/sharing").content.decode()
    assert "asked for it" in page
    assert "Kofi Mensah, Soar Valley Housing" in page
    ended = signed_in(COLIN).post(
        f"/cases/{case.reference}/sharing/{row.asker_id}/end", {"why": "The notice was served."}
    )
    assert ended.status_code == 302
    assert signed_in(KOFI).get(f"/cases/{case.reference}").status_code == 403
