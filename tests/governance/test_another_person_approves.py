"""A draft becomes a version only by another person's approval of exactly what they saw, from a day that has not passed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from sentinel.audit.models import Entry
from sentinel.foundation.clock import now
from sentinel.governance.models import QuestionSetDraft, QuestionSetRevision
from sentinel.governance.operations import approve, begin_draft, propose, send_back
from sentinel.governance.queries import newest_revision
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.ids import new_id
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version, question_set_of
from tests.governance.making import (
    FIRST,
    GRACE,
    NADIA,
    SCORED,
    asked,
    begun,
    propose_today,
    rule_proposed,
    text,
    written,
)
from tests.support import PRIYA, acting, signed_in, user


def reworded(definition: dict[str, Any]) -> None:
    asked(definition, "worse")["text"] = "Is it getting worse?"


def proposed(days: int = 0, by: str = GRACE) -> QuestionSetDraft:
    draft = written(begun(), reworded)
    with transaction.atomic():
        return propose(
            actor=acting(by), now=now(), draft_id=draft.pk, seen=draft.number,
            release_from=london_date(now()) + timedelta(days=days),
        )  # fmt: skip


def release(draft: QuestionSetDraft, by: str, seen: str | None = None, day: date | None = None) -> int:
    """Straight at the database, as somebody who has got past the pages."""
    with transaction.atomic(), connection.cursor() as cursor:
        acting(by)
        fingerprint = newest_revision(draft).fingerprint if seen is None else seen
        given = [
            draft.pk,
            fingerprint,
            day or QuestionSetDraft.objects.get(pk=draft.pk).release_from,
            new_id(),
        ]
        cursor.execute("SELECT governance_release(%s, %s, %s, %s)", given)
        return int(cursor.fetchone()[0])


@pytest.fixture
def draft(transactional_db: None) -> QuestionSetDraft:
    return proposed()


def at(draft: QuestionSetDraft, path: str = "") -> str:
    return f"/question-sets/drafts/{draft.pk}/{path}"


def shown(client: Client, draft: QuestionSetDraft) -> dict[str, str]:
    """What the page that one decides on sends with the approval."""
    page = client.get(at(draft, "decide")).content.decode()
    return dict(re.findall(r'name="(fingerprint|release_from)" value="([0-9a-f-]+)"', page))


def send(client: Client, draft: QuestionSetDraft) -> Any:
    return client.post(at(draft, "decide"), shown(client, draft))


def test_another_person_approves_in_the_browser_and_it_is_used_from_its_day(transactional_db: None) -> None:
    draft = written(begun(), reworded)
    grace, nadia = signed_in(GRACE), signed_in(NADIA)
    day = london_date(now()) + timedelta(days=3)
    sent = grace.post(at(draft, "propose"), {"release_from": f"{day:%d/%m/%Y}", "seen": draft.number})
    assert sent["Location"] == at(draft)
    page = text(nadia.get(at(draft, "decide")))
    assert "Grace Holt proposes it" in page
    assert "Is it happening more often or getting worse?" in page
    assert "Is it getting worse?" in page
    approved = send(nadia, draft)
    assert approved["Location"] == f"/question-sets/{SCORED}"
    made = QuestionSetVersion.objects.get(key=SCORED, number=FIRST + 1)
    assert made.confirmed, "what the partnership has approved counts as confirmed"
    assert made.approved_by_id == user(NADIA).pk
    question_set = question_set_of(made.pk)
    worse = question_set.question("worse")
    assert worse is not None
    assert worse.text == "Is it getting worse?"
    assert (question_set.version, question_set.confirmed, question_set.released_from) == (
        FIRST + 1,
        True,
        day,
    )
    today = london_date(now())
    assert current_version(SCORED, today).number == FIRST
    assert current_version(SCORED, day).number == FIRST + 1
    words = text(nadia.get(f"/question-sets/{SCORED}"))
    assert "(planned)" in words
    assert "Nadia Byrne" in words
    compared = text(grace.get(f"/question-sets/{SCORED}/compare"))
    assert "Is it getting worse?" in compared
    assert grace.get(f"/question-sets/{SCORED}/version/2").status_code == 200
    with transaction.atomic():
        acting("ravi.desai@police.example")
        kinds = list(Entry.objects.filter(kind__startswith="question_set").values_list("kind", flat=True))
    assert set(kinds) == {
        "question_set_begun",
        "question_set_changed",
        "question_set_proposed",
        "question_set_released",
    }


def test_what_changes_nothing_of_a_confirmed_version_is_not_proposed(transactional_db: None) -> None:
    grace, nadia = signed_in(GRACE), signed_in(NADIA)
    day = {"release_from": f"{london_date(now()):%d/%m/%Y}"}
    as_it_came = begun()
    page = text(grace.get(at(as_it_came, "propose")))
    assert "it is to be confirmed as it is" in page
    assert grace.post(at(as_it_came, "propose"), {**day, "seen": as_it_came.number}).status_code == 302
    send(nadia, as_it_came)
    released = QuestionSetVersion.objects.get(key=SCORED, number=FIRST + 1)
    with transaction.atomic():
        again = begin_draft(actor=acting(GRACE), now=now(), version=released)
    assert "so there is nothing to propose" in text(grace.get(at(again, "propose")))
    refused = grace.post(at(again, "propose"), {**day, "seen": again.number})
    assert refused.status_code == 422
    assert "Nothing in this draft differs" in text(refused)
    again.refresh_from_db()
    assert again.state == "open"
    changed = written(again, reworded)
    assert grace.post(at(changed, "propose"), {**day, "seen": 1}).status_code == 409
    late = text(grace.post(at(changed, "propose"), {**day, "seen": 1}))
    assert "You have, in another window, changed the draft" in late
    assert grace.post(at(changed, "propose"), {**day, "seen": changed.number}).status_code == 302


@pytest.mark.parametrize("proposer", [GRACE, NADIA])
def test_who_wrote_or_proposed_it_does_not_approve_it(transactional_db: None, proposer: str) -> None:
    draft = proposed(by=proposer)
    for email in {GRACE, proposer}:
        page = signed_in(email).get(at(draft, "decide"))
        assert "Another person approves it" in text(page)
        assert 'name="fingerprint"' not in page.content.decode()
        seen = newest_revision(draft).fingerprint
        assert signed_in(email).post(at(draft, "decide"), {"fingerprint": seen}).status_code == 403
    assert QuestionSetVersion.objects.filter(key=SCORED).count() == 1


@pytest.mark.parametrize("proposer", [GRACE, NADIA])
def test_the_database_refuses_a_release_by_its_author(transactional_db: None, proposer: str) -> None:
    draft = proposed(by=proposer)
    with pytest.raises(DatabaseError, match="nobody approves what they wrote or proposed"):
        release(draft, GRACE)
    if proposer == NADIA:
        with pytest.raises(DatabaseError, match="nobody approves what they wrote or proposed"):
            release(draft, NADIA)
    else:
        assert release(draft, NADIA) == FIRST + 1


def test_the_database_refuses_whoever_is_no_governance_officer(draft: QuestionSetDraft) -> None:
    with pytest.raises(DatabaseError, match="a governance officer approves"):
        release(draft, PRIYA)


def test_the_database_writes_down_who_wrote_whatever_is_sent(transactional_db: None) -> None:
    draft = begun()
    with transaction.atomic():
        acting(GRACE)
        row = QuestionSetRevision.objects.create(
            draft=draft, number=2, definition={"key": SCORED}, fingerprint="0" * 64, made_by=user(NADIA),
            made_at=now(), what="a lie",
        )  # fmt: skip
        row.refresh_from_db()
        assert row.made_by_id == user(GRACE).pk
        assert row.fingerprint != "0" * 64


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE questionnaires_questionsetversion SET title = 'Mine'",
        "INSERT INTO questionnaires_questionsetversion SELECT * FROM questionnaires_questionsetversion",
        "UPDATE governance_questionsetrevision SET definition = '{}'",
        "DELETE FROM governance_questionsetrevision",
        "DELETE FROM governance_questionsetdraft",
    ],
)
def test_neither_a_version_nor_what_was_written_can_be_changed_behind_it(
    draft: QuestionSetDraft, statement: str
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        acting(GRACE)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)


def test_what_is_proposed_takes_no_more_changes(draft: QuestionSetDraft) -> None:
    with pytest.raises(Conflict):
        written(draft, lambda definition: definition.update(title="Late"))
    late = QuestionSetRevision(
        draft=draft, number=99, definition={}, made_by=user(GRACE), made_at=now(), what="late"
    )
    with transaction.atomic():
        acting(GRACE)
        with pytest.raises(DatabaseError, match="only an open draft is written to"), transaction.atomic():
            late.save(force_insert=True)
    page = signed_in(GRACE).post(at(draft, "heading"), {"title": "Late", "source": "x", "seen": 2})
    assert page.status_code == 409


def test_approval_is_of_exactly_what_was_seen(draft: QuestionSetDraft) -> None:
    seen = newest_revision(draft).fingerprint
    with transaction.atomic():
        send_back(actor=acting(NADIA), now=now(), draft_id=draft.pk, why="Another word, please")
    written(draft, lambda definition: definition.update(title="Another title"))
    with transaction.atomic():
        draft.refresh_from_db()
        propose(
            actor=acting(GRACE),
            now=now(),
            draft_id=draft.pk,
            seen=draft.number,
            release_from=london_date(now()),
        )
    answer = signed_in(NADIA).post(at(draft, "decide"), {"fingerprint": seen})
    assert answer.status_code == 409
    assert "not what you were shown" in text(answer)
    with pytest.raises(DatabaseError, match="what is released is what was seen"):
        release(draft, NADIA, seen)
    assert send(signed_in(NADIA), draft).status_code == 302
    assert QuestionSetVersion.objects.get(key=SCORED, number=FIRST + 1).title == "Another title"


def test_approval_is_of_the_day_that_was_seen(transactional_db: None) -> None:
    draft, nadia, today = proposed(days=10), signed_in(NADIA), london_date(now())
    seen = shown(nadia, draft)
    assert seen["release_from"] == (today + timedelta(days=10)).isoformat()
    with transaction.atomic():
        send_back(actor=acting(GRACE), now=now(), draft_id=draft.pk, why="From today, rather")
    propose_today(draft)
    answer = nadia.post(at(draft, "decide"), seen)
    assert answer.status_code == 409
    assert "You were shown another day" in text(answer)
    for day in ("", "someday"):
        assert nadia.post(at(draft, "decide"), {**seen, "release_from": day}).status_code == 409
    with pytest.raises(DatabaseError, match="what is released is what was seen"):
        release(draft, NADIA, day=today + timedelta(days=10))
    assert QuestionSetVersion.objects.filter(key=SCORED).count() == 1
    assert send(nadia, draft).status_code == 302
    assert QuestionSetVersion.objects.get(key=SCORED, number=FIRST + 1).released_from == today


def test_a_day_that_passed_while_it_waited_is_too_late(draft: QuestionSetDraft) -> None:
    QuestionSetDraft.objects.filter(pk=draft.pk).update(release_from=london_date(now()) - timedelta(days=1))
    with pytest.raises(Invalid, match="passed"), transaction.atomic():
        approve(
            actor=acting(NADIA), now=now(), draft_id=draft.pk, seen=newest_revision(draft).fingerprint,
            seen_from=london_date(now()) - timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="nothing is released in the past"):
        release(draft, NADIA)
    assert "That day has passed" in text(send(signed_in(NADIA), draft))


def test_a_slip_of_the_year_does_not_shut_the_set_up_for_a_century(transactional_db: None) -> None:
    draft = written(begun(), reworded)
    sent = {"release_from": "1 May 2100", "seen": draft.number}
    answer = signed_in(GRACE).post(at(draft, "propose"), sent)
    assert answer.status_code == 422
    assert "more than a year ahead" in text(answer)
    with transaction.atomic():
        propose(
            actor=acting(GRACE),
            now=now(),
            draft_id=draft.pk,
            seen=draft.number,
            release_from=london_date(now()),
        )
    far = london_date(now()) + timedelta(days=9000)
    QuestionSetDraft.objects.filter(pk=draft.pk).update(release_from=far)
    with pytest.raises(DatabaseError, match="more than a year ahead"):
        release(draft, NADIA)


def test_one_that_is_planned_comes_first(transactional_db: None) -> None:
    first = proposed(days=30)
    assert release(first, NADIA) == FIRST + 1
    later = written(begun(), lambda definition: definition.update(title="Sooner"))
    too_soon = london_date(now()) + timedelta(days=29)
    with pytest.raises(Invalid, match="planned"), transaction.atomic():
        propose(actor=acting(GRACE), now=now(), draft_id=later.pk, seen=later.number, release_from=too_soon)
    with transaction.atomic():
        propose(
            actor=acting(GRACE), now=now(), draft_id=later.pk, seen=later.number,
            release_from=too_soon + timedelta(days=1),
        )  # fmt: skip
    assert release(later, NADIA) == FIRST + 2


def test_a_draft_of_an_older_version_is_compared_with_the_one_it_would_follow(transactional_db: None) -> None:
    assert release(proposed(), NADIA) == FIRST + 1
    grace = signed_in(GRACE)
    begun_from = grace.post(f"/question-sets/{SCORED}/begin", {"version": FIRST})
    draft = QuestionSetDraft.objects.get(state="open")
    assert begun_from["Location"] == at(draft)
    page = text(grace.get(at(draft, "changes")))
    assert f"Against version {FIRST + 1}, which it would follow. It was begun from version {FIRST}" in page
    assert "Is it getting worse? Is it happening more often or getting worse?" in page.replace(
        "“", ""
    ).replace("”", "")
    assert "1 change" in text(grace.get(at(draft)))
    compared = text(grace.get(f"/question-sets/{SCORED}/compare?from={FIRST + 1}&to={FIRST}"))
    assert "Is it happening more often or getting worse?" in compared
    assert grace.get(f"/question-sets/{SCORED}/compare?from=9&to=1").status_code == 404


def test_it_waits_on_the_work_of_who_may_approve_it_and_of_nobody_else(draft: QuestionSetDraft) -> None:
    rule_proposed(by=NADIA)
    nadia, grace = text(signed_in(NADIA).get("/")), text(signed_in(GRACE).get("/"))
    assert "Approve a question set, or send it back" in nadia
    assert "Approve a local rule" not in nadia
    assert "Approve a question set" not in grace
    assert "Approve a local rule, or send it back : When the victim is contacted" in grace
    assert "Approve a" not in text(signed_in(PRIYA).get("/"))
    assert signed_in(NADIA).get(at(draft, "decide")).status_code == 200
    release(draft, NADIA)
    assert "Approve a question set" not in text(signed_in(NADIA).get("/"))


def test_it_is_sent_back_with_what_is_to_be_changed(draft: QuestionSetDraft) -> None:
    nadia = signed_in(NADIA)
    assert nadia.post(at(draft, "send-back"), {"why": ""}).status_code == 422
    nadia.post(at(draft, "send-back"), {"why": "Say who decided it."})
    page = text(signed_in(GRACE).get(at(draft)))
    assert "Sent back by Nadia Byrne" in page
    assert "Say who decided it." in page
    draft.refresh_from_db()
    assert draft.state == "open"
    assert written(draft, lambda definition: definition.update(source="Board")).number == draft.number + 1


def test_a_draft_thrown_away_is_kept_to_read_and_makes_room(draft: QuestionSetDraft) -> None:
    grace = signed_in(GRACE)
    assert "Throw this draft away?" in text(grace.get(at(draft, "throw-away")))
    grace.post(at(draft, "throw-away"))
    assert "Thrown away by Grace Holt" in text(grace.get(at(draft)))
    assert send(signed_in(NADIA), draft).status_code == 409
    with pytest.raises(DatabaseError, match="only what was proposed is released"):
        release(draft, NADIA)
    assert begun().pk != draft.pk


def test_a_double_press_releases_once(draft: QuestionSetDraft) -> None:
    nadia = signed_in(NADIA)
    assert send(nadia, draft).status_code == 302
    assert send(nadia, draft).status_code == 409
    assert QuestionSetVersion.objects.filter(key=SCORED).count() == 2


@pytest.mark.django_db
def test_who_runs_the_server_writes_no_draft_without_an_account() -> None:
    from dataclasses import replace

    from sentinel.governance.operations import begin_draft
    from tests.governance.making import version

    nobody = replace(acting(GRACE), user_id=None)
    with pytest.raises(Refused):
        begin_draft(actor=nobody, now=now(), version=version())
