"""What templates of these pages say a question set with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sentinel.questionnaires.rules import (
    KINDS,
    Kind,
    condition_words,
    option_words,
    points_of,
    required_words,
)


def _kind(kind: Kind) -> str:
    return KINDS[kind]


WORDS: Final[dict[str, Callable[..., Any]]] = {
    "band_points": points_of,
    "condition_words": condition_words,
    "kind_words": _kind,
    "option_words": option_words,
    "required_words": required_words,
}
