"""A call taker of another agency is told to ring a desk, asks for access beside it, gets it, and loses it by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from sentinel.cases.models import Case
from sentinel.foundation import clock
from tests.journeys.people import Somebody
from tests.matching.hits.making import COLIN, KOFI, WHY, clock_moved, margarets_case
from tests.reports.telling import MARGARET

pytestmark = pytest.mark.long


@pytest.fixture
def theirs(transactional_db: None) -> Case:
    """Charnwood's case that tells of Margaret Ellis."""
    with transaction.atomic():
        return margarets_case(clock.now())


def test_a_hit_is_asked_for_granted_read_and_lost_by_the_clock(
    somebody: type[Somebody], theirs: Case, database_urls: dict[str, str]
) -> None:
    assert MARGARET.phone is not None
    kofi = somebody(KOFI)
    kofi.go("/reports/take")
    kofi.write(q__caller_name="Margret Ellis", q__caller_number=MARGARET.phone.e164)
    known = kofi.page.locator("#known")
    expect(known).to_contain_text("Before you act, ring Charnwood sharing desk")
    assert theirs.reference not in kofi.page.content()
    assert str(theirs.id) not in kofi.page.content()

    with kofi.page.context.expect_page() as opened:
        known.get_by_role("link", name="Ask for access").click()
    kofi.page = opened.value
    kofi.page.on("pageerror", lambda error: kofi.complaints.append(str(error)))
    kofi.write(reason=WHY)
    kofi.choose(wanted="read")
    kofi.press("Ask for access")
    assert "Waiting for an answer" in kofi.text
    assert theirs.reference not in kofi.page.content()
    request = kofi.path

    colin = somebody(COLIN)
    colin.follow("Answer a request for access")
    assert "Kofi Mensah" in colin.text
    assert WHY in colin.text
    colin.choose(decision="read")
    colin.write(until_day="tomorrow", until_time="17:00", answer="Ring Priya Nair before you visit.")
    colin.choose(wish="agrees", lawful_basis="crime_and_disorder")
    colin.press("Send the answer")
    assert "Granted" in colin.text

    kofi.go("/")
    kofi.follow("Access is granted: read the answer")
    assert "Ring Priya Nair before you visit." in kofi.text
    kofi.follow(f"Open {theirs.reference}")
    assert "Margaret Ellis" in kofi.text
    case = kofi.path

    with clock_moved(database_urls, timedelta(days=2)):
        kofi.go(case)
        assert "Margaret" not in kofi.page.content()
        assert "ring Charnwood sharing desk" in kofi.text
        kofi.go(request)
        assert "Access has ended" in kofi.text
        assert theirs.reference not in kofi.page.content()
    assert kofi.complaints == colin.complaints == []
