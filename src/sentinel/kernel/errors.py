"""The few ways in which something asked for is not done. Each carries plain words for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self


class SentinelError(Exception):
    """Base of every error meant to be shown.

    `message` is a sentence in plain words, fit for a page. It names no person and no value typed: errors end
    up in logs. `kept` is what the audit keeps of the refusal although all else is rolled back: the arguments of
    audit.operations.note by name, ids and codes only.
    """

    default_message = "Sorry, that could not be done."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default_message
        self.kept: dict[str, Any] = {}
        super().__init__(self.message)

    def keeping(self, **kept: Any) -> Self:
        """Return the error itself, with what the audit keeps of it."""
        self.kept |= kept
        return self


class Refused(SentinelError):
    """The actor is not permitted to do this. Recorded after the roll-back; shown as 403."""

    default_message = "You are not allowed to do this."


class NotFound(SentinelError):
    """There is no such record, or none that this actor may know of: the two answers are the same. Shown as 404."""

    default_message = "There is no such record, or you may not see it."


class KnownOnly(SentinelError):
    """The actor may only know that something is known (rung SUMMARY): which desk to ring, and nothing else.

    `desk` and `phone` name the desk, `hours` say when it is open, and `opens` when it opens next where it is closed `now` (moments
    in UTC); `record` is the id that a request for access or break-glass may use.
    """

    default_message = "Before you act, ring the sharing desk."

    def __init__(
        self, desk: str, phone: str, record: str, *, hours: str = "", opens: datetime | None = None, now: datetime | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self.desk = desk
        self.phone = phone
        self.record = record
        self.hours = hours
        self.opens = opens
        self.now = now


class Conflict(SentinelError):
    """Somebody else changed the record first. Shown as 409 with what was typed kept.

    `fields` are the names of the fields that changed meanwhile, in the order given (may be empty where the
    conflict is not about fields, such as a state that has moved on).
    """

    default_message = "Somebody else changed this while you were working on it."

    def __init__(self, message: str | None = None, fields: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.fields: tuple[str, ...] = tuple(fields)


class Invalid(SentinelError):
    """What was given cannot be accepted. `errors` maps a field's name to plain messages about it.

    The empty name "" holds messages about the whole and not one field.
    """

    default_message = "There is a problem with what you entered."

    def __init__(self, errors: Mapping[str, Iterable[str]] | str, message: str | None = None) -> None:
        if isinstance(errors, str):
            errors = {"": [errors]}
        self.errors: dict[str, list[str]] = {field: list(words) for field, words in errors.items()}
        first = next((words[0] for words in self.errors.values() if words), None)
        super().__init__(message or first)

    @classmethod
    def of(cls, field: str, message: str) -> Invalid:
        """Return the error for one `field` and one `message`."""
        return cls({field: [message]})

    def under(self, field: str) -> Invalid:
        """Return the same messages, all under `field`: a normaliser does not know its field's name."""
        return Invalid({field: [word for words in self.errors.values() for word in words]})


class Unavailable(SentinelError):
    """Something that Sentinel needs is away (database, worker, mail, scanner). Shown as 503; trying again may help."""

    default_message = "Part of Sentinel is not available just now. Try again in a few minutes."
