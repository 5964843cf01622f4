"""Before anybody approaches the other side: four answers, or a supervisor's reason; what is not known is a no."""

from __future__ import annotations

import pytest

from sentinel.cases.models import ApproachCheck
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
