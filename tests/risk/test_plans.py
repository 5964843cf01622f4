"""The action plan that opens with a band: what is proposed, once, and what becomes of each line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sentinel.cases.models import Action, Case, Party
from sentinel.cases.operations import plan_action
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.questionnaires.models import LocalRule
from sentinel.risk.models import ProposedAction
from sentinel.risk.operations import assess
from sentinel.risk.plans.operations import decide_proposed, open_plan
from sentinel.risk.plans.queries import proposed_in
from sentinel.risk.plans.rules import Line, Proposed, has_risen, needs_reason, template, tightened, wanted
from sentinel.risk.queries import risk_in
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import THREAT, assessed, assessed_as, matrix
from tests.support import NOW, PRIYA, acting, user

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)
HIGH = {"evidence", "partners", "patrols", "safety_plan", "support"}
LINE = Line("evidence", "Secure the evidence", 3, "lead", of_person=False)


class TestWhatIsProposed:
    def test_a_template_gives_the_lines_of_the_band_and_of_what_was_assessed(self) -> None:
        items = [
            {"task": "a", "label": "A", "days": 9, "owner": "lead", "band": "high", "subject": "any"},
            {"task": "b", "label": "B", "days": 1, "owner": "lead", "band": "high", "subject": "victim"},
            {"task": "c", "label": "C", "days": 1, "owner": "lead", "band": "high", "subject": "location"},
            {"task": "d", "label": "D", "days": 1, "owner": "lead", "band": "low", "subject": "any"},
            {"task": "e", "label": "E", "days": 1, "owner": "lead", "band": "no such band", "subject": "any"},
        ]
        found = template(items, band=3, subject="victim")
        assert [(one.task, one.of_person) for one in found] == [("b", True), ("a", False)]

    def test_only_a_band_that_rises_opens_a_plan(self) -> None:
        assert [has_risen(*one) for one in ((None, "low"), ("low", "high"), ("high", "high"), ("high", "low"))] == [
            True, True, False, False,
        ]  # fmt: skip

    def test_what_waits_is_being_done_was_just_decided_or_stands_there_already_is_not_proposed(self) -> None:
        def left(before: list[Proposed], words: list[str] | None = None) -> list[Line]:
            return wanted([LINE], party_id=None, before=before, open_words=words or [], now=NOW)

        assert left([]) == [LINE]
        assert left([Proposed("evidence", None, True, None)]) == []
        assert left([Proposed("evidence", None, False, NOW - 27 * DAY)]) == []
        assert left([Proposed("evidence", None, False, NOW - 28 * DAY)]) == [LINE]
        assert left([Proposed("other", None, True, None)]) == [LINE]
        assert left([], ["secure THE evidence "]) == []

    def test_a_line_is_due_at_the_end_of_its_day_in_london(self) -> None:
        assert LINE.due(date(2026, 10, 23)).isoformat() == "2026-10-26T23:59:00+00:00"
        assert LINE.due(date(2026, 7, 1)).isoformat() == "2026-07-04T22:59:00+00:00"

    def test_every_decision_takes_a_reason_where_somebody_is_high(self) -> None:
        assert needs_reason(decision="confirmed", highest_band=3)
        assert not needs_reason(decision="confirmed", highest_band=2)
        assert needs_reason(decision="struck", highest_band=1)


pytestmark = pytest.mark.django_db


def a_high_case(**given: Any) -> tuple[Actor, Case, Party]:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, **given)
    margaret = a_party(priya, case)
    assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=THREAT)
    return priya, Case.objects.select_related("owner_agency", "lead").get(pk=case.pk), margaret


def tasks(case: Case, **given: Any) -> set[str]:
    return set(ProposedAction.objects.filter(case=case, **given).values_list("task", flat=True))


def decided(
    case: Case, task: str, decision: str = "plan", reason: str = "It is needed now.", **changed: Any
) -> ProposedAction:
    row = ProposedAction.objects.get(case=case, task=task, decided_at=None)
    said = {"what": row.what, "agency": row.agency, "user": row.user, "due": row.due, **changed}
    return decide_proposed(
        actor=acting(PRIYA),
        now=NOW,
        case=case,
        row=row,
        version=row.version,
        decision=decision,
        reason=reason,
        **said,
    )


def test_what_waits_from_a_lower_band_takes_the_higher_band_and_the_earlier_day() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
    margaret = a_party(priya, case)
    assessed(priya, case, margaret, "medium")
    first = ProposedAction.objects.get(case=case, task="evidence")
    assert (first.band, london_date(first.due)) == (2, TODAY + 7 * DAY)
    assess(actor=priya, now=NOW + DAY, case=case, party=margaret, version=matrix(), answers=THREAT)
    now_is = ProposedAction.objects.get(case=case, task="evidence")
    assert (now_is.id, now_is.band, london_date(now_is.due)) == (first.id, 3, TODAY + 4 * DAY)
    assert Event.objects.filter(kind="plan_opened").latest("id").payload["sooner"] >= 1
    high = Line("evidence", "Secure the evidence", 9, "lead", of_person=False)
    waits = Proposed("evidence", None, True, None, first.id, 2, NOW + DAY)
    later = tightened([high], party_id=None, band=3, before=[waits], now=NOW)
    assert later == {first.id: NOW + DAY}, "never a later day"
    assert tightened([high], party_id=None, band=2, before=[waits], now=NOW) == {}


def test_a_plan_opens_with_high_risk_due_by_the_template_and_nothing_is_an_action_yet() -> None:
    priya, case, margaret = a_high_case()
    assert tasks(case) == HIGH
    assert not Action.objects.filter(case=case).exists()
    safety = ProposedAction.objects.get(case=case, task="safety_plan")
    assert (safety.party_id, safety.user_id, london_date(safety.due)) == (
        margaret.id,
        user(PRIYA).pk,
        TODAY + DAY,
    )
    assert ProposedAction.objects.get(case=case, task="patrols").agency == agency("charnwood"), (
        "no police work on it"
    )
    event = Event.objects.get(record_id=case.id, kind="plan_opened")
    assert event.payload["count"] == 5
    assert len(risk_in(priya, case).proposed) == 5, "it comes with what is known of the case's risk"


def test_the_police_who_work_on_a_case_are_proposed_for_what_is_theirs() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    involve(actor=priya, now=NOW, case=case, agency=agency("police"), part="patrols", rung="write",
            lawful_basis="crime_and_disorder", why="Patrols", wish="agrees")  # fmt: skip
    assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    row = ProposedAction.objects.get(case=case, task="patrols")
    assert (row.agency.code, row.user) == ("police", None)


def test_the_same_again_and_a_second_victim_propose_nothing_twice() -> None:
    priya, case, margaret = a_high_case()
    assess(actor=priya, now=NOW + DAY, case=case, party=margaret, version=matrix(), answers=THREAT)
    assert ProposedAction.objects.filter(case=case).count() == 5
    joan = a_party(priya, case, "Joan Ellis")
    assess(actor=priya, now=NOW, case=case, party=joan, version=matrix(), answers=THREAT)
    assert tasks(case, party=joan) == {"safety_plan", "support"}
    assert ProposedAction.objects.filter(case=case).count() == 7


def test_what_stands_on_the_plan_already_is_not_proposed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    plan_action(actor=priya, now=NOW, case=case, what="Secure the evidence: footage, messages, diary, statements",
                agency=agency("charnwood"), due=NOW + DAY)  # fmt: skip
    assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    assert tasks(case) == HIGH - {"evidence"}


def test_lower_bands_open_their_own_and_a_rise_adds_what_is_new() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    margaret = a_party(priya, case)
    assessed(priya, case, margaret, "medium")
    assert tasks(case) == {"agree_contact", "evidence"}
    assess(actor=priya, now=NOW + DAY, case=case, party=margaret, version=matrix(), answers=THREAT)
    assert tasks(case) == {"agree_contact"} | HIGH
    assert ProposedAction.objects.filter(case=case, task="evidence").count() == 1


def test_a_place_has_lines_of_its_own_and_a_closed_case_none() -> None:
    priya = acting(PRIYA)
    from sentinel.places.operations import find_or_make_place

    place = find_or_make_place(actor=priya, now=NOW, words="14 Sparrow Lane", postcode="LE11 0ZZ")
    case = a_case(priya, lead=user(PRIYA), place=place)
    assessed_as(priya, case, "location", band="high")
    assert "place_visit" in tasks(case)
    other = a_case(priya)
    other.status = "closed"
    assert open_plan(actor=priya, now=NOW, case=other, party=None, subject="case", band=3) == []


def test_a_line_is_confirmed_changed_or_struck_each_with_its_reason() -> None:
    _, case, _ = a_high_case()
    confirmed = decided(case, "evidence")
    assert confirmed.decision == "confirmed"
    assert confirmed.action is not None
    assert (confirmed.action.what, confirmed.action.due) == (confirmed.what, confirmed.due)
    changed = decided(case, "partners", due=NOW + 9 * DAY, reason="The housing officer is away until then.")
    assert changed.decision == "changed"
    struck = decided(case, "patrols", "strike", reason="There are patrols on this street already.")
    assert (struck.decision, struck.action) == ("struck", None)
    assert Action.objects.filter(case=case).count() == 2
    assert [row.decision for row in proposed_in(acting(PRIYA), case)][:2] == ["", ""]
    kinds = Event.objects.filter(record_id=case.id, kind="plan_line_decided")
    assert {event.payload["decision"] for event in kinds} == {"confirmed", "changed", "struck"}


def test_at_high_risk_no_decision_goes_without_a_reason_and_nothing_is_kept() -> None:
    _, case, _ = a_high_case()
    for decision, words in (("plan", "high risk"), ("strike", "struck")):
        with pytest.raises(Invalid, match=words):
            decided(case, "evidence", decision, reason=" \u200b ")
    with pytest.raises(Invalid):
        decided(case, "evidence", "perhaps")
    with pytest.raises(Invalid):
        decided(case, "evidence", due=NOW - DAY)
    with pytest.raises(Invalid):
        decided(case, "evidence", agency=agency("police"))
    assert not Action.objects.filter(case=case).exists()
    assert len(tasks(case, decided_at=None)) == 5


def test_two_who_decide_at_once_do_not_both_plan_it() -> None:
    _, case, _ = a_high_case()
    row = ProposedAction.objects.get(case=case, task="evidence")
    stale = ProposedAction.objects.get(pk=row.pk)
    decided(case, "evidence")
    for one in (stale, ProposedAction.objects.get(pk=row.pk)):
        with pytest.raises(Conflict), transaction.atomic():
            decide_proposed(actor=acting(PRIYA), now=NOW, case=case, row=one, version=1, decision="plan", reason="Yes.",
                            what=one.what, agency=one.agency, due=one.due)  # fmt: skip
    assert Action.objects.filter(case=case).count() == 1


def test_who_only_reads_a_case_decides_on_nothing() -> None:
    _, case, _ = a_high_case()
    row = ProposedAction.objects.get(case=case, task="evidence")
    with pytest.raises(Refused):
        decide_proposed(actor=acting("aisha.rahman@police.example"), now=NOW, case=case, row=row, version=1,
                        decision="strike", reason="No.")  # fmt: skip


def test_the_database_lets_nothing_wait_twice() -> None:
    priya, case, _ = a_high_case()
    row = ProposedAction.objects.get(case=case, task="evidence")
    row.pk = None  # type: ignore[assignment]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedAction.objects.create(
            **{name: getattr(row, name) for name in ("task", "band", "what", "due", "proposed_at", "created_at")}, case=case,
            agency=row.agency, record_id=case.id, origin_agency_id=priya.agency,
        )  # fmt: skip


def test_the_shipped_template_is_marked_as_to_be_confirmed() -> None:
    rule = LocalRule.objects.get(name="action-plan")
    assert not rule.confirmed
    assert {one["band"] for one in rule.content["items"]} == {"high", "medium", "low"}
    assert all(0 < one["days"] <= 28 and len(one["label"]) <= 240 for one in rule.content["items"])
