"""VICTOR-E: harassment, alarm or distress and any one letter opens a case; only a supervisor decides otherwise (R21, R23)."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.reports import rules
from sentinel.reports.models import Report, VictorE
from sentinel.reports.operations import decide_not_to_open, decide_victor_e, take_report
from sentinel.reports.queries import latest_decisions, victor_history
from tests.reports.telling import letters, telling
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
DAWN = "dawn.ashby@charnwood.example"
COLIN = "colin.webb@charnwood.example"
MET = letters(had="yes", targeted="yes")


def taken(email: str = PRIYA, **victor: str) -> Report:
    return take_report(actor=acting(email), now=NOW, telling=telling(victor=letters(**victor)))


@pytest.mark.parametrize("letter", rules.LETTERS)
def test_any_one_letter_is_enough(letter: str) -> None:
    assert rules.decide(letters(had="yes", **{letter: "yes"})) == "case_required"


def test_what_was_not_asked_never_decides() -> None:
    # Whatever would have been answered, the decision that is given holds.
    for had, targeted, hate in itertools.product(("yes", "no", "not_asked"), repeat=3):
        given = {**dict.fromkeys(rules.LETTERS, "no"), "had": had, "targeted": targeted, "hate": hate}
        open_ones = [key for key, answer in given.items() if answer == "not_asked"]
        could = {
            rules.decide({**given, **dict(zip(open_ones, filled, strict=True))})
            for filled in itertools.product(("yes", "no"), repeat=len(open_ones))
        }
        said = rules.decide(given)
        assert could == {said} if said != "not_decided" else len(could) == 2


def test_a_suggested_yes_counts_until_somebody_says_otherwise_and_a_suggested_no_never_does() -> None:
    suggested = [("ongoing", "yes", "3 incidents known"), ("hate", "no", "said so")]
    adopted = rules.adopt({}, suggested)
    assert (adopted.answers["ongoing"], adopted.sources["ongoing"]) == ("yes", "3 incidents known")
    assert adopted.answers["hate"] == "not_asked"
    changed = rules.adopt({"ongoing": "no"}, suggested)
    assert (changed.answers["ongoing"], changed.sources) == ("no", {})


def test_a_later_answering_supersedes_and_the_first_stays_to_be_read() -> None:
    report = taken()
    decide_victor_e(
        actor=acting(DAWN), now=NOW, report=report, answers=MET, sources={"targeted": "his words"}
    )
    decisions = [row.decision for row in victor_history(report)]
    assert sorted(decisions) == ["case_required", "not_decided"]
    assert Event.objects.filter(kind="victor_e_decided", subject_id=report.id).count() == 1


def test_what_was_decided_last_holds_however_often_it_changes_and_all_of_it_stays() -> None:
    report = taken()
    for hours, answers in ((1, MET), (2, letters(had="no", targeted="yes")), (3, MET)):
        row = decide_victor_e(
            actor=acting(PRIYA), now=NOW + timedelta(hours=hours), report=report, answers=answers, reason="Asked again.",
        )  # fmt: skip
        assert latest_decisions([report]) == {report.id: row.decision}
    history = [(row.decision, row.answers["had"]) for row in victor_history(report)]
    assert history == [
        ("case_required", "yes"), ("case_optional", "no"), ("case_required", "yes"), ("not_decided", "not_asked"),
    ]  # fmt: skip
    with pytest.raises(ProgrammingError), transaction.atomic():
        VictorE.objects.filter(report=report).delete()


def test_answers_that_there_are_not_are_refused_beside_their_letter() -> None:
    with pytest.raises(Invalid) as refused:
        decide_victor_e(actor=acting(PRIYA), now=NOW, report=taken(), answers=letters(hate="perhaps"))
    assert list(refused.value.errors) == ["hate"]


def test_a_yes_is_taken_back_only_with_a_reason() -> None:
    report = taken(had="yes", targeted="yes")
    with pytest.raises(Invalid) as refused:
        decide_victor_e(actor=acting(PRIYA), now=NOW, report=report, answers=letters(had="yes"))
    assert "reason" in refused.value.errors
    row = decide_victor_e(
        actor=acting(PRIYA),
        now=NOW,
        report=report,
        answers=letters(had="yes"),
        reason="It was another house.",
    )
    assert (row.decision, row.reason) == ("not_decided", "It was another house.")


@pytest.mark.parametrize("email", [DAWN, PRIYA])
def test_nobody_but_a_supervisor_decides_that_no_case_is_opened(email: str) -> None:
    report = taken(had="yes", targeted="yes")
    with pytest.raises(Refused):
        decide_not_to_open(actor=acting(email), now=NOW, report=report, reason="I know them.")


def test_a_supervisor_decides_with_a_reason_and_only_where_a_case_is_due() -> None:
    due, open_one = taken(had="yes", targeted="yes"), taken()
    colin = acting(COLIN)
    with pytest.raises(Invalid):
        decide_not_to_open(actor=colin, now=NOW, report=due, reason="  ")
    with pytest.raises(Conflict):
        decide_not_to_open(actor=colin, now=NOW, report=open_one, reason="No need.")
    row = decide_not_to_open(actor=colin, now=NOW, report=due, reason="The police lead on it.")
    assert (row.decision, row.decided_by_id) == ("not_opened", colin.user_id)
    with pytest.raises(Conflict):
        decide_victor_e(actor=acting(DAWN), now=NOW, report=due, answers=MET)


def test_only_a_first_incident_without_others_may_stay_a_report() -> None:
    assert rules.why_must_be_case("case_optional", 0) is None
    assert "another report is associated" in (rules.why_must_be_case("case_optional", 1) or "")
    assert "VICTOR-E is met" in (rules.why_must_be_case("case_required", 0) or "")
    assert rules.why_must_be_case("not_opened", 4) is None
