"""High risk: who is told and must acknowledge, what nobody acknowledges, and when it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import open_record
from sentinel.access.queries import rung_of
from sentinel.accounts.models import Duty, RoleHeld
from sentinel.cases.models import Case
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.kernel.errors import NotFound
from sentinel.kernel.ids import new_id
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.risk.high.operations import (
    acknowledge,
    answer_marker,
    begin_high_risk,
    end_high_risk,
    end_with_case,
    pass_on,
)
from sentinel.risk.high.queries import in_case, markers, told_to
from sentinel.risk.models import HighRisk, Marker, ToldOfHighRisk
from sentinel.risk.operations import assess
from sentinel.risk.tasks import SUBJECT, send_told
from tests.cases.making import a_case, a_party
from tests.risk.answers import THREAT, assessed, matrix
from tests.risk.high import (
    AISHA,
    BETH,
    COLIN,
    HELEN,
    HOUR,
    KOFI,
    NADIA,
    RUTH,
    TOM,
    a_high_case,
    high,
    lowered,
    told,
)
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db


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
