"""Two parties whose persons are found to be one: each keeps its assessments and high risk; markers are found by either."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.accounts.models import Agency
from sentinel.care.queries import safe_ways
from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations import add_party
from sentinel.cases.queries import people_of
from sentinel.kernel.ids import new_id
from sentinel.people.facts import SafeContactGiven
from sentinel.people.models import Person
from sentinel.people.operations import set_safe_contact
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.risk.high.known import markers_known
from sentinel.risk.high.operations import answer_marker
from sentinel.risk.models import Assessment, HighRisk, Marker
from sentinel.risk.operations import assess
from sentinel.risk.queries import earlier_reports
from tests.cases.making import a_case
from tests.people.merging import PHONES, joined, parted, somebody
from tests.reports.telling import MARGARET, telling
from tests.risk.answers import CALM, THREAT, matrix
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
NADIA, SAM = "nadia.khan@police.example", "sam.okoro@police.example"


def a_victim(case: Case, name: str, phone: str) -> tuple[Party, Person]:
    """A victim of a case, of whom enough is known."""
    person = somebody(name, case, phone=phone)
    party = add_party(
        actor=acting(PRIYA), now=NOW, case_or_record=case, kind="person", person=person, roles=("victim",)
    )
    return party, person


@pytest.fixture
def case(db: None) -> Case:
    return a_case(acting(PRIYA))


def test_two_parties_of_one_person_stay_two_each_with_its_own_band(case: Case) -> None:
    one, ann = a_victim(case, "Ann Lee", PHONES[0])
    other, anne = a_victim(case, "Anne Lea", PHONES[1])
    for party, answers in ((one, CALM), (other, THREAT)):
        assess(
            actor=acting(PRIYA), now=NOW, case=case, party=party, version=matrix(), answers=answers,
            band="low" if answers is CALM else None,
        )  # fmt: skip
    before = sorted(Assessment.objects.values_list("pk", "party_id", "band"))
    names = {line.name for line in people_of(acting(PRIYA), Case.objects.get(pk=case.pk), NOW.date())}
    row = joined(ann, anne)
    acting(PRIYA)
    assert sorted(Assessment.objects.values_list("pk", "party_id", "band")) == before
    assert (
        {line.name for line in people_of(acting(PRIYA), Case.objects.get(pk=case.pk), NOW.date())}
        == names
        == {"Ann Lee", "Anne Lea"}
    )
    assert HighRisk.objects.filter(party=other, ended_at__isnull=True).count() == 1
    assert not HighRisk.objects.filter(party=one).exists()
    assert dict(PartyIdentity.objects.values_list("party_id", "person_id")) == {
        one.pk: ann.pk,
        other.pk: anne.pk,
    }
    parted(row)
    acting(PRIYA)
    assert sorted(Assessment.objects.values_list("pk", "party_id", "band")) == before


def test_how_to_get_in_touch_said_since_the_merge_is_told_in_both_cases(case: Case) -> None:
    second = a_case(acting(PRIYA), title="Noise at Tern Street")
    one, ann = a_victim(case, "Ann Lee", PHONES[0])
    other, anne = a_victim(second, "Anne Lea", PHONES[1])

    def asked(person: Person, record: Case, hours: int, method: str) -> None:
        set_safe_contact(
            actor=acting(PRIYA), now=NOW + timedelta(hours=hours), person_id=person.pk, record_id=record.id,
            safe=SafeContactGiven(method=method),
        )  # fmt: skip

    def told() -> list[tuple[str, ...]]:
        ways = safe_ways(acting(PRIYA), [one.pk, other.pk])
        return [way.methods if (way := ways[party.pk]) else () for party in (one, other)]

    asked(ann, case, -3, "post")
    asked(anne, second, -2, "phone")
    row = joined(ann, anne)
    assert told() == [("post",), ("phone",)], "each case tells what was said in it"
    asked(anne, second, 1, "email")
    assert told() == [("email",), ("email",)]
    parted(row)
    assert told() == [("post",), ("email",)]


def test_a_marker_of_one_is_found_by_the_other_while_they_are_one(case: Case) -> None:
    party, ann = a_victim(case, "Ann Lee", PHONES[0])
    _, anne = a_victim(a_case(acting(PRIYA), title="Noise at Tern Street"), "Anne Lea", PHONES[1])
    assess(actor=acting(PRIYA), now=NOW, case=case, party=party, version=matrix(), answers=THREAT)
    marker = Marker.objects.get(high_risk__case=case)
    answer_marker(actor=acting(NADIA), now=NOW, marker_id=marker.pk, version=marker.version, accepts=True)

    def found(person: Person) -> list[uuid.UUID]:
        sam = acting(SAM)
        police = Agency.objects.get(code="police")
        return [one.pk for one in markers_known(sam, police, persons=[person.pk])]

    assert (found(ann), found(anne)) == ([marker.pk], [])
    row = joined(ann, anne)
    assert (found(ann), found(anne)) == ([marker.pk], [marker.pk])
    parted(row)
    assert (found(ann), found(anne)) == ([marker.pk], [])


def test_earlier_reports_count_for_the_whole_person_each_once(db: None) -> None:
    with_phone = replace(MARGARET, name="Margaret Ellis")
    rows = []
    for days in (1, 20, 40):
        moment = NOW - timedelta(days=days, hours=1)
        given = telling(submission=new_id(), told_at=moment, caller=with_phone)
        rows.append(take_report(actor=acting(PRIYA), now=moment + timedelta(minutes=5), telling=given))
    people = [row.caller_party.identity.person for row in rows if row.caller_party]
    assert len({one.pk for one in people}) == 3, "nobody said that they are one"
    case = open_case_from_report(actor=acting(PRIYA), now=NOW, report=rows[0], title="Noise at Sparrow Lane")
    party = Party.objects.get(case=case, roles__role="victim")

    def counted() -> tuple[int, bool]:
        told = earlier_reports(acting(PRIYA), Case.objects.get(pk=case.pk), party, NOW)
        return len(told.reports), told.likely

    assert counted() == (1, False)
    first, second = joined(people[0], people[1]), joined(people[1], people[2])
    assert counted() == (3, True)
    parted(second)
    assert counted() == (2, True)
    parted(first)
    assert counted() == (1, False)
