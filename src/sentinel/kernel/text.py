"""Text as people type it: kept as it is, refused where it cannot be kept, made harmless where it leaves."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sentinel.kernel.errors import Invalid

# Half of a surrogate pair cannot be stored as UTF-8. It reaches us only through broken clients.
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# Controls other than tab and new line show nothing and break PDF, XML and terminals. The marks that right-to-left
# names and joined emoji need are format characters and are not among them.
_CONTROLS: Final = re.compile("[\x01-\x08\x0b-\x1f\x7f]")
_NEW_LINES: Final = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
# Letters and signs by Unicode's book that show nothing.
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# The wide forms are what a spreadsheet with an East Asian keyboard reads as the same signs.
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def refuse_unstorable(value: str) -> None:
    """Raise `Invalid` where `value` has a NUL byte or half a surrogate pair, which no database keeps."""
    if "\x00" in value or _SURROGATES.search(value):
        raise Invalid("This has a character that cannot be stored. Delete it and type the text again.")


def clean_text(value: str, max_length: int, *, one_line: bool = False) -> str:
    """Return `value` as it will be kept: new lines made alike, spaces at both ends gone, all else as typed.

    Right-to-left marks, emoji, accents and markup stay. With `one_line`, new lines and tabs become spaces. Text that
    shows nothing at all (only spaces and marks without a width) is "": a reason must be one that can be read.
    Raises `Invalid` (field "") for what cannot be stored and for more than `max_length` characters.
    """
    refuse_unstorable(value)
    kept = _CONTROLS.sub("", _NEW_LINES.sub("\n", value)).strip()
    if one_line:
        kept = re.sub(r"[\n\t]+", " ", kept)
    if len(kept) > max_length:
        raise Invalid(f"This must be {max_length:,} characters or fewer. It has {len(kept):,}.")
    return kept if _shows(kept) else ""


def filled(
    field: str,
    text: str,
    words: str = "This needs an answer.",
    *,
    longest: int = 20_000,
    one_line: bool = False,
) -> str:
    """Return `text` as it is kept (`clean_text`), where something is left of it.

    Raises `Invalid` for `field`, with `words` where nothing is left, and for what cannot be stored or is too long.
    """
    try:
        kept = clean_text(text, longest, one_line=one_line)
    except Invalid as error:
        raise error.under(field) from error
    if not kept:
        raise Invalid.of(field, words)
    return kept


def _shows(text: str) -> bool:
    return any(unicodedata.category(one)[0] in "LMNPS" and one not in _FILLERS for one in text)


def spreadsheet_safe(value: object) -> object:
    """Return `value` so that a spreadsheet shows it and never runs it.

    Text that begins (after spaces) with = + - @, or with a tab or new line, gets an apostrophe before it. What
    is no text (numbers, dates, None) is returned as it is.
    """
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
