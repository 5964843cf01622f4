"""Two people who edit one case: the second sees what changed, by whom, and keeps what they typed."""

from __future__ import annotations

import re

import pytest

from sentinel.cases.models import Case
from sentinel.cases.operations import add_note, plan_action
from sentinel.foundation.clock import now as clock_now
from tests.cases.making import a_case, agency
from tests.desk.case.opened import committed
from tests.support import NOW, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the form's text boxes, hidden fields and selects as they stand."""
    main = page.split("<main", 1)[1]
    boxes = [
        tag for tag in re.findall(r"<input[^>]*>", main) if 'type="radio"' not in tag and 'value="' in tag
    ]
    sent = {re.search(r'name="(\w+)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1] for tag in boxes}  # type: ignore[index]
    for name, options in re.findall(r'<select[^>]*name="(\w+)".*?>(.*?)</select>', main, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_the_second_sees_the_first_ones_change_keeps_their_words_and_may_send_them() -> None:
    case = committed(PRIYA, a_case)
    address = f"/cases/{case.reference}/edit"
    first, second = signed_in(COLIN), signed_in(PRIYA)
    theirs, mine = form_of(first.get(address).content.decode()), form_of(second.get(address).content.decode())
    assert theirs["version"] == mine["version"] == "1"
    assert "title" in mine
    radio = {"category": "personal", "crime": "unknown"}
    assert first.post(address, {**theirs, **radio, "title": "Threats at Sparrow Lane"}).status_code == 302
    answer = second.post(address, {**mine, **radio, "title": "Fire threat at number 14"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this" in page
    assert "Threats at Sparrow Lane" in page, "what it is now"
    assert case.title in page, "what it was"
    assert "Colin Webb" in page, "who changed it"
    assert 'value="Fire threat at number 14"' in page, "what was typed is kept"
    again = form_of(page)
    assert again["version"] == "2"
    assert second.post(address, {**again, **radio}).status_code == 302
    title = committed(PRIYA, lambda _: Case.objects.get(pk=case.pk).title)
    assert title == "Fire threat at number 14"


def test_two_who_settle_one_action_do_not_both() -> None:
    def make(priya):
        case = a_case(priya)
        return case, plan_action(
            actor=priya, now=NOW, case=case, what="Visit", agency=agency("charnwood"),
            due=NOW.replace(year=2027),
        )  # fmt: skip

    case, action = committed(PRIYA, make)
    address = f"/cases/{case.reference}/actions/{action.id}"
    sent = {"version": "1", "outcome": "done", "words": "She was in."}
    assert signed_in(COLIN).post(address, sent).status_code == 302
    answer = signed_in(PRIYA).post(address, {**sent, "words": "Nobody was in."})
    assert answer.status_code == 409
    assert "Nobody was in." in answer.content.decode()


def test_a_note_is_edited_for_a_while_shown_as_edited_and_then_only_corrected() -> None:
    def make(priya):
        case = a_case(priya)
        return case, add_note(actor=priya, now=clock_now(), case=case, text="Rang at nine.")

    case, note = committed(PRIYA, make)
    address, page = f"/cases/{case.reference}/notes/{note.id}", f"/cases/{case.reference}"
    mine = signed_in(PRIYA)
    assert mine.post(address, {"version": "1", "text": "Rang at ten."}).status_code == 302
    shown = mine.get(page).content.decode()
    assert "(edited)" in shown
    assert "Rang at ten." in shown
    assert "Edit your note" not in signed_in(COLIN).get(address).content.decode()
    assert signed_in(COLIN).post(address, {"text": "It was half past."}).status_code == 302
    shown = mine.get(page).content.decode()
    assert "Correction" in shown
    assert "Rang at ten." in shown, "the note itself stays"
