"""Loading released question sets and local rules from the project's files into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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

    Where the partnership has released a version of its own under the same number, its own stands. Raises ValueError where a
    file changed without a new version: a released version is never changed.
    """
    own: list[str] = []
    for found in read_question_sets():
        row, _ = QuestionSetVersion.objects.get_or_create(
            key=found.key,
            number=found.number,
            defaults={
                "title": found.title,
                "subject": found.subject,
                "definition": found.definition,
                "content_hash": found.content_hash,
                "source": found.source,
                "confirmed": found.confirmed,
                "released_from": found.released_from,
            },
        )
        if row.approved_by_id is not None:
            own.append(f"{found.key} {found.number}")
        elif row.content_hash != found.content_hash:
            raise ValueError(
                f"Question set {found.key} {found.number} was released already: give it a new version."
            )
    for rule in read_rules():
        kept, _ = LocalRule.objects.get_or_create(
            name=rule.name,
            agency_id=None,
            effective_from=rule.effective_from,
            defaults={
                "content": rule.content,
                "source": rule.source,
                "confirmed": rule.confirmed,
                "content_hash": rule.content_hash,
            },
        )
        if kept.content_hash != rule.content_hash:
            raise ValueError(
                f"The local rule {rule.name} holds since {rule.effective_from}: give it a new date."
            )
    return Loaded(QuestionSetVersion.objects.count(), LocalRule.objects.count(), tuple(own))
