"""What a question set is made of: plain frozen values, no database, no words of any one script or matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

# The field beside a question that holds the words an option asks for ("Say what is known").
DETAIL_SUFFIX: Final = "__why"


def detail_key(question_key: str) -> str:
    """Return the key under which answers hold the explanation of a question's answer."""
    return f"{question_key}{DETAIL_SUFFIX}"


class Kind(Enum):
    """How a question is answered. The comments say how an answer is held (always fit for JSON)."""

    TEXT = "text"  # a string of one line
    LONG_TEXT = "long_text"  # a string
    NUMBER = "number"  # an int, or a float where it has decimals
    DATE = "date"  # "2026-04-03"
    YES_NO_UNKNOWN = "yes_no_unknown"  # "yes", "no" or "unknown"
    ONE_OF = "one_of"  # the option's key
    MANY_OF = "many_of"  # a list of options' keys, in the set's order

    @property
    def has_options(self) -> bool:
        """Whether it is answered by choosing."""
        return self in {Kind.YES_NO_UNKNOWN, Kind.ONE_OF, Kind.MANY_OF}


class Style(Enum):
    """How a set comes to a band: by adding scores, by the assessor's judgement, or not at all."""

    SCORED = "scored"
    JUDGEMENT = "judgement"
    PLAIN = "plain"


class Status(Enum):
    """Where a version stands. A draft may be used where its agency says so; a withdrawn one is only read."""

    DRAFT = "draft"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Equals:
    """The question is answered with this option (among others, where many may be chosen)."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class In:
    """The question is answered with one of these options."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The question has any answer; "unknown" is one."""

    question: str


@dataclass(frozen=True, slots=True)
class Not:
    """The other way round."""

    part: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Equals | In | Answered | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer to a question of another set that this answer suggests, and the words for where it comes from.

    `letter` is the key of the other question, such as "targeted" in VICTOR-E. A person decides; nothing is filled in.
    """

    letter: str
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `score` None: it does not count.

    `automatic` is the reason, in words, for which this answer alone puts the person in the highest band. `sets` are
    flags for the record ("hate": True). `unknown` marks "not known" and "not asked": it is never taken for no.
    `exclusive` excludes all others where many may be chosen. `say` is said to the caller when it is chosen.
    """

    key: str
    label: str
    help: str = ""
    score: int | None = None
    automatic: str | None = None
    sets: Mapping[str, bool | str] = field(default_factory=lambda: MappingProxyType({}))
    text_required: bool = False
    text_label: str = ""
    unknown: bool = False
    exclusive: bool = False
    say: str = ""
    suggests: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `script` are the words to say aloud, where they differ from `text`.

    `required_when`: True, False or the condition under which it must be answered; a hidden question never must.
    `carries_to` names what is asked, the same in every set that asks it: an answer is carried from one to another.
    """

    key: str
    text: str
    kind: Kind
    help: str = ""
    script: str = ""
    options: tuple[Option, ...] = ()
    show_when: Condition | None = None
    required_when: Condition | bool = False
    carries_to: str = ""
    max_length: int = 4000
    minimum: int | None = None
    maximum: int | None = None
    not_future: bool = False
    _by_key: Mapping[str, tuple[Option, ...]] = field(init=False, repr=False, compare=False)
    _most: int = field(init=False, repr=False, compare=False)
    _explained: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for every answer of every assessment on a page: worked out once.
        by_key: dict[str, tuple[Option, ...]] = {}
        for option in self.options:
            by_key[option.key] = (*by_key.get(option.key, ()), option)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_most", _most(self.options, several=self.kind is Kind.MANY_OF))
        object.__setattr__(self, "_explained", any(option.text_required for option in self.options))

    def most(self) -> int:
        """Return the most points that an answer to it can have."""
        return self._most

    def may_be_explained(self) -> bool:
        """Say whether one of its answers asks for an explanation."""
        return self._explained

    def options_of(self, key: str) -> tuple[Option, ...]:
        """Return the options of that key: one or none, and more where a faulty set names two so."""
        return self._by_key.get(key, ())

    def option(self, key: str) -> Option | None:
        """Return the option of that key, or None."""
        return next((option for option in self.options if option.key == key), None)


def _most(options: Sequence[Option], *, several: bool) -> int:
    scores = [option.score or 0 for option in options]
    if not several:
        return max(scores, default=0)
    together = sum(option.score or 0 for option in options if not option.exclusive)
    return max(together, *(option.score or 0 for option in options if option.exclusive), 0)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading."""

    key: str
    title: str
    questions: tuple[Question, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A band, from `minimum` to `maximum` points, both included (None in a set that is judged, not added up)."""

    key: str
    label: str
    minimum: int | None = None
    maximum: int | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One version of a question set. Bands stand from the lowest to the highest.

    `confirmed` False: shown with "needs local confirmation"; `source` says where it comes from, for the reader.
    """

    key: str
    version: int
    title: str
    subject: str
    style: Style
    status: Status
    source: str
    sections: tuple[Section, ...]
    bands: tuple[Band, ...] = ()
    confirmed: bool = False
    released_from: date | None = None
    help: str = ""
    _in_order: tuple[Question, ...] = field(init=False, repr=False, compare=False)
    _by_key: Mapping[str, Question] = field(init=False, repr=False, compare=False)
    _most: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked many times for one page: worked out once.
        in_order = tuple(question for section in self.sections for question in section.questions)
        object.__setattr__(self, "_in_order", in_order)
        object.__setattr__(self, "_by_key", {question.key: question for question in reversed(in_order)})
        object.__setattr__(self, "_most", sum(question.most() for question in in_order))

    def questions(self) -> tuple[Question, ...]:
        """Return the questions in the order in which they are asked."""
        return self._in_order

    def question(self, key: str) -> Question | None:
        """Return the question of that key, or None; where a faulty set names two so, the first."""
        return self._by_key.get(key)

    def most(self) -> int:
        """Return the most points that it can reach, hidden questions included."""
        return self._most

    def band(self, key: str | None) -> Band | None:
        """Return the band of that key, or None."""
        return next((band for band in self.bands if band.key == key), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a definition: `where` is the way to it by keys, `what` a sentence."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


# What answers look like everywhere: by question key, each value fit for JSON as `Kind` says.
Answers = Mapping[str, Any]

YES_NO_UNKNOWN: Final = (
    Option("yes", "Yes"),
    Option("no", "No"),
    Option("unknown", "Not known", unknown=True),
)
