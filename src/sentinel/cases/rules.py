"""What holds of a case, as pure functions: its statuses, who may still edit a note, how a protected party is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

# From each status, those that may follow. "closing" and "closed" are reached by a closure alone, and left by a
# refusal or a reopening (operations.closing), never by a bare change of status.
MOVES: dict[str, frozenset[str]] = {
    "new": frozenset({"assessed", "active"}),
    "assessed": frozenset({"active", "monitoring"}),
    "active": frozenset({"assessed", "monitoring"}),
    "monitoring": frozenset({"assessed", "active"}),
    "closing": frozenset(),
    "closed": frozenset(),
}
STATUS_WORDS = {
    "new": "New",
    "assessed": "Assessed",
    "active": "Being worked",
    "monitoring": "Being monitored",
    "closing": "Closure proposed",
    "closed": "Closed",
}
OPEN_STATUSES = ("new", "assessed", "active", "monitoring", "closing")

CATEGORY_CODES = ("personal", "nuisance", "environmental")
HIGHEST_BAND = 3


def shelf(status: str, band: int, category: str, *, unassessed: bool) -> int:
    """The shelf of the lists on which a case stands, from 1: one for each way of filtering by these together.

    The database works out the same (cases_shelf in functions.sql) and keeps it in access_reach; a test compares.
    """
    at = list(STATUS_WORDS).index(status)
    at = at * (HIGHEST_BAND + 1) + band
    at = at * len(CATEGORY_CODES) + CATEGORY_CODES.index(category)
    return 1 + at * 2 + int(unassessed)


def shelves(
    statuses: Iterable[str], band: int | None = None, category: str = "", *, unassessed: bool | None = None
) -> list[int]:
    """The shelves of all cases with one of these statuses, and with this band and category where they are said."""
    return [
        shelf(status, one, code, unassessed=waits)
        for status in statuses
        for one in (range(HIGHEST_BAND + 1) if band is None else (band,))
        for code in (CATEGORY_CODES if not category else (category,))
        for waits in ((False, True) if unassessed is None else (unassessed,))
    ]


def moves_from(status: str) -> list[str]:
    """The statuses that may follow, in the order of a case's life."""
    return [one for one in STATUS_WORDS if one in MOVES[status]]


def why_not_move(status: str, to: str, *, unassessed: int) -> str | None:
    """Why a case may not pass from `status` to `to`, in a sentence; None where it may.

    A case stays new while somebody is unassessed (or, without a victim, itself) and that was not put off for a while: no
    risk goes unassessed (design.md, promise 2).
    """
    if to not in STATUS_WORDS:
        return "There is no such status."
    if to not in MOVES[status]:
        return f"A case that is “{STATUS_WORDS[status].lower()}” cannot become “{STATUS_WORDS[to].lower()}”."
    if status == "new" and unassessed:
        return (
            "The case stays new until every victim has been assessed or, without a victim, the case itself."
        )
    return None


def can_edit_note(*, author: object, by: object, at: datetime, now: datetime, window: timedelta) -> bool:
    """Whether a note may still be edited: by its author, within the window (a local rule) of its first keeping (UTC)."""
    return author is not None and author == by and now - at <= window


def letter(position: int) -> str:
    """'A' for 0, 'Z' for 25, 'AA' for 26: how protected parties are told apart."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


PROTECTED_AS = {
    "victim": "Victim",
    "complainant": "Complainant",
    "witness": "Witness",
    "reporter": "Caller",
    "alleged_perpetrator": "Person",
    "child_involved": "Child",
    "guardian": "Guardian",
    "representative": "Representative",
}


def protected_label(roles: Iterable[str], taken: Iterable[str]) -> str:
    """What everybody sees in place of a protected name: 'Witness A', then 'Witness B'.

    `roles` are the party's, the first that has a word counting; `taken` are labels given in the case already, also to
    parties that have left: a letter is never given twice.
    """
    word = next((PROTECTED_AS[role] for role in PROTECTED_AS if role in set(roles)), "Person")
    used = set(taken)
    position = 0
    while f"{word} {letter(position)}" in used:
        position += 1
    return f"{word} {letter(position)}"


APPROACH = {
    "may_approach": "The victim has not agreed that the other side may be approached.",
    "may_be_identifiable": "The victim has not agreed that the other side may work out who complained.",
    "told_before": "The victim has not been told when it will be done.",
    "safety_plan": "There is no plan for the victim's safety afterwards.",
}


def why_not_approach(answers: Mapping[str, object]) -> list[str]:
    """What stands against an approach to the other side, in sentences; empty where all four answers are yes.

    What is not known, or was not asked, counts as no.
    """
    return [sentence for question, sentence in APPROACH.items() if answers.get(question) != "yes"]


def why_not_second(*, by: object, proposed_by: object, decided_by: object) -> str | None:
    """Why somebody may not be the second person of a closure: it must be somebody who neither proposed nor decided it."""
    if by is None or by in {proposed_by, decided_by}:
        return "A second person agrees to it: not the one who proposed it, nor the one who decided."
    return None
