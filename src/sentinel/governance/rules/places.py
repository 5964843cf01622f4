"""Where in a set a problem stands, in words and as a way to the page on which it is mended. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sentinel.governance.rules.editing import Definition, option_of, question_of, section_of
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.rules import Problem

Page = Literal["draft", "heading", "bands", "section", "question", "option", "show_when", "required_when"]

_PART: Final = re.compile(
    r"set\.sections\.(?P<section>[^.\[]+)"
    r"(?:\.questions\.(?P<question>[^.\[]+)"
    r"(?:\.options\.(?P<option>[^.\[]+)|\.(?P<condition>show_when|required_when))?)?"
)
_HEADING: Final = re.compile(r"set\.(title|help|source)$")


@dataclass(frozen=True, slots=True)
class Found:
    """A problem with its place: `words` name the place, `page` is where it is mended, the keys say which part."""

    what: str
    words: str
    page: Page
    section: str = ""
    question: str = ""
    option: str = ""


def found(problems: Iterable[Problem], definition: Definition) -> list[Found]:
    """Each problem with its place in a definition; what cannot be placed stands over the whole draft."""
    return [_found(problem, definition) for problem in problems]


def _found(problem: Problem, definition: Definition) -> Found:
    what = _in_words(problem.what, definition)
    if problem.where.startswith("question "):
        return _of_question(what, definition, problem.where.removeprefix("question "))
    if problem.where.startswith("set.bands"):
        band = problem.where.removeprefix("set.bands").strip(".")
        label = next(
            (one.get("label", band) for one in definition.get("bands", []) if one.get("key") == band), ""
        )
        return Found(what, f"The band {label}" if label else "The bands", "bands")
    if _HEADING.match(problem.where):
        return Found(what, "The title, help and source", "heading")
    part = _PART.match(problem.where)
    if part is None:
        return Found(what, "The whole set", "draft")
    if part["question"]:
        return _of_question(
            what, definition, part["question"], option=part["option"] or "", condition=part["condition"] or ""
        )
    try:
        title = section_of(definition, part["section"]).get("title", "")
    except NotFound:
        return Found(what, "The whole set", "draft")
    return Found(what, f"The section “{title}”", "section", section=part["section"])


def _of_question(
    what: str, definition: Definition, key: str, *, option: str = "", condition: str = ""
) -> Found:
    try:
        question = question_of(definition, key)
    except NotFound:
        return Found(what, "The whole set", "draft")
    words = f"“{question.get('text', '')}”"
    if option:
        try:
            label = option_of(question, option).get("label", "")
        except NotFound:
            return Found(what, words, "question", question=key)
        return Found(what, f"{words}, the answer “{label}”", "option", question=key, option=option)
    if condition == "show_when":
        return Found(what, f"{words}, when it is shown", "show_when", question=key)
    if condition == "required_when":
        return Found(what, f"{words}, when it must be answered", "required_when", question=key)
    return Found(what, words, "question", question=key)


def _in_words(what: str, definition: Definition) -> str:
    """The engine names a question by its key; people know it by what it asks."""

    def text(match: re.Match[str]) -> str:
        try:
            return f"question “{question_of(definition, match[1]).get('text', match[1])}”"
        except NotFound:
            return match[0]

    return re.sub(r"question ([a-z][a-z0-9_]*)\b", text, what)
