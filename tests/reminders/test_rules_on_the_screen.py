"""A governance officer drafts, tries out and releases rules; a local administrator reads them; nobody else comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sentinel.audit.models import Entry
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.reminders import operations
from sentinel.reminders.in_force import rules_in_force
from sentinel.reminders.models import ReminderRule, Simulation
from sentinel.reminders.simulation import run
from tests.support import acting, signed_in

PRIYA, JOYCE = "priya.nair@charnwood.example", "joyce.lim@charnwood.example"
GRACE, RAVI = "grace.holt@police.example", "ravi.desai@police.example"
LIST, ONE = "/system/reminders", "/system/reminders/unknown_answer"
DRAFT = {
    "label": "An answer is still unknown", "condition": "unknown_answer", "days": "business", "after": "2, 5",
    "then_every": "5", "channel": "email", "urgent": "on", "words": "Find it out.", "source": "Meeting of 3 November",
    "active": "on", "from_lead": "1", "from_supervisor": "2",
}  # fmt: skip


def tried(as_worker: Callable[[], Any]) -> None:
    with as_worker():
        for one in Simulation.objects.filter(finished_at__isnull=True):
            run(one.pk)


def version() -> int:
    return ReminderRule.objects.get(effective_from__isnull=True, discarded_at__isnull=True).version


def test_who_looks_after_sentinel_reads_the_rules_and_nobody_else(transactional_db: None) -> None:
    for path in (LIST, ONE):
        for email in (GRACE, JOYCE):
            assert signed_in(email).get(path).status_code == 200
        for email in (PRIYA, RAVI):
            assert signed_in(email).get(path).status_code == 403
    page = signed_in(JOYCE).get(ONE).content.decode()
    assert "After 4, 7, 10 and 14 calendar days, then every 7" in page
    assert "from reminder 3 on" in page
    assert "Needs local confirmation" in page
    assert "Try it out" not in page
    assert signed_in(JOYCE).post(f"{ONE}/try").status_code == 403
    assert signed_in(JOYCE).get(f"{ONE}/draft").status_code == 403
    assert signed_in(GRACE).get(f"{LIST}/no_such_rule").status_code == 404
    assert 'href="/system/reminders"' in signed_in(JOYCE).get("/system/").content.decode()


def test_a_version_is_drafted_tried_out_and_released_from_a_day(as_worker: Callable[[], Any]) -> None:
    grace = signed_in(GRACE)
    assert "4, 7, 10, 14" in grace.get(f"{ONE}/draft").content.decode()
    assert grace.post(f"{ONE}/draft", DRAFT).status_code == 302
    page = grace.get(ONE).content.decode()
    assert "After 2 and 5 business days, then every 5" in page
    assert "Nobody has tried it out yet" in page
    tomorrow = london_date(now()) + timedelta(days=1)
    early = grace.post(f"{ONE}/release", {"version": version(), "effective_from": show_date(tomorrow)})
    assert early.status_code == 422
    assert "Try it out first" in early.content.decode()
    assert grace.post(f"{ONE}/try").status_code == 302
    assert "It is being worked out" in grace.get(ONE).content.decode()
    tried(as_worker)
    assert "0 reminders" in grace.get(ONE).content.decode()
    assert (
        grace.post(
            f"{ONE}/release", {"version": version(), "effective_from": show_date(tomorrow)}
        ).status_code
        == 302
    )
    today = {one.rule.key: one.rule for one in rules_in_force(tomorrow - timedelta(days=1))}
    then = {one.rule.key: one.rule for one in rules_in_force(tomorrow)}
    assert today["unknown_answer"].after == (4, 7, 10, 14)
    assert (then["unknown_answer"].after, then["unknown_answer"].urgent) == ((2, 5), True)
    assert "Other versions" in grace.get(ONE).content.decode()
    with transaction.atomic():
        acting(RAVI)
        kinds = set(Entry.objects.filter(kind__startswith="reminder").values_list("kind", flat=True))
    assert kinds == {"reminder_drafted", "reminder_tried_out", "reminder_released"}


def test_a_changed_draft_is_tried_out_again_before_it_is_released(as_worker: Callable[[], Any]) -> None:
    grace: Client = signed_in(GRACE)
    grace.post(f"{ONE}/draft", DRAFT)
    grace.post(f"{ONE}/try")
    tried(as_worker)
    assert grace.post(f"{ONE}/draft", {**DRAFT, "after": "3", "version": version()}).status_code == 302
    day = show_date(london_date(now()))
    answer = grace.post(f"{ONE}/release", {"version": version(), "effective_from": day})
    assert "Try it out first" in answer.content.decode()


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(transactional_db: None) -> None:
    grace = signed_in(GRACE)
    page = grace.post(f"{ONE}/draft", {**DRAFT, "after": "5, 2 and a bit", "source": ""}).content.decode()
    assert "There is a problem" in page
    assert "5, 2 and a bit" in page
    page = grace.post(f"{ONE}/draft", {**DRAFT, "after": "5, 2"}).content.decode()
    assert "Each day comes after the one before it." in page
    page = grace.post(f"{ONE}/draft", {**DRAFT, "from_lead": "", "from_supervisor": ""}).content.decode()
    assert "Say who is told." in page
    assert not ReminderRule.objects.filter(effective_from__isnull=True).exists()


def test_two_who_draft_at_once_do_not_overwrite_each_other(transactional_db: None) -> None:
    grace = signed_in(GRACE)
    grace.post(f"{ONE}/draft", DRAFT)
    seen = version()
    assert grace.post(f"{ONE}/draft", {**DRAFT, "after": "3", "version": seen}).status_code == 302
    late = grace.post(f"{ONE}/draft", {**DRAFT, "after": "9", "version": seen})
    assert late.status_code == 409
    assert "Somebody else changed this draft" in late.content.decode()


def test_a_new_rule_begins_as_a_draft_and_can_be_thrown_away(transactional_db: None) -> None:
    grace = signed_in(GRACE)
    new = {**DRAFT, "label": "Look again at this person"}
    taken = grace.post(f"{LIST}/new", {**DRAFT, "label": "Unknown answer"})
    assert "There is a reminder of that name already." in taken.content.decode()
    assert grace.post(f"{LIST}/new", new).status_code == 302
    assert "A draft waits" in grace.get(LIST).content.decode()
    assert {one.rule.key for one in rules_in_force(london_date(now()))} == {
        "unknown_answer", "unassessed_person", "new_report", "message_failed", "deferral_over", "review_due",
        "high_risk_unacknowledged", "marker_review", "marker_unshown",
        "safeguarding_waits", "referral_waits",
        "safeguarding_unsent", "safeguarding_undecided", "referral_unsent", "referral_undecided",
        "supervision_review_due", "access_unanswered",
    }  # fmt: skip
    assert grace.post(f"{LIST}/look_again_at_this_person/discard").status_code == 302
    assert "Look again at this person" not in grace.get(LIST).content.decode()


@pytest.mark.django_db
def test_nobody_without_the_right_drafts_tries_out_or_releases() -> None:
    joyce = acting(JOYCE)
    rule = ReminderRule.objects.get(key="unknown_answer")
    wanted = {"actor": joyce, "now": now()}
    for act in (
        lambda: operations.draft_rule(
            **wanted, data=rule.content, source="Me", confirmed=False, active=True, version=None
        ),
        lambda: operations.try_out(**wanted, rule_id=rule.pk),
        lambda: operations.discard_draft(**wanted, key=rule.key),
        lambda: operations.release_rule(**wanted, key=rule.key, version=1, effective_from=london_date(now())),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.django_db
def test_no_version_is_released_into_the_past_or_on_a_day_that_has_one() -> None:
    grace = acting(GRACE)
    today = london_date(now())
    rule = ReminderRule.objects.get(key="unknown_answer")
    wanted = {"actor": grace, "now": now()}
    row = operations.draft_rule(
        **wanted, data=rule.content, source="A test", confirmed=True, active=False, version=None
    )
    with pytest.raises(Conflict):
        operations.release_rule(**wanted, key=row.key, version=row.version + 1, effective_from=today)
    with pytest.raises(Invalid):
        operations.release_rule(
            **wanted, key=row.key, version=row.version, effective_from=today - timedelta(days=1)
        )
    operations.release_rule(**wanted, key=row.key, version=row.version, effective_from=today)
    assert "unknown_answer" not in {one.rule.key for one in rules_in_force(today)}
    again = operations.draft_rule(
        **wanted, data=rule.content, source="A test", confirmed=True, active=False, version=None
    )
    with pytest.raises(Invalid):
        operations.release_rule(**wanted, key=again.key, version=again.version, effective_from=today)
