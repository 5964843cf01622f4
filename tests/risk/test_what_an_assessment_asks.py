"""An assessment from which much follows reads its case once, writes it once, and asks first whether it may."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sentinel.access.models import Disclosure
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.operations.guards import hold, may_write
from sentinel.cases.operations.holding import is_held, move_up, put_on, write_held
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import state_actor
from sentinel.foundation.reference import of_edition
from sentinel.kernel.errors import Conflict, Refused
from tests.cases.making import a_case, a_party
from tests.risk.high import BETH, high
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db

# Besides reading the case, which whoever calls has done.
MOST = 40


def test_what_makes_somebody_high_takes_few_statements_and_writes_its_case_once() -> None:
    priya = acting(PRIYA)
    before, case = a_case(priya), a_case(priya)
    Case.objects.filter(pk=case.pk).update(status="active")
    known, party = a_party(priya, before), a_party(priya, case)
    with of_edition(state_actor(priya)):  # as a request does
        high(priya, before, known)  # what is kept in memory is kept
        with CaptureQueriesContext(connection) as asked:
            row = high(priya, case, party)
    said = [one["sql"] for one in asked.captured_queries]
    assert len(said) <= MOST
    assert sum('FROM "cases_case"' in one for one in said) == 1
    assert sum(one.startswith('UPDATE "cases_case"') for one in said) <= 1
    assert row.markers.count() == 1


def test_each_disclosure_stands_in_the_ledger_and_in_the_audit() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    row = high(priya, case, a_party(priya, case))
    ledger = Disclosure.objects.filter(record_id__in=[case.id, row.id], kind__in=["share", "marker"])
    written = Entry.objects.filter(record_id__in=[case.id, row.id], kind__in=["share", "marker"])
    assert {(one.record_id, one.kind, str(one.to_agency_id)) for one in ledger} == {
        (one.record_id, one.kind, one.subject_id) for one in written
    }
    assert ledger.count() == written.count() >= 3
    assert {one.user_id for one in written} == {priya.user_id}


def test_only_who_may_write_a_case_holds_it() -> None:
    case = a_case(acting(PRIYA))
    beth = acting(BETH)
    with pytest.raises(Refused):
        hold(beth, case, "assess")
    assert not is_held(case, beth)


def test_nobody_holds_a_closed_case() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    Case.objects.filter(pk=case.pk).update(status="closed")
    with pytest.raises(Conflict):
        hold(priya, case, "assess")


def test_what_one_actor_was_asked_is_asked_of_another() -> None:
    priya = acting(PRIYA)
    held = hold(priya, a_case(priya), "assess")
    may_write(priya, held)
    beth = acting(BETH)
    with pytest.raises(Refused):
        may_write(beth, held)


def test_a_held_case_is_written_at_the_end_and_any_other_at_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    put_on(case, next_due=NOW)
    assert Case.objects.get(pk=case.pk).next_due == NOW
    held = hold(priya, case, "assess")
    put_on(held, next_due=None)
    move_up(held, NOW)
    assert (held.next_due, Case.objects.get(pk=case.pk).next_due) == (None, NOW)
    write_held(held)
    assert (Case.objects.get(pk=case.pk).next_due, is_held(held, priya)) == (None, False)


def test_the_age_of_somebody_is_of_the_day_that_is_asked() -> None:
    priya = acting(PRIYA)
    held = hold(priya, a_case(priya), "assess")
    assert people_of(priya, held, date(2026, 1, 1)) is people_of(priya, held, date(2026, 1, 1))
    assert people_of(priya, held, date(2026, 1, 1)) is not people_of(priya, held, date(2030, 1, 1))
