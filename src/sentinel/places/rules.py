"""Addresses and street names as people type them, brought to one form. Pure: no Django, no list of real streets.

What was typed is kept for showing; the keys made here are for finding the same place again and are never shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sentinel.kernel.errors import Invalid
from sentinel.kernel.postcodes import find_in, is_outward, normalise_postcode
from sentinel.kernel.text import clean_text

LINE_LENGTH: Final = 160
KEY_LENGTH: Final = 200


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Short forms of the last word of a street's name, as on envelopes and in call logs.
_SHORT: Final = {
    "rd": "road", "ln": "lane", "str": "street", "av": "avenue", "ave": "avenue", "cl": "close", "clo": "close",
    "dr": "drive", "drv": "drive", "cres": "crescent", "cresc": "crescent", "cr": "crescent", "gdns": "gardens",
    "gdn": "garden", "gdens": "gardens", "ct": "court", "crt": "court", "pl": "place", "sq": "square", "ter": "terrace",
    "terr": "terrace", "gr": "grove", "gro": "grove", "grv": "grove", "wlk": "walk", "wk": "walk", "hse": "house",
    "pk": "park", "pde": "parade", "hts": "heights", "bldgs": "buildings", "est": "estate", "grn": "green",
    "mdw": "meadow", "mdws": "meadows", "vw": "view", "yd": "yard", "blvd": "boulevard", "hwy": "highway", "wy": "way",
    "bk": "bank", "cotts": "cottages", "vlgs": "villages", "mt": "mount",
}  # fmt: skip
_TYPES: Final = frozenset(_SHORT.values()) | _set(
    "street alley approach arcade avenues bank boulevard broadway bridge chase circus circle common copse corner "
    "courtyard crossroads cross cut dale dene drift drove end fields field fold gate gateway glade glebe grange green "
    "hill hills jitty leys lea link mead mews orchard passage path pastures piece pingle place precinct quadrant quay "
    "ride ridge rise row spinney square steps strand thicket track vale villas wharf wood woods way"
)
# Words that are as often part of a name ("Park Road", "The Green") as its last word: they end one only at the end.
_WEAK: Final = _set(
    "park green hill hills wood woods field fields bank bridge cross end gate grange house mount orchard common "
    "corner dale villages estate cottages mead meadow meadows buildings view leys lea place court"
)
_DIRECTIONS: Final = _set("north south east west upper lower")
_UNITS: Final = {
    "flat": "flat",
    "flt": "flat",
    "apartment": "flat",
    "apt": "flat",
    "unit": "unit",
    "room": "room",
    "rm": "room",
}
# Words of a name by which it is a part of a house.
_PARTS: Final = frozenset({*_UNITS, "floor", "maisonette", "bedsit", "studio", "annexe"})
_APOSTROPHES: Final = re.compile("['’‘ʼ`´]")
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_NUMBER: Final = re.compile(
    r"(\d{1,5})\s*([a-z])?(?:\s*[-–/]\s*(\d{1,5})([a-z])?)?(?![a-z0-9])", re.IGNORECASE
)
_UNIT: Final = re.compile(
    rf"({'|'.join(_UNITS)})\.?\s+(?:no\.?\s*)?([0-9]{{1,4}}\s?[a-z]?|[a-z])(?![a-z0-9])[\s,]*", re.IGNORECASE
)
_LETTERED: Final = re.compile(r"\d+[a-z]")
_NEAR: Final = re.compile(r"^\s*(?:on or near|near|outside|opposite|opp\.?|the corner of)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says, apart. `line` is for showing; everything else is normalised except `postcode`.

    `rest` is what came after the street (village, town); `outward` is set where only half a postcode was given.
    """

    line: str
    name: str = ""
    unit: str = ""
    number: str = ""
    street: str = ""
    rest: str = ""
    postcode: str = ""
    outward: str = ""


def plain(text: str) -> str:
    """Return a text's words for comparing: "St. Mary’s Rd" gives "st marys rd". Accents and signs are dropped."""
    folded = _APOSTROPHES.sub("", text).casefold().replace("&", " and ")
    if folded.isascii():  # nearly all, and millions of them in an import
        return " ".join(_SIGNS.sub(" ", folded).split())
    folded = unicodedata.normalize("NFKD", folded)
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


def _expand(words: list[str]) -> list[str]:
    out: list[str] = []
    for at, word in enumerate(words):
        if word == "st":
            # "St Marys Road" begins with a saint, "Main St" ends with a street.
            out.append("saint" if at == 0 and len(words) > 1 else "street")
        elif at == 0:
            out.append(word)
        else:
            out.append(_SHORT.get(word, word))
    return out


