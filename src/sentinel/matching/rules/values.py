"""From what stands in a record to the value that is compared: pure, forgiving, and never an error.

What people typed is evidence with mistakes in it. A month of 13 is kept as it is (it may be the day, or a slip), a postcode without
its shape is compared letter by letter, and only what says that nothing is known is nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import normalise_name, without_unit
from sentinel.kernel.phones import parse_phone
from sentinel.matching.rules.levels import Day, Kind, Name, Value

_NOTHING: Final = frozenset(
    [
        "unknown",
        "not known",
        "unk",
        "n/a",
        "n.a.",
        "none",
        "null",
        "nan",
        "not given",
        "not stated",
        "not recorded",
        "refused",
        "anon",
        "anonymous",
        "-",
        "--",
        ".",
        "?",
        "x",
        "xx",
        "xxx",
    ]
)
# What is nothing beside a name's other part, and may be a name where it stands alone ("Na Li").
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_RANKS: Final = frozenset(
    [
        "baron",
        "baroness",
        "baronet",
        "bart",
        "earl",
        "viscount",
        "viscountess",
        "duke",
        "duchess",
        "marquess",
        "marquis",
        "countess",
        "laird",
    ]
)
_FILLERS: Final = frozenset(["of", "the", "and"])
_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "master",
        "dr",
        "prof",
        "professor",
        "rev",
        "sir",
        "dame",
        "lady",
        "lord",
    ]
)
MONTHS: Final = {
    name[:length]: f"{at:02d}"
    for at, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
    for length in (3, len(name))
} | {"sept": "09"}
_PARTS: Final = re.compile(r"[^0-9a-z]+")
_ORDERS: Final = ("ymd", "dmy", "mdy")
_STREETS: Final = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "cl": "close",
    "ct": "court", "cres": "crescent", "crs": "crescent", "gdns": "gardens", "gdn": "garden", "grn": "green", "gr": "grove",
    "hse": "house", "ho": "house", "pl": "place", "sq": "square", "ter": "terrace", "terr": "terrace", "tce": "terrace", "pk": "park",
    "wy": "way", "apt": "flat", "apartment": "flat", "unit": "flat", "blvd": "boulevard", "hwy": "highway", "nr": "near", "bldg": "building",
}  # fmt: skip
_HOUSE: Final = re.compile(r"(\d+)\s+([a-z])(?=\s)")


def is_nothing(text: str) -> bool:
    """Whether a cell says that nothing is known: empty, "unknown", "N/A", "-"."""
    return text.strip().casefold() in _NOTHING or not text.strip()


def name_of(given: Iterable[str], family: Iterable[str], whole: Iterable[str] = ()) -> Name | None:
    """A name from its parts as typed: given names, family names, and whole names, whose further words count as given.

    Titles, ranks ("1st Baron") and ordinals are left out. Where only whole names are there, the last word of the first is
    the family name. None where there is no word at all.
    """
    given_words = _name_words(given)
    family_words = _name_words(family)
    rest = [word for word in _name_words(whole) if word not in given_words and word not in family_words]
    if not given_words and not family_words and len(rest) > 1:
        first = _name_words(list(whole)[:1]) or rest
        family_words = first[-1:]
        rest = [word for word in rest if word not in family_words]
    named = (
        [word for word in given_words if word not in _TITLES]
        if len(given_words) + len(rest) > 1
        else given_words
    )
    if family_words and named and all(word in _TITLES for word in named):
        named = []
    name = Name(tuple(dict.fromkeys([*named, *rest])), tuple(family_words))
    return name if name.given or name.family else None


def _name_words(parts: Iterable[str]) -> list[str]:
    words: list[str] = []
    for part in parts:
        if is_nothing(part):
            continue
        these = normalise_name(without_unit(part)).split()
        if any(_ORDINAL.fullmatch(word) for word in these):
            these = [word for word in these if not _ORDINAL.fullmatch(word) and word not in _RANKS]
        words += [word for word in these if word not in _FILLERS and word not in words]
    return words


def order_of(texts: Iterable[str]) -> str:
    """In which order a column writes its dates: "ymd", "dmy" or "mdy", by which reads most of them as real ones."""
    good: Counter[str] = Counter()
    for text in texts:
        for order in _ORDERS:
            day = day_of(text, order)
            if day and _real(day):
                good[order] += 1
    # Of equals the first: where days and months cannot be told apart, dates are British.
    return max(_ORDERS, key=lambda order: good[order]) if good else "dmy"


def _real(day: Day) -> bool:
    if not all(part.isdecimal() for part in day):
        return False
    return 1 <= int(day.month) <= 12 and 1 <= int(day.day) <= 31 and 1000 <= int(day.year) <= 2200


def day_of(text: str, order: str) -> Day | None:
    """A date of birth as its three parts, in the order that its column has; a year alone, or a year and a month, as such.

    Parts need not make a real day, and a letter may stand where a digit should. None where there is nothing to compare.
    """
    if is_nothing(text):
        return None
    plain = text.strip().casefold().split("t00:00")[0].split(" 00:00")[0]
    parts = [part for part in _PARTS.split(plain) if part]
    if len(parts) == 1 and len(parts[0]) == 8:
        whole = parts[0]
        parts = [whole[:4], whole[4:6], whole[6:]] if order == "ymd" else [whole[:2], whole[2:4], whole[4:]]
    elif len(parts) == 1 and len(parts[0]) == 4:
        return Day(parts[0], "", "")
    elif len(parts) == 2:
        first, second = (MONTHS.get(part, part) for part in parts)
        year, month = (first, second) if len(first) == 4 else (second, first)
        return Day(year, month.zfill(2), "")
    if len(parts) != 3:
        digits = "".join(parts)
        return Day(digits[:4], digits[4:6], digits[6:]) if digits else None
    said = dict(zip(order, (MONTHS.get(part, part) for part in parts), strict=True))
    if len(said["y"]) <= 2 and len(said["d"]) == 4:
        said["y"], said["d"] = said["d"], said["y"]
    return Day(said["y"], said["m"].zfill(2), said["d"].zfill(2))


def postcode_of(text: str) -> str:
    """A postcode without its space, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def phone_of(text: str) -> str:
    """A telephone number in the international form; its digits where it is no British or international one."""
    try:
        return parse_phone(text).e164
    except Invalid:
        digits = "".join(character for character in text if character.isdecimal())
        return digits.lstrip("0")


