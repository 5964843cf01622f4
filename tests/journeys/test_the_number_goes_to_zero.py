"""The compliance page through the pages: zero, one when a victim is added and nobody assesses, zero when they are assessed."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.foundation import clock
from tests.cases.making import a_case
from tests.journeys.assessing import answers
from tests.journeys.people import Somebody
from tests.risk.answers import assessed_as
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
ZERO, ONE = "0 cases have somebody who is not assessed", "1 case has somebody who is not assessed"


@pytest.fixture
def reference(transactional_db: None) -> str:
    """An open case without a victim, assessed itself: nobody is missing."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        case = a_case(priya, now=now)
        assessed_as(priya, case, "case", now=now)
        return case.reference


def test_the_number_is_zero_then_one_then_zero(somebody: type[Somebody], reference: str) -> None:
    priya = somebody(PRIYA)
    priya.go("/compliance")
    assert ZERO in priya.text

    priya.go(f"/cases/{reference}/people/add")
    priya.write(name="Joan Sparrow")
    priya.choose(kind="person", roles="victim")
    with priya.page.expect_navigation():
        priya.page.locator('button[name="do"][value="add"]').click()
    priya.go("/compliance")
    assert ONE in priya.text

    priya.follow(ONE)
    assert "Joan Sparrow" in priya.text
    priya.follow("Assess")
    answers(priya, band="medium", why="It wears her down.")
    priya.press("Keep this assessment")
    priya.go("/compliance")
    assert ZERO in priya.text
    assert priya.complaints == []
