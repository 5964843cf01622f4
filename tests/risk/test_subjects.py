"""Who and what is assessed besides victims: who is complained of, a witness, a case without a victim, a place."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, share
from sentinel.cases.gates import missing
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party, add_role, set_status
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import score
from sentinel.risk.models import Assessment
from sentinel.risk.operations import assess
from sentinel.risk.queries import case_unassessed, risk_in, unassessed_in
from tests.cases.making import a_case, a_party, a_person
from tests.risk.answers import CALM_OF, OF_PLACE, assessed, assessed_as, matrix
from tests.support import NOW, acting, user

pytestmark = pytest.mark.django_db
PRIYA, COLIN, AISHA = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "aisha.rahman@police.example",
)
SUBJECTS = ("victim", "perpetrator", "witness", "case", "location")
# What alone makes it high, of each subject to which it applies.
ALONE = {
    "victim": {"threat_to_life", "weapon", "violence", "stalking", "person_at_risk", "suicide"},
    "perpetrator": {"threat_to_life", "weapon", "violence", "stalking", "person_at_risk", "suicide"},
    "case": {"threat_to_life", "weapon", "violence", "stalking", "person_at_risk", "suicide"},
    "location": {"threat_to_life", "weapon", "violence", "person_at_risk", "suicide"},
    "witness": {"threatened", "person_at_risk", "suicide"},
}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def a_place(actor: Actor) -> Place:
    return find_or_make_place(actor=actor, now=NOW, words="3 Tern Street", postcode="LE12 0ZZ")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_set_waits_for_confirmation_says_its_source_and_is_judged(subject: str) -> None:
    version = matrix(subject)
    assert version.subject == subject
    assert not version.confirmed
    assert version.source
    question_set = question_set_of(version.id)
    assert [one.key for one in question_set.bands] == ["low", "medium", "high"]
    assert score(question_set, CALM_OF[subject]).unanswered == ()
    assert not score(question_set, CALM_OF[subject]).automatic


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_alone_makes_it_high_does_so_of_each_subject(subject: str) -> None:
    question_set = question_set_of(matrix(subject).id)
    alone = {
        question.key
        for question in question_set.questions()
        if score(question_set, {**CALM_OF[subject], question.key: "yes"}).automatic
    }
    assert alone == ALONE[subject]


def test_who_is_complained_of_and_a_witness_have_their_own_and_count_beside_the_victims() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    dale = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    ada = a_party(priya, case, "Ada Osei", "witness")
    assessed_as(priya, case, "perpetrator", dale, "medium")
    assessed_as(priya, case, "witness", ada, threatened="yes", threatened__why="He knows where she parks.")
    assert fresh(case).unassessed == 1, "neither stands for the victim's"
    assert fresh(case).highest_band == 3
    standing = {key: one.band for key, one in risk_in(priya, case).people.items()}
    assert standing == {(dale.id, "perpetrator"): "medium", (ada.id, "witness"): "high"}
    assert unassessed_in(priya, case) == [margaret.id]


def test_of_counter_allegations_both_assessments_stand() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    both = a_party(priya, case, "Dale Horton", "victim", "alleged_perpetrator")
    assessed(priya, case, both, "low")
    assessed_as(priya, case, "perpetrator", both, "high")
    assert {key[1]: one.band for key, one in risk_in(priya, case).people.items()} == {
        "victim": "low",
        "perpetrator": "high",
    }


@pytest.mark.parametrize(
    ("subject", "role"), [("perpetrator", "witness"), ("witness", "victim"), ("victim", "witness")]
)
def test_nobody_is_assessed_as_what_they_are_not(subject: str, role: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    with pytest.raises(Invalid):
        assessed_as(priya, case, subject, a_party(priya, case, "Ada Osei", role))


def test_a_child_involved_never_has_one_and_is_never_asked_for() -> None:
    from sentinel.cases.next import what_is_next

    priya = acting(PRIYA)
    case = a_case(priya)
    child = a_party(priya, case, "Tim Horton", "child_involved")
    with pytest.raises(Invalid, match="never assessed"):
        assessed_as(priya, case, "perpetrator", child)
    assert all(one.party_id != child.id for one in what_is_next(priya, case, NOW))


def test_a_case_without_a_victim_is_unassessed_until_it_is_assessed_itself() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    a_party(priya, case, "Ada Osei", "witness")
    assert (fresh(case).unassessed, fresh(case).status) == (1, "new")
    assert case_unassessed(priya, case)
    row = assessed_as(priya, case, "case", band="medium")
    assert (row.party_id, row.place_id) == (None, None)
    assert (fresh(case).unassessed, fresh(case).highest_band, fresh(case).status) == (0, 2, "assessed")


def test_when_a_victim_is_named_she_is_assessed_and_the_cases_own_band_no_longer_counts() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    ada = a_party(priya, case, "Ada Osei", "witness")
    assessed_as(priya, case, "case", band="high")
    add_role(actor=priya, now=NOW, party=ada, role="victim")
    assert (fresh(case).unassessed, fresh(case).highest_band) == (1, 0)
    with pytest.raises(Invalid, match="has a victim"):
        assessed_as(priya, case, "case")


def test_a_place_has_one_that_is_current_in_all_its_cases_and_makes_none_of_them_high() -> None:
    priya = acting(PRIYA)
    place = a_place(priya)
    first, second = a_case(priya, place=place), a_case(priya, place=place)
    assessed_as(priya, first, "location", band="high")
    colin = acting(COLIN)
    newest = assessed_as(colin, second, "location", band="medium")
    before = {
        event.record_id: event.payload["before"]
        for event in Event.objects.filter(kind="assessed", record_id=second.id)
    }
    assert before == {second.id: None}, "the first case's band is not told on the second's timeline"
    for case in (first, second):
        found = risk_in(colin, case).place
        assert found is not None
        assert (found.id, found.band) == (newest.id, "medium")
    assert (fresh(first).highest_band, fresh(first).unassessed) == (0, 1)


def test_leaving_high_at_a_place_takes_a_supervisor_also_from_another_case_there() -> None:
    priya = acting(PRIYA)
    place = a_place(priya)
    first, second = a_case(priya, place=place), a_case(priya, place=place)
    assessed_as(priya, first, "location", band="high")
    with pytest.raises(Invalid, match="supervisor"):
        assessed_as(priya, second, "location", band="low")


def test_a_case_without_a_place_has_nothing_to_assess_and_a_place_has_no_party() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    with pytest.raises(Invalid, match="No place"):
        assessed_as(priya, case, "location")
    with pytest.raises(NotFound):
        assessed_as(priya, a_case(priya, place=a_place(priya)), "location", a_party(priya, case))


def test_an_agency_with_another_case_there_sees_nothing_of_what_it_may_not_read() -> None:
    """The place is everybody's; its assessment is guarded by the case in which it was made (decision 0014)."""
    priya = acting(PRIYA)
    place = a_place(priya)
    ours = a_case(priya, place=place)
    row = assessed_as(priya, ours, "location", band="high")
    beth = acting("beth.carr@three-oaks.example")
    theirs = a_case(beth, place=place)
    assert risk_in(beth, theirs).place is None
    assert not Assessment.objects.filter(pk=row.pk).exists()
    priya = acting(PRIYA)
    share(
        actor=priya, now=NOW, record_id=ours.id, kind=Kind.CASE, holder_id=user("beth.carr@three-oaks.example").agency_id,
        rung=Rung.READ, what="case", lawful_basis="test",
    )  # fmt: skip
    beth = acting("beth.carr@three-oaks.example")
    found = risk_in(beth, theirs).place
    assert found is not None
    assert found.id == row.id


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_override_goes_without_its_reason(subject: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya, place=a_place(priya))
    roles = {"victim": "victim", "perpetrator": "alleged_perpetrator", "witness": "witness"}
    party = a_party(priya, case, "Ada Osei", roles[subject]) if subject in roles else None
    with pytest.raises(Invalid) as error:
        assess(
            actor=priya, now=NOW, case=case, party=party, version=matrix(subject), band="high",
            answers={**CALM_OF[subject], "band_reason": ""},
        )  # fmt: skip
    assert set(error.value.errors) == {"band_reason"}