def street_key(text: str) -> str:
    """Return the form by which street names are compared: "On or near Sparrow Ln" gives "sparrow lane"."""
    return " ".join(_expand(plain(_NEAR.sub("", text)).split()))[:LINE_LENGTH]


def _split_street(words: list[str]) -> tuple[list[str], list[str]]:
    """Part a street's name from the village or town written after it without a comma."""
    expanded = _expand(words)
    for at in range(1, len(expanded)):
        word, after = expanded[at], expanded[at + 1 :]
        if word not in _TYPES or (word in _WEAK and after and expanded[at - 1] != "the"):
            continue
        if after and (after[0] in _TYPES - _WEAK or (after[0] in _DIRECTIONS and len(after) == 1)):
            continue
        return expanded[: at + 1], after
    return expanded, []


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
        longer = _SHORT.get(bare, word) if at else word
        if bare == "st" and at > 1:
            longer = "street"
        comma = "," if word.endswith(",") and not longer.endswith(",") else ""
        words.append(
            longer.upper() if re.fullmatch(r"[0-9]+[a-z]?,?", longer, re.I) else longer.capitalize() + comma
        )
    return " ".join(words)


def read_address(words: str, postcode: str = "") -> Address:
    """Take an address apart: "14 sparrow ln le11", "Flat 2, 14 Sparrow Lane, Loughborough, LE11 0ZZ".

    A guess that only decides which place this is; what was typed stays. Raises `Invalid` (field "") for text that
    cannot be kept, and (field "postcode") for a postcode of no such shape.
    """
    kept = clean_text(words, 400, one_line=True)
    text, whole, outward = _take_postcode(kept, postcode)
    line = _shown(text)[:LINE_LENGTH]
    text = _NEAR.sub("", text)
    unit = number = ""
    taken = _UNIT.match(text)
    if taken:
        unit = f"{_UNITS[taken.group(1).lower()]} {plain(taken.group(2)).replace(' ', '')}"
        text = text[taken.end() :]
    segments = [part for part in text.split(",") if plain(part)]
    name: list[str] = []
    street: list[str] = []
    rest: list[str] = []
    for segment in segments:
        here = segment.strip()
        if not street:
            found = None if number else _NUMBER.match(here)
            if found:
                first, letter, last, last_letter = (plain(part or "") for part in found.groups())
                number = f"{first}{letter}" + (f"-{last}{last_letter}" if last else "")
                here = here[found.end() :]
                if not plain(here):
                    continue
            named, after = _split_street(plain(here).split())
            strong = named[-1] in _TYPES - _WEAK or named[0] == "the"
            is_street = number or after or strong or segment is segments[-1]
            if is_street:
                street, rest = named, after
            else:
                name += named
        else:
            rest += plain(here).split()
    if name and street and not number and street[-1] not in _TYPES:
        # "Rose Cottage, Loughborough": no street at all, the last part is where it is.
        rest, street = street, []
    return Address(
        line=line, name=" ".join(name), unit=unit, number=number, street=" ".join(street), rest=" ".join(rest),
        postcode=whole, outward=outward,
    )  # fmt: skip


def place_key(kind: str, address: Address) -> str:
    """Return the key by which one place is one row. With a whole postcode the village and town do not count.

    Raises `Invalid` (field "") where nothing was said that a place could be found by.
    """
    what = what_of(address)
    if not what and not address.postcode:
        raise Invalid("Enter an address, a street or the name of a place.")
    where = address.postcode or " ".join(part for part in (address.outward.lower(), address.rest) if part)
    return f"{kind}:{where}:{what}"[:KEY_LENGTH]


def what_of(address: Address) -> str:
    """Return what names an address within its postcode or town: unit, number, name and street."""
    return " ".join(part for part in (address.unit, address.number, address.name, address.street) if part)


def buildings_of(address: Address) -> list[tuple[Address, str]]:
    """Return what an address is a part of, each with words for it: the house of a flat, the number without what stands
    before it ("First Floor Flat, 14 Sparrow Lane"), the number of one with a letter ("14a" is of "14").

    Empty where it is no part of anything that has a number or name of its own.
    """
    found = []
    flat = bool(address.unit or _PARTS & set(address.name.split()))
    if address.unit and (address.number or address.name):
        address = replace(address, unit="")
        found.append((address, "the building"))
    if address.number and address.name:
        address = replace(address, name="")
        found.append((address, "the building" if flat else "without its name"))
    if _LETTERED.fullmatch(address.number):
        found.append((replace(address, number=address.number[:-1]), "without the letter"))
    return found


def month_after(month: date, by: int) -> date:
    """Return the first day of the month that comes `by` months after `month` (or before, where negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, index + 1, 1)
