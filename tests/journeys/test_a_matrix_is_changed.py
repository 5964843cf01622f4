"""A matrix is edited, tried on past assessments, approved by another person and released; the next victim is asked by it."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.foundation.clock import now
from sentinel.governance.models import Tabletop
from sentinel.governance.tabletop import work_out
from sentinel.questionnaires.models import QuestionSetVersion
from tests.access.world import World, build
from tests.governance.making import GRACE, JUDGED, NADIA
from tests.journeys.people import Somebody
from tests.support import PRIYA, acting

pytestmark = [pytest.mark.long, pytest.mark.browser]


@pytest.fixture
def world(transactional_db: None, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("sentinel.governance.tabletop.FEWEST_PAST", 1)
    monkeypatch.setattr("sentinel.governance.rules.replaying.FEWEST", 1)
    return build(database_urls)


def writes_a_question(grace: Somebody) -> None:
    grace.follow("Add a question under The five topics")
    grace.press("Keep in the draft")
    assert "There is a problem" in grace.text
    grace.write(text="Is there a dog?")
    grace.choose(kind="one_of", required="yes")
    grace.press("Keep in the draft")
    for label in ("No dog", "A dog that bites"):
        grace.follow("Add an answer")
        grace.write(label=label)
        grace.press("Keep in the draft")
    grace.follow("Change when it is shown")
    grace.follow("Add a condition")
    grace.pick(of="impact")
    grace.press("Go on")
    grace.choose(how="is", options="extremely")
    grace.press("Keep in the draft")
    assert "“How much does it affect this person?” is Extremely" in grace.text


def makes_a_little_enough(grace: Somebody, draft: str) -> None:
    """Whoever is affected a little is high: that moves people, so that there is something to see."""
    for option in ("a_little", "moderately", "a_lot"):
        grace.go(f"{draft}questions/impact/answers/{option}")
        grace.write(automatic="It affects this person.")
        grace.press("Keep in the draft")


def tries_it(grace: Somebody) -> None:
    grace.follow("Try it on past assessments")
    grace.press("Try it")
    assert "being worked out" in grace.text
    with transaction.atomic():
        acting(PRIYA)  # in the worker's place
        work_out(now=now(), tabletop_id=Tabletop.objects.get().pk)
    grace.page.reload()
    assert "would stand in another band" in grace.text
    assert "From band to band" in grace.text
    assert "How much does it affect this person?" in grace.text
    assert grace.page.locator("svg[role=img]").is_visible()


def test_a_matrix_is_edited_replayed_approved_and_released(world: World, somebody: type[Somebody]) -> None:
    grace = somebody(GRACE, script=False, width=320)
    grace.go(f"/question-sets/{JUDGED}")
    with grace.page.expect_navigation():
        grace.page.get_by_role("button", name="Begin a draft from it").click()
    draft = grace.path
    writes_a_question(grace)
    makes_a_little_enough(grace, draft)
    grace.go(draft)
    grace.follow("Preview it as the officer will see it")
    grace.choose(impact="a_lot", weapon="no")
    grace.press("See what these answers give")
    assert "High by itself, because: It affects this person." in grace.text
    grace.go(draft)
    grace.follow("What it changes")
    assert "“Is there a dog?” " in grace.text
    grace.go(draft)
    tries_it(grace)
    grace.go(draft)
    grace.follow("Propose it")
    grace.press("Propose")
    assert "Another governance officer approves it" in grace.text
    nadia = somebody(NADIA)
    nadia.go(draft)
    nadia.follow("Look at it and decide")
    assert "Added" in nadia.text
    with nadia.page.expect_navigation():
        nadia.page.get_by_role("button", name="Approve and release from").click()
    newest = QuestionSetVersion.objects.filter(key=JUDGED).latest("number")
    assert f"Version {newest.number} is used from" in nadia.text
    assert newest.confirmed
    priya = somebody(PRIYA)
    priya.go(f"/cases/{world.case}/people/{world.ids['party']}/assess")
    assert not priya.page.get_by_text("Is there a dog?").is_visible()
    priya.choose(impact="extremely")
    assert priya.page.get_by_text("Is there a dog?").is_visible()
    assert "needs local confirmation" not in priya.text
    assert not [*grace.complaints, *nadia.complaints, *priya.complaints]
