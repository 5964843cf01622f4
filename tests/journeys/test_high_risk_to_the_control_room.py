"""High risk through the pages: the inspector is told, the control room shows the marker, its system is given it, and a second
person's decision takes it off again."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Party
from sentinel.foundation import clock
from sentinel.interfaces.command_control.fake.consumer import Consumer
from tests.cases.making import a_case, a_party
from tests.journeys.assessing import assesses
from tests.journeys.people import Somebody
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
COLIN, HELEN = "colin.webb@charnwood.example", "helen.brook@police.example"
NADIA, NEIL = "nadia.khan@police.example", "neil.carver@police.example"


@pytest.fixture
def case(transactional_db: None) -> tuple[Case, Party]:
    """Margaret Ellis has told of threats, and nobody has assessed her."""
    with transaction.atomic():
        priya = acting(PRIYA)
        made = a_case(priya, now=clock.now())
        return made, a_party(priya, made, now=clock.now())


def a_system_is_connected(neil: Somebody, nadia: Somebody, address: str) -> Consumer:
    neil.go("/agency/systems")
    neil.write(name="Control room, live")
    neil.press("Make a key")
    nadia.go("/agency/systems")
    nadia.press("Confirm the key")
    return Consumer(address, neil.page.locator(".govuk-inset-text .s-typed").inner_text().strip())


def test_a_marker_goes_from_the_assessment_to_the_control_rooms_system_and_ends(
    somebody: type[Somebody], case: tuple[Case, Party], address: str
) -> None:
    priya, helen, nadia, colin = (somebody(email) for email in (PRIYA, HELEN, NADIA, COLIN))
    system = a_system_is_connected(somebody(NEIL), nadia, address)
    assert system.catch_up() == 0
    assesses(priya, *case, band="high", why="Her life is threatened.", threat_to_life="yes")

    helen.go("/high-risk/")
    assert case[0].reference in helen.text
    helen.press("Acknowledge")
    assert system.catch_up() == 0, "proposed is not accepted"

    nadia.go("/")
    nadia.follow("Answer the marker: person at risk")
    nadia.choose(answer="accept")
    nadia.press("Save the answer")
    assert system.catch_up() == 1
    [entry] = system.shown.values()
    assert (entry["who"], entry["kind"], entry["reference"]) == (
        "Margaret Ellis",
        "at_risk",
        case[0].reference,
    )
    assert "burn" not in str(entry)

    assesses(colin, *case, band="medium", why="He has moved away and she feels safe.")
    assert system.catch_up() == 1
    assert system.shown == {}
    nadia.go("/")
    nadia.follow("Take the marker off: person at risk")
    nadia.press("It is taken off")
    priya.go(f"/cases/{case[0].reference}/high-risk")
    assert "taken off" in priya.text
    assert "decided by Colin Webb" in priya.text
    assert priya.complaints == helen.complaints == nadia.complaints == colin.complaints == []