@pytest.mark.parametrize(
    ("subject", "party", "place"),
    [
        ("victim", False, False),
        ("case", True, False),
        ("location", False, False),
        ("victim", True, True),
        ("case", False, True),
    ],
)
def test_the_database_takes_nothing_that_is_about_something_else_than_it_says(
    subject: str, party: bool, place: bool
) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    who: Party | None = a_party(priya, case) if party else None
    where = a_place(priya) if place else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            case=case, subject=subject, party=who, place=where, question_set=matrix(), answers=OF_PLACE, computed_band=0,
            band=1, assessed_at=NOW, **provenance(actor=priya, now=NOW, record_id=case.id),
        )  # fmt: skip


def test_a_victim_whom_one_does_not_see_still_stands_in_the_way_and_is_not_taken_for_no_victim() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assert priya.user_id is not None
    audience = make_audience(actor=priya, now=NOW, named=[priya.user_id])
    person = a_person(priya, case.id, "Ada Osei")
    add_party(
        actor=priya, now=NOW, case_or_record=case, kind="person", person=person, roles=["victim"], audience_id=audience
    )  # fmt: skip
    colin = acting(COLIN)
    assert unassessed_in(colin, fresh(case)) == []
    assert not case_unassessed(colin, fresh(case))
    assert [one.code for one in missing(colin, fresh(case), NOW) if "unassessed" in one.code] == [
        "somebody_unassessed"
    ]
    with pytest.raises(Invalid, match="has a victim"):
        assessed_as(colin, case, "case")
    with pytest.raises(Invalid, match="stays new"):
        set_status(actor=colin, now=NOW, case=fresh(case), version=fresh(case).version, status="active")
