"""Question sets and local rules as readable files: read, checked, and handed on as plain values.

`content/*.yaml` are question sets, `content/lists/*.yaml` local rules and lists of the field. A released version is
never changed: another wording is another version, in the same file, with its own date. In these files yes and no are
words, as people write them; only true and false are truth values.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from sentinel.kernel.errors import SentinelError
from sentinel.questionnaires.rules import (
    Problem,
    QuestionSet,
    build,
    content_hash,
    to_data,
    validate_definition,
)

CONTENT: Final = Path(__file__).with_name("content")
LISTS: Final = CONTENT / "lists"
_LARGEST_FILE: Final = 1_000_000


class ContentProblems(SentinelError):
    """Files that may not be loaded. `problems` say where (file, then the way by keys) and what."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class FoundSet:
    """A sound question set from a file. `definition` is JSON-fit data from which `build` makes `question_set`."""

    question_set: QuestionSet
    definition: dict[str, Any]
    content_hash: str
    released_from: date

    @property
    def key(self) -> str:
        """The set's key."""
        return self.question_set.key

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.question_set.version

    @property
    def title(self) -> str:
        """The set's title."""
        return self.question_set.title

    @property
    def subject(self) -> str:
        """What the set is about: victim, report, incident, approach."""
        return self.question_set.subject

    @property
    def source(self) -> str:
        """Where the set comes from."""
        return self.question_set.source

    @property
    def confirmed(self) -> bool:
        """Whether the partnership has confirmed it."""
        return self.question_set.confirmed


@dataclass(frozen=True, slots=True)
class FoundRule:
    """A local rule or list from a file: `content` is JSON-fit and whatever the rule's room reads."""

    name: str
    title: str
    effective_from: date
    source: str
    confirmed: bool
    content: dict[str, Any]
    content_hash: str


class _Loader(yaml.SafeLoader):
    """YAML without the surprises of version 1.1: yes, no, on and off are words, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value} is said twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> Any:
    """Return the data of a YAML file. Raises `ContentProblems` naming the file and, where known, the line."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ContentProblems(
                [Problem(path.name, "This file is too large to be a question set or list.")]
            )
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with fewer words
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ContentProblems([Problem(f"{path.name}{line}", f"{error.problem}.")]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentProblems([Problem(path.name, f"This file cannot be read: {error}.")]) from error


def read_question_set(path: Path) -> FoundSet:
    """Return the question set of one file. Raises `ContentProblems` with everything that is wrong with it."""
    question_set, problems = build(read_yaml(path))
    if question_set is not None and not problems:
        problems = validate_definition(question_set)
        if question_set.released_from is None:
            problems.append(Problem("set.released_from", "A file says from which date its version is used."))
    if question_set is None or problems or question_set.released_from is None:
        raise ContentProblems([Problem(f"{path.name}: {one.where}", one.what) for one in problems])
    return FoundSet(
        question_set, to_data(question_set), content_hash(question_set), question_set.released_from
    )


def read_rule(path: Path) -> FoundRule:
    """Return the local rule or list of one file. Raises `ContentProblems`.

    A file has title, effective_from (a date), source, confirmed, and anything else, which is its content.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ContentProblems([Problem(path.name, "This must be a mapping of names to values.")])
    problems: list[Problem] = []
    for name, kind in (("title", str), ("effective_from", date), ("source", str), ("confirmed", bool)):
        if not isinstance(data.get(name), kind):
            problems.append(
                Problem(f"{path.name}: {name}", f"This is missing or not of the kind {kind.__name__}.")
            )
    if problems:
        raise ContentProblems(problems)
    content = json.loads(json.dumps(data, default=_plain))
    for item in content.get("items", []):
        if not isinstance(item, dict) or not isinstance(item.get("key"), str) or not item.get("label"):
            problems.append(Problem(f"{path.name}: items", "Each item has a key and a label."))
            break
    else:
        keys = [item["key"] for item in content.get("items", [])]
        problems += [
            Problem(f"{path.name}: items.{key}", "Two items have this key.")
            for key in sorted({key for key in keys if keys.count(key) > 1})
        ]
    if problems:
        raise ContentProblems(problems)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return FoundRule(
        name=path.stem,
        title=data["title"],
        effective_from=data["effective_from"],
        source=data["source"],
        confirmed=data["confirmed"],
        content=content,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a list.")


def read_question_sets(folder: Path = CONTENT) -> Iterator[FoundSet]:
    """Yield the question sets of a folder, by file name. Raises `ContentProblems` at the first unsound one,

    and where two files hold the same version of one set.
    """
    seen: set[tuple[str, int]] = set()
    for path in sorted(folder.glob("*.yaml")):
        found = read_question_set(path)
        if (found.key, found.number) in seen:
            raise ContentProblems([Problem(path.name, f"{found.key} {found.number} is in another file too.")])
        seen.add((found.key, found.number))
        yield found


def read_rules(folder: Path = LISTS) -> Iterator[FoundRule]:
    """Yield the local rules and lists of a folder, by file name. Raises `ContentProblems`."""
    for path in sorted(folder.glob("*.yaml")):
        yield read_rule(path)
