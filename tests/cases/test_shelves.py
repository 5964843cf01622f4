"""The list of cases walks the shelves that it shows: what the database keeps is what the rules say."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sentinel.access.models import Kind, Reach, Rung
from sentinel.access.operations import share
from sentinel.accounts.models import Agency
from sentinel.cases.models import Case
from sentinel.cases.queries import Filters, list_cases
from sentinel.cases.rules import CATEGORY_CODES, HIGHEST_BAND, OPEN_STATUSES, STATUS_WORDS, shelf, shelves
from sentinel.foundation.actor import state_actor
from sentinel.foundation.clock import now
from tests.cases.making import a_case
from tests.support import actor

pytestmark = pytest.mark.django_db
COLIN, AISHA, PETE = "colin.webb@charnwood.example", "aisha.rahman@police.example", "pete.lowe@fire.example"
EVERY = list(product(STATUS_WORDS, range(HIGHEST_BAND + 1), CATEGORY_CODES, (False, True)))


def _shelf_of(case: Case) -> int:
    return Reach.objects.values_list("shelf", flat=True).get(record_id=case.id, rung=Rung.OWNER)


def test_every_way_of_filtering_has_a_shelf_of_its_own() -> None:
    assert len({shelf(one[0], one[1], one[2], unassessed=one[3]) for one in EVERY}) == len(EVERY)


def test_the_database_works_out_the_same_shelf() -> None:
    with connection.cursor() as cursor:
        for status, band, category, waits in EVERY:
            cursor.execute("SELECT cases_shelf(%s, %s, %s, %s)", [status, band, category, int(waits) * 2])
            assert cursor.fetchone()[0] == shelf(status, band, category, unassessed=waits)


def test_what_is_not_said_takes_every_shelf_of_it() -> None:
    assert len(shelves(STATUS_WORDS)) == len(EVERY)
    assert shelves(["active"], 3, "personal", unassessed=False) == [
        shelf("active", 3, "personal", unassessed=False)
    ]


@pytest.mark.parametrize(
    "changes", [{"status": "active"}, {"highest_band": 3, "unassessed": 0}, {"category": "nuisance"}]
)
def test_a_case_that_changes_changes_its_shelf(changes: dict[str, object]) -> None:
    state_actor(actor(COLIN))
    case = a_case(actor(COLIN))
    Case.objects.filter(pk=case.pk).update(**changes)
    case.refresh_from_db()
    expected = shelf(case.status, case.highest_band, case.category, unassessed=case.unassessed > 0)
    assert _shelf_of(case) == expected


def test_who_is_given_a_case_finds_it_on_its_shelf() -> None:
    colin = actor(COLIN)
    state_actor(colin)
    case = a_case(actor(COLIN))
    Case.objects.filter(pk=case.pk).update(status="active", highest_band=3, unassessed=0)
    fire = actor(PETE)
    agency = Agency.objects.get(pk=fire.agency_id)
    share(actor=colin, now=now(), record_id=case.id, kind=Kind.CASE, holder_id=agency.id, rung=Rung.READ, what="case",
          lawful_basis="Crime and Disorder Act 1998 s.115")  # fmt: skip
    state_actor(fire)
    wanted = Filters(status="active", band=3, category=case.category)
    assert [one.case.id for one in list_cases(fire, wanted).rows] == [case.id]
    assert not list_cases(fire, Filters(status="monitoring", band=3)).rows


def test_each_filter_finds_what_it_says_and_the_count_with_it() -> None:
    colin = actor(COLIN)
    state_actor(colin)
    case = a_case(actor(COLIN))
    other = a_case(actor(COLIN))
    Case.objects.filter(pk=case.pk).update(
        status="active", highest_band=2, unassessed=0, national_type="noise", lead_id=colin.user_id
    )
    Case.objects.filter(pk=other.pk).update(
        status="closed", closed_at=now(), national_type="begging_vagrancy"
    )
    case.refresh_from_db()
    for filters in (
        Filters(status="active"), Filters(band=2), Filters(status="", national_type="noise"),
        Filters(lead=colin.user_id), Filters(status="", lead=colin.user_id, national_type="noise"),
        Filters(reference=case.reference), Filters(owner=case.owner_agency_id, national_type="noise"),
    ):  # fmt: skip
        page = list_cases(colin, filters)
        found = {one.case.id for one in page.rows}
        assert case.id in found, filters
        assert other.id not in found, filters
        assert page.count == len(found)
        assert not page.many


def test_a_page_of_the_list_and_the_next_are_the_whole_list() -> None:
    colin = actor(COLIN)
    state_actor(colin)
    for _ in range(4):
        a_case(actor(COLIN))
    whole = [one.case.id for one in list_cases(colin, Filters(status=""), size=100).rows]
    first = list_cases(colin, Filters(status=""), size=2)
    assert first.count == len(whole)
    found = [one.case.id for one in first.rows]
    key = first.next_key
    while key:
        page = list_cases(colin, Filters(status=""), after=key, size=2)
        found += [one.case.id for one in page.rows]
        key = page.next_key
    assert found == whole


def test_a_list_takes_three_queries_however_it_is_filtered() -> None:
    colin = actor(COLIN)
    with transaction.atomic():
        state_actor(colin)
        a_case(actor(COLIN))
        a_case(actor(COLIN))
        for filters in (Filters(), Filters(status="", national_type="noise"), Filters(status="new", band=0)):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                list_cases(colin, filters, size=1)
            assert len(seen) <= 3


def test_all_open_statuses_are_walked_when_open_is_asked() -> None:
    assert set(shelves(OPEN_STATUSES)).isdisjoint(shelves(["closed"]))
