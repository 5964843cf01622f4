"""Take a report says by what it looked where nobody was found, and beside each box what cannot be read: never silence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from sentinel.foundation import clock
from sentinel.matching.hits.silence import mark_silent
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.report.calling import TAKE, call, page, shown, value_of
from tests.matching.hits.making import KOFI, committed_case
from tests.reports.telling import MARGARET, telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"
KNOWN = "/reports/take/known"
EMPTY = "Nobody and nothing yet."
NOTHING = "Nothing yet that one can look for"
ADD = "Add a first name, a birth or a postcode."


def typed(**boxes: Any) -> dict[str, Any]:
    """A form in which nothing was said but this; `do` is the button for who has no script."""
    blank = dict.fromkeys(("q__caller_name", "q__caller_number", "q__where"), "")
    return call(**{**blank, "do": "known", **boxes})


def panel(answer: Any) -> str:
    """What stands in the panel, with and without a script, as it is read."""
    text = page(answer)
    inside = text.partition('<div id="known">')[2].partition("</section>")[0] if "<main" in text else text
    return " ".join(re.sub(r"<[^>]+>", " ", inside.partition('<div id="said"')[0]).split())


def aloud(answer: Any) -> str:
    """What the line that is read aloud says."""
    found = re.search(r'<span id="known-short"[^>]*role="status"[^>]*>(.*?)</span>', page(answer), re.S)
    assert found is not None
    return " ".join(found[1].split())


def says(answer: Any, key: str) -> str:
    """What stands beside a box."""
    found = re.search(rf'<div[^>]* id="{key}-says"[^>]*>(.*?)</div>', page(answer), re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip()


@pytest.mark.parametrize(
    ("boxes", "by"),
    [
        (
            {
                "q__caller_name": "Zebedee Quill",
                "r__caller_birth": "3/4/1955",
                "q__caller_number": "01632 960999",
            },
            "name, birth and telephone",
        ),
        ({"q__caller_name": "Zebedee Quill", "q__where": "LE11 2BB"}, "name and postcode"),
        (
            {"q__caller_name": "Zebedee Quill", "r__caller_address": "9 High Street, LE11 2BB"},
            "name and home address",
        ),
        ({"q__caller_number": "01632 960999", "r__caller_birth": "3/4/1955"}, "telephone"),
        ({"r__caller_email": "zebedee@example.org"}, "email"),
        ({"q__caller_name": "Z", "r__caller_birth": "3/4/1955"}, "initial and birth"),
    ],
)
def test_where_nobody_is_found_it_is_said_by_what_was_looked(boxes: dict[str, str], by: str) -> None:
    dawn = signed_in(DAWN)
    for address in (KNOWN, TAKE):
        answer = dawn.post(address, typed(**boxes))
        assert f"Looked by {by}: nobody that you may see." in panel(answer)
        assert f"Looked by {by}: nobody that you may see." in aloud(answer)
        assert EMPTY not in panel(answer)
        assert ADD not in panel(answer)


@pytest.mark.parametrize("name", ["Quill", "Mr Quill", "Quil*"])
def test_of_one_word_of_a_name_it_is_said_what_to_add(name: str) -> None:
    answer = signed_in(DAWN).post(TAKE, typed(q__caller_name=name))
    assert f"Looked by name: nobody that you may see. {ADD}" in panel(answer)


@pytest.mark.parametrize(
    "boxes",
    [
        {"q__caller_name": "Z"},
        {"q__caller_name": "***"},
        {"q__caller_name": "x" * 10_000},
        {"q__caller_name": "a\x00b"},
        {"q__caller_number": "banana"},
        {"r__caller_birth": "3/4/1955"},
        {
            "q__caller_name": "Unknown",
            "q__caller_number": "unknown",
            "q__where": "unknown",
            "r__caller_birth": "unknown",
            "r__caller_email": "unknown",
            "r__caller_address": "unknown",
        },
    ],
)
def test_what_nobody_can_be_looked_for_by_is_said_to_be_that(boxes: dict[str, str]) -> None:
    dawn = signed_in(DAWN)
    for address in (KNOWN, TAKE):
        answer = dawn.post(address, typed(**boxes))
        assert NOTHING in panel(answer)
        assert NOTHING in aloud(answer)
        assert "Looked by" not in panel(answer)
        assert EMPTY not in panel(answer)


@pytest.mark.parametrize(
    "boxes", [{}, {"q__caller_number": "none"}, {"q__caller_name": "Zebedee", "q__name_wish": "anonymous"}]
)
def test_where_nothing_was_typed_to_look_for_the_panel_says_what_it_is_for(boxes: dict[str, str]) -> None:
    answer = signed_in(DAWN).post(TAKE, typed(**boxes))
    assert EMPTY in panel(answer)
    assert aloud(answer) == ""


def test_of_a_place_of_which_nothing_is_known_it_is_said_that_it_was_looked_for() -> None:
    answer = signed_in(DAWN).post(KNOWN, typed(q__where="16 Nowhere Lane"))
    assert "Looked for the place: nothing that you may see." in panel(answer)
    assert "nobody" not in panel(answer).lower()


def test_whether_somebody_is_hidden_or_nobody_is_there_the_words_are_the_same() -> None:
    assert MARGARET.phone is not None
    number = MARGARET.phone.e164

    def looked() -> tuple[str, str]:
        sent = shown(KOFI, q__caller_name="Margaret Ellis", q__caller_number=number, q__where="")
        answer = signed_in(KOFI).post(KNOWN, sent)
        return panel(answer), aloud(answer)

    before = looked()
    assert "Looked by name and telephone: nobody that you may see." in before[0]
    case = committed_case()
    assert "Before you act, ring" in looked()[0], "there is somebody now"
    with transaction.atomic():
        mark_silent(actor=acting(PRIYA), now=clock.now(), case=case, kind="marac", why="It was heard.")
    assert looked() == before


def test_who_is_known_is_shown_and_who_is_someone_else_is_not_counted_as_found() -> None:
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        caller = CallerGiven(name="Margaret Ellis", phone=MARGARET.phone)
        report = take_report(actor=priya, now=now, telling=telling(told_at=now, caller=caller))
        open_case_from_report(actor=priya, now=now, report=report, title="Noise")
    priya_s, boxes = signed_in(PRIYA), typed(q__caller_name="Margaret Ellis")
    found = priya_s.post(KNOWN, boxes)
    assert "Looked by" not in panel(found)
    person = page(found).split('name="person_not" value="')[1].split('"')[0]  # type: ignore[arg-type]
    answer = priya_s.post(KNOWN, {**boxes, "person_not": person})
    assert "Looked by name: nobody else that you may see." in panel(answer)


@pytest.mark.parametrize(
    ("box", "words", "key", "said"),
    [
        ("q-caller_number", "banana", "number", "Not a telephone number that can be read"),
        ("q-caller_number", "01632 96O14Z", "number", "Not a telephone number that can be read"),
        ("q-caller_number", "07700 9001", "number", "Not a telephone number that can be read"),
        ("r-caller_email", "zebedee at example", "email", "Not an email address that can be read"),
        ("q-caller_name", "x" * 10_000, "name", "More than 200 letters are no name"),
        ("q-caller_name", "***", "name", "Not a name that can be read"),
        ("r-caller_address", "x" * 10_000, "home", "More than 300 letters are no address"),
        ("q-where", "x" * 10_000, "where", "Not looked for."),
        ("q-where", "UPRN 100030400500", "where", "No address with this UPRN is known here."),
        ("q-caller_number", "none", "number", ""),
        ("q-caller_number", "01632 960142", "number", ""),
        ("r-caller_email", "zebedee@example.org", "email", ""),
        ("q-caller_name", "Zebedee Quill", "name", ""),
        ("r-caller_address", "9 High Street", "home", ""),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_box_and_kept(
    box: str, words: str, key: str, said: str
) -> None:
    dawn = signed_in(DAWN)
    sent = {**typed(), box: words}
    shown_again = dawn.post(TAKE, sent)
    assert value_of(shown_again, box) == words  # type: ignore[arg-type]
    for answer in (shown_again, dawn.post(KNOWN, sent)):
        beside = says(answer, key)
        assert said in beside
        assert bool(beside) == bool(said)


def test_what_is_said_beside_a_box_is_tied_to_it_for_who_hears_the_page() -> None:
    answer = page(signed_in(DAWN).post(TAKE, typed(q__caller_number="banana")))  # type: ignore[arg-type]
    boxes = {
        "name": "q-caller_name", "number": "q-caller_number", "birth": "r-caller_birth", "where": "q-where",
        "email": "r-caller_email", "home": "r-caller_address",
    }  # fmt: skip
    for key, name in boxes.items():
        box = re.search(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', answer)
        assert box is not None
        described = re.search(r'aria-describedby="([^"]*)"', box[0])
        assert described is not None, name
        assert f"{key}-says" in described[1].split()
        assert answer.count(f'id="{key}-says"') == 1


def test_what_a_report_is_refused_for_is_said_once() -> None:
    answer = signed_in(DAWN).post(TAKE, call(q__caller_number="banana"))
    assert "“none”" in page(answer)  # type: ignore[arg-type]
    assert says(answer, "number") == ""
