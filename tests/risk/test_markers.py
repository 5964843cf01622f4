"""The marker that the control room answers: proposed, accepted or refused, ended and taken off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.access.models import Disclosure
from sentinel.accounts.models import RoleHeld
from sentinel.cases.models import Party
from sentinel.cases.operations import add_party
from sentinel.cases.operations.protection import protect_identity
from sentinel.cases.operations.sharing import involve
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.risk.high.operations import (
    answer_marker,
    lapse_markers,
    pass_on,
    propose_again,
    take_marker_off,
)
from sentinel.risk.high.queries import marker_terms, markers, told_to
from sentinel.risk.high.rules import why_no_marker
from sentinel.risk.models import Marker
from tests.cases.making import a_case, a_party, a_person
from tests.risk.high import (
    AISHA,
    BETH,
    COLIN,
    HELEN,
    HOUR,
    KOFI,
    NADIA,
    a_high_case,
    high,
    lowered,
    told,
)
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db


def test_a_marker_is_proposed_with_a_name_a_place_and_no_allegation() -> None:
    _, case, _, row = a_high_case()
    marker = Marker.objects.get(high_risk=row)
    assert (marker.kind, marker.state, marker.who) == ("at_risk", "proposed", "Margaret Ellis")
    assert (marker.reference, marker.answer_due) == (case.reference, NOW + HOUR)
    assert (marker.review_on - marker.starts_on).days == 28
    ledger = Disclosure.objects.get(record_id=case.id, kind="marker")
    assert ledger.to_agency_id == user(NADIA).agency_id


def test_a_protected_identity_has_no_marker_and_is_told_of_all_the_same() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, identity_protected=True)
    row = high(priya, case, party)
    assert told(row)["area_inspector"] == {HELEN}
    assert not Marker.objects.exists()


def test_the_control_room_accepts() -> None:
    a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    done = answer_marker(
        actor=nadia, now=NOW + HOUR / 4, marker_id=marker.id, version=marker.version, accepts=True
    )
    assert (done.state, done.answered_by_id, done.answered_at) == ("accepted", nadia.user_id, NOW + HOUR / 4)
    with pytest.raises(Conflict):
        answer_marker(
            actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=False, refusal="No"
        )


def test_it_refuses_with_a_reason_only() -> None:
    a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    with pytest.raises(Invalid) as found:
        answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=False)
    assert list(found.value.errors) == ["refusal"]
    done = answer_marker(
        actor=nadia,
        now=NOW,
        marker_id=marker.id,
        version=marker.version,
        accepts=False,
        refusal="No such address.",
    )
    assert (done.state, done.refusal) == ("refused", "No such address.")
    assert markers(nadia, NOW.date()) == []


def test_nobody_else_answers_or_looks() -> None:
    _, _, _, row = a_high_case()
    marker = Marker.objects.get(high_risk=row)
    for email in (AISHA, HELEN, PRIYA):
        with pytest.raises(Refused):
            answer_marker(actor=acting(email), now=NOW, marker_id=marker.id, version=1, accepts=True)
        with pytest.raises(Refused):
            markers(acting(email), NOW.date())


def test_the_decision_that_ends_high_ends_the_marker_and_the_control_room_says_so() -> None:
    _, case, party, row = a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)
    lowered(case, party)
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by_id) == (NOW + timedelta(days=3), user(COLIN).id)
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    assert marker.state == "ending"
    done = take_marker_off(
        actor=nadia, now=NOW + timedelta(days=4), marker_id=marker.id, version=marker.version
    )
    assert (done.state, done.taken_off_by_id) == ("ended", nadia.user_id)
    assert markers(nadia, NOW.date()) == []
    assert pass_on(now=NOW + timedelta(days=9)) == 0
    assert told_to(acting(HELEN)) == []


def test_a_marker_not_answered_yet_is_withdrawn() -> None:
    _, case, party, row = a_high_case()
    lowered(case, party)
    assert Marker.objects.get(high_risk=row).state == "withdrawn"
    assert markers(acting(NADIA), NOW.date()) == []


def test_protecting_an_identity_takes_the_name_out_of_the_marker_and_the_marker_off() -> None:
    priya, _, party, row = a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)
    protect_identity(actor=acting(PRIYA), now=NOW + HOUR, party=party)
    marker.refresh_from_db()
    assert (marker.who, marker.where, marker.state) == ("", "", "ending")
    assert priya.user_id
    assert row.pk == marker.high_risk_id


def test_an_agency_that_joined_later_takes_the_name_out_too() -> None:
    priya, case, party, row = a_high_case()
    involve(
        actor=priya, now=NOW + HOUR, case=case, agency=user(KOFI).agency, part="Landlord", rung="write",
        lawful_basis="crime_and_disorder", why="Landlord of the flat", wish="agrees",
    )  # fmt: skip
    kofi = acting(KOFI)
    protect_identity(actor=kofi, now=NOW + HOUR, party=Party.objects.get(pk=party.pk))
    marker = Marker.objects.get(high_risk=row)
    assert (marker.who, marker.where, marker.state) == ("", "", "withdrawn")


def test_a_marker_tells_what_its_own_case_tells_and_nothing_of_another_record() -> None:
    priya = acting(PRIYA)
    hidden, case = a_case(priya), a_case(priya)
    person = a_person(priya, hidden.id, "Margaret Hidden")
    party = add_party(
        actor=priya, now=NOW, case_or_record=case, kind="person", person=person, roles=("victim",)
    )
    marker = Marker.objects.get(high_risk=high(priya, case, party))
    assert marker.who == ""


def test_only_a_control_room_of_the_police_answers_and_nobody_their_own() -> None:
    a_high_case(BETH)
    RoleHeld.objects.create(user=user(BETH), role="control_room", since=NOW)
    with pytest.raises(Refused):
        markers(acting(BETH), NOW.date())
    RoleHeld.objects.create(user=user(AISHA), role="control_room", since=NOW)
    RoleHeld.objects.create(user=user(AISHA), role="supervisor", since=NOW)
    aisha = acting(AISHA)
    own_case = a_case(aisha)
    mine = Marker.objects.get(high_risk=high(aisha, own_case, a_party(aisha, own_case)))
    with pytest.raises(Refused, match="yourself"):
        answer_marker(actor=aisha, now=NOW, marker_id=mine.id, version=mine.version, accepts=True)


def test_a_marker_past_its_last_day_is_taken_off() -> None:
    a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)
    assert lapse_markers(now=NOW + timedelta(days=182)) == 0
    assert lapse_markers(now=NOW + timedelta(days=184)) == 1
    assert markers(nadia, NOW.date())[0].state == "ending"


def test_a_supervisor_proposes_again_what_was_refused() -> None:
    _, case, _, row = a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    with pytest.raises(Refused):
        propose_again(actor=acting(PRIYA), now=NOW, case=case, high_risk_id=row.id)
    with pytest.raises(Conflict):
        propose_again(actor=acting(COLIN), now=NOW, case=case, high_risk_id=row.id)
    answer_marker(
        actor=acting(NADIA),
        now=NOW,
        marker_id=marker.id,
        version=marker.version,
        accepts=False,
        refusal="No such flat.",
    )
    assert (
        propose_again(actor=acting(COLIN), now=NOW + HOUR, case=case, high_risk_id=row.id).state == "proposed"
    )


def test_of_somebody_under_18_who_is_complained_of_only_a_supervisor_proposes_one() -> None:
    given: dict[str, Any] = {"protected": False, "young": True, "place": True}
    assert why_no_marker(subject="perpetrator", supervisor=False, **given)
    assert why_no_marker(subject="perpetrator", supervisor=True, **given) is None
    assert why_no_marker(subject="victim", supervisor=False, **given) is None


def test_a_marker_sends_the_patrol_at_once_and_says_when_the_desk_is_open() -> None:
    _, _, _, row = a_high_case()
    marker = Marker.objects.get(high_risk=row)
    assert marker.ring.startswith("Charnwood sharing desk, ")
    assert marker.ring.endswith("(Monday to Friday 09:00 to 17:00)")
    for subject in ("victim", "witness", "perpetrator", "location"):
        terms = marker_terms(subject, london_date(NOW))
        assert terms is not None
        assert "before you" not in terms.first_action, "nobody waits for a desk that keeps office hours"
    assert "Go, and ring the desk named here while you travel." in marker.first_action


def test_hours_that_do_not_fit_beside_the_number_are_not_cut_in_the_middle() -> None:
    owner = user(PRIYA).agency
    owner.hours = {str(day): [f"0{day}:15", f"1{day}:45"] for day in range(7)}
    owner.save()
    _, _, _, row = a_high_case()
    assert row.ring.endswith("(not day and night)")
