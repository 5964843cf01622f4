"""Two persons side by side, field by field, with what differs marked. Pure but for the rows that it is given."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import jellyfish

from sentinel.kernel.births import Birth
from sentinel.kernel.names import given_forms, normalise_name, sounds
from sentinel.kernel.postcodes import find_in
from sentinel.matching.rules.levels import are_two_names
from sentinel.matching.rules.online import name_value
from sentinel.people.models import ContactPoint
from sentinel.people.queries import Known, address_words, birth_of
from sentinel.people.rules import contact_words

MARKS = {
    "same": "The same",
    "part": "Alike in part",
    "near": "Nearly the same",
    "differs": "Different",
    "one": "Only on one side",
    "none": "",
}
_SUBJECTS = {
    "Name": "the name", "Born": "the birth", "Telephone": "the telephone number", "Email": "the email address", "Address": "the address",
    "In another system": "the reference in another system",
}  # fmt: skip
# The line on which each field is seen, and how it must read for a reason to be shown.
_KIND = {
    "name": "Name", "given": "Name", "family": "Name", "birth": "Born", "phone": "Telephone", "email": "Email",
    "address": "Address", "postcode": "Address", "identifier": "In another system",
}  # fmt: skip
_BEARS_OUT = {True: {"differs"}, False: {"same", "part", "near"}}


OTHER_FIRST_NAME = "the first name is another"


@dataclass(frozen=True)
class Value:
    """One thing told: its words, the record that told it, and whether the other side has it too."""

    words: str
    record_id: uuid.UUID
    shared: bool


@dataclass(frozen=True)
class Line:
    """One kind of fact, both sides. `mark` is a key of MARKS; `near` says in which way two that differ are nearly the same, or what of them
    differs."""

    what: str
    first: tuple[Value, ...]
    second: tuple[Value, ...]
    mark: str
    near: str = ""

    @property
    def mark_words(self) -> str:
        """The mark, in words."""
        return f"{MARKS[self.mark]}: {self.near}" if self.near else MARKS[self.mark]


Said = tuple[str, str, uuid.UUID]  # as it is compared, as it is shown, the record


def lines(first: Known, second: Known, today: date) -> list[Line]:
    """What is known of each, by kind; a kind of which nothing is known of either is left out."""
    found = []
    nearly: dict[str, Callable[[], str]] = {
        "Name": lambda: _names_alike(first, second),
        "Born": lambda: _births_alike(first, second),
        "Telephone": lambda: _letters_alike(first.phones(), second.phones(), "one digit differs"),
        "Email": lambda: _letters_alike(first.emails(), second.emails(), "one letter differs"),
        "Address": lambda: "the same postcode" if _postcodes(first) & _postcodes(second) else "",
    }
    for what, one, other in zip(KINDS, _told(first, today), _told(second, today), strict=True):
        if one or other:
            line = _line(what, one, other)
            near = nearly[what]() if line.mark == "differs" and what in nearly else ""
            if near and near != OTHER_FIRST_NAME:
                line = replace(line, mark="near")
            found.append(replace(line, near=near))
    return found


def _names_alike(first: Known, second: Known) -> str:
    """In which way a name of one is nearly one of the other; "" where none is."""
    pairs = [
        (normalise_name(one.full), normalise_name(other.full))
        for one, other in product(first.names, second.names)
    ]
    if any(sorted(one.split()) == sorted(other.split()) for one, other in pairs):
        return "the words stand in another order"
    slips = [(one, other) for one, other in pairs if not _have_other_first_names(one, other)]
    if pairs and not slips:
        families = [[name.family for one in pair if (name := name_value(one))] for pair in pairs]
        return OTHER_FIRST_NAME if any(one[:1] == one[1:] for one in families) else ""
    letters = min((jellyfish.damerau_levenshtein_distance(one, other) for one, other in slips), default=9)
    shortest = min((len(one) for pair in slips for one in pair), default=0)
    if letters == 1 and shortest > 3:
        return "one letter differs"
    if letters == 2 and shortest > 6:
        return "two letters differ"
    words = [(one.split(), other.split()) for one, other in slips]
    if any(_each(one, other, _sounds_alike) for one, other in words):
        return "they sound alike"
    formed = any(
        _each(one, other, lambda ours, its: _sounds_alike(ours, its) or _is_form(ours, its))
        for one, other in words
    )
    return "one is a form of the other" if formed else ""


def _have_other_first_names(one: str, other: str) -> bool:
    ours, theirs = name_value(one), name_value(other)
    if ours is None or theirs is None or len(ours.given) != len(theirs.given):
        return False
    return any(are_two_names(word, its) for word, its in zip(ours.given, theirs.given, strict=True))


def _each(one: list[str], other: list[str], alike: Callable[[str, str], bool]) -> bool:
    return len(one) == len(other) and all(alike(word, its) for word, its in zip(one, other, strict=True))


def _sounds_alike(one: str, other: str) -> bool:
    return bool(sounds(one) & sounds(other))


def _is_form(one: str, other: str) -> bool:
    return other in given_forms(one) or one in given_forms(other)


def _births_alike(first: Known, second: Known) -> str:
    """In which way a birth of one is nearly one of the other: a slip of who wrote it down, or one of them told less of it."""
    ours = [birth for row in first.births if (birth := birth_of(row))]
    theirs = [birth for row in second.births if (birth := birth_of(row))]
    return next((words for one, other in product(ours, theirs) if (words := _birth_alike(one, other))), "")


def _birth_alike(one: Birth, other: Birth) -> str:
    day, its = one.day, other.day
    if day is None or its is None:
        return "one may be the other" if one.earliest <= other.latest and other.earliest <= one.latest else ""
    if day.year == its.year and (day.day, day.month) == (its.month, its.day):
        return "day and month the other way round"
    return "one digit differs" if jellyfish.hamming_distance(f"{day:%Y%m%d}", f"{its:%Y%m%d}") == 1 else ""


def _postcodes(known: Known) -> set[str]:
    return {str(code) for row in known.addresses for code in find_in(address_words(row))}


def _letters_alike(first: Iterable[ContactPoint], second: Iterable[ContactPoint], words: str) -> str:
    pairs = product(first, second)
    return (
        words
        if any(jellyfish.damerau_levenshtein_distance(one.normal, other.normal) == 1 for one, other in pairs)
        else ""
    )


KINDS = ("Name", "Born", "Telephone", "Email", "Address", "In another system", "Safe contact")


def _told(known: Known, today: date) -> list[list[Said]]:
    births = [(row, birth) for row in known.births if (birth := birth_of(row))]
    safe = known.safe_contact
    return [
        [(normalise_name(row.full), row.full, row.record_id) for row in known.names],
        [(birth.show(today), birth.show(today), row.record_id) for row, birth in births],
        [(row.normal, row.value, row.record_id) for row in known.contact_points if row.kind == "phone"],
        [(row.normal, row.value, row.record_id) for row in known.contact_points if row.kind == "email"],
        [(address_words(row).casefold(), _address(address_words(row), row.kind), row.record_id) for row in known.addresses],
        [(f"{row.system} {row.value}".casefold(), f"{row.system}: {row.value}", row.record_id) for row in known.identifiers],
        [] if safe is None else [(words := contact_words(
            methods=tuple(safe.methods or [safe.method]), do_not_visit=safe.do_not_visit, through=safe.through
        ), words, safe.record_id)],
    ]  # fmt: skip


def _address(words: str, kind: str) -> str:
    return words if kind == "lives" else f"{words} ({'no longer' if kind == 'lived' else kind})"


def _line(what: str, first: list[Said], second: list[Said]) -> Line:
    ours, theirs = {one[0] for one in first}, {one[0] for one in second}
    both = ours & theirs
    if not ours or not theirs:
        mark = "one"
    elif ours == theirs:
        mark = "same"
    else:
        mark = "part" if both else "differs"
    return Line(what, _values(first, both), _values(second, both), mark)


def _values(told: Iterable[Said], both: set[str]) -> tuple[Value, ...]:
    once: dict[str, Value] = {}
    for plain, words, record_id in told:
        once.setdefault(plain, Value(words, record_id, plain in both))
    return tuple(once.values())


def reasons(fields: Iterable[tuple[str, str]], seen: Iterable[Line]) -> list[str]:
    """Why the pair was proposed, in the words in which the two stand compared, what differs last: "the birth is the same". Only what the
    reader may see bears out is said: that two agree in a record that they do not reach is not told by this."""
    shown = {line.what: line for line in seen}
    agree: list[str] = []
    differ: list[str] = []
    for field, level in fields:
        line = shown.get(_KIND.get(field, ""))
        differs = level.startswith("differ")
        if line is None or line.mark not in _BEARS_OUT[differs]:
            continue
        words = f"{_SUBJECTS[line.what]} is {line.mark_words[0].lower()}{line.mark_words[1:]}"
        (differ if differs else agree).append(f"but {words}" if differs else words)
    # First name and surname are one line.
    return list(dict.fromkeys([*agree, *differ]))
