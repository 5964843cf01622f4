"""An address as people type it, taken apart. Pure, and without a list of real streets: a guess that only finds a place again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sentinel.kernel.addresses.words import (
    BLOCKS,
    DIRECTIONS,
    ENDINGS,
    NEAR,
    SAINTS,
    SHORT,
    STRONG,
    TOWNS,
    TYPES,
    UNITS,
    WEAK,
)
from sentinel.kernel.errors import Invalid
from sentinel.kernel.postcodes import find_in, is_outward, normalise_postcode
from sentinel.kernel.text import clean_text

LINE_LENGTH: Final = 160
LONGEST: Final = 400

_APOSTROPHES: Final = re.compile("['’‘ʼ`´]")
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_END: Final = r"(?![a-z0-9])"
_NUMBER: Final = re.compile(
    rf"(?:(?:no|number|num|house)\b\.?\s*|#\s*)?(\d{{1,5}})(?:\s*-?\s*([a-z]){_END})?"
    rf"(?:\s*(?:[-–/&]|to|and)\s*(\d{{1,5}})([a-z])?)?{_END}",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    rf"(?<![a-z0-9])({'|'.join(UNITS)})\.?(?:\s*(?:no\.?|number)?\s*([0-9]{{1,4}}(?:\s?[a-z])?)|\s+([a-z])){_END}"
    r"[\s,]*(?:/\s*(?=\d))?(?:(?:at|of|in)\b\s*)?",
    re.IGNORECASE,
)
_LEVELS: Final = {
    "gff": "ground", "fff": "first", "sff": "second", "tff": "top", "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth",
    "5th": "fifth", "6th": "sixth", "upper": "first", "garden": "ground", "attic": "top", "lower ground": "basement",
}  # fmt: skip
_FLOOR: Final = re.compile(
    r"(?<![a-z0-9])(?:(gff|fff|sff|tff|basement)(?:\s+(?:flat|flr|floor))?|"
    r"((?:lower\s+)?ground|first|second|third|fourth|fifth|sixth|top|attic|[1-9]\d?(?:st|nd|rd|th))\s+(?:floor|flr|fl)\.?"
    r"(?:\s+(?:flat|flt|maisonette))?|(garden|upper|top|attic|ground)\s+(?:flat|flt|maisonette))"
    rf"{_END}[\s,]*(?:(?:at|of|in)\b\s*)?",
    re.IGNORECASE,
)
_NEAR: Final = re.compile(
    rf"\s*(?:at\s+)?(?:the\s+)?(?:{'|'.join(re.escape(way) for way, _ in NEAR)})(?![a-z])\s*", re.IGNORECASE
)
_HOW: Final = dict(NEAR)
_JUNCTION: Final = r"(?:corner|junction|junct|junc|jnct|jct|jn)"
_CORNER_OF: Final = re.compile(
    rf"\s*(?:at|on|by|near)?\s*(?:the\s+)?{_JUNCTION}\.?\s+(?:of\s+|with\s+)?(?P<one>.+?)\s*(?:&|/|\band\b|\bwith\b|\bj/w\b|\bjw\b)\s*(?P<two>.+)",
    re.IGNORECASE,
)
_MEETS: Final = re.compile(
    rf"\s*(?P<one>.+?)[\s,]+(?:\bj/w|\bjw|\bat\s+(?:the\s+|its\s+)?{_JUNCTION}\s+(?:with|of)|{_JUNCTION}\.?\s+(?:with|of))\s+(?P<two>.+)",
    re.IGNORECASE,
)
_AND_CORNER: Final = re.compile(
    rf"\s*(?P<one>.+?)\s*(?:&|/|\band\b)\s*(?P<two>.+?)\s+{_JUNCTION}\b\.?(?P<rest>.*)", re.IGNORECASE
)
_UPRN: Final = re.compile(r"\s*(?:uprn[\s:.#]*)?(\d{10,12})\s*|\s*uprn[\s:.#]*(\d{1,12})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says, apart. `line` is for showing; everything else is normalised except `postcode`.

    `rest` is what came after the street (village, town); `outward` is set where only half a postcode was given. `how` says that it was
    by the place and not at it: near, outside, opposite, behind or beside. `crossing` is the other street of a corner.
    """

    line: str
    name: str = ""
    unit: str = ""
    number: str = ""
    street: str = ""
    rest: str = ""
    postcode: str = ""
    outward: str = ""
    how: str = ""
    crossing: str = ""
    uprn: str = ""


