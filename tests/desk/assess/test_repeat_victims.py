"""Beside "is this person a repeat victim?" stands what the records say, as far as the reader may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Party
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.risk.queries import earlier_reports
from tests.cases.making import a_case, a_party
from tests.reports.telling import MARGARET, telling
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, AISHA = "priya.nair@charnwood.example", "aisha.rahman@police.example"


def told(days_ago: int, by: str = PRIYA, person: object = None) -> Report:
    """A report by Margaret Ellis, so many days ago; of the person that she is known to be, where one is given."""
    moment = now() - timedelta(days=days_ago, hours=1)
    caller = replace(MARGARET, person_id=person, confirmed_how="Her voice") if person else MARGARET
    given = telling(submission=new_id(), told_at=moment, caller=caller)
    return take_report(actor=acting(by), now=moment + timedelta(minutes=5), telling=given)


def a_victim_who_told(*days_ago: int) -> tuple[Case, Party, list[Report]]:
    with transaction.atomic():
        first = told(0)
        person = first.caller_party.identity.person_id if first.caller_party else None
        more = [told(days, person=person) for days in days_ago]
        case = open_case_from_report(
            actor=acting(PRIYA), now=now(), report=first, title="Noise at Sparrow Lane"
        )
        party = Party.objects.get(case=case, roles__role="victim")
    return case, party, [first, *more]


def test_the_reports_of_the_period_stand_there_with_their_links_and_are_logged() -> None:
    case, party, (first, recent, old) = a_victim_who_told(100, 400)
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/people/{party.id}/assess").content.decode()
    assert "<strong>2 incidents</strong> that happened to Margaret Ellis in the last 12 months" in page
    assert "2 reports by or about them" in page
    assert first.reference in page
    assert f'href="/reports/{recent.reference}"' in page
    assert old.reference not in page, "it is older than the period of the rule"
    with transaction.atomic():
        acting(PRIYA)
        found = earlier_reports(acting(PRIYA), case, party, now())
        assert (found.incidents, found.likely) == (2, True)
        assert [(one.by, one.about) for one in found.reports] == [(True, True), (True, True)]
    with transaction.atomic():
        acting("ravi.desai@police.example")
        logged = Entry.objects.filter(kind="view", subject="report", record_id=recent.record_id)
        assert logged.exists()


def test_two_tellings_of_one_incident_are_one_and_make_nobody_a_repeat_victim() -> None:
    case, party, (first, again) = a_victim_who_told(10)
    with transaction.atomic():
        acting(PRIYA)
        Party.objects.get(pk=again.caller_party_id).roles.update(incident_id=first.incident_id)
        Report.objects.filter(pk=again.pk).update(incident_id=first.incident_id)
        found = earlier_reports(acting(PRIYA), case, party, now())
    assert (len(found.reports), found.incidents, found.likely) == (2, 1, False)
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/people/{party.id}/assess").content.decode()
    assert "<strong>1 incident</strong> that happened to Margaret Ellis" in page


def test_nobody_is_ticked_as_a_repeat_victim_by_it() -> None:
    case, party, _ = a_victim_who_told(10, 20)
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/people/{party.id}/assess").content.decode()
    assert 'name="repeat_victim" value="yes" checked' not in page
    assert "you decide" in page


def test_a_protected_identity_is_not_looked_up_for_who_may_not_know_it() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        party = a_party(
            priya, case, "Ada Osei", "victim", now=now(), identity_protected=True, named=[priya.user_id]
        )
        colin = acting("colin.webb@charnwood.example")
        found = earlier_reports(colin, case, party, now())
        assert (found.known, found.reports) == (False, ())


def test_of_somebody_without_any_report_it_is_said() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        party = a_party(priya, case, now=now())
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/people/{party.id}/assess").content.decode()
    assert "hold no incident that happened to Margaret Ellis and no report by or about them" in page
