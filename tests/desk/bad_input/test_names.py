"""Names as people have them, and markup: kept as typed and shown inert on the report, the case and in the search. A NUL
byte is refused clearly."""

from __future__ import annotations

import html

import pytest
from django.db import transaction
from django.test import Client

from sentinel.foundation import clock
from sentinel.reports.operations import open_case_from_report
from tests.desk.report.calling import TAKE, beside, call, everything_is_kept, page, reports, send
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
NAMES = [
    "Siân O’Neill-D'Arcy",
    "Zheng",
    "Ali " * 49 + "Khan",
    "محمد الأحمد",
    "Anna 😀 Bell",
    "<script>alert(1)</script>",
    '{{ 7*7 }} %s "&amp;',
]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def priya() -> Client:
    return signed_in(PRIYA)


def test_a_name_is_kept_as_typed_and_shown_inert_wherever_it_stands(priya: Client) -> None:
    for name in NAMES:
        answer = send(priya, q__caller_name=name)
        assert answer.status_code == 302, beside(answer, "q-caller_name")
        report = reports(PRIYA)[-1]
        with transaction.atomic():
            actor = acting(PRIYA)
            case = open_case_from_report(actor=actor, now=clock.now(), report=report, title="Noise")
        for path in (f"/reports/{report.reference}", f"/cases/{case.reference}"):
            shown = priya.get(path).content.decode()
            assert html.escape(name, quote=False).replace("'", "&#39;") in shown or html.unescape(
                shown
            ).count(name), path
            assert SCRIPT not in shown, path
    found = page(priya.post("/find", {"q": "Sian ONeill Darcy", "reason": "She rang back"}))  # type: ignore[arg-type]
    assert NAMES[0] in found


def test_markup_in_every_box_of_words_is_inert(priya: Client) -> None:
    words = f"{SCRIPT}<img src=x onerror=alert(1)>"
    answer = send(priya, q__what=words, q__where=f"Behind the shop {SCRIPT}", q__doing_it_words=words, q__under_18="yes",
                  q__under_18__why=words, r__reference_system="landlord", r__reference_value=SCRIPT)  # fmt: skip
    assert answer.status_code == 302
    body = priya.get(f"/reports/{reports(PRIYA)[0].reference}").content.decode()
    assert SCRIPT not in body
    assert "<img src=x" not in body
    assert html.escape(SCRIPT) in body
    assert "onerror=alert(1)&gt;" in body


def test_a_nul_byte_is_refused_beside_its_box_and_the_rest_is_kept(priya: Client) -> None:
    for field in ("q-caller_name", "q-what", "q-where", "q-doing_it_words", "q-caller_number", "r-caller_birth",
                  "r-caller_email", "r-victim_name", "r-other_name"):  # fmt: skip
        sent = call(**{field.replace("-", "__", 1): "Mar\x00garet"})
        answer = priya.post(TAKE, sent)
        assert answer.status_code == 200, field
        assert beside(answer, field), field
        everything_is_kept(answer, {name: value for name, value in sent.items() if name != field})
    assert reports(PRIYA) == []


def test_a_nul_byte_does_not_break_the_panel_or_the_draft(priya: Client) -> None:
    sent = call(q__caller_name="Mar\x00garet", q__where="1\x00 High Street", q__what="\x00")
    assert priya.post("/reports/take/known", sent).status_code == 200
    assert priya.post("/reports/take/draft", sent).status_code in {204, 422}
    assert priya.get(TAKE).status_code == 200


def test_a_name_that_is_too_long_is_told_so(priya: Client) -> None:
    assert "200" in beside(send(priya, q__caller_name="x" * 201), "q-caller_name")
