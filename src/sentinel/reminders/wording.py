"""The words of a message of reminders. No person is named in them: references, what is wanted, and where."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from sentinel.kernel.clock import london_date, show_date
from sentinel.reminders.conditions import CONDITIONS
from sentinel.web.formats import plural

MOST_LINES = 60
WHO_LABELS = {
    "lead": "The lead officer (the deputy while the lead is away)",
    "supervisor": "The supervisors of the team",
    "team": "Everybody in the team",
    "agency_contact": "The agency’s desk",
    "administrator": "The agency’s local administrators",
}


@dataclass(frozen=True)
class Line:
    """One matter, or several of one person under one rule: `many` says how many.

    `guarded` is of somebody under a narrower audience: then a message leads to the case and no further.
    """

    label: str
    words: str
    reference: str
    subject_id: uuid.UUID
    detail: str
    since: datetime
    condition: str
    deputising: bool
    guarded: bool = False
    many: int = 1

    @classmethod
    def of(
        cls,
        content: Mapping[str, Any] | str,
        reference: str | None,
        subject_id: uuid.UUID,
        detail: str,
        since: datetime,
        deputising: bool | None,
        guarded: bool | None = False,
    ) -> Line:
        """From a row of the database."""
        said = json.loads(content) if isinstance(content, str) else content
        return cls(
            label=said["label"],
            words=said["words"],
            reference=(reference or "") if about_case(said["condition"]) else "",
            subject_id=subject_id,
            detail=detail,
            since=since,
            condition=said["condition"],
            deputising=bool(deputising),
            guarded=bool(guarded),
        )

    @property
    def href(self) -> str:
        """The path of the page on which it is put right."""
        if self.guarded and self.reference:
            return reverse("case", kwargs={"reference": self.reference})
        return page_of(self.condition, self.reference, self.subject_id, self.detail)

    def and_one(self) -> Line:
        """The same with one more."""
        return replace(self, many=self.many + 1)


def about_case(condition: str) -> bool:
    """Whether a condition's matters are of a case."""
    known = CONDITIONS.get(condition)
    return known is None or known.of_case


def page_of(condition: str, reference: str | None, subject_id: uuid.UUID, detail: str) -> str:
    """The path of the page on which a matter is put right; the case's own where there is none."""
    known = CONDITIONS.get(condition)
    if known is None:
        return reverse("my_work")
    of_case: dict[str, object] = {"reference": reference} if known.of_case and reference else {}
    name, more = known.page(subject_id, detail)
    try:
        return reverse(name, kwargs={**of_case, **more})
    except NoReverseMatch:
        return reverse("case", kwargs=of_case) if of_case else reverse("my_work")


def subject_of(many: int, *, urgent: bool) -> str:
    """The subject line: a number and nothing of any case."""
    return f"Sentinel: {'urgent, ' if urgent else ''}{plural(many, 'reminder', 'reminders')}"


def body_of(lines: Iterable[Line]) -> str:
    """The words of a message."""
    found = sorted(lines, key=lambda line: line.label)
    shown = found[:MOST_LINES]
    parts = [f"{plural(len(found), 'thing waits', 'things wait')} for you in Sentinel."]
    for (label, words), some in groupby(shown, key=lambda line: (line.label, line.words)):
        parts.append("\n".join([f"{label}. {words}", *(_said(line) for line in some)]))
    if len(found) > len(shown):
        parts.append(f"And {len(found) - len(shown)} more.")
    parts.append(f"All of them: {settings.ADDRESS}{reverse('my_reminders')}")
    parts.append("A reminder stops by itself when it is done. Nobody reads answers to this message.")
    return "\n\n".join(parts) + "\n"


def _said(line: Line) -> str:
    what = [line.reference] if line.reference else []
    what.append(f"since {show_date(london_date(line.since))}")
    if line.many > 1:
        what.append(f"{line.many} of them")
    if line.deputising:
        what.append("you stand in for the lead")
    return f"- {', '.join(what)}\n  {settings.ADDRESS}{line.href}"


def days_in_words(after: Iterable[int], then_every: int, days: str) -> str:
    """ "After 4, 7, 10 and 14 calendar days, then every 7"."""
    numbers = [str(day) for day in after]
    said = f"{', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else numbers[0]
    unit = {"calendar": "calendar days", "business": "business days"}[days]
    return f"After {said} {unit}" + (f", then every {then_every}" if then_every else "")
