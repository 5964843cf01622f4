"""A definition being written, changed part by part. Pure: data in, new data out; what was given is never changed.

A definition is the JSON-fit data that `questionnaires.rules.build` reads. It may be unsound on the way; the checks say so.
Parts are known by their keys, which Sentinel makes from words and never gives out twice: answers are kept under them.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal

from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.rules import YES_NO_UNKNOWN, Kind

Definition = dict[str, Any]
Part = dict[str, Any]
Direction = Literal["up", "down"]
CONDITIONS: Final = ("show_when", "required_when")
_LONGEST_KEY: Final = 40


def key_from(words: str, taken: Collection[str]) -> str:
    """A key made of words (“Is there a dog?” is "is_there_a_dog"), with a figure where that is taken."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = "_".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_KEY].strip("_")
    if not made or not made[0].isalpha():
        made = f"part_{made}".strip("_")
    found, at = made, 1
    while found in taken:
        at += 1
        found = f"{made}_{at}"
    return found


def sections(definition: Definition) -> list[Part]:
    """The sections, as they stand."""
    return [one for one in definition.get("sections", []) if isinstance(one, dict)]


def questions(definition: Definition) -> list[Part]:
    """Every question, in order."""
    return [one for section in sections(definition) for one in section.get("questions", [])]


def section_of(definition: Definition, key: str) -> Part:
    """A section by its key. Raises NotFound."""
    return _named(sections(definition), key)


def question_of(definition: Definition, key: str) -> Part:
    """A question by its key. Raises NotFound."""
    return _named(questions(definition), key)


def home_of(definition: Definition, key: str) -> Part:
    """The section in which a question stands. Raises NotFound."""
    for section in sections(definition):
        if any(one.get("key") == key for one in section.get("questions", [])):
            return section
    raise NotFound()


def options_of(question: Part) -> list[Part]:
    """The answers to choose from, those of yes, no and not known filled in."""
    given = [one for one in question.get("options", []) if isinstance(one, dict)]
    if question.get("kind") != Kind.YES_NO_UNKNOWN.value:
        return given
    known: dict[str, Part] = {str(one.get("key")): one for one in given}
    usual: list[Part] = [
        {"key": one.key, "label": one.label, **({"unknown": True} if one.unknown else {})}
        for one in YES_NO_UNKNOWN
    ]
    return [{**one, **known.get(str(one["key"]), {})} for one in usual]


def option_of(question: Part, key: str) -> Part:
    """An answer to choose, by its key. Raises NotFound."""
    return _named(options_of(question), key)


def _named(parts: Iterable[Part], key: str) -> Part:
    for one in parts:
        if one.get("key") == key:
            return one
    raise NotFound()


def _tidy(values: Mapping[str, Any]) -> Part:
    """Without what says nothing: reading fills that in by itself."""
    return {name: value for name, value in values.items() if value not in (None, "", False, [], {})}


def with_heading(definition: Definition, **values: str) -> Definition:
    """The set with another title, help and source."""
    kept = {name: value for name, value in copy.deepcopy(definition).items() if name not in values}
    return {**kept, **_tidy(values)}


def with_section(definition: Definition, key: str, *, title: str, help: str) -> Definition:
    """The set with a section changed, or, where there is none of that key, added at the end."""
    made = copy.deepcopy(definition)
    made.setdefault("sections", [])
    found = next((one for one in made["sections"] if one.get("key") == key), None)
    if found is None:
        made["sections"].append({"key": key, "title": title, **_tidy({"help": help}), "questions": []})
    else:
        found.pop("help", None)
        found.update(title=title, **_tidy({"help": help}))
    return made


def with_question(definition: Definition, key: str, section: str, values: Mapping[str, Any]) -> Definition:
    """The set with a question changed (or added) and standing in a section, at the end where it comes from elsewhere.

    `values` are text, kind, help, script, required_when, max_length, minimum, maximum, not_future. A condition, what the answer carries
    to and the answers to choose from stay; where the kind no longer has answers to choose they go.
    """
    made = copy.deepcopy(definition)
    target = section_of(made, section)
    try:
        home = home_of(made, key)
        old = question_of(made, key)
    except NotFound:
        home, old = None, Part(key=key)
    new: Part = {
        "key": key,
        **{name: old[name] for name in ("options", "show_when", "carries_to") if name in old},
        **_tidy(values),
        "text": values["text"],
    }
    # Zero is a limit like another.
    new |= {name: values[name] for name in ("minimum", "maximum") if values.get(name) is not None}
    kind = Kind(values["kind"])
    if not kind.has_options:
        new.pop("options", None)
    elif kind is Kind.YES_NO_UNKNOWN:
        usual = {one.key for one in YES_NO_UNKNOWN}
        new["options"] = [one for one in new.get("options", []) if one.get("key") in usual]
    if home is target:
        target["questions"] = [new if one.get("key") == key else one for one in target["questions"]]
        return made
    if home is not None:
        home["questions"] = [one for one in home["questions"] if one.get("key") != key]
    target.setdefault("questions", []).append(new)
    return made


