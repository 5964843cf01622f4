"""A question is removed while somebody is answering: they finish on their version, and what was assessed keeps its own."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import FINISHED_WITHIN, question_set_of, version_under_way
from sentinel.risk.models import Assessment
from tests.access.world import World, build
from tests.governance.making import (
    FIRST,
    JUDGED,
    NADIA,
    SCORED,
    begun,
    propose_today,
    proposed,
    text,
    version,
    written,
)
from tests.governance.test_another_person_approves import release
from tests.risk.answers import CALM
from tests.support import PRIYA, acting, signed_in


@pytest.fixture
def world(transactional_db: None, database_urls: dict[str, str]) -> World:
    return build(database_urls)


def without_support(definition: dict[str, Any]) -> None:
    for section in definition["sections"]:
        section["questions"] = [one for one in section["questions"] if one["key"] != "support"]
    definition["sections"][1]["questions"].append(
        {"key": "dog", "text": "Is there a dog?", "kind": "text", "required_when": True}
    )


def release_without_a_question() -> QuestionSetVersion:
    draft = propose_today(written(begun(JUDGED), without_support))
    assert release(draft, NADIA) == FIRST + 1
    return version(JUDGED, FIRST + 1)


def address(world: World) -> str:
    return f"/cases/{world.case}/people/{world.ids['party']}/assess"


def shown(page: Any) -> dict[str, str]:
    """The hidden fields of the form."""
    html = page.content.decode()
    found = (re.search(rf'name="{name}" value="([^"]*)"', html) for name in ("asked", "seen"))
    return {name: one[1] if one else "" for name, one in zip(("asked", "seen"), found, strict=True)}


def newest(world: World) -> Assessment:
    with transaction.atomic():
        acting(PRIYA)
        case = Case.objects.get(reference=world.case)
        return Assessment.objects.filter(case=case, party_id=world.ids["party"]).latest("assessed_at")


@pytest.fixture
def priya(world: World) -> Client:
    return signed_in(PRIYA)


def test_who_is_answering_finishes_on_the_version_that_was_shown(world: World, priya: Client) -> None:
    page = priya.get(address(world))
    assert "What support or action is already in place?" in text(page)
    first, earlier = version(JUDGED), newest(world)
    second = release_without_a_question()
    sent = {**CALM, "band": "high", **shown(page)}
    answer = priya.post(address(world), sent)
    assert answer.status_code == 302, text(answer)[:2000]
    made = newest(world)
    assert made.pk != earlier.pk
    assert made.question_set_id == first.pk
    assert made.answers["support"] == CALM["support"]
    assert newest(world).question_set_id != second.pk
    again = priya.get(address(world))
    assert "Is there a dog?" in text(again)
    assert "What support or action is already in place?" not in text(again)
    assert shown(again)["asked"] == str(second.pk)
    history = text(priya.get(f"/cases/{world.case}/people/{world.ids['party']}/assessments"))
    assert "What support or action is already in place?" in history, (
        "what was assessed keeps its version for ever"
    )


def test_what_was_kept_half_done_is_finished_on_its_version(world: World, priya: Client) -> None:
    page = priya.get(address(world))
    priya.post(address(world), {**CALM, **shown(page), "do": "keep"})
    release_without_a_question()
    kept = priya.get(address(world))
    assert "What support or action is already in place?" in text(kept)
    assert "Is there a dog?" not in text(kept)
    assert priya.post(address(world), {**CALM, "band": "high", **shown(kept)}).status_code == 302
    assert newest(world).question_set_id == version(JUDGED).pk


def test_a_form_that_names_no_version_or_another_is_asked_the_one_in_force(
    world: World, priya: Client
) -> None:
    seen = shown(priya.get(address(world)))["seen"]
    before = newest(world).pk
    release_without_a_question()
    for said in ("", "nonsense", str(version(SCORED).pk)):
        answer = priya.post(address(world), {**CALM, "band": "high", "seen": seen, "asked": said})
        assert answer.status_code == 422
        assert "Is there a dog?" in text(answer)
    assert newest(world).pk == before


def test_two_days_later_it_is_too_late(transactional_db: None) -> None:
    assert release(proposed(), NADIA) == FIRST + 1
    first, second, today = version(SCORED), version(SCORED, FIRST + 1), london_date(now())
    for days in range(FINISHED_WITHIN.days):
        assert version_under_way(second, first.pk, today + timedelta(days=days)) == first
    assert version_under_way(second, first.pk, today + FINISHED_WITHIN) == second
    assert version_under_way(first, second.pk, today) == first, "what is only planned is not answered yet"
    assert version_under_way(second, None, today) == second
    assert version_under_way(second, version(JUDGED).pk, today) == second
    assert question_set_of(first.pk).version == FIRST
