"""Whatever somebody tried and was refused stands in the audit, also where the answer is a line beside a field."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Case
from sentinel.kernel.references import make
from sentinel.reports.models import Report
from sentinel.reports.operations import take_report
from tests.cases.making import a_case
from tests.desk.case.opened import committed
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, signed_in, user

BETH, KOFI = "beth.carr@three-oaks.example", "kofi.mensah@soar-valley.example"
NOWHERE = make("LLR", 2026, 9999)


@pytest.fixture
def urls(transactional_db: None, database_urls: dict[str, str]) -> dict[str, str]:
    return database_urls


def refused(urls: dict[str, str]) -> list[tuple[uuid.UUID, uuid.UUID | None, str, str | None]]:
    """Who was refused which record, where, and which reference they named."""
    with psycopg.connect(urls["postgres"]) as connection:
        return connection.execute(
            "SELECT user_id, record_id, subject, detail ->> 'reference' FROM audit_entry WHERE kind = 'refused' ORDER BY id"
        ).fetchall()


def read_by_beth(record_id: uuid.UUID, kind: Kind, actor: Any) -> None:
    share(
        actor=actor, now=NOW, record_id=record_id, kind=kind, holder_id=user(BETH).agency_id, rung=Rung.READ,
        what="all of it", lawful_basis="Crime and Disorder Act 1998 s.115",
    )  # fmt: skip


def report_of(email: str, *, shared: bool = False) -> Report:
    def make(actor: Any) -> Report:
        report = take_report(actor=actor, now=NOW, telling=telling())
        if shared:
            read_by_beth(report.id, Kind.REPORT, actor)
        return report

    return committed(email, make)  # type: ignore[no-any-return]


def case_of(email: str, *, shared: bool = False) -> Case:
    def make(actor: Any) -> Case:
        case = a_case(actor, now=NOW)
        if shared:
            read_by_beth(case.id, Kind.CASE, actor)
        return case

    return committed(email, make)  # type: ignore[no-any-return]


def test_who_reads_a_report_and_tries_to_change_it_is_seen_by_its_owner(urls: dict[str, str]) -> None:
    report = report_of(PRIYA, shared=True)
    answer = signed_in(BETH).post(f"/reports/{report.reference}/end", {"reasons": "No."})
    assert answer.status_code == 403
    assert refused(urls) == [(user(BETH).pk, report.id, "report_end", report.reference)]


def test_references_tried_in_a_link_are_written_down(urls: dict[str, str]) -> None:
    hers, other = case_of(KOFI), case_of(PRIYA)
    browser = signed_in(KOFI)
    for reference in (other.reference, NOWHERE):
        answer = browser.post(
            f"/cases/{hers.reference}/link", {"reference": reference, "why": "They look alike"}
        )
        assert answer.status_code == 422
        assert "You may see no case with this reference." in answer.content.decode()
    who = user(KOFI).pk
    assert refused(urls) == [(who, other.id, "case_link", other.reference), (who, None, "case_link", NOWHERE)]


def test_references_tried_for_a_report_to_join_are_written_down(urls: dict[str, str]) -> None:
    report, known, read = report_of(BETH), case_of(PRIYA), case_of(PRIYA, shared=True)
    browser = signed_in(BETH)
    for reference in (known.reference, read.reference, NOWHERE, "Margaret Ellis"):
        answer = browser.post(
            f"/reports/{report.reference}/join-case", {"case": "other", "reference": reference}
        )
        assert answer.status_code == 200
    assert [one[1:] for one in refused(urls)] == [
        (known.id, "report_join_case", known.reference), (read.id, "report_join_case", read.reference),
        (None, "report_join_case", NOWHERE), (None, "report_join_case", ""),
    ]  # fmt: skip


def test_handing_on_another_agencys_case_is_written_down(urls: dict[str, str]) -> None:
    case = case_of(PRIYA, shared=True)
    answer = signed_in(BETH).post(
        "/work/reassign",
        {"case": f"{case.id}:{case.version}", "lead": str(user(BETH).pk), "reason": "I want it"},
    )
    assert answer.status_code == 302
    assert refused(urls) == [(user(BETH).pk, case.id, "reassign_many", case.reference)]
