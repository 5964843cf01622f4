"""The figures as a file: what stands in it, that no cell is run, and that it is recorded; and the times, counted again by hand."""

from __future__ import annotations

import csv
import io
import re
import statistics
import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.foundation.actor import Actor
from sentinel.insight.files import HEADS, Line, Shown, as_csv, as_pdf, plain
from sentinel.insight.rules import Baseline, Figures
from sentinel.insight.times import times
from sentinel.insight.weeks import Week
from sentinel.kernel.tables import BOM
from sentinel.reports.models import Report
from sentinel.reports.operations import take_report
from tests.cases.making import a_case
from tests.reports.telling import telling
from tests.risk.answers import assessed_as
from tests.support import NOW, PRIYA, acting, signed_in

COLIN, RAVI = "colin.webb@charnwood.example", "ravi.desai@police.example"
FIGURES = Figures(3, 4, 1, (1, 0, 2, 0, 5), 7, 2)
SHOWN = Shown(
    NOW, FIGURES, [Line("=Charnwood", "", FIGURES), Line("Charnwood", "Zażółć team", FIGURES)],
    [Week(date(2026, 11, 9), 40, FIGURES, NOW, True)], Baseline(2017, 358, 4_382, 12.4, "the guidance of 2021"),
)  # fmt: skip


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode().removeprefix(BOM))))


def words_of(pdf: bytes) -> str:
    """The words that a document's pages write."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            found.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return " ".join(
        part.replace("\\(", "(").replace("\\)", ")")
        for text in found
        for part in re.findall(r"\((.*?)(?<!\\)\)", text)
    )


def test_a_spreadsheet_has_every_figure_and_runs_none_of_them() -> None:
    heads, whole, agency, team, week, *_ = rows_of(as_csv(SHOWN, "=made by"))
    assert tuple(heads) == HEADS
    assert whole[4:-1] == ["3", "4", "1", "8", "7", "2", "1", "0", "2", "0", "5"]
    assert agency[1] == "'=Charnwood", "no spreadsheet takes a name for a formula"
    assert team[2] == "Zażółć team"
    assert (week[0], week[3], week[4]) == ("Week to Sun 15 Nov 2026", "40", "3")
    assert week[-1].endswith(", late")
    assert rows_of(as_csv(SHOWN, "=made by"))[-1] == ["'=made by"]
    assert "12.4" in rows_of(as_csv(SHOWN, "x"))[-2][0]


def test_a_document_says_the_same_and_when_and_by_whom_it_was_made() -> None:
    pdf = as_pdf(SHOWN, "Made by Colin Webb for: the board of Monday")
    assert pdf.startswith(b"%PDF-")
    words = words_of(pdf)
    for part in (
        "OFFICIAL - SENSITIVE",
        "3 cases have",
        "the board of Monday",
        "12.4",
        "358 of 4,382",
        "7.5%",
        "in time",
        "Sun 15 Nov",
        "Cases with somebody not assessed, by week",
        "12.4 on average",
        "358 of 4,382 in 2017",
    ):
        assert part in words, part
    assert "Zazóc team" in words, "a letter that is not there loses its accent and no more"
    assert plain("“Ł” – café") == '"" - café'


def test_a_document_draws_no_week_that_is_not_there() -> None:
    assert "by week" not in words_of(as_pdf(replace(SHOWN, weeks=[]), "x"))


def test_a_partnership_that_has_nothing_to_compare_with_is_told_nothing_of_another() -> None:
    alone = replace(SHOWN, founding=None)
    assert "4,382" in words_of(as_pdf(SHOWN, "x"))
    assert "Sun 15 Nov" in words_of(as_pdf(alone, "x"))
    for content in (words_of(as_pdf(alone, "x")), as_csv(alone, "x").decode()):
        assert "compulsory" not in content
        assert "12.4" not in content


@pytest.mark.usefixtures("transactional_db")
def test_it_leaves_with_its_reason_in_the_audit_and_only_for_who_may_see_it() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
    colin = signed_in(COLIN)
    assert colin.get("/compliance/file").status_code == 200
    assert colin.post("/compliance/file", {"format": "csv", "why": "x"}).status_code == 422
    assert colin.post("/compliance/file", {"format": "doc", "why": "For the board"}).status_code == 422
    for kind, media in (("csv", "text/csv"), ("pdf", "application/pdf")):
        answer = colin.post("/compliance/file", {"format": kind, "why": "For the board of Monday"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(media)
        assert f".{kind}" in answer["Content-Disposition"]
        assert case.reference.encode() not in answer.content
    assert (
        rows_of(colin.post("/compliance/file", {"format": "csv", "why": "For the board"}).content)[1][4]
        == "1"
    )
    assert (
        signed_in("beth.carr@three-oaks.example")
        .post("/compliance/file", {"format": "csv", "why": "For the board"})
        .content.count(b"Charnwood")
        == 0
    )
    with transaction.atomic():
        acting(RAVI)
        entries = Entry.objects.filter(kind="export", subject="compliance")
        assert {row.detail["format"] for row in entries} == {"csv", "pdf"}
        assert "For the board of Monday" in {row.detail["why"] for row in entries}


def told(priya: Actor, hours: float, channel: str, taken: float | None) -> Report:
    """A report told so many hours ago, in a case that is assessed so many hours after (None: not yet)."""
    at = NOW - timedelta(hours=hours)
    case = a_case(priya, now=at + timedelta(minutes=20), told_at=at)
    report = take_report(actor=priya, now=at + timedelta(minutes=10), telling=telling(told_at=at))
    Report.objects.filter(pk=report.pk).update(
        case=case, told_at=at, channel=channel, state="case", practitioner_at=at + timedelta(minutes=20)
    )
    if taken is not None:
        assessed_as(priya, case, "case", now=at + timedelta(hours=taken))
    return report


@pytest.mark.django_db
def test_the_times_are_those_of_the_cases() -> None:
    priya = acting(PRIYA)
    by_telephone = [2.0, 5.0, 30.0, 9.0]
    for number, hours in enumerate(by_telephone):
        told(priya, 100 + number, "telephone", hours)
    told(priya, 90, "online", None)
    told(priya, 24 * 200, "online", 1.0)
    whole, agency, online, telephone = times(priya, NOW, 90)
    assert (whole.cases, whole.assessed, whole.waiting) == (5, 4, 1)
    assert agency.agency_id == priya.agency_id
    assert (online.channel, online.cases, online.waiting, online.median) == ("online", 1, 1, None)
    assert telephone.median == timedelta(hours=statistics.median(by_telephone))
    deciles = statistics.quantiles(by_telephone, n=10, method="inclusive")
    assert telephone.ninth == timedelta(hours=deciles[-1])
    assert telephone.passed_median == timedelta(minutes=20)
    assert [one.cases for one in times(priya, NOW, 365)] == [6, 6, 2, 4]
    assert times(acting("kofi.mensah@soar-valley.example"), NOW, 365) == []


@pytest.mark.django_db
def test_a_case_that_was_first_told_of_before_the_span_is_none_of_it() -> None:
    priya = acting(PRIYA)
    first = Report.objects.get(pk=told(priya, 24 * 40, "telephone", None).pk)
    Report.objects.filter(pk=told(priya, 20, "online", None).pk).update(case=first.case_id)
    assert first.case_id is not None
    assert times(priya, NOW, 30) == []
    whole, *_ = times(priya, NOW, 60)
    assert (whole.cases, whole.waiting) == (1, 1)
