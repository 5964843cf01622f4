"""Two people of one household are two victims: each is assessed, and each has a band of their own (R28)."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Party
from sentinel.foundation import clock
from tests.cases.making import a_case, a_party
from tests.journeys.assessing import assesses
from tests.journeys.people import Somebody
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long


@pytest.fixture
def household(transactional_db: None) -> tuple[Case, Party, Party]:
    """Margaret and Tom Ellis live at one address and have told of the same neighbour."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        case = a_case(priya, now=now)
        return case, a_party(priya, case, now=now), a_party(priya, case, "Tom Ellis", now=now)


def test_a_household_of_two_has_two_bands(
    somebody: type[Somebody], household: tuple[Case, Party, Party]
) -> None:
    case, margaret, tom = household
    priya = somebody(PRIYA)
    priya.go(f"/cases/{case.reference}")
    assert priya.text.count("Not assessed") >= 2

    assesses(priya, case, margaret, band="high", why="Her life is threatened.", threat_to_life="yes")
    assert bands(priya, case) == {"Margaret Ellis": "High", "Tom Ellis": "Not assessed"}
    assesses(priya, case, tom, band="low", why="He is away all week and unafraid.")
    assert bands(priya, case) == {"Margaret Ellis": "High", "Tom Ellis": "Low"}
    assert priya.complaints == []


def bands(priya: Somebody, case: Case) -> dict[str, str]:
    """What the case's table of risk says of each person."""
    priya.go(f"/cases/{case.reference}")
    found: dict[str, str] = {}
    for name in ("Margaret Ellis", "Tom Ellis"):
        line = " ".join(priya.page.locator("table tbody tr", has_text=name).first.inner_text().split())
        found[name] = next(band for band in ("Not assessed", "High", "Medium", "Low") if band in line)
    return found
