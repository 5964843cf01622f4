"""While somebody in a case is at high risk, every step has its reason in writing (R45)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.cases.models import Action, Case, WrittenDecision
from sentinel.cases.operations import change_action, plan_action, set_status, settle_action
from sentinel.cases.operations.closing import propose_closure
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "He threatened to burn the house."


def a_banded_case(band: str) -> Case:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    assessed(priya, case, a_party(priya, case), band)
    return Case.objects.get(pk=case.pk)


def planned(case: Case, **given: Any) -> Action:
    return plan_action(
        actor=acting(PRIYA),
        now=NOW,
        case=case,
        what="Fit an alarm",
        agency=agency("charnwood"),
        due=NOW + DAY,
        **given,
    )


def settled(case: Case, action: Action, words: str) -> Action:
    action.refresh_from_db()
    return settle_action(
        actor=acting(PRIYA),
        now=NOW,
        case=case,
        action=action,
        version=action.version,
        outcome="done",
        words=words,
    )


def test_at_high_risk_no_step_goes_without_a_reason_and_nothing_of_it_is_kept() -> None:
    case = a_banded_case("high")
    action = planned(case, reason=WHY)
    steps = {
        "reason": [
            lambda: planned(case),
            lambda: planned(case, reason=" \u2009 "),
            lambda: change_action(actor=acting(PRIYA), now=NOW, case=case, action=action, version=action.version,
                                  what="Fit two alarms", agency=agency("charnwood"), due=NOW + DAY),
            lambda: set_status(actor=acting(PRIYA), now=NOW, case=case, version=Case.objects.get(pk=case.pk).version,
                               status="monitoring"),
        ],
        "words": [lambda: settled(case, action, "")],
        "reasons": [
            lambda: propose_closure(actor=acting(PRIYA), now=NOW, case=case, version=Case.objects.get(pk=case.pk).version,
                                    code="resolved_informal", reasons="")
        ],
    }  # fmt: skip
    for field, several in steps.items():
        for take in several:
            with pytest.raises(Invalid) as caught:
                take()
            assert list(caught.value.errors) == [field]
    assert Action.objects.filter(case=case).count() == 1
    assert WrittenDecision.objects.filter(case=case).count() == 1
    action.refresh_from_db()
    assert (action.what, action.settled_at) == ("Fit an alarm", None)
    assert Case.objects.get(pk=case.pk).status == "active"


def test_each_reason_is_kept_with_who_decided_and_told() -> None:
    case = a_banded_case("high")
    action = planned(case, reason=WHY)
    changed = change_action(
        actor=acting(PRIYA), now=NOW + DAY, case=case, action=action, version=action.version, what="Fit two alarms",
        agency=agency("charnwood"), due=NOW + 2 * DAY, reason="The back door too.",
    )  # fmt: skip
    settled(case, changed, "Both are fitted and tried.")
    set_status(
        actor=acting(PRIYA), now=NOW, case=case, version=Case.objects.get(pk=case.pk).version, status="monitoring",
        reason="Quiet since the alarms.",
    )  # fmt: skip
    rows = WrittenDecision.objects.filter(case=case).order_by("step")
    assert [(row.step, row.reason, row.decided_by_id) for row in rows] == [
        ("action_changed", "The back door too.", user(PRIYA).pk),
        ("action_planned", WHY, user(PRIYA).pk),
        ("status_changed", "Quiet since the alarms.", user(PRIYA).pk),
    ]
    told = Event.objects.filter(record_id=case.id, kind="decision_written")
    assert sorted(event.payload["step"] for event in told) == [
        "action_changed",
        "action_planned",
        "status_changed",
    ]
    assert all(WHY not in str(event.payload) for event in told)


def test_below_high_a_step_needs_no_reason_and_keeps_one_that_is_given() -> None:
    case = a_banded_case("medium")
    action = planned(case)
    settled(case, action, "")
    assert not WrittenDecision.objects.exists()
    planned(case, reason="She asked for it.")
    assert WrittenDecision.objects.get().reason == "She asked for it."


def test_what_follows_by_itself_is_nobodys_decision() -> None:
    case = a_banded_case("high")
    planned(case, reason=WHY)
    assert Case.objects.get(pk=case.pk).status == "active", "the plan has begun"
    assert set(WrittenDecision.objects.values_list("step", flat=True)) == {"action_planned"}
