"""Whatever is wrong with a draft is said with its place, and leads to the page on which it is mended."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sentinel.foundation.clock import now
from sentinel.governance.models import QuestionSetDraft
from sentinel.governance.queries import problems_of
from sentinel.governance.rules.house import house_problems
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import build, to_data, validate_definition
from tests.governance.making import GRACE, JUDGED, SCRIPT, asked, begun, errors, text, version, written
from tests.support import signed_in


@pytest.fixture
def grace(transactional_db: None) -> Client:
    return signed_in(GRACE)


@pytest.fixture
def draft(transactional_db: None) -> QuestionSetDraft:
    return begun()


def mended_at(grace: Client, draft: QuestionSetDraft) -> list[tuple[str, str]]:
    """The problems on the draft's page: where each leads, and what it says."""
    page = grace.get(f"/question-sets/drafts/{draft.pk}/").content.decode()
    found = re.search(r'aria-labelledby="problems".*?</section>', page, flags=re.S)
    if found is None:
        return []
    said = []
    for item in re.findall(r"<li>(.*?)</li>", found[0], flags=re.S):
        link = re.search(r'href="([^"]*)"', item)
        said.append((link[1] if link else "", re.sub(r"<[^>]*>", "", item)))
    return said


def bands(*limits: tuple[int, int | None]) -> Any:
    def edit(definition: dict[str, Any]) -> None:
        for band, (low, high) in zip(definition["bands"], limits, strict=True):
            band.update(min=low, max=high)

    return edit


def without_questions(definition: dict[str, Any]) -> None:
    definition["sections"] = []


def on_nothing(definition: dict[str, Any]) -> None:
    asked(definition, "worse")["show_when"] = {"question": "gone_by_now", "equals": "yes"}


def loop(definition: dict[str, Any]) -> None:
    asked(definition, "linked")["show_when"] = {"question": "worse", "equals": "yes"}
    asked(definition, "worse")["show_when"] = {"question": "linked", "equals": "yes"}


def twice(definition: dict[str, Any]) -> None:
    definition["sections"][1]["questions"].append(copy.deepcopy(asked(definition, "worse")))


def no_label(definition: dict[str, Any]) -> None:
    asked(definition, "frequency")["options"][2]["label"] = " "


def one_answer(definition: dict[str, Any]) -> None:
    asked(definition, "frequency")["options"] = asked(definition, "frequency")["options"][:1]


def empty_section(definition: dict[str, Any]) -> None:
    definition["sections"].append({"key": "late", "title": "Late", "questions": []})


def no_source(definition: dict[str, Any]) -> None:
    definition["source"] = ""


@pytest.mark.parametrize(
    ("edit", "leads_to", "words"),
    [
        (bands((0, 10), (12, 21), (22, None)), "bands", "There is a gap: no band holds 11 points"),
        (bands((0, 12), (12, 21), (22, None)), "bands", "It overlaps the band below"),
        (bands((0, 11), (12, 21), (22, 23)), "bands", "the bands end at 23"),
        (without_questions, "", "A set needs at least one question"),
        (on_nothing, "questions/worse/when/show_when", "There is no question gone_by_now"),
        (loop, "questions/linked", "a loop"),
        (twice, "questions/worse", "Two questions have this key"),
        (no_label, "questions/frequency/answers/most_months", "This is empty"),
        (one_answer, "questions/frequency", "needs at least two options"),
        (empty_section, "sections/late", "A section needs at least one question"),
        (no_source, "heading", "This is empty"),
    ],
)  # fmt: skip
def test_each_problem_leads_to_its_place(
    grace: Client, draft: QuestionSetDraft, edit: Any, leads_to: str, words: str
) -> None:
    assert mended_at(grace, draft) == []
    written(draft, edit)
    found = mended_at(grace, draft)
    mine = [one for one in found if words in one[1]]
    assert mine, found
    where = f"/question-sets/drafts/{draft.pk}/{leads_to}" if leads_to else ""
    assert where in {href for href, _ in mine}
    for href, _ in found:
        assert not href or grace.get(href).status_code == 200, href
    proposing = grace.get(f"/question-sets/drafts/{draft.pk}/propose")
    assert words in text(proposing)
    assert 'name="release_from"' not in proposing.content.decode()
    day = london_date(now()).isoformat()
    refused = grace.post(f"/question-sets/drafts/{draft.pk}/propose", {"release_from": day, "seen": 2})
    assert refused.status_code == 422
    draft.refresh_from_db()
    assert draft.state == "open"


