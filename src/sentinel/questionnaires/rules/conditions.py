"""Show-when and required-when rules: read from data, held against answers, never evaluated as code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sentinel.questionnaires.rules.definitions import (
    AllOf,
    Answered,
    Answers,
    AnyOf,
    Condition,
    Equals,
    In,
    Not,
    Problem,
)

MAX_DEPTH: Final = 8


def is_answered(value: object) -> bool:
    """Say whether a value is an answer: not None, not blank, not an empty list. 0 is one."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != []


def chosen(value: object) -> tuple[str, ...]:
    """Return the options chosen by an answer as a tuple, whether one or many."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, (list, tuple)):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


def holds(condition: Condition, answers: Answers) -> bool:
    """Say whether a condition holds. `answers` has only what may be looked at: hidden answers left out."""
    match condition:
        case Equals(question, value):
            return value in chosen(answers.get(question))
        case In(question, values):
            return not set(values).isdisjoint(chosen(answers.get(question)))
        case Answered(question):
            return is_answered(answers.get(question))
        case Not(part):
            return not holds(part, answers)
        case AllOf(parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, answers) for part in parts)


def leaves(condition: Condition) -> Iterator[Equals | In | Answered]:
    """Yield the parts of a condition that name a question."""
    match condition:
        case Not(part):
            yield from leaves(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield condition


def read_condition(data: object, where: str, problems: list[Problem], depth: int = 0) -> Condition | None:
    """Build a condition from data; add what is wrong to `problems` and return None.

    `{question: x, equals: yes}`, `{question: x, in: [a, b]}`, `{question: x, answered: true}`, `{not: ...}`,
    `{all: [...]}`, `{any: [...]}`.
    """

    def wrong(what: str) -> Condition | None:
        problems.append(Problem(where, what))
        return None

    if depth > MAX_DEPTH:
        return wrong(f"A condition may be nested {MAX_DEPTH} deep at most.")
    if not isinstance(data, Mapping):
        return wrong("A condition is a mapping, like {question: danger, equals: yes}.")
    keys = set(data)
    if keys == {"not"}:
        part = read_condition(data["not"], f"{where}.not", problems, depth + 1)
        return None if part is None else Not(part)
    if keys in ({"all"}, {"any"}):
        joined = "all" if "all" in keys else "any"
        return _read_joined(data[joined], joined, where, problems, depth)
    question = data.get("question")
    if not isinstance(question, str):
        return wrong("A condition names a question, or is one of all, any and not.")
    if keys == {"question", "equals"} and isinstance(data["equals"], str):
        return Equals(question, data["equals"])
    if keys == {"question", "in"} and _is_words(data["in"]):
        return In(question, tuple(data["in"]))
    if keys == {"question", "answered"} and isinstance(data["answered"], bool):
        return Answered(question) if data["answered"] else Not(Answered(question))
    return wrong(
        "A condition on a question has one of: equals (an option), in (options), answered (true or false)."
    )


def _is_words(data: object) -> bool:
    return isinstance(data, list) and bool(data) and all(isinstance(word, str) for word in data)


def _read_joined(
    data: object, joined: str, where: str, problems: list[Problem], depth: int
) -> Condition | None:
    if not isinstance(data, list) or not data:
        problems.append(Problem(where, f"{joined} needs a list of conditions."))
        return None
    parts = [
        read_condition(part, f"{where}.{joined}[{at}]", problems, depth + 1) for at, part in enumerate(data)
    ]
    whole = tuple(part for part in parts if part is not None)
    if len(whole) != len(parts):
        return None
    return AllOf(whole) if joined == "all" else AnyOf(whole)


def condition_data(condition: Condition) -> dict[str, Any]:
    """Return a condition as the data that `read_condition` reads."""
    match condition:
        case Equals(question, value):
            return {"question": question, "equals": value}
        case In(question, values):
            return {"question": question, "in": list(values)}
        case Answered(question):
            return {"question": question, "answered": True}
        case Not(part):
            return {"not": condition_data(part)}
        case AllOf(parts):
            return {"all": [condition_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_data(part) for part in parts]}