def plain(text: str) -> str:
    """Return a text's words for comparing: "St. Mary’s Rd" gives "st marys rd". Accents and signs are dropped."""
    folded = _APOSTROPHES.sub("", text).casefold().replace("&", " and ")
    if folded.isascii():  # nearly all, and millions of them in an import
        return " ".join(_SIGNS.sub(" ", folded).split())
    folded = unicodedata.normalize("NFKD", folded)
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


def _is_saint(words: list[str], at: int) -> bool:
    """Whether "st" is a saint: before everything, or before a saint's name where the street's own word stands after it or just before."""
    if at == 0:
        return len(words) > 1
    after = words[at + 1 :]
    if not after or not (after[0] in SAINTS or after[0].removesuffix("s") in SAINTS):
        return False
    return _is_type(words[at - 1]) or any(_is_type(word) for word in after[1:])


def _is_type(word: str) -> bool:
    return word == "st" or SHORT.get(word, word) in TYPES


def _expand(words: list[str]) -> list[str]:
    out: list[str] = []
    for at, word in enumerate(words):
        if word == "st":
            # "St Marys Road" begins with a saint, "Main St" ends with a street.
            out.append("saint" if _is_saint(words, at) else "street")
        elif at == 0:
            out.append(word)
        else:
            out.append(SHORT.get(word, word))
    return out


def without_near(text: str) -> tuple[str, str]:
    """Part "o/s " and the like from what follows: the text, and how it was by it ("" where it was at it)."""
    found = _NEAR.match(text)
    if not found or not text[found.end() :].strip(" ,."):
        return text, ""
    way = re.sub(r"^\s*(?:at\s+)?(?:the\s+)?", "", found.group().lower()).strip()
    how = _HOW.get(way) or _HOW.get(found.group().lower().strip(), "near")
    rest, _ = without_near(text[found.end() :])
    return rest, how


def street_key(text: str) -> str:
    """Return the form by which street names are compared: "On or near Sparrow Ln" gives "sparrow lane"."""
    return " ".join(_expand(plain(without_near(text)[0]).split()))[:LINE_LENGTH]


def _ends(expanded: list[str]) -> int:
    """How many of these words are the street's name: the rest is the village or town after it."""
    for at in range(1, len(expanded)):
        word, after = expanded[at], expanded[at + 1 :]
        if word not in TYPES or (word in WEAK and after and expanded[at - 1] != "the"):
            continue
        if after and _goes_on(after):
            continue
        return at + 1 + _ending(after)
    return _before_town(expanded)


def _before_town(expanded: list[str]) -> int:
    """How many words stand before a town that ends these words, or a town and its county; all where that is nothing."""
    end = len(expanded)
    for _ in range(2):
        long = next((n for n in (4, 3, 2, 1) if " ".join(expanded[max(0, end - n) : end]) in TOWNS), 0)
        if not long or end - long < 1 or expanded[: end - long] == ["the"]:
            return end
        end -= long
    return end


def _ending(after: list[str]) -> int:
    """How many of the words after a street's own word are still its name: "East", "West Extension"; but "South Wigston" is a town."""
    ends = 0
    if after and after[0] in DIRECTIONS and " ".join(after) not in TOWNS:
        rest = after[1:]
        ends = 1 if not rest or rest[0] in ENDINGS or " ".join(rest) in TOWNS else 0
    if after[ends:] and after[ends] in ENDINGS:
        ends += 1
    return ends


def _goes_on(after: list[str]) -> bool:
    """Whether the name goes on ("Mill Lane Close"); not where another street begins with such a word ("Wharf Street")."""
    return after[0] in STRONG and not (len(after) > 1 and after[1] in STRONG)


def _block_ends(expanded: list[str]) -> int:
    """How many words at the beginning name a building, where a street follows it without a comma; 0 where none does."""
    for at in range(1, len(expanded) - 2):
        if expanded[at] in BLOCKS and expanded[at + 1] not in TYPES and expanded[0] != "the":
            after = expanded[at + 1 :]
            end = _ends(after)
            if after[end - 1] in STRONG and end > 1:
                return at + 1
    return 0


