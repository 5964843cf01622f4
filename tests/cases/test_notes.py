"""A note may be edited by who wrote it for a while; afterwards only a correction follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.models import Note
from sentinel.cases.operations import add_note, correct_note, edit_note
from sentinel.cases.queries import changes_since
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, Refused
from tests.cases.making import a_case, agency
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def test_its_author_edits_a_note_within_the_window_and_it_shows_as_edited() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="  Rang at nine.\r\nNo answer.  ")
    assert note.text == "Rang at nine.\nNo answer."
    edit_note(actor=priya, now=LATER, case=case, note=note, version=1, text="Rang at ten.")
    note.refresh_from_db()
    assert (note.text, note.edited_at, note.version) == ("Rang at ten.", LATER, 2)


def test_the_words_before_an_edit_stay_in_the_history() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Rang at nine.")
    edit_note(actor=priya, now=LATER, case=case, note=note, version=1, text="Rang at ten.")
    (change, _) = sorted(changes_since(note, 1), key=lambda one: one.field != "text")
    assert (change.field, change.before, change.after, change.user_id) == (
        "text",
        "Rang at nine.",
        "Rang at ten.",
        priya.user_id,
    )


def test_an_edit_that_changes_nothing_leaves_no_mark() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Same")
    edit_note(actor=priya, now=LATER, case=case, note=note, version=1, text="Same ")
    note.refresh_from_db()
    assert note.edited_at is None


def test_nobody_else_edits_a_note_however_senior() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Mine")
    colin = acting("colin.webb@charnwood.example")
    with pytest.raises(Refused):
        edit_note(actor=colin, now=LATER, case=case, note=note, version=1, text="His")


@pytest.mark.parametrize(("minutes", "still"), [(30, True), (31, False)])
def test_the_window_is_that_of_the_local_rule(minutes: int, still: bool) -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Mine")
    when = NOW + timedelta(minutes=minutes)
    if still:
        edit_note(actor=priya, now=when, case=case, note=note, version=1, text="Changed")
    else:
        with pytest.raises(Refused):
            edit_note(actor=priya, now=when, case=case, note=note, version=1, text="Changed")


def test_a_back_dated_note_can_still_be_edited_after_it_was_written() -> None:
    """The window counts from when it was kept, not from when what it tells happened."""
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Yesterday", happened_at=NOW - timedelta(days=1))
    edit_note(actor=priya, now=LATER, case=case, note=note, version=1, text="The day before")
    event = Event.objects.get(kind="note_added", subject_id=note.id)
    assert (event.happened_at, event.recorded_at) == (NOW - timedelta(days=1), NOW)


def test_the_second_of_two_editors_is_told() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="One")
    stale = Note.objects.get(pk=note.pk)
    edit_note(actor=priya, now=LATER, case=case, note=note, version=1, text="Two")
    with pytest.raises(Conflict) as caught:
        edit_note(actor=priya, now=LATER, case=case, note=stale, version=1, text="Three")
    assert "text" in caught.value.fields


def test_a_correction_leaves_the_note_as_it_was() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    note = add_note(actor=priya, now=NOW, case=case, text="Number 14")
    colin = acting("colin.webb@charnwood.example")
    correction = correct_note(
        actor=colin, now=NOW + timedelta(days=30), case=case, note=note, text="Number 41"
    )
    note.refresh_from_db()
    assert note.text == "Number 14"
    assert correction.corrects_id == note.id


def test_a_note_for_ones_own_agency_is_not_there_for_another_that_works_the_case() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, involved=[agency("three-oaks").id])
    add_note(actor=priya, now=NOW, case=case, text="For us", only_own=True)
    add_note(actor=priya, now=NOW, case=case, text="For all")
    acting("beth.carr@three-oaks.example")
    assert list(Note.objects.values_list("text", flat=True)) == ["For all"]
    assert Event.objects.filter(kind="note_added").count() == 1


def test_a_note_for_named_people_is_for_them_and_its_author() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    colin = acting("colin.webb@charnwood.example")
    acting("priya.nair@charnwood.example")
    add_note(actor=priya, now=NOW, case=case, text="Between us", named=[colin.user_id])
    assert Note.objects.count() == 1
    acting("colin.webb@charnwood.example")
    assert Note.objects.count() == 1
    acting("dawn.ashby@charnwood.example")
    assert Note.objects.count() == 0


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 20_001])
def test_an_unusable_note_is_refused_beside_its_field(text: str) -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    with pytest.raises(Invalid) as caught:
        add_note(actor=priya, now=NOW, case=case, text=text)
    assert list(caught.value.errors) == ["text"]


def test_who_only_reads_a_case_writes_no_note() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    aisha = acting("aisha.rahman@police.example")
    with pytest.raises(Refused):
        add_note(actor=aisha, now=NOW, case=case, text="Hello")
