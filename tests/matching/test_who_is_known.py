"""Who is known, among what the reader may see; of the rest a desk at most, and of the protected nothing."""

from __future__ import annotations

from datetime import date

import pytest

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import protect_identity
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.kernel.errors import Refused
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.telling import Elsewhere, tell_elsewhere
from sentinel.matching.queries import known_people, open_cases_of
from sentinel.matching.rules import Given
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.reports.telling import MARGARET, telling
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
COLIN = "colin.webb@charnwood.example"
KOFI = "kofi.mensah@soar-valley.example"  # the landlord may know of Charnwood's cases, and read none
AISHA = "aisha.rahman@police.example"  # the police read the councils' cases
RAVI = "ravi.desai@police.example"  # an auditor
TODAY = date(2026, 11, 20)
assert MARGARET.phone is not None
PHONE = MARGARET.phone.e164
BOTH = Given(name="Margret Elis", phones=(PHONE,))


@pytest.fixture
def case() -> Case:
    """Margaret Ellis's report to Charnwood, opened as a case."""
    priya = acting(PRIYA)
    caller = CallerGiven(name="Margaret Ellis", phone=MARGARET.phone, birth=birth_date("3/4/1955", TODAY))
    report = take_report(actor=priya, now=NOW, telling=telling(caller=caller))
    return open_case_from_report(actor=priya, now=NOW, report=report, title="Noise at Sparrow Lane")


def names(actor: Actor, given: Given = BOTH) -> list[str]:
    return [one.name for one in known_people(actor, given, NOW)]


def elsewhere(actor: Actor, given: Given) -> list[Elsewhere]:
    """The desks told while the actor takes a report."""
    return tell_elsewhere(actor, given, in_hand=new_id())


def protect(case: Case) -> None:
    protect_identity(actor=acting(PRIYA), now=NOW, party=Party.objects.get(case=case, kind="person"))


def test_she_is_found_as_she_was_misspelt_and_by_what_she_is_called(case: Case) -> None:
    priya = acting(PRIYA)
    for said in (BOTH, Given(name="Peggy Ellis"), Given(name="ellis, margaret"), Given(phones=(PHONE,))):
        assert names(priya, said) == ["Margaret Ellis"], said


def test_who_reads_the_case_by_agreement_finds_her_too(case: Case) -> None:
    assert names(acting(AISHA)) == ["Margaret Ellis"]


def test_who_may_only_know_finds_no_person_and_is_told_a_desk(case: Case) -> None:
    kofi = acting(KOFI)
    assert rung_of(kofi, case.id) == Rung.SUMMARY
    assert names(kofi) == []
    [told] = elsewhere(kofi, BOTH)
    assert (told.desk, told.about) == ("Charnwood sharing desk", "person")


@pytest.mark.parametrize(
    "said",
    [
        Given(name="Margaret Ellis"),
        Given(phones=(PHONE,)),
        Given(name="Gregory Shaw", phones=(PHONE,)),
        Given(name="Margaret Ellis", phones=("+441632960999",)),
    ],
)
def test_no_desk_is_told_for_a_name_alone_nor_for_a_number_of_somebody_else(case: Case, said: Given) -> None:
    assert elsewhere(acting(KOFI), said) == []


def test_who_reads_is_told_no_desk_beside(case: Case) -> None:
    assert elsewhere(acting(AISHA), BOTH) == []


def test_a_protected_identity_is_found_by_nobody_who_may_not_know_it_and_no_desk_is_told(case: Case) -> None:
    protect(case)
    assert names(acting(PRIYA)) == ["Margaret Ellis"]
    for email in (COLIN, AISHA, KOFI):
        found = acting(email)
        assert names(found) == [], email
        assert elsewhere(found, BOTH) == [], email


def test_a_person_s_open_cases_are_told_to_who_reads_them_and_closed_ones_to_nobody(case: Case) -> None:
    [margaret] = known_people(acting(PRIYA), BOTH, NOW)
    person = margaret.person_id
    for email, references in ((PRIYA, [case.reference]), (AISHA, [case.reference]), (KOFI, [])):
        assert [one.reference for one in open_cases_of(acting(email), person)] == references, email
    acting(PRIYA)
    Case.objects.filter(pk=case.pk).update(status="closed")
    assert open_cases_of(acting(PRIYA), person) == []


def test_somebody_who_is_said_to_be_someone_else_is_not_offered_again(case: Case) -> None:
    priya = acting(PRIYA)
    [margaret] = known_people(priya, BOTH, NOW)
    assert known_people(priya, BOTH, NOW, without=[margaret.person_id]) == []


def test_who_may_not_find_people_is_refused(case: Case) -> None:
    with pytest.raises(Refused):
        known_people(acting(RAVI), BOTH, NOW)
