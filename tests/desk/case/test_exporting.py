"""The list of cases as a file: only what may be read, never run by a spreadsheet, written down for each case's owner."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest
from django.db import transaction

import sentinel
from sentinel.access.models import Disclosure
from sentinel.access.operations import exported
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.operations import protect_identity
from sentinel.desk.case import exporting
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Refused
from sentinel.kernel.tables import csv_table
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, acting, signed_in, user

COLIN, TOM, LENA = "colin.webb@charnwood.example", "tom.marsh@police.example", "lena.fox@police.example"
OWEN, RAVI = "owen.price@three-oaks.example", "ravi.desai@police.example"
WHY = "For the monthly review of open cases"


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200, response.content.decode()[:2000]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def export(email: str, query: str = "", why: str = WHY):
    return signed_in(email).post(f"/cases/export{query}", {"why": why})


def made(title: str, email: str = PRIYA, **given: object) -> Case:
    with transaction.atomic():
        return a_case(acting(email), now=now(), title=title, **given)


def references(response) -> set[str]:
    return {row[0] for row in rows_of(response)[1:] if len(row) > 1}


pytestmark = pytest.mark.usefixtures("transactional_db")


def test_it_holds_what_the_reader_may_read_and_what_the_filters_leave() -> None:
    ours, theirs = made("Ours"), made("Theirs", "beth.carr@three-oaks.example")
    other = made("Litter", category="environmental")
    assert references(export(COLIN)) == {ours.reference, other.reference}
    assert references(export(TOM)) == {ours.reference, other.reference}
    # Three Oaks may only know that something is known of Charnwood's cases: not even that stands in a file.
    assert references(export(OWEN)) == {theirs.reference}
    assert references(export(COLIN, "?category=environmental")) == {other.reference}


def test_a_formula_is_text_in_every_cell() -> None:
    made("=HYPERLINK(0)")
    made("  @SUM(A1)")
    titles = {row[1] for row in rows_of(export(COLIN))[1:] if len(row) > 1}
    assert titles == {"'=HYPERLINK(0)", "'@SUM(A1)"}


def test_it_says_what_it_is_and_who_made_it_for_what() -> None:
    made("Ours")
    answer = export(COLIN)
    assert answer["Content-Disposition"].startswith('attachment; filename="cases-')
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    last = rows_of(answer)[-1][0]
    assert last.startswith("Official – sensitive. 1 cases, made ")
    assert f"by Colin Webb for: {WHY}" in last


def test_a_long_list_is_cut_and_says_so(monkeypatch) -> None:
    for number in range(3):
        made(f"Case {number}")
    monkeypatch.setattr(exporting, "MOST", 2)
    found = rows_of(export(COLIN))
    assert len([row for row in found[1:] if len(row) > 1]) == 2
    assert "Cut at 2: there are more" in found[-1][0]


def test_each_case_has_a_line_in_its_ledger_and_its_owner_sees_who_took_it() -> None:
    case = made("Ours")
    rows_of(export(TOM))
    with transaction.atomic():
        me = acting(PRIYA)
        line = Disclosure.objects.get(record_id=case.id, kind="export")
        assert (line.to_agency_id, line.decided_by_id, line.why) == (user(TOM).agency_id, user(TOM).id, WHY)
        entry = Entry.objects.get(record_id=case.id, kind="export")
        assert entry.user_id == user(TOM).id
        assert me.may("read_access_log")
    readers = signed_in(PRIYA).get(f"/cases/{case.reference}/readers").content.decode()
    assert "exported the case" in readers
    assert (
        "Export: list of cases" in signed_in(PRIYA).get(f"/cases/{case.reference}/sharing").content.decode()
    )


def test_nothing_leaves_without_saying_what_for() -> None:
    case = made("Ours")
    for why in ("", "x"):
        answer = export(COLIN, why=why)
        assert answer.status_code == 422
        assert "what the list is for" in answer.content.decode()
    with transaction.atomic():
        acting(PRIYA)
        assert not Disclosure.objects.filter(record_id=case.id, kind="export").exists()


def test_only_who_may_takes_lists_out() -> None:
    made("Ours")
    assert export(PRIYA).status_code == 403
    assert "/cases/export" not in signed_in(PRIYA).get("/cases/").content.decode()
    assert "/cases/export" in signed_in(COLIN).get("/cases/").content.decode()
    assert export(LENA).status_code == 200
    assert signed_in(COLIN).get("/cases/export?status=all").status_code == 200


def test_a_protected_name_stands_in_no_file() -> None:
    case = made("Threats told of by Dilys Quarmby")
    with transaction.atomic():
        priya = acting(PRIYA)
        protect_identity(
            actor=priya, now=now(), party=a_party(priya, case, "Dilys Quarmby", "witness", now=now())
        )
    text = export(COLIN).content.decode()
    assert case.reference in text
    assert "Quarmby" not in text


def test_the_database_takes_out_nothing_that_may_not_be_read() -> None:
    case = made("Ours")
    with transaction.atomic(), pytest.raises(Refused):
        exported(actor=acting(OWEN), records=[case.id], what="list", why=WHY)


def test_an_auditor_takes_out_what_was_found_and_that_is_written_down() -> None:
    case = made("Ours")
    assert signed_in(PRIYA).get(f"/cases/{case.reference}").status_code == 200
    browser = signed_in(RAVI)
    assert "/audit/export?kind=view" in browser.get("/audit/?kind=view").content.decode()
    found = rows_of(browser.post("/audit/export?kind=view"))
    assert [(row[2], row[4], row[7]) for row in found[1:]] == [("Priya Nair", "Viewed", case.reference)]
    with transaction.atomic():
        acting(RAVI)
        entry = Entry.objects.get(kind="export")
        assert (entry.subject, entry.detail) == ("audit", {"kind": "view", "rows": 1, "cut": False})
    for email in (PRIYA, COLIN, LENA):
        assert signed_in(email).post("/audit/export").status_code == 403
    assert browser.get("/audit/export").status_code == 405


def test_cells_are_written_in_one_place() -> None:
    """Whatever writes a spreadsheet does it through kernel.tables, which neutralises."""
    root = Path(sentinel.__file__).parent
    writing = []
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"writer", "DictWriter"}:
                writing.append(str(file.relative_to(root)))
            if isinstance(node, ast.Import | ast.ImportFrom):
                writing += [
                    f"{file.name}: {n.name}" for n in node.names if n.name in {"openpyxl", "xlsxwriter"}
                ]
    assert writing == ["kernel/tables.py"]


def test_a_table_opens_in_a_spreadsheet() -> None:
    assert csv_table(["A", "B"], [["x", None], ["-1", 1]]) == b"\xef\xbb\xbfA,B\r\nx,\r\n'-1,1\r\n"
