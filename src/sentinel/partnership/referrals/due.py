"""What is to be done about the referrals of a case: on its page, and before it is closed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sentinel.cases.gates import Missing, gate
from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.cases.queries import comes_with
from sentinel.foundation.actor import Actor
from sentinel.partnership.referrals.queries import UNSETTLED, unsettled_in, unsettled_with_case
from sentinel.partnership.referrals.rules import JAG, SAFEGUARDING, UNDECIDED

PAGE, DECIDE, WHO = "case_referral", "referral_decide", "referral_about"
ASKS_WHO = "Say who is at risk, for the safeguarding referral"
NOT_REACHED = "Say what follows: Victim First reached nobody"
comes_with(UNSETTLED, unsettled_with_case)


def words_of(kind: str) -> str:
    """What a referral is called within a sentence: "the Victim First referral"."""
    if kind == JAG:
        return "the referral to the Joint Action Group"
    return "the safeguarding referral" if kind in SAFEGUARDING else "the Victim First referral"


@provider
def referrals_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """Send it or say why not; decide where somebody objects; ring where it is not acknowledged; read why it was declined;
    say what follows where they reached nobody.

    No query of its own: it comes with the case.
    """
    return list(_due(unsettled_in(actor, case), now, decides=actor.may("decide_referral")))


def _due(rows: list[Any], now: datetime, *, decides: bool) -> Iterator[Due]:
    for row in rows:
        kind, whose = words_of(row["kind"]), _id(row["party_id"])
        of = " of {party}" if whose else ""
        args = {"referral": str(row["id"])}
        if whose is None and row["kind"] == UNDECIDED:
            yield Due(ASKS_WHO, None, WHO, "", args, harm=True)
        elif row["acknowledged_at"]:  # what they acknowledged is open again where they reached nobody
            yield Due(NOT_REACHED + of.replace(" of ", ": "), None, PAGE, "", args, whose, harm=True)
        elif row["declined_at"]:
            yield Due(f"Decide what follows: {kind}{of} was declined", None, PAGE, "", args, whose)
        elif row["sent_at"]:
            due = _moment(row["due_at"])
            if due is not None and due < now:
                yield Due(f"Ring: {kind}{of} is not acknowledged", due, PAGE, "", args, whose, harm=True)
        elif row["asked_at"] and row["wish"] == "objects":
            words, page = (
                (f"Decide whether {kind}{of} is sent", DECIDE)
                if decides
                else (f"A supervisor decides on {kind}{of}", PAGE)
            )
            yield Due(words, None, page, ": they object", args, whose, harm=row["kind"] in SAFEGUARDING)
        else:
            yield Due(
                f"Send {kind}{of}, or say why not", None, PAGE, "", args, whose, harm=row["kind"] != JAG
            )


@gate
def referrals_decided(case: Case, actor: Actor, now: datetime) -> list[Missing]:
    """No referral is left half done: each was sent, or somebody said why not."""
    return [
        Missing(
            "referral_open",
            f"Send {words_of(row['kind'])}, or say why not",
            PAGE,
            {"referral": str(row["id"])},
        )
        for row in unsettled_in(actor, case)
        if not row["sent_at"]
    ]


def _id(value: uuid.UUID | str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if isinstance(value, str) else value


def _moment(value: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
