"""Conditions as a list that somebody builds by choosing: a question, how, and answers. Pure.

What the pages offer is a list of such parts of which all or any must hold. The engine knows more (parts within parts); what is
nested deeper is shown in words and can only be replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

How = Literal["is", "is_not", "answered", "not_answered"]
Mode = Literal["all", "any"]
HOWS: Final[dict[How, str]] = {
    "is": "is one of these answers",
    "is_not": "is none of these answers",
    "answered": "has any answer",
    "not_answered": "has no answer",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition: the key of a question, how it is held against the answer, and the options' keys."""

    question: str
    how: How
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """A condition as a list: all of `parts` must hold, or any."""

    mode: Mode
    parts: tuple[Part, ...]


def as_list(condition: Any) -> Built | None:
    """A condition's data as a list; no parts for none at all, None where it is nested deeper than a list."""
    if condition is None or isinstance(condition, bool):
        return Built("all", ())
    if not isinstance(condition, dict):
        return None
    for mode in ("all", "any"):
        if set(condition) == {mode} and isinstance(condition[mode], list):
            parts = [_part(one) for one in condition[mode]]
            whole = tuple(one for one in parts if one is not None)
            return Built("all" if mode == "all" else "any", whole) if len(whole) == len(parts) else None
    one = _part(condition)
    return None if one is None else Built("all", (one,))


def _part(data: Any, *, negated: bool = False) -> Part | None:
    if not isinstance(data, dict):
        return None
    if set(data) == {"not"} and not negated:
        return _part(data["not"], negated=True)
    question = data.get("question")
    if not isinstance(question, str):
        return None
    if isinstance(data.get("equals"), str):
        return Part(question, "is_not" if negated else "is", (data["equals"],))
    if isinstance(data.get("in"), list):
        return Part(question, "is_not" if negated else "is", tuple(str(one) for one in data["in"]))
    if isinstance(data.get("answered"), bool):
        return Part(question, "answered" if data["answered"] is not negated else "not_answered")
    return None


def as_condition(built: Built) -> dict[str, Any] | None:
    """The data that the engine reads; None where there are no parts."""
    parts = [_data(one) for one in built.parts]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {built.mode: parts}


def _data(part: Part) -> dict[str, Any]:
    if part.how in ("answered", "not_answered"):
        return {"question": part.question, "answered": part.how == "answered"}
    held: dict[str, Any] = {"question": part.question}
    if len(part.options) == 1:
        held["equals"] = part.options[0]
    else:
        held["in"] = list(part.options)
    return held if part.how == "is" else {"not": held}
