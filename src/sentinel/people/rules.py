"""What holds of persons, as pure functions: by which way something may be sent, which name is shown, which phone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import normalise_name
from sentinel.kernel.text import clean_text

UNNAMED = "Name not known"
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,185}\.[^@\s.]{2,60}")

NOT_ASKED = "Nobody has asked this person how they may safely be contacted."
DO_NOT_CONTACT = "This person asked not to be contacted."
BY_VOICE = "This person is to be told by telephone: nothing in writing may be sent."
BY_VISIT = "This person is to be told in person: nothing in writing may be sent."
NO_TEXT = "This person did not agree that a text message may be sent."
NO_POST = "This person did not agree that post may be sent."
NO_NUMBER = "No mobile number is known to send a text message to."
NO_EMAIL = "No email address is known."
NO_ADDRESS = "No address is known to post it to."


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
    """What is known of how to reach somebody, for deciding how something is sent. `None` in a flag: not asked."""

    method: str | None
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

    Not asked means that nothing is sent. A flag that was refused is never overridden; a telephone or a visit as the safe
    method lets a text or letter go only where it was agreed to in so many words.
    """
    match reach.method:
        case None:
            return Way("held", "none", why_held=NOT_ASKED)
        case "none":
            return Way("held", "none", why_held=DO_NOT_CONTACT)
        case "email":
            return (
                Way("waiting", "email", reach.email)
                if reach.email
                else Way("held", "email", why_held=NO_EMAIL)
            )
        case "text":
            return _by_text(reach, agreed=reach.text_may_be_sent is not False)
        case "post":
            return _by_post(reach, agreed=reach.post_may_be_sent is not False)
    voice = Way("held", "none", why_held=BY_VISIT if reach.method == "visit" else BY_VOICE)
    for found in (
        _by_text(reach, agreed=reach.text_may_be_sent is True),
        _by_post(reach, agreed=reach.post_may_be_sent is True),
    ):
        if found.state != "held":
            return found
    return voice


def _by_text(reach: Reachable, *, agreed: bool) -> Way:
    if not agreed:
        return Way("held", "text", why_held=NO_TEXT)
    return Way("waiting", "text", reach.mobile) if reach.mobile else Way("held", "text", why_held=NO_NUMBER)


def _by_post(reach: Reachable, *, agreed: bool) -> Way:
    if not agreed:
        return Way("held", "post", why_held=NO_POST)
    return Way("post", "post", reach.address) if reach.address else Way("held", "post", why_held=NO_ADDRESS)


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Whether a line of text holds a word of one of these names; words of one letter do not count."""
    said = set(normalise_name(text).split())
    return any(len(word) > 1 and word in said for name in names for word in normalise_name(name).split())
