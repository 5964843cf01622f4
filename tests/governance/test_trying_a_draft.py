"""A draft is tried before it is used: previewed as the officer will see it, compared, and held against past assessments."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sentinel.accounts.models import RoleHeld
from sentinel.audit.models import Entry
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.governance.models import QuestionSetDraft, Tabletop
from sentinel.governance.operations import ask_for_tabletop
from sentinel.governance.tabletop import own_reach, work_out
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.models import Assessment, AssessmentDraft
from tests.access.world import SECRETS, World, build
from tests.governance.making import GRACE, JUDGED, asked, begun, scalar, text, written
from tests.support import PRIYA, acting, signed_in, user


@pytest.fixture
def grace(transactional_db: None) -> Client:
    return signed_in(GRACE)


def at(draft: QuestionSetDraft, path: str = "") -> str:
    return f"/question-sets/drafts/{draft.pk}/{path}"


def at_its_least(draft: QuestionSetDraft) -> dict[str, Any]:
    """The first answer to every question of a scored draft that lets one choose, and words elsewhere."""
    question_set = question_set_of(draft.based_on_id)
    given: dict[str, Any] = {}
    for question in question_set.questions():
        if question.options:
            least = min(
                question.options, key=lambda one: (one.automatic is not None, one.unknown, one.score or 0)
            )
            given[question.key] = [least.key] if question.kind.value == "many_of" else least.key
        else:
            given[question.key] = "1" if question.kind.value == "number" else "some words"
    return given


def test_a_preview_gives_points_and_a_band_and_keeps_nothing(grace: Client) -> None:
    draft = begun()
    before = (
        scalar("SELECT count(*) FROM risk_assessment"),
        scalar("SELECT count(*) FROM risk_assessmentdraft"),
    )
    page = grace.get(at(draft, "preview"))
    assert "Nothing that you answer here is kept" in text(page)
    assert "data-autosave" not in page.content.decode()
    assert "data-show-when" in page.content.decode() or "govuk-radios" in page.content.decode()
    low = grace.post(at(draft, "preview"), at_its_least(draft))
    assert low.status_code == 200
    assert "What these answers give" in text(low)
    assert "s-risk--low" in low.content.decode()
    high = grace.post(
        at(draft, "preview"), {**at_its_least(draft), "weapon": "yes", "weapon__why": "A knife"}
    )
    assert "s-risk--high" in high.content.decode()
    assert "A weapon was used, shown or spoken of." in text(high)
    unknown = grace.post(at(draft, "preview"), {**at_its_least(draft), "linked": "unknown"})
    assert "Not known, and chased until it is" in text(unknown)
    empty = grace.post(at(draft, "preview"), {})
    assert empty.status_code == 422
    assert "Choose an answer." in text(empty)
    assert before == (
        scalar("SELECT count(*) FROM risk_assessment"),
        scalar("SELECT count(*) FROM risk_assessmentdraft"),
    )


def test_a_preview_shows_what_was_written_a_moment_ago(grace: Client) -> None:
    draft = written(
        begun(JUDGED), lambda data: asked(data, "impact").update(text="How hard does it hit them?")
    )
    page = grace.get(at(draft, "preview"))
    assert "How hard does it hit them?" in text(page)
    assert 'name="band"' in page.content.decode(), "a judged set asks for the band where the officer is asked"


def test_what_a_draft_changes_is_told_as_a_table(grace: Client) -> None:
    def edit(data: dict[str, Any]) -> None:
        asked(data, "frequency")["options"][1]["score"] = 2
        data["bands"][0]["max"], data["bands"][1]["min"] = 10, 11

    draft = written(begun(), edit)
    words = text(grace.get(at(draft, "changes")))
    assert "the answer “Now and then” Changed: points 1 2" in words
    assert "The band Low Changed: points 0 to 11 0 to 10" in words
    assert "4 changes" not in text(grace.get(at(draft)))
    assert "3 changes" in text(grace.get(at(draft)))


@pytest.fixture
def world(transactional_db: None, database_urls: dict[str, str]) -> World:
    return build(database_urls)


def all_by_one_answer(data: dict[str, Any]) -> None:
    """Whoever was hit, however little, is high: everybody with any answer on impact changes who was not high."""
    for option in asked(data, "impact")["options"]:
        if not option.get("unknown"):
            option["automatic"] = "Somebody was hit."


def tried(draft: QuestionSetDraft) -> Tabletop:
    with transaction.atomic():
        row = ask_for_tabletop(actor=acting(GRACE), now=now(), draft_id=draft.pk)
    with transaction.atomic():
        acting(PRIYA)  # tests know no worker's role: whoever reads the cases stands in for it
        work_out(now=now(), tabletop_id=row.pk)
    row.refresh_from_db()
    return row


def test_who_would_change_is_told_as_a_table_a_picture_and_causes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.governance.rules.replaying.FEWEST", 1)
    monkeypatch.setattr("sentinel.governance.tabletop.FEWEST_PAST", 1)
    draft = written(begun(JUDGED), all_by_one_answer)
    row = tried(draft)
    result = row.result
    assert sum(result["before"].values()) == sum(result["after"].values())
    assert result["after"].get("high", 0) > result["before"].get("high", 0)
    assert [key for key, _ in result["causes"]] == ["impact"]
    page = signed_in(GRACE).get(at(draft, "past"))
    words = text(page)
    assert "would stand in another band" in words
    assert "From band to band" in words
    assert "How much does it affect this person?" in words
    assert page.content.decode().count('class="s-chart__bar"') >= 4
    assert "People by band, now and with the draft" in page.content.decode()


def test_what_is_kept_and_shown_of_the_whole_names_nobody_and_no_small_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.governance.tabletop.FEWEST_PAST", 1)
    draft = written(begun(JUDGED), all_by_one_answer)
    row = tried(draft)
    kept = json.dumps(row.result)
    assert world.case not in kept
    for count in [
        row.result["changed"],
        *row.result["after"].values(),
        *(count for _, _, count in row.result["pairs"]),
    ]:
        assert count is None or count % 5 == 0
    page = text(signed_in(GRACE).get(at(draft, "past")))
    assert "fewer than 5" in page.lower()
    assert "In the cases that you may read" not in page, "a governance officer reads no case"
    for secret in (*SECRETS, world.case, world.witness):
        assert secret not in page


def test_cases_are_named_only_where_the_reader_reads_them(world: World) -> None:
    draft = written(begun(JUDGED), all_by_one_answer)
    with transaction.atomic():
        acting(PRIYA)
        changing = Assessment.objects.exclude(band=3).select_related("case").first()
        assert changing is not None
        named = changing.case.reference
    # Whoever governs and works on cases as well reads by name what they read anyhow; a stranger's agency reads nothing.
    for email in (PRIYA, "mark.dale@melton.example"):
        RoleHeld.objects.create(user=user(email), role="governance_officer", since=now())
    page = text(signed_in(PRIYA).get(at(draft, "past")))
    assert "In the cases that you may read" in page
    assert named in page
    elsewhere = text(signed_in("mark.dale@melton.example").get(at(draft, "past")))
    assert "There is no past assessment that you may read" in elsewhere
    assert named not in elsewhere
    with transaction.atomic():
        acting("ravi.desai@police.example")
        looked = Entry.objects.filter(kind="view", subject="tabletop")
        assert changing.case_id in {one.record_id for one in looked}, "which cases were looked at is recorded"
        assert {one.user_id for one in looked} == {user(PRIYA).pk}


def test_the_set_as_it_is_moves_nobody(world: World) -> None:
    question_set = question_set_of(begun(JUDGED).based_on_id)
    with transaction.atomic():
        priya = acting(PRIYA)
        own = own_reach(replace(priya, rights=priya.rights | {"govern"}), question_set)
        assert own is not None
        assert own.of > 0
        assert own.lines == []


def test_it_is_asked_once_while_it_waits_and_again_after_a_change(grace: Client) -> None:
    draft = begun()
    for _ in range(2):
        assert grace.post(at(draft, "past")).status_code == 302
    assert Tabletop.objects.filter(revision__draft=draft).count() == 1
    assert "being worked out" in text(grace.get(at(draft, "past")))
    with transaction.atomic():
        state_actor(SYSTEM)
        work_out(now=now(), tabletop_id=Tabletop.objects.get(revision__draft=draft).pk)
    assert "It was not tried. There are fewer than 20 past assessments" in text(grace.get(at(draft, "past")))
    written(draft, lambda data: data.update(title="Another"))
    assert "was changed since this was worked out" in text(grace.get(at(draft, "past")))
    grace.post(at(draft, "past"))
    assert Tabletop.objects.filter(revision__draft=draft).count() == 2


def test_with_too_few_past_assessments_nothing_is_told(world: World) -> None:
    draft = written(begun(JUDGED), all_by_one_answer)
    assert tried(draft).result == {"too_few": True}
    page = text(signed_in(GRACE).get(at(draft, "past")))
    assert "It was not tried. There are fewer than 20 past assessments" in page
    assert "would stand in another band, " not in page
    assert "From band to band" not in page


def test_a_set_is_tried_no_more_than_twenty_times_a_day(grace: Client) -> None:
    draft = begun()
    revision = draft.revisions.get()
    for _ in range(20):
        Tabletop.objects.create(revision=revision, asked_by=user(GRACE), asked_at=now(), done_at=now())
    Tabletop.objects.update(result={"too_few": True})
    answer = grace.post(at(draft, "past"))
    assert answer.status_code == 422
    assert "tried 20 times in the last 24 hours" in text(answer)
    assert Tabletop.objects.count() == 20
    Tabletop.objects.update(asked_at=now() - timedelta(hours=25))
    assert grace.post(at(draft, "past")).status_code == 302


def test_a_draft_with_something_wrong_is_not_tried(grace: Client) -> None:
    draft = written(begun(), lambda data: data["bands"].pop())
    assert "Mend this first" in text(grace.get(at(draft, "past")))
    assert grace.post(at(draft, "past")).status_code in {400, 422}
    assert Tabletop.objects.count() == 0


def test_trying_changes_no_assessment(world: World) -> None:
    with transaction.atomic():
        acting(PRIYA)
        before = list(Assessment.objects.order_by("id").values_list("id", "band", "answers", "version"))
    tried(written(begun(JUDGED), all_by_one_answer))
    with transaction.atomic():
        acting(PRIYA)
        assert (
            list(Assessment.objects.order_by("id").values_list("id", "band", "answers", "version")) == before
        )
        assert AssessmentDraft.objects.count() == 0
