"""A plan that goes to the other side: who is refused is led to the four questions, and told afterwards whether to go."""

from __future__ import annotations

import pytest

from sentinel.cases.models import Action, Case, PartyRole
from sentinel.cases.rules import APPROACH
from sentinel.foundation.clock import now as clock_now
from tests.cases.making import a_case, a_party
from tests.desk.case.opened import committed
from tests.support import PRIYA, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
YES = {**dict.fromkeys(APPROACH, "yes"), "safety_plan__why": "Her sister stays", "told_before__why": "Today"}


@pytest.fixture
def case() -> Case:
    return committed(PRIYA, lambda priya: a_case(priya, now=clock_now()))  # type: ignore[no-any-return]


def victim(case: Case, name: str = "Margaret Ellis") -> str:
    return str(committed(PRIYA, lambda priya: a_party(priya, case, name, now=clock_now())).id)


def planned(case: Case) -> tuple[int, str]:
    answer = signed_in(PRIYA).post(
        f"/cases/{case.reference}/actions/add",
        {"what": "Visit Dale Horton", "due": "tomorrow", "agency": str(user(PRIYA).agency_id), "user": "",
         "approaches": "on"},
    )  # fmt: skip
    return answer.status_code, answer.content.decode()


def answered(case: Case, whose: str, **answers: str) -> str:
    address = f"/cases/{case.reference}/approach"
    answer = signed_in(PRIYA).post(address, {"victim": whose, "other": "", **YES, **answers}, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    return " ".join(answer.content.decode().split())


def test_who_is_refused_is_led_to_the_questions_without_losing_the_page(case: Case) -> None:
    margaret = victim(case)
    status, page = planned(case)
    assert status == 422
    assert f'href="/cases/{case.reference}/approach" target="_blank"' in page
    assert "Visit Dale Horton" in page
    answered(case, margaret)
    assert planned(case)[0] == 302
    assert committed(PRIYA, lambda priya: Action.objects.get().approaches)


def test_the_answers_say_at_once_whether_one_may_go(case: Case) -> None:
    margaret, joan = victim(case), victim(case, "Joan Ellis")
    assert "Do not go yet: answer them for every other victim too." in answered(case, margaret)
    assert "You may approach the other side." in answered(case, joan)
    said = answered(case, joan, told_before="no")
    assert "Do not approach the other side: not every answer is yes." in said
    assert "You may approach" not in said


def test_a_victim_added_afterwards_makes_a_planned_visit_wait(case: Case) -> None:
    margaret = victim(case)
    answered(case, margaret)
    planned(case)
    wait = "Do not go to the other side yet"
    action = committed(PRIYA, lambda priya: Action.objects.get().id)
    pages = [f"/cases/{case.reference}/plan", f"/cases/{case.reference}/actions/{action}"]
    priya = signed_in(PRIYA)
    assert not any(wait in priya.get(page).content.decode() for page in pages)

    added = priya.post(
        f"/cases/{case.reference}/people/add",
        {"do": "add", "kind": "person", "name": "Joan Sparrow", "roles": "victim"}, follow=True,
    )  # fmt: skip
    assert "Do not go yet: answer" in added.content.decode()
    assert all(wait in priya.get(page).content.decode() for page in pages)

    victims = PartyRole.objects.filter(role="victim").exclude(party_id=margaret)
    answered(case, committed(PRIYA, lambda priya: str(victims.get().party_id)))
    assert not any(wait in priya.get(page).content.decode() for page in pages)
