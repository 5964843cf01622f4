"""One timeline: by key, filtered, as many statements for a thousand entries as for twenty-five; the bookkeeping folded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.models import Case, Note
from sentinel.cases.operations import add_note, plan_action
from sentinel.cases.queries import people_of, timeline
from sentinel.cases.timeline import GROUPS, kinds, sentence_for
from sentinel.desk.case.told import Folded, Happened, folded
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.ids import new_id
from tests.cases.making import a_case, a_party, agency
from tests.desk.case.counting import statements
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"


def many_notes(case: Case, count: int) -> None:
    """So many notes with their events, a minute apart, as rows: quicker than as many operations."""
    first = add_note(actor=acting(PRIYA), now=NOW, case=case, text="Note 0")
    event = Event.objects.get(subject_id=first.id, kind="note_added")
    notes, events = [], []
    for at in range(1, count):
        moment = NOW + timedelta(minutes=at)
        for row, rows in ((first, notes), (event, events)):
            fields = [field.attname for field in row._meta.concrete_fields if not field.generated]
            copy = type(row)(**{name: getattr(row, name) for name in fields})
            copy.pk = new_id()
            rows.append(copy)
        notes[-1].text, notes[-1].at, notes[-1].created_at = f"Note {at}", moment, moment
        events[-1].subject_id, events[-1].happened_at, events[-1].recorded_at = notes[-1].pk, moment, moment
    Note.objects.bulk_create(notes)
    Event.objects.bulk_create(events)


def test_a_thousand_entries_take_two_statements_and_pages_by_key_meet_each_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    many_notes(case, 1000)
    names = {one.id: one.name for one in people_of(priya, case, london_date(NOW))}
    with statements() as asked:
        page = timeline(priya, case, names=names, group="notes")
    assert asked.count <= 3, asked.sql
    assert not any("OFFSET" in one for one in asked.sql)
    met, key = [one.told.more for one in page.entries], page.next_key
    while key:
        page = timeline(priya, case, group="notes", before=key, size=250)
        met += [one.told.more for one in page.entries]
        key = page.next_key
    assert met == [f"Note {at}" for at in reversed(range(1000))]


def test_a_group_and_an_agency_leave_only_theirs() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, involved=[agency("three-oaks").id])
    add_note(actor=priya, now=NOW, case=case, text="Ours")
    add_note(actor=acting("beth.carr@three-oaks.example"), now=NOW, case=case, text="Theirs")
    plan_action(
        actor=acting(PRIYA), now=NOW, case=case, what="Visit", agency=agency("charnwood"),
        due=NOW + timedelta(days=1),
    )  # fmt: skip
    page = timeline(acting(PRIYA), case, group="notes", agency_id=agency("three-oaks").id)
    assert [one.told.more for one in page.entries] == ["Theirs"]
    assert {one.kind for one in timeline(acting(PRIYA), case, group="actions").entries} == {"action_planned"}


def test_a_key_that_is_none_is_refused() -> None:
    case = a_case(acting(PRIYA))
    with pytest.raises(Invalid):
        timeline(acting(PRIYA), case, before="none of ours")


def test_every_kind_belongs_to_a_group_of_the_filter() -> None:
    assert {sentence_for(kind).group for kind in kinds()} <= set(GROUPS)  # type: ignore[union-attr]


def test_what_only_keeps_the_books_is_folded_into_one_line_that_says_what_it_holds() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    for name in ("Margaret Ellis", "Joan Ellis", "Ian Wren"):
        a_party(priya, case, name)
    add_note(actor=priya, now=NOW + timedelta(minutes=5), case=case, text="Rang at nine.")
    entries = timeline(priya, case).entries
    shown = folded(entries, case, NOW)
    assert len(shown) < len(entries)
    assert isinstance(shown[0], Happened)
    assert shown[0].more == "Rang at nine."
    (run,) = [one for one in shown if isinstance(one, Folded)]
    assert run.words.startswith("3 changes to the file: added")
    assert len(run.entries) == 3, "nothing is lost by folding"


def test_harm_and_decisions_are_never_folded() -> None:
    for kind in ("note_added", "assessed", "contact_recorded", "closure_decided", "case_closed", "report_taken", "allegation_set"):  # fmt: skip
        found = sentence_for(kind)
        assert found is not None, kind
        assert not found.quiet, kind


def test_one_line_alone_is_not_folded() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    a_party(priya, case)
    assert not any(isinstance(one, Folded) for one in folded(timeline(priya, case).entries, case, NOW))
