"""What an upgrade brings gives way to what the partnership has released itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction

from sentinel.foundation.clock import now
from sentinel.questionnaires import operations
from sentinel.questionnaires.content_files import FoundRule, FoundSet, read_question_sets, read_rules
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion
from tests.governance.making import FIRST, NADIA, SCORED, proposed, rule_proposed
from tests.governance.test_another_person_approves import release
from tests.governance.test_local_rules import release_rule


def newer_sets() -> Iterator[FoundSet]:
    """The files as an upgrade might bring them: the scored set and two versions that follow it."""
    for found in read_question_sets():
        yield found
        if found.key == SCORED:
            for number in (FIRST + 1, FIRST + 2):
                yield replace(
                    found, question_set=replace(found.question_set, version=number), content_hash="0" * 64
                )


def newer_rules() -> Iterator[FoundRule]:
    for found in read_rules():
        yield found
        if found.name == "contact-standards":
            yield replace(found, effective_from=now().date(), content_hash="0" * 64)


def test_neither_a_set_nor_a_rule_of_the_partnership_is_followed_by_one_from_a_file(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert release(proposed(), NADIA) == FIRST + 1
    release_rule(rule_proposed(item__0__business_days=2), NADIA)
    before = QuestionSetVersion.objects.count(), LocalRule.objects.count()
    monkeypatch.setattr(operations, "read_question_sets", newer_sets)
    monkeypatch.setattr(operations, "read_rules", newer_rules)
    with transaction.atomic():
        loaded = operations.load_content(now=now())
    assert set(loaded.own) == {f"{SCORED} {FIRST + 1}", f"{SCORED} {FIRST + 2}", "contact-standards"}
    assert before == (QuestionSetVersion.objects.count(), LocalRule.objects.count())


def test_a_file_that_changed_without_a_new_version_is_still_refused(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(read_question_sets())
    monkeypatch.setattr(
        operations, "read_question_sets", lambda: iter([replace(first, content_hash="0" * 64)])
    )
    with pytest.raises(ValueError, match="released already"):
        operations.load_content(now=now())
    rule = next(read_rules())
    monkeypatch.setattr(operations, "read_question_sets", lambda: iter([]))
    monkeypatch.setattr(operations, "read_rules", lambda: iter([replace(rule, content_hash="0" * 64)]))
    with pytest.raises(ValueError, match="give it a new date"):
        operations.load_content(now=now())