def email_of(text: str) -> str:
    """An email address in lower case without spaces; what follows "+" before the "@" is left out."""
    local, at, domain = "".join(text.casefold().split()).partition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def text_of(text: str) -> str:
    """A short text as words in lower case, accents and signs left out."""
    return " ".join(_PARTS.sub(" ", word) for word in _plain(text).split())


def _plain(text: str) -> str:
    words = normalise_name(text)
    return words if words else text.casefold()


def address_of(text: str) -> str:
    """A line of an address: words in lower case, "Rd" and "St." written out, "12 A" closed up to "12a"."""
    words = _PARTS.sub(" ", text.casefold().replace("'", "")).strip()
    words = _HOUSE.sub(r"\1\2", f"{words} ").strip()
    parts = words.split()
    # "St" at the beginning of a name is a saint, at its end a street.
    return " ".join(
        word
        if word == "st" and at + 1 < len(parts) and not parts[at + 1][0].isdecimal() and at < 1
        else _STREETS.get(word, word)
        for at, word in enumerate(parts)
    )


def sex_of(text: str) -> str:
    """The first letter of a sex or gender as written: "Female", "F" and "female" are one."""
    word = text.strip().casefold()
    return {"f": "f", "m": "m", "w": "f"}.get(word[:1], word)


def number_of(text: str) -> str:
    """A house's or register's number: letters and digits in lower case, without leading noughts or a decimal ".0"."""
    text = text.strip()
    if re.fullmatch(r"\d+\.0", text):
        text = text[:-2]
    plain = "".join(character for character in text.casefold() if character.isalnum())
    return plain.lstrip("0") or plain


_FORMS: Final = {
    Kind.POSTCODE: postcode_of,
    Kind.PHONE: phone_of,
    Kind.EMAIL: email_of,
    Kind.ADDRESS: address_of,
    Kind.TEXT: text_of,
    Kind.NUMBER: number_of,
    Kind.CATEGORY: sex_of,
    Kind.IDENTIFIER: number_of,
}


def value_of(kind: Kind, texts: Iterable[str]) -> Value:
    """The value of a field of one record, of any kind but name and birth, from the cells that hold it; None where none says anything."""
    form = _FORMS[kind]
    found = dict.fromkeys(form(text) for text in texts if not is_nothing(text))
    return tuple(value for value in found if value) or None
