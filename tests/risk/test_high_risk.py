"""High risk: who is told and must acknowledge, and the marker that the control room answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from sentinel.access.models import Disclosure, Kind, Rung
from sentinel.access.operations import open_record
from sentinel.access.queries import rung_of
from sentinel.accounts.models import Duty, RoleHeld
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party
from sentinel.cases.operations.protection import protect_identity
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.risk.high.operations import (
    acknowledge,
    answer_marker,
    begin_high_risk,
    end_high_risk,
    end_with_case,
    lapse_markers,
    pass_on,
    propose_again,
    take_marker_off,
)
from sentinel.risk.high.queries import in_case, markers, told_to
from sentinel.risk.high.rules import why_no_marker
from sentinel.risk.models import HighRisk, Marker, ToldOfHighRisk
from sentinel.risk.operations import assess
from sentinel.risk.tasks import SUBJECT, send_told
from tests.cases.making import a_case, a_party, a_person
from tests.risk.answers import CALM, THREAT, assessed, matrix
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
BETH, COLIN, RUTH = (
    "beth.carr@three-oaks.example",
    "colin.webb@charnwood.example",
    "ruth.adeyemi@charnwood.example",
)
TOM, HELEN, AISHA = "tom.marsh@police.example", "helen.brook@police.example", "aisha.rahman@police.example"
KOFI = "kofi.mensah@soar-valley.example"
NADIA = "nadia.khan@police.example"
HOUR = timedelta(hours=1)


def high(actor: Actor, case: Case, party: Party, **given: Any) -> HighRisk:
    """An assessment that an answer alone makes high, and what it set going."""
    assess(actor=actor, now=NOW, case=case, party=party, version=matrix(), answers=THREAT, **given)
    return HighRisk.objects.get(case=case, party=party, ended_at__isnull=True)


def told(row: HighRisk, step: int = 1) -> dict[str, set[str]]:
    """Who was told, by role."""
    found: dict[str, set[str]] = {}
    for one in ToldOfHighRisk.objects.filter(high_risk=row, step=step).select_related("user"):
        found.setdefault(one.role, set()).add(one.user.email)
    return found


def a_high_case(email: str = PRIYA) -> tuple[Actor, Case, Party, HighRisk]:
    officer = acting(email)
    case = a_case(officer)
    party = a_party(officer, case)
    return officer, case, party, high(officer, case, party)


def test_supervisor_sergeant_and_area_inspector_are_told_at_once() -> None:
    _, case, _, row = a_high_case()
    assert told(row) == {"owners_supervisor": {COLIN, RUTH}, "sergeant": {TOM}, "area_inspector": {HELEN}}
    dues = dict(ToldOfHighRisk.objects.filter(high_risk=row).values_list("role", "due_at"))
    assert dues["sergeant"] == NOW + HOUR
    assert Event.objects.filter(record_id=case.id, kind="high_risk_began").count() == 1


def test_whoever_is_on_that_duty_for_the_area_comes_before_who_only_holds_the_role() -> None:
    Duty.objects.create(
        agency=user(AISHA).agency, user=user(AISHA), role="area_inspector", since=NOW, area=None
    )
    _, _, _, row = a_high_case()
    assert told(row)["area_inspector"] == {AISHA, HELEN}, "both are on the duty of the whole force"


def test_high_twice_is_told_once() -> None:
    priya, case, party, row = a_high_case()
    assess(actor=priya, now=NOW + HOUR, case=case, party=party, version=matrix(), answers=THREAT)
    assert HighRisk.objects.get(case=case) == row
    assert ToldOfHighRisk.objects.filter(high_risk=row).count() == 4


def test_low_and_medium_set_nothing_going() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assessed(priya, case, a_party(priya, case), "medium")
    assert not HighRisk.objects.exists()


def test_two_victims_of_one_household_are_told_of_apart() -> None:
    priya, case, _, _ = a_high_case()
    high(priya, case, a_party(priya, case, "Joan Ellis"))
    assert HighRisk.objects.filter(case=case, ended_at__isnull=True).count() == 2


def test_one_open_line_for_one_person_is_the_databases_own_rule() -> None:
    _, case, party, row = a_high_case()
    assert HighRisk.objects.filter(case=case, party=party, subject="victim").get() == row
    twin_id = new_id()
    open_record(actor=acting(PRIYA), now=NOW, record_id=twin_id, kind=Kind.HIGH_RISK)
    twin = HighRisk.objects.get(pk=row.pk)
    twin.pk = twin.record_id = twin_id
    with pytest.raises(IntegrityError, match="high_risk_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_the_inspector_acknowledges_without_being_shown_the_case() -> None:
    _, case, _, row = a_high_case(BETH)
    helen = acting(HELEN)
    assert rung_of(helen, case.id) < Rung.READ
    [mine] = told_to(helen)
    assert (mine.high_risk, mine.opens, mine.high_risk.reference) == (row, False, case.reference)
    acknowledge(actor=helen, now=NOW + timedelta(minutes=5), high_risk_id=row.id)
    [mine] = told_to(helen)
    assert mine.told.acknowledged_at == NOW + timedelta(minutes=5)
    assert rung_of(helen, case.id) < Rung.READ


def test_what_is_told_names_nobody() -> None:
    _, _, _, row = a_high_case()
    helen = acting(HELEN)
    seen = repr(HighRisk.objects.values().get(pk=row.pk)) + repr(list(ToldOfHighRisk.objects.values()))
    assert "Margaret" not in seen
    assert "burn" not in seen
    assert told_to(helen)[0].high_risk.ring.startswith("Charnwood")


def test_who_was_not_told_cannot_acknowledge() -> None:
    _, _, _, row = a_high_case()
    with pytest.raises(NotFound):
        acknowledge(actor=acting(AISHA), now=NOW, high_risk_id=row.id)
    with pytest.raises(NotFound):
        acknowledge(actor=acting("kofi.mensah@soar-valley.example"), now=NOW, high_risk_id=row.id)


def test_what_nobody_acknowledges_passes_to_the_next_duty_role_once() -> None:
    _, _, _, row = a_high_case()
    acting(HELEN)
    assert pass_on(now=NOW + timedelta(minutes=59)) == 0
    assert pass_on(now=NOW + HOUR) == 2
    assert told(row, 2) == {"duty_inspector": {HELEN}}
    assert pass_on(now=NOW + HOUR) == 0
    assert pass_on(now=NOW + timedelta(minutes=90)) == 1
    assert told(row, 3) == {"control_room": {NADIA}}
    assert pass_on(now=NOW + timedelta(days=9)) == 2, (
        "the supervisor and, last, the control room; nobody is left to be told"
    )
    assert pass_on(now=NOW + timedelta(days=10)) == 0


def test_a_role_that_has_acknowledged_passes_nothing_on() -> None:
    _, _, _, row = a_high_case()
    for email in (TOM, HELEN, COLIN):
        acknowledge(actor=acting(email), now=NOW + HOUR / 2, high_risk_id=row.id)
    acting(HELEN)
    assert pass_on(now=NOW + timedelta(days=1)) == 0, "one of two supervisors is enough"
    assert told(row, 2) == {}


def test_a_message_says_nothing_but_to_look() -> None:
    _, _, _, row = a_high_case()
    _send(row, HELEN)
    [sent] = mail.outbox
    assert (sent.subject, sent.to) == (SUBJECT, [HELEN])
    assert row.reference not in sent.body + sent.subject
    acknowledge(actor=acting(HELEN), now=NOW, high_risk_id=row.id)
    _send(row, HELEN)
    assert len(mail.outbox) == 1, "who has acknowledged is not written to"


def _send(row: HighRisk, email: str) -> None:
    send_told.func.__wrapped__(high_risk=str(row.id), user=str(user(email).id))


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


def lowered(case: Case, party: Party) -> None:
    assess(
        actor=acting(COLIN), now=NOW + timedelta(days=3), case=Case.objects.get(pk=case.pk), party=party, version=matrix(),
        answers=CALM, band="medium", judgement_reason="He has moved away and she feels safe.",
    )  # fmt: skip


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


def test_high_again_begins_anew() -> None:
    priya, case, party, first = a_high_case()
    lowered(case, party)
    priya = acting(PRIYA)
    again = high(priya, Case.objects.get(pk=case.pk), party)
    assert again != first
    assert [one.high_risk for one in in_case(priya, case)] == [again, first]


def a_place(actor: Actor) -> Place:
    return find_or_make_place(actor=actor, now=NOW, words="3 Tern Street", postcode="LE12 0ZZ")


def test_a_places_risk_is_told_for_each_case_and_ends_in_all_of_them_that_one_works_on() -> None:
    priya = acting(PRIYA)
    place = a_place(priya)
    first, second = a_case(priya, place=place), a_case(priya, place=place)
    row = begin_high_risk(actor=priya, now=NOW, case=first, party=None, subject="location")
    marker = Marker.objects.get(high_risk=row)
    assert (marker.kind, marker.who, "Tern Street" in marker.where) == ("place", "", True)
    assert begin_high_risk(actor=priya, now=NOW, case=first, party=None, subject="location") == row
    other = begin_high_risk(actor=priya, now=NOW, case=second, party=None, subject="location")
    assert other != row
    assert end_with_case(actor=priya, now=NOW, case=first) == [], (
        "a closed case does not end its place's risk"
    )
    assert set(end_high_risk(actor=priya, now=NOW, case=second, party=None, subject="location")) == {
        row,
        other,
    }


def test_that_another_agency_holds_a_place_at_high_risk_silences_nobody_and_is_not_shown() -> None:
    beth = acting(BETH)
    place = a_place(beth)
    begin_high_risk(actor=beth, now=NOW, case=a_case(beth, place=place), party=None, subject="location")
    kofi = acting("kofi.mensah@soar-valley.example")
    row = begin_high_risk(actor=kofi, now=NOW, case=a_case(kofi, place=place), party=None, subject="location")
    assert [one.pk for one in HighRisk.objects.all()] == [row.pk]
    assert HELEN in told(row)["area_inspector"]


def test_after_a_closed_case_was_reopened_high_is_told_anew() -> None:
    priya, case, party, first = a_high_case()
    end_with_case(actor=acting(COLIN), now=NOW, case=case)
    priya = acting(PRIYA)
    assess(actor=priya, now=NOW + HOUR, case=case, party=party, version=matrix(), answers=THREAT)
    assert HighRisk.objects.get(case=case, ended_at__isnull=True) != first


def test_an_agency_that_joins_later_ends_what_began_before() -> None:
    priya, case, party, row = a_high_case()
    involve(
        actor=priya, now=NOW + HOUR, case=case, agency=user(KOFI).agency, part="Landlord", rung="write",
        lawful_basis="crime_and_disorder", why="Landlord of the flat", wish="agrees",
    )  # fmt: skip
    kofi = acting(KOFI)
    assert not HighRisk.objects.filter(pk=row.pk).exists()
    assert end_high_risk(actor=kofi, now=NOW + HOUR, case=case, party=party, subject="victim") == [row]
    assert begin_high_risk(actor=kofi, now=NOW + 2 * HOUR, case=case, party=party, subject="victim") != row


def test_told_twice_one_acknowledges_once() -> None:
    _, _, _, row = a_high_case()
    acknowledge(actor=acting(HELEN), now=NOW + HOUR / 2, high_risk_id=row.id)
    acting(HELEN)
    pass_on(now=NOW + HOUR)
    assert told(row, 2) == {"duty_inspector": {HELEN}}, "the sergeant was late"
    acknowledge(actor=acting(HELEN), now=NOW + HOUR, high_risk_id=row.id)
    assert not ToldOfHighRisk.objects.filter(user__email=HELEN, acknowledged_at__isnull=True).exists()
    assert pass_on(now=NOW + 9 * HOUR) == 1, "the supervisors' step alone"


def test_a_step_without_anybody_passes_to_the_next_at_once() -> None:
    RoleHeld.objects.filter(role="area_inspector", until__isnull=True).update(until=NOW)
    Duty.objects.filter(role="area_inspector", until__isnull=True).update(until=NOW)
    _, _, _, row = a_high_case()
    acting(TOM)
    pass_on(now=NOW + HOUR)
    assert told(row, 3) == {"control_room": {NADIA}}


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


def test_closing_the_case_ends_it() -> None:
    _, case, _, row = a_high_case()
    nadia = acting(NADIA)
    [marker] = markers(nadia, NOW.date())
    answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)
    colin = acting(COLIN)
    [ended] = end_with_case(actor=colin, now=NOW + HOUR, case=case)
    assert (ended, ended.ended_at) == (row, NOW + HOUR)
    assert Marker.objects.get(pk=marker.pk).state == "ending"
    assert end_with_case(actor=colin, now=NOW + HOUR, case=case) == []
