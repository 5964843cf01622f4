"""What a referral is, where it stands and where it may go. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sentinel.accounts.rules import right_of_referral_duty

VICTIM_FIRST, CHILD, ADULT, JAG = "victim_first", "safeguarding_child", "safeguarding_adult", "jag"
# A safeguarding referral whose kind has still to be said, because nobody knows whether it is a child or an adult.
UNDECIDED = "safeguarding"
KINDS: dict[str, str] = {
    VICTIM_FIRST: "Victim First",
    CHILD: "Safeguarding of a child",
    ADULT: "Safeguarding of an adult",
    UNDECIDED: "Safeguarding",
    JAG: "Joint Action Group",
}
SAFEGUARDING = frozenset({CHILD, ADULT, UNDECIDED})
# What can be sent, and what an agency receives.
SENT_KINDS = (VICTIM_FIRST, CHILD, ADULT, JAG)
# Whom the Victim First service supports: victims and witnesses (domain.md 5.3).
SUPPORTED = frozenset({"victim", "complainant", "witness"})

OPEN, ASKED, SENT, ACKNOWLEDGED, DECLINED, WITHDRAWN, NOT_SENT = (
    "open", "asked", "sent", "acknowledged", "declined", "withdrawn", "not_sent",
)  # fmt: skip
STATES = {
    OPEN: "To be sent",
    ASKED: "Waits for a supervisor",
    SENT: "Sent, not answered yet",
    ACKNOWLEDGED: "Acknowledged",
    DECLINED: "Declined",
    WITHDRAWN: "Withdrawn",
    NOT_SENT: "Not sent",
}


# What came of a referral to Victim First that was acknowledged, as they say.
CONTACT_MADE, CONTACT_FAILED, NO_SUPPORT, SUPPORTED_BY_THEM = (
    "contact_made", "contact_failed", "support_declined", "support_given",
)  # fmt: skip
OUTCOMES = {
    CONTACT_MADE: "Contact made",
    CONTACT_FAILED: "Contact failed",
    NO_SUPPORT: "They do not want support",
    SUPPORTED_BY_THEM: "Support given",
}
MOST_TRIES = 50


def outcome_in_words(outcome: str, tries: int | None) -> str:
    """'Contact failed after 3 tries'; "" where none is known."""
    words = OUTCOMES.get(outcome, "")
    if outcome == CONTACT_FAILED and tries:
        words += f" after {tries} {'try' if tries == 1 else 'tries'}"
    return words


class Answer(Protocol):
    """What became of a referral that was sent."""

    withdrawn_at: datetime | None
    declined_at: datetime | None
    acknowledged_at: datetime | None


class Facts(Answer, Protocol):
    """What a referral's state follows from, and what the person wishes."""

    wish: str
    not_sent_at: datetime | None
    sent_at: datetime | None
    asked_at: datetime | None


def is_unanswered(one: Answer) -> bool:
    """Whether what was sent waits: it was neither acknowledged nor declined, and not taken back."""
    return not (one.acknowledged_at or one.declined_at or one.withdrawn_at)


def state_of(one: Facts) -> str:
    """Where a referral stands, by what has happened to it."""
    if one.not_sent_at:
        return NOT_SENT
    if one.withdrawn_at:
        return WITHDRAWN
    if one.declined_at:
        return DECLINED
    if one.acknowledged_at:
        return ACKNOWLEDGED
    if one.sent_at:
        return SENT
    # A supervisor who learns that they no longer object says so, and nothing is left to be decided.
    return ASKED if one.asked_at and one.wish == "objects" else OPEN


class Whose(Protocol):
    """Of what kind a referral is, and about whom."""

    kind: str
    party_id: uuid.UUID | None


def is_of_nobody_yet(one: Whose) -> bool:
    """Whether an assessment told of somebody at risk, and nobody has said who that is."""
    return one.kind == UNDECIDED and one.party_id is None


@dataclass(frozen=True)
class Terms:
    """The local rule for one kind of referral: which questions, to which agencies, on which duty, answered in how many hours.

    `to` are kinds of agency in groups: the first group of which one works in the place's district is asked.
    """

    key: str
    label: str
    question_set: str
    duty: str
    to: tuple[frozenset[str], ...]
    hours: int

    def due(self, sent_at: datetime) -> datetime:
        """Until when it is to be acknowledged (UTC)."""
        return sent_at + timedelta(hours=max(self.hours, 1))


def terms_of(items: Iterable[Mapping[str, Any]]) -> dict[str, Terms]:
    """The rule `referrals` by kind; a kind that is none is left out."""
    return {
        str(one["key"]): Terms(
            str(one["key"]), str(one["label"]), str(one["question_set"]), str(one["duty"]),
            tuple(frozenset(str(kind) for kind in group) for group in one["to"]), int(one["hours"]),
        )
        for one in items
        if one["key"] in SENT_KINDS
    }  # fmt: skip


def kinds_for(rights: Iterable[str]) -> list[str]:
    """The kinds of referral that somebody with these rights answers for their agency. A safeguarding concern is for fewer."""
    held = set(rights)
    return [kind for kind in SENT_KINDS if right_of_referral_duty(kind) in held]


def safeguarding_kind(*, under_18: bool | None) -> str:
    """The kind of a safeguarding referral by age; UNDECIDED where nobody knows."""
    if under_18 is None:
        return UNDECIDED
    return CHILD if under_18 else ADULT


def why_not_referred(kind: str, roles: Iterable[str] | None) -> str | None:
    """Why somebody with these parts in a case is not referred so, in a sentence; None where they may be. `roles` is None
    for the case itself."""
    if kind == JAG:
        return (
            None if roles is None else "A matter goes to the Joint Action Group as a case, not as a person."
        )
    if roles is None:
        return "Choose who it is about."
    if kind == VICTIM_FIRST and not SUPPORTED & set(roles):
        return "Victim First supports victims and witnesses."
    return None
