"""Before anybody approaches the other side: four answers, or a supervisor's reason; what is not known is a no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.accounts.models import Agency
from sentinel.cases.models import Action, ApproachCheck, Case
from sentinel.cases.operations.actions import change_action, plan_action
from sentinel.cases.operations.approach import check_approach, may_be_approached
from sentinel.cases.rules import APPROACH
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid, Refused
from tests.cases.making import a_case, a_party
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"
YES = dict.fromkeys(APPROACH, "yes")


def checked(email: str = PRIYA, *, reason: str = "", **answers: str) -> ApproachCheck:
    case = a_case(acting(PRIYA))
    margaret, dale = (
        a_party(acting(PRIYA), case),
        a_party(acting(PRIYA), case, "Dale Horton", "alleged_perpetrator"),
    )
    return check_approach(
        actor=acting(email), now=NOW, case=case, victim=margaret, other=dale, answers={**YES, **answers},
        override_reason=reason,
    )  # fmt: skip


def test_four_times_yes_allows_it_and_the_timeline_says_so() -> None:
    made = checked()
    assert made.allowed
    event = Event.objects.get(record_id=made.record_id, kind="approach_checked")
    assert (event.payload["allowed"], event.payload["override"]) == (True, False)


@pytest.mark.parametrize("question", list(APPROACH))
@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_one_answer_that_is_not_yes_does_not(question: str, answer: str) -> None:
    assert not checked(**{question: answer}).allowed


@pytest.mark.parametrize("question", list(APPROACH))
def test_an_answer_that_is_missing_is_asked_for_beside_its_question(question: str) -> None:
    with pytest.raises(Invalid) as error:
        checked(**{question: ""})
    assert set(error.value.errors) == {question}


def test_a_supervisor_decides_all_the_same_with_a_reason_that_is_kept() -> None:
    made = checked(COLIN, safety_plan="no", reason="He has a knife and children are next door.")
    assert made.allowed
    assert made.override_reason.startswith("He has a knife")


def test_an_officer_does_not_decide_it_whatever_the_reason() -> None:
    with pytest.raises(Refused):
        checked(PRIYA, safety_plan="no", reason="I must.")


def test_whose_safety_it_is_must_be_a_victim_of_this_case() -> None:
    priya = acting(PRIYA)
    case, other = a_case(priya), a_case(priya)
    witness, stranger = a_party(priya, case, "Ian Wren", "witness"), a_party(priya, other)
    for somebody in (witness, stranger):
        with pytest.raises(Invalid) as error:
            check_approach(actor=priya, now=NOW, case=case, victim=somebody, other=None, answers=YES)
        assert set(error.value.errors) == {"victim"}


def test_the_newest_answers_of_each_victim_hold() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    for party, answers in ((margaret, YES), (joan, YES), (margaret, {**YES, "told_before": "no"})):
        check_approach(actor=priya, now=NOW, case=case, victim=party, other=None, answers=answers)
    held = {one.victim_party_id: one.allowed for one in may_be_approached(case, NOW)}
    assert held == {margaret.id: False, joan.id: True}


def planned(case: Case, words: str = "Visit Dale Horton", *, approaches: bool = True) -> Action:
    priya = acting(PRIYA)
    agency = Agency.objects.get(pk=priya.agency)
    return plan_action(
        actor=priya,
        now=NOW,
        case=case,
        what=words,
        agency=agency,
        due=NOW + timedelta(days=2),
        approaches=approaches,
    )


def test_what_goes_to_the_other_side_is_not_planned_before_it_is_allowed_for_every_victim() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assert planned(case).approaches, "where nobody is a victim there is nobody to ask for"
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    for party in (margaret, joan):
        with pytest.raises(Invalid) as error:
            planned(case)
        assert set(error.value.errors) == {"approaches"}
        check_approach(actor=priya, now=NOW, case=case, victim=party, other=None, answers=YES)
    assert planned(case).approaches
    check_approach(
        actor=priya, now=NOW, case=case, victim=joan, other=None, answers={**YES, "safety_plan": "no"}
    )
    with pytest.raises(Invalid):
        planned(case)
    assert not planned(case, "Ring the landlord", approaches=False).approaches


def test_nor_does_a_line_of_the_plan_become_such_a_one_by_a_change() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    a_party(priya, case)
    row = planned(case, "Ring the landlord", approaches=False)
    with pytest.raises(Invalid) as error:
        change_action(
            actor=priya, now=NOW, case=case, action=row, version=row.version, what="Visit Dale Horton",
            agency=row.agency, due=row.due, approaches=True,
        )  # fmt: skip
    assert set(error.value.errors) == {"approaches"}
    row.refresh_from_db()
    assert (row.what, row.approaches) == ("Ring the landlord", False)