def test_a_question_is_named_by_what_it_asks_and_not_by_its_key(
    grace: Client, draft: QuestionSetDraft
) -> None:
    def later(definition: dict[str, Any]) -> None:
        asked(definition, "linked")["show_when"] = {"question": "worse", "equals": "yes"}

    written(draft, later)
    said = [what for _, what in mended_at(grace, draft)]
    assert any(
        "The question “Is it happening more often or getting worse?” is only asked later" in what
        for what in said
    )


def test_a_broken_draft_can_still_be_looked_at_on_every_page(grace: Client, draft: QuestionSetDraft) -> None:
    written(draft, no_label)
    for path in ("", "preview", "changes", "past", "propose", "decide", "bands", "questions/frequency"):
        assert grace.get(f"/question-sets/drafts/{draft.pk}/{path}").status_code == 200, path
    assert "cannot be shown before this is mended" in text(
        grace.get(f"/question-sets/drafts/{draft.pk}/preview")
    )
    written(draft, without_questions)
    for path in ("", "preview", "changes", "past"):
        assert grace.get(f"/question-sets/drafts/{draft.pk}/{path}").status_code == 200, path


@pytest.mark.parametrize("days", [-1, -400])
def test_a_release_in_the_past_is_refused_beside_its_day(
    grace: Client, draft: QuestionSetDraft, days: int
) -> None:
    day = london_date(now()) + timedelta(days=days)
    answer = grace.post(
        f"/question-sets/drafts/{draft.pk}/propose", {"release_from": f"{day:%d/%m/%Y}", "seen": 1}
    )
    assert answer.status_code == 422
    assert "past" in errors(answer)
    assert f"{day:%d/%m/%Y}" in answer.content.decode()


@pytest.mark.django_db
def test_what_sentinel_itself_needs_is_not_taken_away() -> None:
    judged = question_set_of(version(JUDGED).pk)
    script = question_set_of(version(SCRIPT).pk)

    def problems(base: Any, edit: Any) -> list[str]:
        data = to_data(base)
        edit(data)
        built, wrong = build(data)
        assert built is not None
        assert wrong == []
        return [str(one) for one in house_problems(built, base)]

    assert problems(judged, lambda data: None) == []
    assert problems(script, lambda data: None) == []

    def drop(key: str) -> Any:
        def edit(data: dict[str, Any]) -> None:
            for section in data["sections"]:
                section["questions"] = [one for one in section["questions"] if one["key"] != key]

        return edit

    assert any("reason of the band" in one for one in problems(judged, drop("band_reason")))
    assert any(
        "section for the judgement" in one for one in problems(judged, lambda data: data["sections"].pop())
    )
    assert any("low, medium and high" in one for one in problems(judged, lambda data: data["bands"].pop(1)))
    assert problems(judged, drop("support")) == [], "what is asked of a victim is the partnership's to decide"
    assert any("read the answer to" in one for one in problems(script, drop("caller_name")))

    def without_option(data: dict[str, Any]) -> None:
        asked(data, "name_wish")["options"].pop()

    assert any("The caller does not give a name" in one for one in problems(script, without_option))

    def another_kind(data: dict[str, Any]) -> None:
        asked(data, "impact_words")["kind"] = "text"

    assert any("answered in another way before" in one for one in problems(judged, another_kind))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", [JUDGED, SCRIPT, "approach", "victor-e", "victim-risk-generic-2012-style-draft"]
)
def test_every_set_that_ships_may_be_begun_from(key: str) -> None:
    from tests.support import acting

    acting(GRACE)
    draft = begun(key)
    assert problems_of(draft) == []
    question_set = question_set_of(draft.based_on_id)
    assert validate_definition(question_set) == []
