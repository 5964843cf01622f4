"""A skeleton completed is the same report: what it told already is not told twice, and what is new is added."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sentinel.cases.models import ExternalReference, HateMark, Party, PartyIdentity, PartyRole
from sentinel.foundation.models import Event
from sentinel.kernel.births import birth_date
from sentinel.people.models import PersonBirth, PersonName
from sentinel.people.queries import names_of
from sentinel.reports.models import Report
from sentinel.reports.operations import complete_skeleton, take_skeleton
from sentinel.reports.prefill import from_skeleton
from sentinel.reports.queries import parties_of
from sentinel.reports.telling import HateGiven, OtherGiven, Telling
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
DAWN = "dawn.ashby@charnwood.example"
TODAY = date(2026, 11, 20)
LATER = NOW + timedelta(minutes=20)
HATE = HateGiven(strands=("race",), perceived_by="caller")
FIRST = telling(
    words="", national_type="", happened_to="somebody_else", victim=OtherGiven(description="Her daughter"),
    other=OtherGiven(description="A man in a grey hood"), hate=HATE, references=(("control_room_log", "612"),),
)  # fmt: skip


def completed(first: Telling, **more: object) -> Report:
    """A skeleton of this telling by a call taker, completed by a practitioner with what was asked since."""
    skeleton = take_skeleton(actor=acting(DAWN), now=NOW, telling=first)
    whole = replace(
        first, submission=telling().submission, words="He is at the door.", national_type="noise", **more
    )  # type: ignore[arg-type]
    return complete_skeleton(actor=acting(PRIYA), now=LATER, report=skeleton, telling=whole)


def roles(report: Report) -> list[tuple[str, str]]:
    """Everybody's part as it stands, by name or description."""
    names = {line.party.id: line.name or line.party.description for line in parties_of(acting(PRIYA), report)}
    rows = PartyRole.objects.filter(incident=report.incident, until__isnull=True).order_by("role")
    return [(row.role, names[row.party_id]) for row in rows]


def test_what_the_skeleton_told_is_not_there_twice() -> None:
    report = completed(FIRST)
    assert roles(report) == [
        ("alleged_perpetrator", "A man in a grey hood"),
        ("reporter", "Margaret Ellis"),
        ("victim", "Her daughter"),
    ]
    assert [mark.strand for mark in HateMark.objects.filter(incident=report.incident)] == ["race"]
    assert ExternalReference.objects.filter(record_id=report.id).count() == 1


def test_somebody_described_is_named_and_a_name_heard_anew_is_one_more_name() -> None:
    report = completed(FIRST, victim=OtherGiven(name="Joan Ellis"), other=OtherGiven(name="Dean Holt"))
    assert roles(report) == [
        ("alleged_perpetrator", "Dean Holt"), ("reporter", "Margaret Ellis"), ("victim", "Joan Ellis"),
    ]  # fmt: skip
    named = Party.objects.get(
        identity__person_id__in=PersonName.objects.filter(full="Dean Holt").values("person_id")
    )
    assert (named.kind, named.description) == ("person", "A man in a grey hood")
    begun = replace(FIRST, submission=telling().submission, other=OtherGiven(name="Dean Holt"))
    again = completed(begun, other=OtherGiven(name="Dean Holtby", birth=birth_date("1990", TODAY)))
    [(party, person)] = PartyIdentity.objects.filter(
        party__roles__role="alleged_perpetrator", party__roles__incident=again.incident
    ).values_list("party_id", "person_id")
    assert names_of(acting(PRIYA), [person]) == {person: "Dean Holtby"}
    assert PersonName.objects.filter(person_id=person).count() == 2
    assert PersonBirth.objects.get(person_id=person).precision == "year"
    assert Party.objects.get(pk=party).roles.count() == 1


def test_a_child_of_whom_the_age_comes_later_is_accused_no_more() -> None:
    report = completed(FIRST, other=OtherGiven(description="A boy from number 12", under_ten="yes"))
    assert ("child_involved", "A boy from number 12") in roles(report)
    assert "alleged_perpetrator" not in dict(roles(report))
    [child] = Party.objects.filter(child_involved=True, record_id=report.id)
    assert child.roles.get(role="alleged_perpetrator").until == LATER


@pytest.mark.parametrize(
    ("first", "then", "role"),
    [
        (
            OtherGiven(description="A boy", under_ten="yes"),
            OtherGiven(description="A boy in red"),
            "child_involved",
        ),
        (
            OtherGiven(name="Dean Holt", birth=birth_date("8", TODAY)),
            OtherGiven(name="Dean Holt"),
            "child_involved",
        ),
        (OtherGiven(description="A man"), OtherGiven(description="A man in red"), "alleged_perpetrator"),
        (
            OtherGiven(description="A boy", under_ten="yes"),
            OtherGiven(description="A boy, who is 12", under_ten="no"),
            "alleged_perpetrator",
        ),
    ],
)
def test_a_child_is_accused_only_where_more_is_said_of_the_age(
    first: OtherGiven, then: OtherGiven, role: str
) -> None:
    report = completed(replace(FIRST, other=first), other=then)
    assert set(dict(roles(report))) == {"reporter", "victim", role}
    child = Party.objects.filter(record_id=report.id, child_involved=True).exists()
    assert child == (role == "child_involved")


def test_whoever_completes_it_finds_what_was_told_of_the_others() -> None:
    told = replace(
        FIRST, victim=OtherGiven(name="Joan Ellis"), other=OtherGiven(name="Dean Holt", under_ten="yes")
    )
    skeleton = take_skeleton(actor=acting(DAWN), now=NOW, telling=told)
    found = from_skeleton(acting(PRIYA), skeleton)
    assert found["r-victim_name"] == ["Joan Ellis"]
    assert (found["r-other_name"], found["r-other_under_ten"]) == (["Dean Holt"], ["yes"])


def test_new_strands_and_references_are_added_to_those_there() -> None:
    report = completed(
        FIRST, hate=replace(HATE, strands=("race", "disability")),
        references=(("control_room_log", "612"), ("control_room_log", "613")),
    )  # fmt: skip
    assert {mark.strand for mark in HateMark.objects.filter(incident=report.incident)} == {
        "race",
        "disability",
    }
    assert HateMark.objects.filter(incident=report.incident).count() == 2
    assert ExternalReference.objects.filter(record_id=report.id).count() == 2


def test_the_caller_s_birth_in_the_same_words_is_one_fact_and_one_event_tells_of_it_all() -> None:
    said = replace(FIRST.caller, birth=birth_date("3/4/1956", TODAY))
    report = completed(replace(FIRST, caller=said))
    identity = PartyIdentity.objects.get(party=report.caller_party)
    assert PersonBirth.objects.filter(person_id=identity.person_id).count() == 1
    kinds = list(Event.objects.filter(record_id=report.id).order_by("id").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind != "message_decided"] == ["skeleton_taken", "skeleton_completed"]
