"""A contact is recorded with when, how, what was said and by when the next is promised; an unsafe way needs a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.care.models import VictimContact
from sentinel.care.queries import last_told
from sentinel.cases.models import Case
from sentinel.foundation.actor import state_actor
from sentinel.foundation.models import Event
from sentinel.foundation.reference import of_edition
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.reports.operations import open_case_from_report, take_report
from tests.care.making import LATER, a_victim, contact
from tests.cases.making import a_case, a_party
from tests.reports.telling import telling
from tests.risk.answers import assessed
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"


def test_a_contact_stands_on_the_file_and_on_the_timeline_when_it_was_made() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    row = contact(priya, case, margaret)
    assert (row.by_id, row.method, row.result, row.unsafe_reason) == (priya.user_id, "post", "sent", "")
    event = Event.objects.get(record_id=case.id, kind="contact_recorded")
    assert event.happened_at == NOW
    assert event.recorded_at == LATER
    assert event.payload == {"party": str(margaret.id), "method": "post", "result": "sent", "unsafe": False}


def test_ringing_somebody_who_asked_for_letters_is_refused_beside_the_method() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Invalid) as error:
        contact(priya, case, margaret, method="phone", result="reached")
    assert set(error.value.errors) == {"method"}
    assert "Letter only" in error.value.message
    assert not VictimContact.objects.filter(case=case).exists()


def test_what_was_done_all_the_same_is_recorded_with_its_reason_and_told() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    row = contact(
        priya, case, margaret, method="phone", result="reached", unsafe_reason="Her house was on fire."
    )
    assert row.unsafe_reason == "Her house was on fire."
    assert Event.objects.get(record_id=case.id, kind="contact_recorded").payload["unsafe"] is True


def test_a_reason_for_a_safe_way_is_not_kept_as_one_for_an_unsafe_way() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    assert contact(priya, case, margaret, unsafe_reason="none needed").unsafe_reason == ""


def test_when_she_rang_us_no_way_is_unsafe() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    assert contact(priya, case, margaret, method="to_us", result="reached").unsafe_reason == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"method": "pigeon"}, "method"),
        ({"result": "perhaps"}, "result"),
        ({"said": "  "}, "said"),
        ({"said": "a\x00b"}, "said"),
        ({"at": LATER + timedelta(minutes=1)}, "at"),
        ({"at": NOW - timedelta(days=40)}, "at"),
        ({"next_by": NOW - timedelta(days=1)}, "next_by"),
        ({"next_by": NOW + timedelta(days=60)}, "next_by"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(given: dict[str, object], field: str) -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Invalid) as error:
        contact(priya, case, margaret, **given)
    assert set(error.value.errors) == {field}


def test_a_sooner_promise_becomes_the_next_contact() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    promise = NOW + timedelta(days=1)
    contact(priya, case, margaret, next_by=promise)
    assert last_told(priya, case, LATER)[margaret.id].due == promise


def test_the_time_that_was_read_to_the_caller_holds_when_a_lower_band_follows() -> None:
    priya = acting(PRIYA)
    report = take_report(actor=priya, now=NOW, telling=telling(told_at=NOW))
    case = open_case_from_report(actor=priya, now=NOW, report=report, title="Noise at Sparrow Lane")
    assert report.caller_party is not None
    assessed(priya, case, report.caller_party, "low")
    told = last_told(priya, Case.objects.get(pk=case.pk), NOW)[report.caller_party.id]
    assert (told.band, told.due) == ("low", report.next_contact_due)


def test_a_victim_not_told_in_time_is_overdue_and_a_contact_ends_that() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    assessed(priya, case, margaret, "low")
    much_later = NOW + timedelta(days=30)
    due = last_told(priya, case, much_later)[margaret.id].due
    assert due is not None
    assert due < much_later
    contact(priya, case, margaret, at=much_later - timedelta(hours=1), now=much_later)
    due = last_told(priya, case, much_later)[margaret.id].due
    assert due is not None
    assert due > much_later


def test_who_is_not_assessed_counts_as_high_for_the_first_contact() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    told = last_told(priya, case, NOW)[margaret.id]
    assert (told.band, told.what, told.days) == (None, "first_contact", 1)


def test_only_victims_are_kept_informed_by_this_standard() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    assert set(last_told(priya, case, NOW)) == {margaret.id}


def test_nobody_in_a_closed_case_is_due() -> None:
    priya = acting(PRIYA)
    case, _ = a_victim(priya)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW)
    case.refresh_from_db()
    assert last_told(priya, case, NOW + timedelta(days=90)) == {}


def test_another_cases_party_is_not_found() -> None:
    priya = acting(PRIYA)
    _, margaret = a_victim(priya)
    with pytest.raises(NotFound):
        contact(priya, a_case(priya), margaret)


def test_a_call_taker_does_not_record_contacts() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    with pytest.raises(Refused):
        contact(acting("dawn.ashby@charnwood.example"), case, margaret)


def test_the_queries_are_as_many_for_one_case_as_for_many() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from sentinel.care.queries import told_by_case

    priya = acting(PRIYA)
    cases = [a_victim(priya)[0] for _ in range(3)]
    loaded = list(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("owner_agency"))
    counts = []
    edition = state_actor(priya)
    with of_edition(edition):  # as a request does
        told_by_case(priya, loaded[:1], NOW)
    for some in (loaded[:1], loaded):
        with of_edition(edition), CaptureQueriesContext(connection) as captured:
            told_by_case(priya, some, NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 5
