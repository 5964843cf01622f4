"""A caller who is known is found while the call is taken, misspelt and with the day and month of birth the wrong way round: with the household,
what was told before, and, of what another agency holds, a desk to ring and no more."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from sentinel.cases.models import PartyIdentity
from sentinel.foundation import clock
from sentinel.kernel.births import birth_date
from sentinel.kernel.phones import parse_phone
from sentinel.places.operations import find_or_make_place
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.journeys.people import Somebody
from tests.reports.telling import telling
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
# The landlord's officer, who may know of Charnwood's cases and reads none.
KOFI = "kofi.mensah@soar-valley.example"
HOME = "14 Sparrow Lane, LE11 0ZZ"
PHONE = parse_phone("01632 960142")


def tells(email: str, name: str, born: str, *, days: int) -> Report:
    """What somebody who lives at the address told an agency so many days ago, of something that happened there."""
    actor, now = acting(email), clock.now() - timedelta(days=days)
    place = find_or_make_place(actor=actor, now=now, words=HOME)
    caller = CallerGiven(
        name=name, phone=PHONE if name.startswith("Margaret") else None, birth=birth_date(born, date(2026, 11, 20)),
        lives_at=place.id,
    )  # fmt: skip
    given = telling(told_at=now - timedelta(minutes=9), caller=caller, place_id=place.id, place_words=HOME)
    return take_report(actor=actor, now=now, telling=given)


@pytest.fixture
def told_before(transactional_db: None) -> tuple[Report, str]:
    """Margaret and Tom Ellis told the landlord; Margaret told the council too, which has opened a case. The landlord's report
    by Margaret, and the reference of the council's case."""
    with transaction.atomic():
        mine = tells(KOFI, "Margaret Ellis", "3/4/1955", days=40)
        tells(KOFI, "Tom Ellis", "3/4/1955", days=30)
    with transaction.atomic():
        theirs = tells(PRIYA, "Margaret Ellis", "3/4/1955", days=20)
        case = open_case_from_report(actor=acting(PRIYA), now=clock.now(), report=theirs, title="Noise")
    return mine, case.reference


def test_a_misspelt_caller_with_a_swapped_birth_date_is_known_and_another_agency_s_desk_is_told(
    somebody: type[Somebody], told_before: tuple[Report, str]
) -> None:
    earlier, theirs = told_before
    kofi = somebody(KOFI)
    kofi.go("/reports/take")
    kofi.write(
        q__caller_name="Margret Elis", q__caller_number="01632 960142", r__caller_birth="4/3/1955", q__where=HOME
    )  # fmt: skip
    known = kofi.page.locator("#known")
    expect(known).to_contain_text("Margaret Ellis")
    said = " ".join(known.inner_text().split())
    assert "the day and month of birth are the other way round" in said
    assert "the same telephone number" in said
    assert re.search("Margaret Ellis.*but another first name is known", said), (
        "nor is Tom, of the household, left out"
    )
    assert "Tom Ellis" in said
    assert "14 Sparrow Lane" in said
    assert "2 incidents in 12 months" in said
    assert f"a report of here, 30 days ago, {earlier.reference[:2]}" in said
    assert earlier.reference in said, "what was told before stands there"
    assert "Before you act, ring Charnwood sharing desk" in said
    assert said.index("Before you act") < said.index("Margaret Ellis"), "what comes before acting comes first"
    assert theirs not in kofi.page.content(), "of the council's case no more is said than whom to ring"
    known.get_by_role("button", name=re.compile("It is (her|them)")).first.click()
    expect(known).to_contain_text("Confirmed")
    assert "Repeat victim: 2 incidents in 12 months, this one counted" in " ".join(known.inner_text().split())
    assert kofi.complaints == []
    with transaction.atomic():
        acting(KOFI)
        assert PartyIdentity.objects.filter(party=earlier.caller_party).exists(), (
            "nothing is moved by looking"
        )
