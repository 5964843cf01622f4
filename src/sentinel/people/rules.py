"""What holds of persons, as pure functions: by which way something may be sent, which name, age and address are shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import normalise_name
from sentinel.kernel.text import clean_text

Row = TypeVar("Row")
UNNAMED = "Name not known"
NO_REASON = "Decided after comparing; no reason given"
_MOST_EXACT_FIRST = [one.value for one in BirthPrecision]
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,185}\.[^@\s.]{2,60}")

NOT_ASKED = "Nobody has asked this person how they may safely be contacted."
DO_NOT_CONTACT = "This person asked not to be contacted."
BY_VOICE = "This person is to be told by telephone: nothing in writing may be sent."
BY_OTHER = "This person is to be reached through somebody else: nothing may be sent to them."
BY_VISIT = "This person is to be told in person: nothing in writing may be sent."
NO_TEXT = "This person did not agree that a text message may be sent."
NO_POST = "This person did not agree that post may be sent."
NO_NUMBER = "No mobile number is known to send a text message to."
NO_EMAIL = "No email address is known."
NO_ADDRESS = "No address is known to post it to."


def reason_words(why: str) -> str:
    """Why somebody decided, in quotation marks, for it is what they said; that they said nothing where they did not."""
    return f"“{why}”" if why else NO_REASON


def called_by(names: Iterable[tuple[str, bool]]) -> str:
    """The name a person is called by, of their names newest first, each with whether it is current and in use: the newest that is,
    else the newest of any, else that it is not known."""
    newest = ""
    for name, in_use in names:
        if in_use:
            return name
        newest = newest or name
    return newest or UNNAMED


def most_exact(births: Iterable[Row], precision: Callable[[Row], str]) -> Row | None:
    """Of what is known of a birth, newest first, the most exact by its `precision` (kernel.births); of two alike the newer."""
    return min(births, key=lambda row: _MOST_EXACT_FIRST.index(precision(row)), default=None)


def age_on(birth: Birth | None, day: date) -> str:
    """ "71", "65 to 75" or "" where no birth is known, on a day in London."""
    if birth is None:
        return ""
    youngest, oldest = birth.ages(day)
    return str(youngest) if youngest == oldest else f"{youngest} to {oldest}"


def on_one_line(line: str, postcode: str) -> str:
    """An address on one line, with its postcode where that does not stand in it."""
    return line if not postcode or postcode in line else f"{line}, {postcode}"


def read_email(text: str) -> str:
    """An email address as it is compared and sent to: in lower case, without spaces around it.

    Raises Invalid (field "") where it has not the shape of one.
    """
    address = clean_text(text, 254, one_line=True).lower()
    if not _EMAIL.fullmatch(address) or ".." in address:
        raise Invalid("Enter an email address, like name@example.org.")
    return address


@dataclass(frozen=True, kw_only=True)
class Reachable:
    """What is known of how to reach somebody, for deciding how something is sent.

    `methods` are the safe ways, None where nobody asked. None in a flag: not asked of that way.
    """

    methods: tuple[str, ...] | None
    text_may_be_sent: bool | None = None
    post_may_be_sent: bool | None = None
    mobile: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class Way:
    """How something is sent: `state` is waiting (by `channel` to `recipient`), post, or held because of `why_held`."""

    state: str
    channel: str
    recipient: str = ""
    why_held: str = ""


def way_to_send(reach: Reachable) -> Way:
    """The safe way to send something in writing to somebody, or that it is held, and why.

    Not asked means that nothing is sent, and "do not contact" stands over every other answer. A text or letter goes where
    it is one of the safe ways and was not refused, or where it was agreed to in so many words; never otherwise.
    """
    if reach.methods is None:
        return Way("held", "none", why_held=NOT_ASKED)
    if "none" in reach.methods or not reach.methods:
        return Way("held", "none", why_held=DO_NOT_CONTACT if reach.methods else NOT_ASKED)
    ways: list[Way] = []
    if "email" in reach.methods:
        ways.append(_way("waiting", "email", reach.email, NO_EMAIL))
    if _agreed("text", reach.methods, reach.text_may_be_sent):
        ways.append(_way("waiting", "text", reach.mobile, NO_NUMBER))
    if _agreed("post", reach.methods, reach.post_may_be_sent):
        ways.append(_way("post", "post", reach.address, NO_ADDRESS))
    if not ways:
        return Way("held", "none", why_held=_nothing_in_writing(reach.methods))
    return next((way for way in ways if way.state != "held"), ways[0])


def _agreed(method: str, methods: tuple[str, ...], flag: bool | None) -> bool:
    return flag is True or (method in methods and flag is not False)


def _way(state: str, channel: str, recipient: str, without: str) -> Way:
    return Way(state, channel, recipient) if recipient else Way("held", channel, why_held=without)


def _nothing_in_writing(methods: tuple[str, ...]) -> str:
    if "text" in methods or "post" in methods:
        return NO_TEXT if "text" in methods else NO_POST
    if "through" in methods:
        return BY_OTHER
    return BY_VISIT if "visit" in methods and "phone" not in methods else BY_VOICE


_METHOD_WORDS = {
    "phone": "telephone",
    "text": "text message",
    "email": "email",
    "post": "letter",
    "visit": "visit",
}


def contact_words(*, methods: tuple[str, ...] | None, do_not_visit: bool = False, through: str = "") -> str:
    """How somebody may be contacted, in one loud line: "Letter only. Do not ring or text."

    None: nobody has asked. The words never leave a way open that was not named.
    """
    if methods is None:
        return "Nobody has asked how it is safe to get in touch"
    if "none" in methods:
        return "Do not get in touch"
    named = [
        words
        for one, words in _METHOD_WORDS.items()
        if one in methods and not (one == "visit" and do_not_visit)
    ]
    words = " or ".join(named).capitalize()
    if "through" in methods:
        words = (
            f"{words}, or through {through}" if words else f"Only through {through or 'somebody they named'}"
        )
    elif len(named) == 1:
        words += " only"
    refused = [verb for one, verb in (("phone", "ring"), ("text", "text")) if one not in methods]
    if do_not_visit:
        refused.append("visit")
    if not refused:
        return words
    never = f"Do not {' or '.join(refused)}"
    return f"{words}. {never}" if words else never


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Whether a line of text holds a word of one of these names; words of one letter do not count."""
    said = set(normalise_name(text).split())
    return any(len(word) > 1 and word in said for name in names for word in normalise_name(name).split())