def _split_street(words: list[str]) -> tuple[list[str], list[str]]:
    """Part a street's name from the village or town written after it without a comma."""
    expanded = _expand(words)
    end = _ends(expanded)
    return expanded[:end], expanded[end:]


def _take_postcode(text: str, postcode: str) -> tuple[str, str, str]:
    """Return the text without its postcode, the whole postcode, and the outward half where that is all there is."""
    whole = ""
    if postcode.strip():
        try:
            whole = normalise_postcode(postcode)
        except Invalid as error:
            raise error.under("postcode") from error
    found = find_in(text)
    if found:
        last = found[-1]
        text = re.sub(rf"{last.outward}\s{{0,2}}{last.inward}", " ", text, flags=re.IGNORECASE)
        whole = whole or str(last)
    words = text.rstrip(" ,.").split()
    # One letter and a figure ("A6", "M1") is a road as often as a postcode district.
    if len(words) > 1 and len(words[-1]) > 2 and words[-1][1].isalpha() and is_outward(words[-1]):
        outward = words.pop().upper().strip(".,")
        return " ".join(words).rstrip(" ,."), whole, "" if whole else outward
    return " ".join(words), whole, ""


def _shown(text: str) -> str:
    """Return the line for showing: as typed where it was typed with care, else with capitals."""
    text = re.sub(r"\s+", " ", re.sub(r"\s*,[\s,]*", ", ", text)).strip(" ,")
    if any(c.islower() for c in text) and any(c.isupper() for c in text):
        return text
    words = []
    for at, word in enumerate(text.split()):
        bare = plain(word)
        longer = SHORT.get(bare, word) if at else word
        if bare == "st" and at > 1:
            longer = "street"
        comma = "," if word.endswith(",") and not longer.endswith(",") else ""
        words.append(
            longer.upper() if re.fullmatch(r"[0-9]+[a-z]?,?", longer, re.I) else longer.capitalize() + comma
        )
    return " ".join(words)


def _take_unit(text: str) -> tuple[str, str]:
    """Return the text without the part of a building in it, wherever it stands, and that part: "flat 2", "first floor"."""
    floor = _FLOOR.search(text)
    level = ""
    if floor:
        said = " ".join(next(part for part in floor.groups() if part).lower().split())
        level = f"{_LEVELS.get(said, said)} floor"
        text = f"{text[: floor.start()]}, {text[floor.end() :]}"
    found = _UNIT.search(text)
    if not found:
        return text, level
    which = plain(found.group(2) or found.group(3)).replace(" ", "")
    unit = f"{UNITS[found.group(1).lower()]} {which.lstrip('0') or which}"
    left, right = text[: found.start()], text[found.end() :]
    return (f"{left}, {right}" if left.strip(" ,") else right), unit


def _corner(text: str) -> tuple[str, str, str] | None:
    """The two streets of "corner of X and Y" and what was said after them, or None. Longer text than a line has no corner."""
    if len(text) > LINE_LENGTH:
        return None
    for pattern in (_CORNER_OF, _MEETS, _AND_CORNER):
        found = pattern.fullmatch(text)
        if not found:
            continue
        one, _ = _split_street(plain(found["one"]).split())
        second, *others = found["two"].split(",")
        two, after = _split_street(plain(without_near(second)[0]).split())
        rest = " ".join([*after, *plain(" ".join(others)).split()])
        if "rest" in found.groupdict():
            rest = f"{rest} {plain(found['rest'])}".strip()
        said_so = pattern is _MEETS or re.match(r".*\bof\b", text, re.IGNORECASE)
        if one and two and one != two and (said_so or one[-1] in TYPES or two[-1] in TYPES):
            first, last = sorted((" ".join(one), " ".join(two)))
            return first, last, rest
    return None