def with_option(definition: Definition, question: str, key: str, values: Mapping[str, Any]) -> Definition:
    """The set with an answer to choose changed, or added at the end (before "not known", which stays last).

    `values` are label, help, score, automatic, text_required, text_label, unknown, exclusive, say. What it sets on the record and
    suggests elsewhere stays.
    """
    made = copy.deepcopy(definition)
    asked = question_of(made, question)
    options = options_of(asked)
    old = next((one for one in options if one.get("key") == key), Part(key=key))
    new: Part = {
        "key": key,
        **{name: old[name] for name in ("sets", "suggests") if name in old},
        **_tidy({name: value for name, value in values.items() if name != "score"}),
        "label": values["label"],
    }
    if values.get("score") is not None:
        new["score"] = values["score"]
    if any(one.get("key") == key for one in options):
        asked["options"] = [new if one.get("key") == key else one for one in options]
    else:
        at = (
            len(options) - 1
            if options and options[-1].get("unknown") and not new.get("unknown")
            else len(options)
        )
        asked["options"] = [*options[:at], new, *options[at:]]
    return made


def with_condition(definition: Definition, question: str, name: str, condition: Any) -> Definition:
    """The set with the condition of a question set (`show_when` or `required_when`), or taken away with None."""
    if name not in CONDITIONS:
        raise NotFound()
    made = copy.deepcopy(definition)
    asked = question_of(made, question)
    if condition is None:
        asked.pop(name, None)
    else:
        asked[name] = condition
    return made


def with_bands(definition: Definition, bands: Iterable[Mapping[str, Any]]) -> Definition:
    """The set with its bands changed: each of `bands` has key, label, help, min and max."""
    made = copy.deepcopy(definition)
    made["bands"] = [
        {**_tidy({name: one.get(name) for name in ("key", "label", "help")}), "min": one.get("min"), "max": one.get("max")}
        for one in bands
    ]  # fmt: skip
    return made


def without(definition: Definition, *, section: str = "", question: str = "", option: str = "") -> Definition:
    """The set without one part: an option of a question, a question, or a section with all in it. Raises NotFound."""
    made = copy.deepcopy(definition)
    if option:
        asked = question_of(made, question)
        option_of(asked, option)
        asked["options"] = [one for one in options_of(asked) if one.get("key") != option]
    elif question:
        home = home_of(made, question)
        home["questions"] = [one for one in home["questions"] if one.get("key") != question]
    else:
        section_of(made, section)
        made["sections"] = [one for one in made["sections"] if one.get("key") != section]
    return made


def moved(
    definition: Definition, way: Direction, *, section: str = "", question: str = "", option: str = ""
) -> Definition:
    """The set with one part a place up or down among its like; a question at the edge of its section goes into the next.

    At the edge of the set nothing moves. Raises NotFound.
    """
    made = copy.deepcopy(definition)
    if option:
        asked = question_of(made, question)
        asked["options"] = _swapped(options_of(asked), option, way)
    elif question:
        home = home_of(made, question)
        was = [one.get("key") for one in home["questions"]]
        home["questions"] = _swapped(home["questions"], question, way)
        if [one.get("key") for one in home["questions"]] == was:
            _into_next(made, home, question, way)
    else:
        made["sections"] = _swapped(sections(made), section, way)
    return made


def _swapped(parts: list[Part], key: str, way: Direction) -> list[Part]:
    _named(parts, key)
    at = next(place for place, one in enumerate(parts) if one.get("key") == key)
    to = at - 1 if way == "up" else at + 1
    if not 0 <= to < len(parts):
        return parts
    swapped = list(parts)
    swapped[at], swapped[to] = swapped[to], swapped[at]
    return swapped


def _into_next(made: Definition, home: Part, question: str, way: Direction) -> None:
    found = sections(made)
    at = next(place for place, one in enumerate(found) if one is home) + (-1 if way == "up" else 1)
    if not 0 <= at < len(found):
        return
    one = _named(home["questions"], question)
    home["questions"] = [other for other in home["questions"] if other is not one]
    there = found[at].setdefault("questions", [])
    there.insert(len(there) if way == "up" else 0, one)
