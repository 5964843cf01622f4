"""What follows from what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.models import Case, Handover
from sentinel.cases.next import what_is_next
from sentinel.cases.operations import accept, change_case, plan_action
from tests.cases.making import a_case, agency
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db


def made_a_crime(actor, case):
    return change_case(
        actor=actor, now=NOW, case=case, version=case.version, title=case.title, category=case.category,
        national_type=case.national_type, crime="yes",
    )  # fmt: skip


def test_a_case_that_becomes_a_crime_is_offered_to_the_police_who_work_on_it() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, involved=[agency("police").id])
    made_a_crime(priya, case)
    offered = Handover.objects.get(case=case)
    assert (offered.what, offered.to_agency_id, offered.accepted_at) == ("primacy", agency("police").id, None)
    aisha = acting("aisha.rahman@police.example")
    accepted = accept(actor=aisha, now=NOW, case=Case.objects.get(pk=case.pk), handover=offered)
    assert accepted.primacy_agency_id == agency("police").id
    assert accepted.owner_agency_id == agency("charnwood").id, "who took the report keeps ownership"


def test_it_is_offered_once() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = made_a_crime(priya, a_case(priya, involved=[agency("police").id]))
    change_case(
        actor=priya, now=NOW, case=case, version=case.version, title="Another title", category=case.category,
        national_type=case.national_type, crime="yes",
    )  # fmt: skip
    assert Handover.objects.filter(case=case).count() == 1


def test_nothing_is_shared_by_itself_but_the_case_says_what_is_to_be_done() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, crime="yes")
    assert not Handover.objects.filter(case=case).exists()
    assert "Offer primacy to the police" in [one.words for one in what_is_next(priya, case, NOW)]


def test_a_case_opened_as_a_crime_is_offered_at_once() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, crime="yes", involved=[agency("police").id])
    assert Handover.objects.filter(case=case, what="primacy").exists()
    assert "Offer primacy to the police" not in [one.words for one in what_is_next(priya, case, NOW)]


@pytest.mark.parametrize("crime", ["no", "unknown"])
def test_what_is_no_crime_is_not_offered(crime: str) -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, crime=crime, involved=[agency("police").id])
    assert not Handover.objects.filter(case=case).exists()


def test_a_crime_that_the_police_own_stays_with_them() -> None:
    aisha = acting("aisha.rahman@police.example")
    case = a_case(aisha, crime="yes")
    assert not Handover.objects.filter(case=case).exists()
    assert "Offer primacy to the police" not in [one.words for one in what_is_next(aisha, case, NOW)]


@pytest.mark.parametrize(
    ("status", "after"), [("new", "new"), ("assessed", "active"), ("monitoring", "monitoring")]
)
def test_the_first_action_of_an_assessed_case_makes_it_being_worked(status: str, after: str) -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    Case.objects.filter(pk=case.pk).update(status=status)
    case.refresh_from_db()
    plan_action(
        actor=priya, now=NOW, case=case, what="Visit", agency=agency("charnwood"), due=NOW + timedelta(days=1)
    )
    case.refresh_from_db()
    assert case.status == after
