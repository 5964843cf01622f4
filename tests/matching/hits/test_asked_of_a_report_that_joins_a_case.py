"""A request is of the record that it was asked of: when a report joins a case, what was asked or granted of the report ends."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.access.models import Disclosure, Kind, Rung
from sentinel.access.operations import share
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.operations import ask_for_access
from sentinel.matching.hits.queries import one_of_mine
from sentinel.reports.models import Report
from sentinel.reports.operations import join_case, take_report
from tests.cases.making import a_case, agency
from tests.matching.hits.making import COLIN, KOFI, WHY, granted, margarets_case
from tests.reports.telling import telling
from tests.support import PRIYA, acting, signed_in


def a_report() -> Report:
    """A report of which the landlord may know, and no more."""
    report = take_report(actor=acting(PRIYA), now=now(), telling=telling())
    share(
        actor=acting(PRIYA), now=now(), record_id=report.record_id, kind=Kind.REPORT, holder_id=agency("soar-valley").id,
        rung=Rung.SUMMARY, what="that it is there", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    return report


def asked_of(*records: object) -> list[AccessRequest]:
    return [
        ask_for_access(actor=acting(KOFI), now=now(), record_id=one, reason=WHY, wanted="read")  # type: ignore[arg-type]
        for one in records
    ]


def joins(report: Report, case: Case) -> None:
    join_case(actor=acting(PRIYA), now=now(), report=report, case=case)


def again(row: AccessRequest) -> AccessRequest:
    acting(KOFI)
    return AccessRequest.objects.get(pk=row.pk)


def ended_in_ledger(case: Case) -> list[str]:
    acting(PRIYA)
    rows = Disclosure.objects.filter(record_id=case.id, kind="access_ended")
    return list(rows.values_list("what", flat=True))


@pytest.mark.django_db
def test_a_request_for_a_report_never_becomes_one_for_the_case() -> None:
    case, report = a_case(acting(PRIYA), title="Something else entirely"), a_report()
    [row] = asked_of(report.record_id)
    joins(report, case)
    with pytest.raises(Conflict):
        granted(row)  # on the version that whoever answers saw before the report joined
    with pytest.raises(Conflict):
        granted(again(row))
    assert rung_of(acting(KOFI), case.id) <= Rung.SUMMARY
    assert ended_in_ledger(case) == ["nothing: the report joined a case"]
    assert Event.objects.filter(record_id=case.id, kind="access_lapsed", subject_id=row.pk).count() == 1


@pytest.mark.django_db
def test_what_was_granted_on_a_report_ends_when_it_joins_and_opens_nothing_of_the_case() -> None:
    case, report = a_case(acting(PRIYA)), a_report()
    row = granted(*asked_of(report.record_id))
    assert rung_of(acting(KOFI), report.record_id) == Rung.READ
    joins(report, case)
    kofi = acting(KOFI)
    assert rung_of(kofi, case.id) <= Rung.SUMMARY
    assert not Report.objects.filter(pk=report.pk).exists()
    found = one_of_mine(kofi, row.pk, now())
    assert (found.ended, found.open, found.reference, found.row.ended_how) == (True, False, "", "joined")
    assert ended_in_ledger(case) == ["access: the report joined a case"]


@pytest.mark.django_db
def test_who_asks_for_both_the_report_and_the_case_keeps_the_request_for_the_case() -> None:
    case, report = margarets_case(now()), a_report()
    of_case, of_report = asked_of(case.id, report.record_id)
    joins(report, case)
    assert [again(one).state for one in (of_case, of_report)] == ["waiting", "joined"]
    granted(again(of_case))
    assert rung_of(acting(KOFI), case.id) == Rung.READ


@pytest.mark.usefixtures("transactional_db")
def test_the_page_joins_them_too_and_the_asker_is_told_to_ask_again() -> None:
    with transaction.atomic():
        case, report = margarets_case(now()), a_report()
        _, row = asked_of(case.id, report.record_id)
    sent = signed_in(PRIYA).post(
        f"/reports/{report.reference}/join-case", {"reference": case.reference, "case": case.reference}
    )
    assert sent.status_code == 302
    kofi = signed_in(KOFI)
    assert "A request for access has ended" in kofi.get("/").content.decode()
    page = kofi.get(f"/access/asked/{row.pk}").content.decode()
    assert "The report joined a case: ask again" in page
    assert case.reference not in page
    kofi.post(f"/access/asked/{row.pk}", {"read": "yes"})
    assert "A request for access has ended" not in kofi.get("/").content.decode()
    answer = signed_in(COLIN).get(f"/access/requests/{row.pk}")
    assert answer.status_code == 200
    assert "The report joined a case" in answer.content.decode()
    timeline = signed_in(PRIYA).get(f"/cases/{case.reference}/timeline").content.decode()
    assert "Request for access ended" in timeline
