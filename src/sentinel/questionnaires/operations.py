"""Loading released question sets and local rules from the project's files into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sentinel.questionnaires.content_files import read_question_sets, read_rules
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion


@dataclass(frozen=True)
class Loaded:
    """How many stand in the database after a load, and which versions of the files gave way to the partnership's own."""

    question_sets: int
    rules: int
    own: tuple[str, ...] = ()


def load_content(*, now: datetime) -> Loaded:
    """Put every question set and rule of the files into the database, once each; runs as the owner.

    Once the partnership has released its own of a set or rule, what the files bring later gives way to it. Raises ValueError where a
    file changed without a new version: a released version is never changed.
    """
    own: list[str] = []
    own_sets = set(_own(QuestionSetVersion).values_list("key", flat=True))
    for found in read_question_sets():
        row = QuestionSetVersion.objects.filter(key=found.key, number=found.number).first()
        if (row is None and found.key in own_sets) or (row and row.approved_by_id):
            own.append(f"{found.key} {found.number}")
        elif row is None:
            QuestionSetVersion.objects.create(
                key=found.key,
                number=found.number,
                title=found.title,
                subject=found.subject,
                definition=found.definition,
                content_hash=found.content_hash,
                source=found.source,
                confirmed=found.confirmed,
                released_from=found.released_from,
            )
        elif row.content_hash != found.content_hash:
            raise ValueError(
                f"Question set {found.key} {found.number} was released already: give it a new version."
            )
    own_rules = set(_own(LocalRule).values_list("name", flat=True))
    for rule in read_rules():
        kept = LocalRule.objects.filter(
            name=rule.name, agency_id=None, effective_from=rule.effective_from
        ).first()
        if (kept is None and rule.name in own_rules) or (kept and kept.approved_by_id):
            own.append(rule.name)
        elif kept is None:
            LocalRule.objects.create(
                name=rule.name,
                agency_id=None,
                effective_from=rule.effective_from,
                content=rule.content,
                source=rule.source,
                confirmed=rule.confirmed,
                content_hash=rule.content_hash,
            )
        elif kept.content_hash != rule.content_hash:
            raise ValueError(
                f"The local rule {rule.name} holds since {rule.effective_from}: give it a new date."
            )
    return Loaded(QuestionSetVersion.objects.count(), LocalRule.objects.count(), tuple(own))


def _own(model: type[QuestionSetVersion] | type[LocalRule]) -> QuerySet[Any, Any]:
    return model.objects.filter(approved_by_id__isnull=False)
