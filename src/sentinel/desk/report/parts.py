"""The parts of Take a report that follow once somebody has said what is happening: folded, each saying what is left to ask.

A fold works without JavaScript; frontend/js/parts.js opens the next one when the one before has been answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.questionnaires.forms import Shown
from sentinel.questionnaires.rules import unanswered
from sentinel.reports.forms.take import TakeForms

# Asked at once, in this order, before anything else: what a call that is cut off leaves behind.
AT_ONCE = (
    "danger_now",
    "who_rang",
    "rang_at",
    "emergency_log",
    "caller_name",
    "caller_number",
    "where",
    "at_home",
    "what",
)
# Asked by the page's own fields, exactly: the script's words for it would ask twice (R17).
REPLACED = frozenset({"when"})
# A section that the page leads with gives its part another name.
TITLES = {"caller": "About the caller", "what": "When, and how they are"}
# Fields of the page's own that stand in a part, by its section.
OWN = {
    "caller": ("caller_email", "caller_address", "victim_name", "victim_birth"),
    "what": ("occurred_from_day", "occurred_from_time", "occurred_to_day", "occurred_to_time", "precision", "series"),
    "who": ("other_name", "other_birth", "other_under_ten", "crime_number", "crime_decision"),
    "before": ("reference_system", "reference_value"),
    "at_risk": ("hate_perceived_by", "hate_data_kept"),
    "record": ("category", "national_type", "local_type", "channel", "told_day", "told_time", "team"),
}  # fmt: skip
MUST = ("category", "national_type")


@dataclass(frozen=True)
class Part:
    """One folded part: its questions, how many must still be answered, and whether it stands open."""

    key: str
    title: str
    help: str
    questions: list[Shown]
    left: int
    answered: bool
    open: bool

    @property
    def state(self) -> str:
        """How it stands, in words; "" where nothing must be answered and nothing was."""
        if self.left:
            return f"{self.left} to ask"
        return "asked" if self.answered else ""


def at_once(forms: TakeForms) -> list[Shown]:
    """The questions that the page begins with, in their order."""
    shown = {one.question.key: one for _, several in forms.script.parts() for one in several}
    return [shown[key] for key in AT_ONCE if key in shown]


def parts_of(forms: TakeForms) -> list[Part]:
    """The folded parts in the script's order, then what is put on record. A part with something wrong stands open;
    without any, the first with something left to ask, once it has been said what is happening."""
    left = set(unanswered(forms.script_set, forms.answers))
    parts: list[Part] = []
    for section, several in forms.script.parts():
        questions = [one for one in several if one.question.key not in {*AT_ONCE, *REPLACED}]
        if not questions:
            continue
        keys = [one.question.key for one in questions]
        parts.append(
            Part(
                key=section.key,
                title=TITLES.get(section.key, section.title),
                help=section.help,
                questions=questions,
                left=sum(key in left for key in keys),
                answered=any(forms.answers.get(key) for key in keys),
                open=_wrong(forms, keys, OWN.get(section.key, ())),
            )
        )
    missing = sum(not forms.one(f"r-{name}") for name in MUST)
    parts.append(
        Part(
            "record", "For the record", "", [], missing, missing < len(MUST), _wrong(forms, (), OWN["record"])
        )
    )
    if forms.answers.get("what") and not any(part.open for part in parts):
        first = next((part.key for part in parts if part.left), "")
        parts = [Part(**{**vars(part), "open": part.key == first}) for part in parts]
    return parts


def _wrong(forms: TakeForms, keys: Sequence[str], own: Sequence[str]) -> bool:
    said = {name.partition("__")[0] for name in forms.script.errors} if forms.script.is_bound else set()
    fields = set(forms.record.errors) if forms.record.is_bound else set()
    return bool(said & set(keys) or fields & set(own))
