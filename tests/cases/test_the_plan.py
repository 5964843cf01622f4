"""The action plan: what, who, by when, outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.gates import missing
from sentinel.cases.models import Action
from sentinel.cases.next import what_is_next
from sentinel.cases.operations import change_action, plan_action, settle_action
from sentinel.kernel.errors import Conflict, Invalid
from tests.cases.making import a_case, agency
from tests.support import NOW, acting, user

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=5)


def planned(actor, case, **given):
    wanted = {"what": "Visit the neighbours", "agency": agency("charnwood"), "due": DUE, **given}
    return plan_action(actor=actor, now=NOW, case=case, **wanted)


def test_an_action_is_due_next_and_stands_in_the_way_of_closing_until_settled() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    action = planned(priya, case, user=user("priya.nair@charnwood.example"))
    (due,) = [one for one in what_is_next(priya, case, NOW) if one.url_name == "case_action"]
    assert (due.words, due.rest, due.due) == ("Visit the neighbours", "for Priya Nair", DUE)
    assert "action_open" in {one.code for one in missing(priya, case, NOW)}
    settle_action(actor=priya, now=NOW, case=case, action=action, version=1, outcome="done", words="")
    assert "action_open" not in {one.code for one in missing(priya, case, NOW)}
    assert "case_action" not in {one.url_name for one in what_is_next(priya, case, NOW)}


def test_what_was_not_done_wants_words() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    action = planned(priya, case)
    for outcome in ("not_done", "not_needed"):
        with pytest.raises(Invalid) as caught:
            settle_action(
                actor=priya, now=NOW, case=case, action=action, version=1, outcome=outcome, words=" "
            )
        assert list(caught.value.errors) == ["words"]


def test_an_action_is_settled_once() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    action = planned(priya, case)
    other_tab = Action.objects.get(pk=action.pk)
    settle_action(actor=priya, now=NOW, case=case, action=action, version=1, outcome="done", words="")
    with pytest.raises(Conflict):
        settle_action(
            actor=priya, now=NOW, case=case, action=other_tab, version=1, outcome="not_done", words="No"
        )
    other_tab.refresh_from_db()
    assert other_tab.outcome == "done"
    with pytest.raises(Conflict):
        change_action(
            actor=priya,
            now=NOW,
            case=case,
            action=other_tab,
            version=2,
            what="x",
            agency=agency("charnwood"),
            due=DUE,
        )


def test_only_an_agency_that_works_on_the_case_is_given_an_action() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, involved=[agency("three-oaks").id])
    planned(priya, case, agency=agency("three-oaks"), user=user("beth.carr@three-oaks.example"))
    with pytest.raises(Invalid) as caught:
        planned(priya, case, agency=agency("police"))
    assert list(caught.value.errors) == ["agency"]


def test_a_person_is_given_an_action_by_their_own_agency_only() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya, involved=[agency("three-oaks").id])
    with pytest.raises(Invalid) as caught:
        planned(priya, case, user=user("beth.carr@three-oaks.example"))
    assert list(caught.value.errors) == ["user"]


def test_the_past_is_no_day_to_plan_for() -> None:
    priya = acting("priya.nair@charnwood.example")
    with pytest.raises(Invalid) as caught:
        planned(priya, a_case(priya), due=NOW - timedelta(minutes=1))
    assert list(caught.value.errors) == ["due"]


def test_two_who_change_one_line_of_the_plan_do_not_pass_over_each_other() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    action = planned(priya, case)
    stale = Action.objects.get(pk=action.pk)
    given = {"agency": agency("charnwood"), "due": DUE}
    change_action(actor=priya, now=NOW, case=case, action=action, version=1, what="Visit on Monday", **given)
    with pytest.raises(Conflict) as caught:
        change_action(actor=priya, now=NOW, case=case, action=stale, version=1, what="Write first", **given)
    assert caught.value.fields == ("what",)
