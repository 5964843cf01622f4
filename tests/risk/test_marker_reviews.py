"""A marker that is shown is looked at again: on its day and after a move, by the control room or a supervisor, with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations.handing_over import accept, offer
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.people.facts import AddressGiven
from sentinel.people.operations import add_address
from sentinel.places.operations import find_or_make_place
from sentinel.risk.high.operations import answer_marker, end_high_risk
from sentinel.risk.high.queries import in_case, markers, markers_to_review, reviews_of
from sentinel.risk.high.reviewing import review_marker
from sentinel.risk.high.rules import review_is_due
from sentinel.risk.models import HighRisk, Marker, MarkerReview
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import OF_PLACE, THREAT, matrix
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
NADIA, COLIN, KOFI = (
    "nadia.khan@police.example",
    "colin.webb@charnwood.example",
    "kofi.mensah@soar-valley.example",
)
TOM, IMRAN, BETH = "tom.marsh@police.example", "imran.shah@city.example", "beth.carr@three-oaks.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = london_date(NOW)


def a_shown_marker(subject: str = "victim") -> tuple[Case, Party, Marker]:
    """A marker on a victim, or on the place where she lives, that the control room shows."""
    priya = acting(PRIYA)
    place = find_or_make_place(actor=priya, now=NOW, words="14 Sparrow Lane", postcode="LE11 0ZZ")
    case = a_case(priya, place=place)
    party = a_party(priya, case)
    given: dict[str, Any] = {"actor": priya, "now": NOW, "case": case}
    if subject == "location":
        assess(**given, party=None, version=matrix("location"), answers={**OF_PLACE, "threat_to_life": "yes",
               "threat_to_life__why": "A fire was set by the door."})  # fmt: skip
    else:
        assess(**given, party=party, version=matrix(), answers=THREAT)
    row = HighRisk.objects.get(case=case, subject=subject)
    nadia = acting(NADIA)
    marker = answer_marker(actor=nadia, now=NOW, marker_id=row.markers.get().id, version=1, accepts=True)
    return case, party, marker


def moves(case: Case, party: Party, to: str, *, hidden: bool = False, kind: str = "lives") -> None:
    """The case is told where somebody lives now."""
    priya = acting(PRIYA)
    later = NOW + HOUR
    place = find_or_make_place(actor=priya, now=later, words=to, postcode="LE11 0ZZ")
    audience = make_audience(actor=priya, now=later) if hidden else None
    address = (
        AddressGiven(text=to, safe=True) if hidden else AddressGiven(place_id=place.id, text=to, kind=kind)
    )
    person = PartyIdentity.objects.get(party=party).person_id
    add_address(
        actor=priya, now=later, person_id=person, record_id=case.id, address=address, audience_id=audience
    )


def decided(marker: Marker, email: str = NADIA, **given: Any) -> MarkerReview:
    wanted = {"now": NOW + 28 * DAY, "stays": True, "reason": "He was seen at the door on Friday.", **given}
    acting(NADIA)
    marker = Marker.objects.get(pk=marker.pk)
    return review_marker(actor=acting(email), marker_id=marker.id, version=marker.version, **wanted)


def test_a_marker_is_due_on_its_day_and_listed_before_those_that_are_not() -> None:
    a_shown_marker()
    _, _, due = a_shown_marker("location")
    nadia = acting(NADIA)
    Marker.objects.filter(pk=due.pk).update(review_on=TODAY + DAY)
    assert [one.place_in_list for one in markers(nadia, TODAY)] == [3, 3]
    first = markers(nadia, TODAY + DAY)[0]
    assert (first.id, first.place_in_list) == (due.id, 2)


def test_a_review_that_lets_it_stay_renews_it_by_the_rule() -> None:
    _, _, marker = a_shown_marker()
    row = decided(marker)
    marker.refresh_from_db()
    assert row.review_on == marker.review_on == TODAY + 56 * DAY
    assert marker.ends_on == TODAY + (28 + 182) * DAY
    assert (marker.state, marker.starts_on) == ("accepted", TODAY)
    assert Event.objects.get(kind="marker_reviewed").payload == {"kind": "at_risk", "stays": True}


def test_a_review_that_ends_it_has_the_control_room_take_it_off() -> None:
    case, _, marker = a_shown_marker()
    row = decided(marker, COLIN, stays=False, reason="He has moved to Leeds.")
    marker.refresh_from_db()
    assert (marker.state, row.review_on, row.reviewed_by_id) == ("ending", None, acting(COLIN).user_id)
    assert HighRisk.objects.get(case=case).ended_at is None, (
        "who is at high risk is so until an assessment says otherwise"
    )


def test_the_control_room_and_supervisors_of_the_case_review_and_nobody_else() -> None:
    _, _, marker = a_shown_marker()
    for email in (PRIYA, TOM, IMRAN):
        with pytest.raises((Refused, NotFound)):
            decided(marker, email)
    with pytest.raises(NotFound):
        decided(marker, KOFI)
    for email in (COLIN, NADIA):
        decided(marker, email)
    assert len(reviews_of([marker.id])) == 2


def test_whoever_proposed_it_does_not_review_it() -> None:
    _, _, marker = a_shown_marker()
    acting(NADIA)
    Marker.objects.filter(pk=marker.pk).update(created_by_id=acting(COLIN).user_id)
    with pytest.raises(Refused):
        decided(marker, COLIN)
    assert markers_to_review(acting(COLIN), TODAY + 99 * DAY) == []
    assert decided(marker, NADIA).stays


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "x" * 2001])
def test_a_reason_is_wanted(reason: str) -> None:
    _, _, marker = a_shown_marker()
    with pytest.raises(Invalid) as found:
        decided(marker, reason=reason)
    assert list(found.value.errors) == ["reason"]
    assert not MarkerReview.objects.exists()


def test_of_two_at_once_one_is_told_to_look_again() -> None:
    _, _, marker = a_shown_marker()
    seen = Marker.objects.get(pk=marker.pk).version
    decided(marker)
    with pytest.raises(Conflict, match="Look at it again"):
        review_marker(
            actor=acting(COLIN), now=NOW, marker_id=marker.id, version=seen, stays=False, reason="Late."
        )


def test_what_is_over_is_not_reviewed() -> None:
    case, party, marker = a_shown_marker()
    end_high_risk(actor=acting(PRIYA), now=NOW, case=case, party=party, subject="victim")
    with pytest.raises(Conflict):
        decided(marker)


def test_a_places_marker_is_reviewed_when_the_person_it_protects_moves() -> None:
    case, party, marker = a_shown_marker("location")
    moves(case, party, "3 Tern Street")
    marker.refresh_from_db()
    assert (marker.review_asked_at, marker.review_because) == (NOW + HOUR, "moved")
    [first] = markers(acting(NADIA), TODAY)
    assert first.place_in_list == 2
    assert [one.id for one in markers_to_review(acting(COLIN), TODAY)] == [marker.id]
    assert markers_to_review(acting(PRIYA), TODAY) == [], "an officer decides nothing of it"
    assert markers_to_review(acting(IMRAN), TODAY) == []
    decided(marker, now=NOW + 2 * HOUR, reason="Her mother still lives there.")
    marker.refresh_from_db()
    assert (marker.review_asked_at, marker.review_because) == (None, "")
    [found] = in_case(acting(COLIN), case)
    assert [(one.because, one.stays) for one in found.reviews] == [("moved", True)]


def test_it_is_asked_for_once_and_a_move_that_was_looked_at_not_again() -> None:
    case, party, marker = a_shown_marker("location")
    moves(case, party, "3 Tern Street")
    moves(case, party, "5 Tern Street")
    assert Event.objects.filter(kind="marker_review_asked").count() == 1
    decided(marker, now=NOW + 2 * HOUR)
    moves(case, party, "5 Tern Street")  # entered at an hour before the review
    marker.refresh_from_db()
    assert marker.review_asked_at is None


@pytest.mark.parametrize(
    ("to", "kind"), [("14 Sparrow Lane", "lives"), ("3 Tern Street", "frequents"), ("3 Tern Street", "lived")]
)
def test_what_is_no_move_away_asks_for_nothing(to: str, kind: str) -> None:
    case, party, marker = a_shown_marker("location")
    moves(case, party, to, kind=kind)
    marker.refresh_from_db()
    assert marker.review_asked_at is None


def test_of_a_safe_address_it_is_not_even_said_that_she_moved() -> None:
    case, party, marker = a_shown_marker("location")
    moves(case, party, "A refuge", hidden=True)
    marker.refresh_from_db()
    assert marker.review_because == "asked"
    assert "refuge" not in repr(Marker.objects.values().get(pk=marker.pk))


def test_a_persons_own_marker_is_looked_at_when_that_person_moves_and_when_nobody_else_does() -> None:
    case, party, marker = a_shown_marker()
    other = a_party(acting(PRIYA), case, "Dale Horton", "alleged_perpetrator")
    moves(case, other, "9 Tern Street")
    marker.refresh_from_db()
    assert marker.review_asked_at is None
    moves(case, party, "3 Tern Street")
    marker.refresh_from_db()
    assert marker.review_because == "moved"


def test_a_marker_that_nobody_shows_yet_is_not_reviewed() -> None:
    case, party, marker = a_shown_marker("location")
    Marker.objects.filter(pk=marker.pk).update(state="proposed")
    moves(case, party, "3 Tern Street")
    marker.refresh_from_db()
    assert marker.review_asked_at is None


def test_the_database_keeps_no_review_without_a_reason_or_with_two_minds() -> None:
    _, _, marker = a_shown_marker()
    row = decided(marker)
    for wrong in ({"reason": ""}, {"stays": False}, {"review_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MarkerReview.objects.filter(pk=row.pk).update(**wrong)


def test_when_a_marker_is_due() -> None:
    assert review_is_due(TODAY, None, TODAY)
    assert not review_is_due(TODAY + DAY, None, TODAY)
    assert review_is_due(TODAY + DAY, NOW, TODAY)


def test_there_is_no_marker_by_a_guessed_id() -> None:
    with pytest.raises(NotFound):
        review_marker(actor=acting(NADIA), now=NOW, marker_id=new_id(), version=1, stays=True, reason="Why.")


def test_whoever_owns_the_case_now_is_rung() -> None:
    """What was told and the marker named the desk of the owner of then: a control room would ring one that has handed the case on."""
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, involved=[agency("three-oaks").id])
    assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    row = HighRisk.objects.get(case=case)
    assert row.ring.startswith("Charnwood")
    case = Case.objects.get(pk=case.pk)
    offered = offer(
        actor=priya,
        now=NOW,
        case=case,
        what="ownership",
        to_agency=agency("three-oaks"),
        reason="Their tenant",
    )
    accept(actor=acting("owen.price@three-oaks.example"), now=NOW, case=case, handover=offered)
    row.refresh_from_db()
    three_oaks = agency("three-oaks")
    assert row.owner_agency_id == three_oaks.id
    assert row.ring == row.markers.get().ring
    assert three_oaks.desk_phone in row.ring
    assert "Charnwood" not in row.ring
