"""Beside a person who is found stand the reference and band of the newest open case that the reader reads, and of no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Case
from sentinel.cases.operations import add_party
from sentinel.people.models import Person
from tests.cases.making import a_case, agency
from tests.desk.case.counting import statements
from tests.people.merging import joined, somebody
from tests.search.making import people
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"


def part(case: Case, person: Person) -> None:
    """Say that a person has a part in a case."""
    me = acting(PRIYA)
    add_party(actor=me, now=NOW, case_or_record=case, kind="person", person=person, roles=("victim",))


def later_case(hours: int) -> Case:
    return a_case(acting(PRIYA), now=NOW + timedelta(hours=hours))


def found(email: str, typed: str) -> list[tuple[str, str]]:
    return [(one.case, one.case_band) for one in people(acting(email), typed).lines]


def test_the_newest_open_one_with_its_highest_band_and_no_closed_one() -> None:
    old, new, closed = later_case(0), later_case(1), later_case(2)
    person = somebody("Ottoline Quayle", old)
    assert found(PRIYA, "Ottoline Quayle") == [("", "")]
    for case in (new, old, closed):
        part(case, person)
    Case.objects.filter(pk=new.pk).update(highest_band=3)
    Case.objects.filter(pk=closed.pk).update(status="closed", closed_at=NOW + timedelta(hours=3))
    assert found(PRIYA, "Ottoline Quayle") == [(new.reference, "High")]


def test_of_a_case_that_the_reader_does_not_read_nothing() -> None:
    read, unread = later_case(0), later_case(1)
    person = somebody("Ottoline Quayle", read)
    part(read, person)
    part(unread, person)
    share(
        actor=acting(PRIYA), now=NOW, record_id=read.id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
        rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip
    assert found(KOFI, "Ottoline Quayle") == [(read.reference, "Not assessed")]
    assert found(PRIYA, "Ottoline Quayle") == [(unread.reference, "Not assessed")]


def test_the_case_of_either_half_of_a_merged_person_in_one_statement_for_all() -> None:
    cases = [later_case(hours) for hours in range(4)]
    first, second, other, _ = (
        somebody(name, case)
        for name, case in zip(
            ("Ottoline Quayle", "Ottilie Quayle", "Ottoline Quail", "Jo March"), cases, strict=True
        )
    )
    part(cases[1], second)
    part(cases[2], other)
    joined(first, second)
    with statements() as ran:
        shown = {one.name: one.case for one in people(acting(PRIYA), "Ottoline Quayle").lines}
    assert shown == {"Ottoline Quayle": cases[1].reference, "Ottoline Quail": cases[2].reference}
    assert len([one for one in ran.sql if "cases_partyidentity" in one]) == 1
