"""The case page: people with their own band, what is next, what has happened; as the reader may see it."""

from __future__ import annotations

import re

import pytest

from sentinel.cases.operations import add_note, plan_action
from sentinel.kernel.ids import new_id
from tests.cases.making import a_case, a_party, agency
from tests.desk.case.opened import committed
from tests.support import NOW, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA = "priya.nair@charnwood.example"


def test_it_shows_reference_title_people_plan_and_timeline() -> None:
    def make(priya):
        case = a_case(priya, involved=[agency("three-oaks").id])
        a_party(priya, case, "Margaret Ellis", "victim")
        a_party(priya, case, "Dale Horton", "alleged_perpetrator")
        add_note(actor=priya, now=NOW, case=case, text="Rang at nine.\nNo <b>answer</b>.")
        plan_action(
            actor=priya,
            now=NOW,
            case=case,
            what="Visit",
            agency=agency("charnwood"),
            due=NOW.replace(month=12),
        )
        return case

    case = committed(PRIYA, make)
    page = signed_in(PRIYA).get(f"/cases/{case.reference}")
    assert page.status_code == 200
    text = page.content.decode()
    for words in (
        case.reference,
        case.title,
        "Margaret Ellis",
        "Dale Horton",
        "Three Oaks Homes",
        "Visit",
        "Not assessed",
    ):
        assert words in text
    assert "No &lt;b&gt;answer&lt;/b&gt;." in text
    assert "Margaret Ellis</strong>" in text, "an unassessed victim stands in the head of the page"


def test_paper_says_that_earlier_entries_are_not_on_it_and_has_no_words_of_what_one_may_do() -> None:
    def make(priya, notes):
        case = a_case(priya)
        for number in range(notes):
            add_note(actor=priya, now=NOW, case=case, text=f"Rang, time {number}.")
        return case

    short, long = (committed(PRIYA, lambda priya, notes=notes: make(priya, notes)) for notes in (1, 26))
    told = "Earlier entries are not on this paper."
    pages = [signed_in(PRIYA).get(f"/cases/{case.reference}").content.decode() for case in (short, long)]
    assert [told in page for page in pages] == [False, True]
    for page in pages:
        assert re.search(r'<a class="s-noprint" href="[^"]+">Edit or correct', page)
        assert re.search(r'<p class="s-noprint"><a href="[^"]+">(By|Earlier, and by) kind', page)


def test_an_absent_case_and_a_forbidden_one_answer_alike() -> None:
    case = committed(PRIYA, a_case)
    client = signed_in("kofi.mensah@soar-valley.example")
    known = client.get(f"/cases/{case.reference}")
    assert known.status_code == 403
    assert b"Charnwood sharing desk" in known.content
    assert case.title.encode() not in known.content
    fire = signed_in("farah.aziz@youth-justice.example")
    absent = fire.get("/cases/LLR-26-99999-A")
    assert absent.status_code == 404


def test_a_reader_is_offered_nothing_that_they_may_not_do() -> None:
    case = committed(PRIYA, a_case)
    text = signed_in("aisha.rahman@police.example").get(f"/cases/{case.reference}").content.decode()
    assert "Your agency reads this case." in text
    assert "Add a note" not in text
    assert "Close the case" not in text


def test_an_empty_case_says_what_to_do_first() -> None:
    case = committed(PRIYA, a_case)
    text = signed_in(PRIYA).get(f"/cases/{case.reference}").content.decode()
    assert "Add the victim first" in text
    assert "Assess the case" in text


def test_a_case_without_a_lead_says_on_whose_list_it_is() -> None:
    case = committed(PRIYA, a_case)
    text = signed_in(PRIYA).get(f"/cases/{case.reference}").content.decode()
    assert "nobody yet" in text


@pytest.mark.parametrize(
    "name",
    ["notes", "actions", "files"],
)
def test_a_nested_id_that_is_nowhere_is_not_found(name: str) -> None:
    case = committed(PRIYA, a_case)
    assert signed_in(PRIYA).get(f"/cases/{case.reference}/{name}/{new_id()}").status_code == 404
