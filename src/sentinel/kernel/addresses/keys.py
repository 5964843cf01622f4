"""The key by which one address is one place, however it was written."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sentinel.kernel.addresses.reading import Address
from sentinel.kernel.addresses.words import BLOCKS
from sentinel.kernel.errors import Invalid

KEY_LENGTH: Final = 200
# Words of a name by which it is a part of a house.
_PARTS: Final = frozenset(
    {"flat", "unit", "room", "floor", "maisonette", "bedsit", "studio", "annexe", "suite"}
)
_LETTERED: Final = re.compile(r"\d+[a-z]")


def place_key(kind: str, address: Address) -> str:
    """Return the key by which one place is one row. With a whole postcode the village and town do not count.

    Raises `Invalid` (field "") where nothing was said that a place could be found by.
    """
    what = what_of(address)
    if not what and not address.postcode:
        raise Invalid("Enter an address, a street or the name of a place.")
    return f"{kind}:{where_of(address)}:{what}"[:KEY_LENGTH]


def where_of(address: Address) -> str:
    """Return what tells a place from its namesakes: the whole postcode, else its first half and the village or town."""
    return address.postcode or " ".join(part for part in (address.outward.lower(), address.rest) if part)


def what_of(address: Address) -> str:
    """Return what names an address within its postcode or town: unit, number, name and street.

    "Flat 12, Elm Court" and "12 Elm Court" are one: so is the street that the court is in, where the postcode says where it is.
    """
    if address.crossing:
        return f"corner {address.street} and {address.crossing}"
    unit, number, name, street = address.unit, address.number, address.name, address.street
    if unit.startswith("flat ") and not number:
        block = name if name and name.split()[-1] in BLOCKS else ""
        if block and address.postcode:
            return f"{unit[5:]} {block}"
        if not block and not name and street and street.split()[-1] in BLOCKS:
            unit, number = "", unit[5:]
    return " ".join(part for part in (unit, number, name, street) if part)


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
