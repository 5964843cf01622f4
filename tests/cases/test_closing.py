"""Closing: proposed, everybody told, decided by a mandated person with nothing missing, by two where risk is high; reopened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.cases.gates import missing
from sentinel.cases.models import Case, Closure, Party, StatusChange, WrittenDecision
from sentinel.cases.operations import plan_action, settle_action
from sentinel.cases.operations.closing import (
    decide_closure,
    propose_closure,
    refuse_closure,
    reopen,
    second_closure,
)
from sentinel.cases.operations.sharing import involve
from sentinel.kernel.errors import Conflict, Invalid, Refused
from tests.care.making import LATER, a_victim, contact
from tests.care.test_telling_the_outcome import ALL_FOUR, notice
from tests.cases.making import agency
from tests.partnership.making import none_sent
from tests.risk.answers import THREAT, assessed
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA, COLIN, RUTH, TOM = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "ruth.adeyemi@charnwood.example",
    "tom.marsh@police.example",
)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def proposed(case: Case, code: str = "resolved_informal") -> Closure:
    return propose_closure(
        actor=acting(PRIYA),
        now=LATER,
        case=case,
        version=fresh(case).version,
        code=code,
        reasons="It has stopped.",
    )


def ready(code: str = "resolved_informal", **answers: Any) -> tuple[Case, Closure, Party]:
    """A case whose victim is assessed and told, its closure proposed."""
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    assessed(priya, fresh(case), margaret, **answers)
    closure = proposed(fresh(case), code)
    notice(priya, fresh(case), margaret, **ALL_FOUR)
    return fresh(case), closure, margaret


def decided(email: str, case: Case, closure: Closure, **given: Any) -> Closure:
    return decide_closure(
        actor=acting(email), now=LATER, case=case, closure=closure, version=closure.version, **given
    )


def codes(case: Case) -> set[str]:
    return {one.code for one in missing(acting(PRIYA), fresh(case), NOW)}


def test_a_case_with_nothing_missing_is_closed_by_a_supervisor_and_the_way_is_dated() -> None:
    case, closure, _ = ready()
    assert codes(case) == set()
    decided(COLIN, case, closure)
    closed = fresh(case)
    assert (closed.status, closed.closed_at) == ("closed", LATER)
    steps = (
        StatusChange.objects.filter(case=case).order_by("created_at", "id").values_list("status", flat=True)
    )
    assert list(steps)[-2:] == ["closing", "closed"]
    assert Closure.objects.get(pk=closure.pk).outcome == "resolved"


def test_an_officer_proposes_and_does_not_decide() -> None:
    case, closure, _ = ready()
    with pytest.raises(Refused):
        decided(PRIYA, case, closure)
    assert fresh(case).status == "closing"


def test_an_unassessed_an_untold_victim_and_an_open_action_are_each_named_and_stop_it() -> None:
    priya = acting(PRIYA)
    case, _ = a_victim(priya)
    action = plan_action(
        actor=priya, now=NOW, case=case, what="Mend the door", agency=agency("charnwood"),
        due=LATER,
    )  # fmt: skip
    closure = proposed(case)
    said = [one.words for one in missing(acting(PRIYA), fresh(case), NOW)]
    assert any("Mend the door" in one for one in said)
    assert sum("Margaret Ellis" in one for one in said) == 2
    assert all(one.url_name for one in missing(acting(PRIYA), fresh(case), NOW)), (
        "each leads to where it is mended"
    )
    with pytest.raises(Invalid) as error:
        decided(COLIN, fresh(case), closure)
    assert len(error.value.errors[""]) == len(said) == 3
    settle_action(
        actor=acting(PRIYA), now=LATER, case=fresh(case), action=action, version=1, outcome="done", words=""
    )
    assert "action_open" not in codes(case)


def test_high_risk_takes_a_second_person_who_neither_proposed_nor_decided() -> None:
    case, closure, _ = ready(band="high", **{k: THREAT[k] for k in ("threat_to_life", "threat_to_life__why")})
    none_sent(acting(PRIYA), fresh(case))
    with pytest.raises(Invalid) as error:
        decided(COLIN, case, closure)
    assert "ground" in error.value.errors, "at high risk each step has its reason"
    after = decided(COLIN, fresh(case), closure, ground="Nothing since the alarms, and he has moved away.")
    assert after.needed_second
    assert fresh(case).status == "closing"
    for email in (PRIYA, COLIN):
        with pytest.raises(Refused):
            second_closure(
                actor=acting(email), now=LATER, case=fresh(case), closure=after, version=after.version
            )
    with pytest.raises(Invalid):
        second_closure(actor=acting(RUTH), now=LATER, case=fresh(case), closure=after, version=after.version)
    second_closure(
        actor=acting(RUTH), now=LATER, case=fresh(case), closure=after, version=after.version, reason="I rang her: she agrees."
    )  # fmt: skip
    assert fresh(case).status == "closed"
    assert WrittenDecision.objects.get(case=case).step == "closure_seconded"


def test_being_out_of_contact_closes_nothing_by_itself() -> None:
    case, closure, _ = ready("complainant_disengaged")
    with pytest.raises(Invalid) as error:
        decided(COLIN, case, closure)
    assert "ground" in error.value.errors
    with pytest.raises(Invalid):
        decided(COLIN, fresh(case), closure, ground="The house stands empty.")
    assert fresh(case).status == "closing"


def test_being_out_of_contact_with_dated_attempts_and_another_ground_does() -> None:
    priya = acting(PRIYA)
    case, margaret = a_victim(priya)
    assessed(priya, fresh(case), margaret)
    for half_hours in range(3):
        at = NOW + timedelta(minutes=30 * half_hours)
        contact(priya, fresh(case), margaret, at=at, result="not_reached", said="Nobody came to the door.")
    closure = proposed(fresh(case), "complainant_disengaged")
    notice(priya, fresh(case), margaret, result="not_reached")
    decided(COLIN, fresh(case), closure, ground="The house stands empty and nothing was reported since.")
    assert fresh(case).status == "closed"


def test_a_refused_closure_leaves_the_case_as_it_was() -> None:
    case, closure, _ = ready()
    was = closure.status_before
    refuse_closure(
        actor=acting(COLIN),
        now=LATER,
        case=case,
        closure=closure,
        version=closure.version,
        because="Too soon.",
    )
    assert fresh(case).status == was
    with pytest.raises(Conflict):
        decided(COLIN, fresh(case), Closure.objects.get(pk=closure.pk))


def test_reopening_is_a_supervisors_with_a_reason_and_what_closed_it_stays() -> None:
    case, closure, _ = ready()
    decided(COLIN, case, closure)
    with pytest.raises(Refused):
        reopen(
            actor=acting(PRIYA), now=LATER, case=fresh(case), version=fresh(case).version, because="Again."
        )
    with pytest.raises(Invalid):
        reopen(actor=acting(COLIN), now=LATER, case=fresh(case), version=fresh(case).version, because=" ")
    reopen(
        actor=acting(COLIN),
        now=LATER,
        case=fresh(case),
        version=fresh(case).version,
        because="It began again.",
    )
    again, kept = fresh(case), Closure.objects.get(pk=closure.pk)
    assert (again.status, again.closed_at) == ("active", None)
    assert (kept.reasons, kept.reopened_because) == ("It has stopped.", "It began again.")
    assert any("Margaret" in one.words for one in missing(acting(PRIYA), again, NOW)), "she is told anew"


def test_another_agency_that_works_on_it_does_not_close_it() -> None:
    case, closure, _ = ready()
    involve(
        actor=acting(COLIN), now=LATER, case=case, agency=agency("police"), part="Crime", rung="write",
        lawful_basis="crime_and_disorder", why="To patrol", wish="agrees",
    )  # fmt: skip
    with pytest.raises(Refused):
        decided(TOM, fresh(case), closure)
