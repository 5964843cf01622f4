"""What was typed is kept; what somebody only looked up is no report that they began."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.reports.operations import keep_draft
from sentinel.reports.queries import drafts_of
from tests.desk.report.calling import TAKE
from tests.matching.hits.making import KOFI, asked, committed_case, granted
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
LOOKED = {
    "q-caller_name": ["Margret Elis"],
    "q-caller_number": ["01632 960142"],
    "q-where": ["14 Sparrow Lane"],
}
BEGUN = {**LOOKED, "q-what": ["He is banging on our door again."]}


def kept(*several: dict[str, Any], email: str = PRIYA) -> list[str]:
    ids = []
    for data in several:
        with transaction.atomic():
            ids.append(new_id())
            keep_draft(actor=acting(email), now=now(), draft_id=ids[-1], data=data)
    return [str(one) for one in ids]


def of_a_fresh_form(client: Client) -> dict[str, list[str]]:
    """What the form itself sends though nobody has typed anything."""
    form = client.get(TAKE).content.decode().split('id="take"')[1].split("</form>")[0]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (not re.search(r'type="(radio|checkbox)"', tag) or " checked" in tag):
            found[name[1]] = [value[1] if value else ""]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        found[name] = [chosen[1] if chosen else ""]
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_who_only_looked_has_begun_no_report_and_loses_nothing() -> None:
    priya = signed_in(PRIYA)
    fresh = of_a_fresh_form(priya)
    assert {"r-submission", "r-told_day", "r-channel"} <= fresh.keys()
    [looked] = kept({**fresh, **LOOKED})
    assert "you began" not in priya.get("/").content.decode()
    page = priya.get(TAKE).content.decode()
    assert "1 draft in which you only looked who is known" in page
    assert "Margret Elis, 14 Sparrow Lane" in page
    assert "01632 960142" in priya.get(TAKE, {"draft": looked}).content.decode()


def test_anything_more_is_a_report_that_was_begun_and_is_named() -> None:
    kept(BEGUN)
    mine = signed_in(PRIYA).get("/").content.decode()
    assert "Finish the report you began" in mine
    assert "Margret Elis, 14 Sparrow Lane" in mine
    kept({"q-caller_number": ["01632 960143"], "q-danger_now": ["no"]})
    mine = signed_in(PRIYA).get("/").content.decode()
    assert "01632 960143" in mine
    assert mine.count("Finish the report you began") == 2


def test_more_than_three_stand_in_one_line_and_below_an_answer() -> None:
    committed_case()
    kept(*[BEGUN] * 4, LOOKED, email=KOFI)
    with transaction.atomic():
        row = asked()
    with transaction.atomic():
        granted(row)
    kofi = signed_in(KOFI)
    mine = kofi.get("/").content.decode()
    assert "Finish the report you began" not in mine
    assert "Finish 4 reports that you began" in mine
    assert mine.index("Access is granted: read the answer") < mine.index("Finish 4 reports")
    page = kofi.get(TAKE, {"drafts": "shown"}).content.decode()
    assert "4 reports that you began" in page
    assert '<details class="govuk-details" open>' in page


def test_looks_are_thrown_away_together_and_nothing_else() -> None:
    kept(LOOKED, LOOKED, BEGUN)
    priya = signed_in(PRIYA)
    assert "Throw all of these away" in priya.get(TAKE).content.decode()
    assert priya.post("/reports/drafts/throw-away-looks").status_code == 302
    page = priya.get(TAKE).content.decode()
    assert "only looked" not in page
    assert "1 report that you began" in page


def test_an_old_draft_opens_however_many_there_are() -> None:
    [first, *_] = kept(*[BEGUN] * 22)
    assert "banging on our door" in signed_in(PRIYA).get(TAKE, {"draft": first}).content.decode()
    with transaction.atomic():
        assert len(drafts_of(acting(PRIYA))) == 22
