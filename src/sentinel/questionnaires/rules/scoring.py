"""From answers to a band: points where a set is scored, the assessor's choice where it is judged.

An answer marked automatic gives the highest band whatever the points say, and holds a judged band up. Nothing here
can lower a band by a missing answer: while something that must be answered is not, a scored set has no band at all
(unless an automatic answer has settled it), and what is not known is counted at its worst beside the plain sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sentinel.questionnaires.rules.answering import (
    check_answers,
    options_chosen,
    settled_of,
    unanswered_of,
    visible,
)
from sentinel.questionnaires.rules.definitions import (
    Answers,
    QuestionSet,
    Style,
    detail_key,
)


@dataclass(frozen=True, slots=True)
class Automatic:
    """An answer that alone gives the highest band, and why."""

    question: str
    option: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set's answers come to.

    `score` is None for a set without scores; `max_score` is the most that the set can reach; `worst_score` counts
    every unknown answer at its highest. `band` is the key of the band that holds now, None while there is none;
    `band_so_far` is the one of the points alone, `worst_band` that of `worst_score`. `automatic_reasons` say why it
    is the highest, `flags` what the answers set on the record, `unanswered` what is still to be asked and
    `unknowns` what was answered with "not known".
    """

    score: int | None
    max_score: int
    worst_score: int | None
    band: str | None
    band_so_far: str | None
    worst_band: str | None
    automatic_reasons: tuple[Automatic, ...]
    flags: Mapping[str, bool | str]
    unanswered: tuple[str, ...]
    unknowns: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing that must be answered is left."""
        return not self.unanswered

    @property
    def automatic(self) -> bool:
        """Whether an answer alone has given the highest band."""
        return bool(self.automatic_reasons)


def max_score(qs: QuestionSet) -> int:
    """Return the most points that a set can reach, worked out from its options, hidden questions included."""
    return qs.most()


def band_for(qs: QuestionSet, points: int) -> str | None:
    """Return the key of the band that holds so many points, or None where no band does."""
    for band in qs.bands:
        if band.minimum is None or points < band.minimum:
            continue
        if band.maximum is None or points <= band.maximum:
            return band.key
    return None


def highest_band(qs: QuestionSet) -> str | None:
    """Return the key of the highest band, or None for a set without bands."""
    return qs.bands[-1].key if qs.bands else None


def band_rank(qs: QuestionSet, key: str | None) -> int:
    """Return the place of a band counted from 0, the lowest; -1 for None or one that the set has not."""
    return next((at for at, band in enumerate(qs.bands) if band.key == key), -1)


def score(qs: QuestionSet, answers: Answers, chosen_band: str | None = None) -> Outcome:
    """Work out what the answers come to. Hidden questions' answers do not count.

    `chosen_band` is the assessor's choice in a set that is judged; a choice below an automatic answer's band is
    lifted to it. In a scored set it must be None: overriding a score is a decision of its own, with a reason.
    Raises `ValueError` for a band that the set has not.
    """
    if chosen_band is not None and (qs.style is not Style.JUDGEMENT or qs.band(chosen_band) is None):
        raise ValueError("Only a judged set takes a band, and only one of its own.")
    shown = visible(qs, answers)
    kept = settled_of(qs, answers, shown)
    points = worst = 0
    automatic: list[Automatic] = []
    flags: dict[str, bool | str] = {}
    unknowns: list[str] = []
    for key in shown:
        question = qs.question(key)
        if question is None or key not in kept:
            continue
        got, unknown = 0, False
        for option in options_chosen(question, kept[key]):
            got += option.score or 0
            unknown = unknown or option.unknown
            if option.sets:
                flags.update(option.sets)
            if option.automatic:
                automatic.append(Automatic(key, option.key, option.automatic))
        points += got
        worst += question.most() if unknown else got
        if unknown:
            unknowns.append(key)
    missing = tuple(unanswered_of(qs, kept, shown))
    scored = qs.style is Style.SCORED
    so_far = band_for(qs, points) if scored else chosen_band
    return Outcome(
        score=points if scored else None,
        max_score=max_score(qs),
        worst_score=worst if scored else None,
        band=_settle(qs, so_far, missing, bool(automatic)),
        band_so_far=so_far,
        worst_band=highest_band(qs) if automatic else (band_for(qs, worst) if scored else chosen_band),
        automatic_reasons=tuple(automatic),
        flags=flags,
        unanswered=missing,
        unknowns=tuple(unknowns),
    )


def _settle(qs: QuestionSet, so_far: str | None, missing: tuple[str, ...], automatic: bool) -> str | None:
    if automatic:
        return highest_band(qs)
    return None if missing else so_far


def check_for_band(qs: QuestionSet, answers: Answers, *, today: date | None = None) -> dict[str, list[str]]:
    """Return what `check_answers` says of answers that are to give a band.

    Where one of them is automatic, nothing else need be answered, and its own explanation may follow: danger is kept at
    once. Every other answer that asks for an explanation has one all the same (R34).
    """
    outcome = score(qs, answers)
    errors = check_answers(qs, answers, not outcome.automatic, today=today)
    if not outcome.automatic:
        return errors
    at_once = {one.question for one in outcome.automatic_reasons}
    explained = {detail_key(one.key) for one in qs.questions() if one.key not in at_once}
    whole = check_answers(qs, answers, True, today=today)
    return errors | {key: words for key, words in whole.items() if key in explained}
