"""Whoever of the police answers a call is shown the marker of the place or person it is about."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import PartyIdentity
from sentinel.foundation.clock import now
from sentinel.people.models import PersonName
from sentinel.places.operations import find_or_make_place
from sentinel.risk.high.operations import answer_marker
from sentinel.risk.models import HighRisk, Marker
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.desk.report.calling import call, page
from tests.risk.answers import THREAT, matrix
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
BETH, NADIA, DAWN = (
    "beth.carr@three-oaks.example",
    "nadia.khan@police.example",
    "dawn.ashby@charnwood.example",
)
AISHA, SAM = "aisha.rahman@police.example", "sam.okoro@police.example"
KNOWN = "/reports/take/known"


def a_marker(*, accepted: bool = True) -> Marker:
    """The marker of somebody in a landlord's case that nobody has shared."""
    with transaction.atomic():
        beth = acting(BETH)
        place = find_or_make_place(actor=beth, now=now(), words="3 Tern Street", postcode="LE12 0ZZ")
        case = a_case(beth, now=now(), place=place)
        party = a_party(beth, case, now=now())
        assess(actor=beth, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        marker = Marker.objects.get(high_risk__case=case)
    if accepted:
        with transaction.atomic():
            return answer_marker(
                actor=acting(NADIA), now=now(), marker_id=marker.id, version=marker.version, accepts=True
            )
    return marker


def panel(email: str, **given: Any) -> str:
    return page(signed_in(email).post(KNOWN, call(**given)))  # type: ignore[arg-type]


def readings() -> list[object]:
    with transaction.atomic():
        acting("ravi.desai@police.example")
        return list(Entry.objects.filter(kind="view", subject="marker").values_list("user_id", flat=True))


def meant(marker: Marker) -> dict[str, Any]:
    with transaction.atomic():
        acting(BETH)
        row = HighRisk.objects.select_related("place").get(pk=marker.high_risk_id)
        assert row.place is not None
        return {"q__where": row.place.line, "r__place_choice": f"place:{row.place_id}"}


def test_the_marker_of_a_place_is_shown_to_the_police_call_taker_and_the_reading_is_recorded() -> None:
    marker = a_marker()
    shown = panel(SAM, **meant(marker))
    assert "High-risk ASB" in shown
    assert marker.first_action in shown
    assert marker.ring in shown
    assert "burn" not in shown
    with transaction.atomic():
        assert readings() == [acting(SAM).user_id]
    assert "Already known: 1 marker of high risk" in shown


def test_the_name_at_the_postcode_is_enough_and_a_name_alone_is_not() -> None:
    marker = a_marker()
    postcode = marker.where.rsplit(", ", 1)[-1]
    assert "High-risk ASB" in panel(SAM, q__caller_name="margaret  ellis", q__where=postcode)
    assert "High-risk ASB" not in panel(SAM, q__caller_name="Margaret Ellis", q__where="")
    assert "High-risk ASB" not in panel(SAM, q__caller_name="Joan Ellis", q__where=postcode)


def test_whoever_was_confirmed_is_known_by_who_they_are() -> None:
    marker = a_marker()
    with transaction.atomic():
        acting(BETH)
        person = PartyIdentity.objects.get(party__high_risks=marker.high_risk_id).person_id
    with transaction.atomic():
        # What the police know of her themselves, in a case of their own.
        aisha = acting(AISHA)
        case = a_case(aisha, now=now())
        PersonName.objects.create(
            person_id=person, full="Maggie Ellis", given="Maggie", family="Ellis", sort_name="maggie ellis",
            record_id=case.id, origin_agency_id=aisha.agency_id, created_at=now(),
        )  # fmt: skip
    shown = panel(SAM, q__caller_name="Maggie Ellis", q__where="", r__person_is=str(person))
    assert "High-risk ASB" in shown


def test_nobody_but_the_police_is_shown_it_and_none_that_is_not_accepted() -> None:
    waiting = a_marker(accepted=False)
    assert "High-risk ASB" not in panel(SAM, **meant(waiting))
    with transaction.atomic():
        answer_marker(
            actor=acting(NADIA), now=now(), marker_id=waiting.id, version=waiting.version, accepts=True
        )
    assert "High-risk ASB" not in panel(DAWN, **meant(waiting))
    assert readings() == []
