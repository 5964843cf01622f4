"""Whether a report is being taken: a page of a new one was opened by this person lately, or they have a draft of one.

What says so goes out with the page, signed for the person, and comes back with what is posted: no page asks or writes anything for it.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from sentinel.foundation.actor import Actor
from sentinel.reports.queries import drafts_of

TAKING = "taking"
# A form may stand open for a shift. That somebody searches because they take a report is believed for a call.
FORM_LASTS, PAGE_LASTS = timedelta(hours=12), timedelta(hours=1)


def _signer(actor: Actor, what: str) -> TimestampSigner:
    return TimestampSigner(salt=f"sentinel.desk.report.opened:{what}:{actor.user_id}")


def _mark(actor: Actor, what: str) -> str:
    return _signer(actor, what).sign("").lstrip(":")


def _is_mark(actor: Actor, what: str, mark: str, lasts: timedelta) -> bool:
    try:
        _signer(actor, what).unsign(f":{mark}", max_age=lasts)
    except BadSignature:
        return False
    return True


def form_mark(actor: Actor, submission: object) -> str:
    """What goes with a form that this person is shown, of that submission."""
    return _mark(actor, str(submission))


def form_in_hand(actor: Actor, submission: uuid.UUID | None, mark: str) -> uuid.UUID | None:
    """The submission, where its form was shown to this person or is a draft of theirs; None for an id that was made up. One query,
    and none for a form that brings its mark."""
    if submission is None or _is_mark(actor, str(submission), mark, FORM_LASTS):
        return submission
    return submission if any(one.id == submission for one in drafts_of(actor)) else None


def page_mark(actor: Actor) -> str:
    """What the box of the page says on which a report is taken."""
    return f"{TAKING}:{_mark(actor, TAKING)}"


def is_taking(actor: Actor, said: str) -> bool:
    """Whether what the box said is that this person takes a report, and they do. One query at most, none within the hour."""
    word, _, mark = said.partition(":")
    return word == TAKING and (_is_mark(actor, TAKING, mark, PAGE_LASTS) or bool(drafts_of(actor)))
