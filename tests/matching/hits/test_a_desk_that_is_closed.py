"""The desk to ring tells when it is open, and what to do while it is closed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.test import Client

from sentinel.accounts.calendars import opening_of
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from tests.desk.report.calling import shown
from tests.matching.hits.making import KOFI, SAID, clock_moved, committed_case
from tests.reports.telling import MARGARET
from tests.support import signed_in

OFFICE = {str(day): ["09:00", "17:00"] for day in range(5)}
ALWAYS = {str(day): ["00:00", "24:00"] for day in range(7)}
SECRETS = ("Margaret", "Ellis", "Sparrow", "LLR-")


def test_hours_are_those_of_a_london_clock_and_a_bank_holiday_is_closed() -> None:
    friday_night = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert opening_of(OFFICE, friday_night).opens == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    # Half past eight in Greenwich is half past nine in London: it is open.
    assert opening_of(OFFICE, datetime(2026, 6, 22, 8, 30, tzinfo=UTC)).opens is None
    christmas = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
    assert opening_of(OFFICE, christmas).opens == datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
    assert opening_of(ALWAYS, christmas).opens is None
    assert opening_of({}, friday_night).opens is None


def panel(client: Client) -> str:
    """What stands beside the form while somebody takes a report of the same caller."""
    assert MARGARET.phone is not None
    sent = shown(
        KOFI, q__caller_name=SAID.name, q__caller_number=MARGARET.phone.e164, q__where="", do="known"
    )
    return client.post("/reports/take/known", sent).content.decode()


def until_sunday_night() -> timedelta:
    """How long it is until three o'clock in the night of the next Sunday."""
    moment = now()
    night = moment.replace(hour=3, minute=0, second=0, microsecond=0)
    return night + timedelta(days=(6 - moment.weekday()) % 7 or 7) - moment


@pytest.fixture
def case(transactional_db: None) -> Case:
    return committed_case()


def agreed(database_urls: dict[str, str], roles: str) -> None:
    """Charnwood is open on Mondays, and its agreements let some roles open its records in an emergency."""
    with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
        superuser.execute(
            "UPDATE access_agreement SET break_glass_roles = %s::jsonb WHERE owner_id = (SELECT id FROM accounts_agency WHERE code = 'charnwood')",
            [roles],
        )
        superuser.execute(
            """UPDATE accounts_agency SET hours = '{"0": ["09:00", "17:00"]}'::jsonb WHERE code = 'charnwood'"""
        )


def test_at_night_the_card_and_asking_say_what_to_do(case: Case, database_urls: dict[str, str]) -> None:
    agreed(database_urls, '["supervisor"]')
    with clock_moved(database_urls, until_sunday_night()):
        kofi = signed_in(KOFI)
        html = panel(kofi)
        assert "Before you act, ring Charnwood sharing desk once it opens" in html
        assert "(Monday 09:00 to 17:00)" in html
        assert re.search(r"Closed now\. It opens Mon \d+ \w+, 09:00\.", html)
        assert "ring 999" in html
        assert "/emergency" not in html
        ask = re.search(r'href="(/access/ask/[0-9a-f-]{36})"', html)
        assert ask
        form = kofi.get(ask[1]).content.decode()
        assert "(Monday 09:00 to 17:00)" in form
        assert "Closed now. It opens Mon" in form
        assert "ring 999" in form
        assert "/emergency" not in form
        closed = kofi.get(f"/cases/{case.reference}")
        assert closed.status_code == 403
        assert "Closed now. It opens Mon" in closed.content.decode()


def test_who_may_open_it_in_an_emergency_is_led_there_and_told_no_more(
    case: Case, database_urls: dict[str, str]
) -> None:
    agreed(database_urls, '["case_officer"]')
    kofi = signed_in(KOFI)
    way = re.search(r'href="(/access/ask/[0-9a-f-]{36}/emergency)"', panel(kofi))
    assert way
    asking = kofi.get(way[1].removesuffix("/emergency")).content.decode()
    assert way[1] in asking
    form = kofi.get(way[1]).content.decode()
    for secret in (*SECRETS, str(case.pk)):
        assert secret not in form, secret
    assert signed_in("beth.carr@three-oaks.example").get(way[1]).status_code == 404
    harm = "He says that he comes back tonight with a knife, and she is alone."
    assert "open for one hour" in kofi.post(way[1], {"serious_harm": harm}).content.decode()
    assert kofi.get(f"/cases/{case.reference}").status_code == 200
