"""A draft held against assessments that were made: who would stand in another band, and which questions make it so (R265). Pure.

Answers alone are replayed: what an assessor raised or lowered by judgement is left aside in a scored set, and kept in a
judged one, where the judgement is the band. What a draft asks anew was not asked then: it counts for nothing, and the
assessment is marked as one that could come out higher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sentinel.questionnaires.rules import (
    Answers,
    QuestionSet,
    Style,
    band_for,
    band_rank,
    carry,
    detail_key,
    highest_band,
    options_chosen,
    score,
    visible,
)

# Stands for the limits of the bands among the causes, and for no band among the bands.
LIMITS: Final = ""
NO_BAND: Final = ""
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Past:
    """One assessment: the set it was made under, its answers and the key of the band that came of it."""

    question_set: QuestionSet
    answers: Mapping[str, Any]
    band: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a draft makes of it: bands by key before and after (NO_BAND: it would have to be judged again), the keys of
    the questions that make the difference, and whether questions that were not asked then could make it higher."""

    before: str
    after: str
    causes: tuple[str, ...] = ()
    could_be_higher: bool = False

    @property
    def changed(self) -> bool:
        """Whether the band is another."""
        return self.before != self.after


@dataclass
class Tally:
    """How many there are of each: pairs of bands (before, after), causes among those that change, and open ones."""

    of: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    could_be_higher: int = 0

    def add(self, one: Replayed) -> None:
        """Count one assessment."""
        self.of += 1
        self.pairs[one.before, one.after] += 1
        self.could_be_higher += one.could_be_higher
        if one.changed:
            self.causes.update(one.causes)


def tally(found: Iterable[Replayed]) -> Tally:
    """Count what a replay found."""
    made = Tally()
    for one in found:
        made.add(one)
    return made


def replay(past: Past, draft: QuestionSet) -> Replayed:
    """What a draft makes of one past assessment."""
    answers = _readable(past, draft)
    if draft.style is Style.JUDGEMENT:
        return _judged(past, draft, answers)
    before, after = _by_points(past.question_set, past.answers), _by_points(draft, answers)
    if past.question_set.style is not Style.SCORED:
        before = past.band
    worst = _worst(draft, answers)
    higher = after != highest_band(draft) and band_rank(draft, band_for(draft, worst)) > band_rank(
        draft, after
    )
    if before == after:
        return Replayed(before, after, could_be_higher=higher)
    return Replayed(before, after, _causes(past, draft, answers, before, after), higher)


def _readable(past: Past, draft: QuestionSet) -> dict[str, Any]:
    """The answers that the draft can read: of questions that it asks in the same way, with options that it has."""
    if past.question_set.key != draft.key:
        return carry(past.question_set, past.answers, draft)
    kept: dict[str, Any] = {}
    for question in draft.questions():
        old = past.question_set.question(question.key)
        value = past.answers.get(question.key)
        if old is None or old.kind is not question.kind or value is None:
            continue
        if question.kind.has_options:
            picked = [one.key for one in options_chosen(question, value)]
            if not picked:
                continue
            value = picked if isinstance(value, list) else picked[0]
        kept[question.key] = value
        if detail_key(question.key) in past.answers:
            kept[detail_key(question.key)] = past.answers[detail_key(question.key)]
    return kept


def _judged(past: Past, draft: QuestionSet, answers: Answers) -> Replayed:
    was, now = score(past.question_set, past.answers).automatic, score(draft, answers).automatic
    # Where an answer alone had made it the highest, nobody's judgement is known.
    judged = NO_BAND if was else past.band
    after = (highest_band(draft) or NO_BAND) if now else judged
    if past.band == after:
        return Replayed(past.band, after)
    return Replayed(past.band, after, _causes(past, draft, answers, past.band, after))


def _by_points(question_set: QuestionSet, answers: Answers) -> str:
    outcome = score(question_set, answers)
    if outcome.automatic:
        return highest_band(question_set) or NO_BAND
    return outcome.band_so_far or NO_BAND


def _worst(draft: QuestionSet, answers: Answers) -> int:
    """The points if everything that is not known, or was not asked, were answered at its highest."""
    worst = score(draft, answers).worst_score or 0
    for key in visible(draft, answers):
        question = draft.question(key)
        if question is not None and key not in answers:
            worst += max((option.score or 0 for option in question.options), default=0)
    return worst


def _counts(question_set: QuestionSet, answers: Answers) -> dict[str, tuple[bool, int]]:
    """What each question that is asked adds: whether it alone makes the highest band, and its points."""
    found = {}
    for key in visible(question_set, answers):
        question = question_set.question(key)
        if question is not None and key in answers:
            picked = options_chosen(question, answers[key])
            found[key] = (
                any(one.automatic for one in picked),
                sum(one.score or 0 for one in picked),
            )
    return found


def _causes(past: Past, draft: QuestionSet, answers: Answers, before: str, after: str) -> tuple[str, ...]:
    was, now = _counts(past.question_set, past.answers), _counts(draft, answers)
    rises = band_rank(draft, after) > band_rank(draft, before) and after != NO_BAND
    nothing = (False, 0)
    keys = [key for key in {**was, **now} if was.get(key, nothing) != now.get(key, nothing)]
    keys = [key for key in keys if (now.get(key, nothing) > was.get(key, nothing)) is rises]
    if draft.style is not Style.SCORED or past.question_set.style is not Style.SCORED:
        return tuple(keys) or (LIMITS,)
    old_points, new_points = (sum(points for _, points in one.values()) for one in (was, now))
    if not any(alone for alone, _ in [*was.values(), *now.values()]):
        if band_for(draft, old_points) == after:
            return (LIMITS,)
        if band_for(past.question_set, new_points) != after:
            keys.append(LIMITS)
    return tuple(keys) or (LIMITS,)


def told(pairs: Mapping[tuple[str, str], int]) -> Counter[tuple[str, str]]:
    """The pairs of bands as everybody may read them: fewer than five who change from one band to another count as if they had
    stayed, so that no other figure moves by them either."""
    shown: Counter[tuple[str, str]] = Counter()
    for (was, becomes), count in pairs.items():
        shown[was, was if about(count) is None else becomes] += count
    return shown


def about(count: int) -> int | None:
    """A count as everybody may read it: None for fewer than five, nobody among them, else to the nearest five, so that neither
    it nor its difference to another tells whether there is somebody."""
    return None if count < FEWEST else FEWEST * round(count / FEWEST)
