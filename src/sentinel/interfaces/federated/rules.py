"""What is asked of a partner's system, and how its answer is read: pure functions.

Asked is {"asked": 1, "words": "...", "because": "..."}. Answered is {"lines": [{"what": "...", "where": "...", "more": "..."}]}, `what` alone being
needed. Everything else in an answer is left out, and nothing of it is a link.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

MOST_LINES: Final = 20
MOST_BYTES: Final = 200_000
_LONGEST: Final = 200
# In a demonstration, instead of addresses: a system that is part of Sentinel and knows a few invented things, and one that never answers.
INVENTED: Final = "invented:"
INVENTED_SILENT: Final = "invented:silent"


@dataclass(frozen=True)
class Line:
    """One thing that a partner's system knows."""

    what: str
    where: str = ""
    more: str = ""


@dataclass(frozen=True)
class Answer:
    """What one system answered; `says` a plain line where it did not. `invented`: it is a fake, of the demonstration."""

    name: str
    lines: tuple[Line, ...] = ()
    says: str = ""
    invented: bool = False


class Unreadable(Exception):
    """An answer that is not one."""


def asked(words: str, because: str) -> bytes:
    """The body of a question: the words, and why they are asked."""
    return json.dumps({"asked": 1, "words": words, "because": because}, ensure_ascii=False).encode()


def read(body: bytes) -> tuple[Line, ...]:
    """The lines of an answer, at most twenty. Raises Unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    lines = said.get("lines") if isinstance(said, dict) else None
    if not isinstance(lines, list):
        raise Unreadable
    found = (
        Line(_word(one, "what"), _word(one, "where"), _word(one, "more"))
        for one in lines
        if isinstance(one, dict)
    )
    return tuple(line for line in found if line.what)[:MOST_LINES]


def _word(one: dict[str, Any], name: str) -> str:
    said = one.get(name)
    return " ".join(said.replace("\x00", "").split())[:_LONGEST] if isinstance(said, str) else ""
