"""When a victim has to be told next, and by which way: pure functions of what happened, a calendar and a standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sentinel.kernel.working_time import Calendar, deadline, last_minute
from sentinel.people.rules import contact_words
from sentinel.questionnaires.rules import line_for

METHODS = {
    "phone": "By telephone",
    "text": "By text message",
    "email": "By email",
    "post": "By letter",
    "visit": "By a visit",
    "through": "Through somebody they named",
    "to_us": "They got in touch with us",
}
RESULTS = {
    "reached": "Reached, and told",
    "sent": "Sent",
    "declined": "Reached, but did not want to talk",
    "not_reached": "Not reached",
}
# What counts as having been in touch: an attempt that reached nobody does not put the next contact off.
IN_TOUCH = frozenset({"reached", "sent", "declined"})
FIRST, UPDATE = "first_contact", "update"
NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True)
class Safe:
    """How a person said they may be contacted: `methods` are the safe ways, the one to try first in front. None in a
    flag: not asked of that way."""

    methods: tuple[str, ...]
    text_may_be_sent: bool | None = None
    post_may_be_sent: bool | None = None
    do_not_visit: bool = False
    through: str = ""
    times: str = ""
    interpreter: str = ""

    @property
    def agreed(self) -> set[str]:
        """Every way that they agreed to; a flag that was refused is never overridden."""
        refused = {
            "text": self.text_may_be_sent is False,
            "post": self.post_may_be_sent is False,
            "visit": self.do_not_visit,
        }
        said = {*self.methods}
        said |= {"text"} if self.text_may_be_sent else set()
        said |= {"post"} if self.post_may_be_sent else set()
        return {method for method in said if not refused.get(method)}


def why_unsafe(method: str, safe: Safe | None) -> str | None:
    """Why getting in touch in this way is not safe, in a sentence; None where it is.

    Who got in touch with us chose the way. Not asked: nothing is sent, and only a voice may ask.
    """
    if method == "to_us":
        return None
    if safe is None:
        if method in {"phone", "visit"}:
            return None
        return "Nobody has asked how this person may safely be contacted, so nothing is sent. Ask first."
    if "none" in safe.methods:
        return "This person asked not to be contacted."
    if method == "text" and safe.text_may_be_sent is False:
        return "This person did not agree that a text message may be sent."
    if method == "post" and safe.post_may_be_sent is False:
        return "This person did not agree that post may be sent."
    if method == "visit" and safe.do_not_visit:
        return "This person asked not to be visited."
    if method in safe.agreed:
        return None
    return f"This person did not agree to that. {how_words(safe)}."


def how_words(safe: Safe | None) -> str:
    """How to get in touch, on one line: "Letter only. Do not ring or text. Mornings"."""
    if safe is None:
        return contact_words(methods=None)
    methods = ("none",) if "none" in safe.methods else tuple(sorted(safe.agreed))
    words = contact_words(methods=methods, do_not_visit=safe.do_not_visit, through=safe.through)
    interpreter = f"Interpreter: {safe.interpreter}" if safe.interpreter else ""
    return ". ".join(one for one in (words, safe.times, interpreter) if one)


def standard_days(
    items: Iterable[Mapping[str, Any]], what: str, band: str | None, agency_kind: str
) -> int | None:
    """How many business days the contact standard gives for a band; None where it has no row.

    `band` None is not assessed. The agency's own type comes before "any".
    """
    rows = (row for row in items if row["what"] == what)
    line = line_for(rows, agency_kind, band=band or NOT_ASSESSED)
    return int(line["business_days"]) if line else None


@dataclass(frozen=True)
class Touch:
    """One contact: when (UTC), its result, and when the next was promised."""

    at: datetime
    result: str
    promised: datetime | None = None


@dataclass(frozen=True)
class NextContact:
    """What is due (first_contact or update) by when (UTC), after how many business days; None: no standard says."""

    what: str
    by: datetime | None
    days: int | None


def next_due(
    *,
    told_at: datetime,
    touches: Iterable[Touch],
    band: str | None,
    items: Iterable[Mapping[str, Any]],
    agency_kind: str,
    calendar: Calendar,
    promises: Iterable[tuple[datetime, datetime]] = (),
) -> NextContact:
    """When the victim has to be told next.

    Counted from when the agency was told, or from the last contact that reached somebody. What was promised holds
    where it is sooner than the standard, never where it is later. `promises` are what callers were told when they
    reported: when, and by when somebody would be in touch (R5). Each holds until a contact after it reached them,
    whatever band they were given since.
    """
    reached = sorted((one for one in touches if one.result in IN_TOUCH), key=lambda one: one.at)
    what = UPDATE if reached else FIRST
    days = standard_days(items, what, band, agency_kind)
    since = reached[-1].at if reached else told_at
    by = last_minute(deadline(since, days, calendar)) if days is not None else None
    promised = [] if not reached or reached[-1].promised is None else [reached[-1].promised]
    promised += [until for made, until in promises if not reached or made > reached[-1].at]
    return NextContact(what, min([*promised, *([by] if by else [])], default=None), days)


def enough_attempts(attempts: Iterable[datetime], needed: int) -> bool:
    """Whether so many attempts were made to reach somebody, each at a time of its own."""
    return len(set(attempts)) >= needed
