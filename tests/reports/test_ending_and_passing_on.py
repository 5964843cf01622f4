"""Elsewhere, ended with a notice, kept as a skeleton, handed on: whose a report is, and for how long it took (R12-R20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.accounts.models import Agency, Team
from sentinel.foundation.models import Event, Message
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.reports import rules
from sentinel.reports.models import Report
from sentinel.reports.operations import (
    acknowledge_signpost,
    complete_skeleton,
    decide_victor_e,
    hand_on,
    not_taken_forward,
    open_case_from_report,
    pick_up,
    signpost,
    take_report,
    take_skeleton,
)
from sentinel.reports.queries import list_reports, notices_of, signposts_of
from tests.reports.telling import BY_EMAIL, letters, telling
from tests.reports.test_taking_a_report import MARGARET
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
DAWN = "dawn.ashby@charnwood.example"
NOT_MET = letters(had="no")
REACHED = {
    "caller": MARGARET.__class__(name="Margaret Ellis", email="margaret@example.org"),
    "safe": BY_EMAIL,
}


def taken(email: str = PRIYA, **given: object) -> Report:
    return take_report(actor=acting(email), now=NOW, telling=telling(**{"victor": NOT_MET, **given}))


def city() -> Agency:
    return Agency.objects.exclude(code__startswith="charnwood").filter(
        kind="city"
    ).first() or Agency.objects.get(code="police")


def test_pointed_elsewhere_it_stays_ours_until_they_have_taken_it() -> None:
    report = taken()
    priya = acting(PRIYA)
    post = signpost(actor=priya, now=NOW, report=report, why="It is their bin store.", to_agency=city())
    with pytest.raises(Conflict):
        not_taken_forward(actor=priya, now=NOW, report=report, reasons="The city has it.")
    with pytest.raises(Invalid):
        acknowledge_signpost(actor=priya, now=NOW, signpost_id=post.id, report=report, how=" ")
    acknowledge_signpost(actor=priya, now=NOW, signpost_id=post.id, report=report, how="Marta, by telephone")
    not_taken_forward(actor=priya, now=NOW, report=report, reasons="The city has it.")
    report.refresh_from_db()
    assert report.state == "not_taken_forward"


def test_the_same_signpost_sent_twice_is_one() -> None:
    report = taken()
    priya = acting(PRIYA)
    for other in ({"to_agency": city()}, {"to_other": "The licensing team"}):
        signpost(actor=priya, now=NOW, report=report, why="It is theirs.", **other)
        with pytest.raises(Conflict):
            signpost(actor=priya, now=NOW, report=report, why="It is theirs.", **other)
    first, second = signposts_of(report)
    acknowledge_signpost(actor=priya, now=NOW, signpost_id=first.id, report=report, how="By email")
    with pytest.raises(Conflict):
        acknowledge_signpost(actor=priya, now=NOW, signpost_id=first.id, report=report, how="By email")
    assert [one.acknowledged_at is None for one in (first, second)] == [True, True]
    assert Event.objects.filter(kind="signpost_acknowledged", subject_id=report.id).count() == 1


def test_a_report_that_has_ended_is_changed_no_more() -> None:
    report = taken()
    priya = acting(PRIYA)
    not_taken_forward(actor=priya, now=NOW, report=report, reasons="It is no anti-social behaviour.")
    team = Team.objects.filter(agency=report.agency, takes_skeletons=True)[0]
    for attempt in (
        lambda: not_taken_forward(actor=priya, now=NOW, report=report, reasons="Again."),
        lambda: signpost(actor=priya, now=NOW, report=report, why="It is theirs.", to_other="Licensing"),
        lambda: hand_on(actor=priya, now=NOW, report=report, team=team),
        lambda: pick_up(actor=priya, now=NOW, report=report),
        lambda: decide_victor_e(actor=priya, now=NOW, report=report, answers=NOT_MET),
        lambda: open_case_from_report(actor=priya, now=NOW, report=report, title="Noise"),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert len(notices_of(report)) == 1


@pytest.mark.parametrize("missing", [{"why": " "}, {"to_agency": None}])
def test_where_and_why_are_both_needed(missing: dict[str, object]) -> None:
    given: dict[str, object] = {"why": "It is their bin store.", "to_agency": city(), **missing}
    with pytest.raises(Invalid):
        signpost(actor=acting(PRIYA), now=NOW, report=taken(), **given)  # type: ignore[arg-type]


def test_a_report_that_ends_tells_the_caller_why_by_the_safe_way() -> None:
    report = taken(**REACHED)
    not_taken_forward(actor=acting(PRIYA), now=NOW, report=report, reasons="It is not anti-social behaviour.")
    [notice] = notices_of(report)
    assert (notice.reasons, notice.told_how) == ("It is not anti-social behaviour.", "waiting")
    sent = Message.objects.get(decided_key=f"report {report.id} end notice")
    assert "It is not anti-social behaviour." in sent.body
    assert "Ellis" not in sent.subject


@pytest.mark.parametrize("victor", [letters(had="yes", targeted="yes"), letters()])
def test_it_may_not_end_where_a_case_is_due_or_victor_e_was_not_asked(victor: dict[str, str]) -> None:
    with pytest.raises(Conflict):
        not_taken_forward(actor=acting(PRIYA), now=NOW, report=taken(victor=victor), reasons="Busy.")


def test_a_call_that_was_cut_off_stands_on_the_team_s_list_and_is_completed_with_what_it_had() -> None:
    begun = telling(words="", national_type="", dropped_call=True)
    skeleton = take_skeleton(actor=acting(DAWN), now=NOW, telling=begun)
    assert (skeleton.state, skeleton.dropped_call, skeleton.practitioner_id) == ("skeleton", True, None)
    priya = acting(PRIYA)
    assert skeleton.id in {line.report.id for line in list_reports(priya, waiting=True).lines}
    with pytest.raises(Conflict):
        open_case_from_report(actor=priya, now=NOW, report=skeleton, title="Noise")
    later = NOW + timedelta(minutes=20)
    whole = complete_skeleton(actor=priya, now=later, report=skeleton, telling=telling())
    assert (whole.id, whole.reference, whole.state) == (skeleton.id, skeleton.reference, "recorded")
    assert whole.practitioner_id == priya.user_id
    with pytest.raises(Conflict):
        complete_skeleton(actor=priya, now=later, report=skeleton, telling=telling())


def test_the_minutes_from_telling_to_the_first_practitioner_are_measured_once() -> None:
    report = taken(DAWN, told_at=NOW - timedelta(minutes=6))
    assert report.practitioner_id is None
    with pytest.raises(Refused):
        pick_up(actor=acting(DAWN), now=NOW, report=report)
    picked = pick_up(actor=acting(PRIYA), now=NOW + timedelta(minutes=5), report=report)
    assert rules.minutes_between(picked.told_at, picked.practitioner_at) == 11
    team = Team.objects.filter(agency=report.agency, takes_skeletons=True).order_by("name").last()
    assert team is not None
    passed = hand_on(actor=acting(PRIYA), now=NOW + timedelta(minutes=6), report=report, team=team)
    again = pick_up(actor=acting(PRIYA), now=NOW + timedelta(hours=5), report=passed)
    assert rules.minutes_between(again.told_at, again.practitioner_at) == 11


def test_it_is_handed_only_to_a_team_of_one_s_own_agency() -> None:
    other = Team.objects.exclude(agency=acting(PRIYA).agency_id).first()
    assert other is not None
    with pytest.raises(Invalid):
        hand_on(actor=acting(PRIYA), now=NOW, report=taken(), team=other)