def read_address(words: str, postcode: str = "") -> Address:
    """Take an address apart: "14 sparrow ln le11", "Flat 2, 14 Sparrow Lane, Loughborough, LE11 0ZZ", "o/s 14 Sparrow Ln".

    A guess that only decides which place this is; what was typed stays. Raises `Invalid` (field "") for text that
    cannot be kept, and (field "postcode") for a postcode of no such shape.
    """
    kept = clean_text(words, LONGEST, one_line=True)
    uprn = _UPRN.fullmatch(kept)
    if uprn:
        number = uprn.group(1) or uprn.group(2)
        return Address(line="", uprn=number.lstrip("0"))
    text, whole, outward = _take_postcode(kept, postcode)
    line = _shown(text)[:LINE_LENGTH]
    corner = _corner(text)
    if corner:
        street, crossing, rest = corner
        return Address(
            line=line, street=street, rest=rest, postcode=whole, outward=outward, how="near", crossing=crossing
        )  # fmt: skip
    text, how = without_near(text)
    line = _shown(text)[:LINE_LENGTH] if how else line
    text, unit = _take_unit(text)
    number, name, street_words, rest_words = _parts(text)
    if name and street_words and not number and not unit and street_words[-1] not in TYPES:
        # "Rose Cottage, Loughborough": no street at all, the last part is where it is.
        rest_words, street_words = street_words, []
    return Address(
        line=line, name=" ".join(name), unit=unit, number=number, street=" ".join(street_words),
        rest=" ".join(rest_words), postcode=whole, outward=outward, how=how,
    )  # fmt: skip


def is_like_address(address: Address) -> bool:
    """Whether a text that may be a name, or anything, looks like an address: it has a number, a postcode or half of one, a unit, or
    a word that is seldom anything but a street's. "Susan Hill" does not, "Sparrow Lane" does."""
    if (
        address.number
        or address.postcode
        or address.outward
        or address.unit
        or address.crossing
        or address.uprn
    ):
        return True
    return bool(STRONG & set(f"{address.name} {address.street} {address.rest}".split()))


def _number_in(found: re.Match[str]) -> str:
    first, letter, last, last_letter = (plain(part or "") for part in found.groups())
    return f"{first.lstrip('0') or first}{letter}" + (f"-{last}{last_letter}" if last else "")


def _parts(text: str) -> tuple[str, list[str], list[str], list[str]]:
    """The number, name, street and rest of what is left once postcode, nearness and unit are gone."""
    segments = [part for part in text.split(",") if plain(part)]
    number = ""
    name: list[str] = []
    street: list[str] = []
    rest: list[str] = []
    for at, segment in enumerate(segments):
        here = segment.strip()
        if street:
            rest += plain(here).split()
            continue
        found = None if number else _NUMBER.match(here)
        if found:
            number = _number_in(found)
            here = here[found.end() :]
            if not plain(here):
                continue
        elif not number:
            here, inside = _number_after_name(here)
            if inside:
                name += plain(here).split()
                found = _NUMBER.match(inside)
                if found:
                    number = _number_in(found)
                    here = inside[found.end() :]
        words = _expand(plain(here).split())
        block = _block_ends(words)
        if block:
            # "Elm Court Mill Lane", as "Elm Court, Mill Lane" is.
            if number:
                street, rest = words[:block], words[block:]
                continue
            name += words[:block]
            words = words[block:]
        end = _ends(words)
        named, after = words[:end], words[end:]
        strong = named[-1] in STRONG or (named[0] == "the" and not _has_street(segments[at + 1 :]))
        if number or after or strong or segment is segments[-1]:
            street, rest = named, after
        else:
            name += named
    return number, name, street, rest


def _has_street(segments: list[str]) -> bool:
    """Whether a street is named after what may be one, as in "the shops, Mill Road"; of "The Green, Hathern" nothing is."""
    return any(_expand(plain(one).split())[-1] in STRONG for one in segments)


def _number_after_name(text: str) -> tuple[str, str]:
    """Part "Elm House 3 Park Road" before its number, where a building's name stands before it; else the text, and ""."""
    found = re.search(r"(?<=[a-z])\s+(?=\d{1,5}[a-z]?\s+[a-z])", text, re.IGNORECASE)
    if (
        found
        and plain(text[: found.start()]).split()[-1:]
        and plain(text[: found.start()]).split()[-1] in BLOCKS
    ):
        return text[: found.start()], text[found.end() :]
    return text, ""
