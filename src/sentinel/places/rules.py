"""What a place is found again by, and months of open data. Addresses themselves are read in the kernel."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import jellyfish

from sentinel.kernel.addresses import (
    KEY_LENGTH,
    LINE_LENGTH,
    Address,
    buildings_of,
    is_like_address,
    place_key,
    plain,
    read_address,
    street_key,
    what_of,
    where_of,
    without_near,
)

__all__ = [
    "KEY_LENGTH",
    "LINE_LENGTH",
    "Address",
    "buildings_of",
    "distance_words",
    "is_like_address",
    "landmark_key",
    "landmark_keys",
    "letters_apart",
    "month_after",
    "place_key",
    "plain",
    "read_address",
    "street_key",
    "street_letters_apart",
    "what_of",
    "where_of",
]

# In a shorter word every letter counts for more: "north" and "south" are two apart.
LONG_WORD: Final = 6
_POSTCODE_AT_END: Final = re.compile(
    r"[\s,]*[a-z]{1,2}[0-9][0-9a-z]?\s*(?:[0-9][a-z]{2})?\s*$", re.IGNORECASE
)


def landmark_key(text: str) -> str:
    """Return the form by which names of landmarks are compared: "Opp. the Queen's Park" gives "queens park"."""
    return plain(without_near(text)[0]).removeprefix("the ")[:LINE_LENGTH]


def landmark_keys(text: str, address: Address) -> list[str]:
    """Return the names that a text may mean a landmark by: all of it, what stands before its first comma, and it without a
    postcode or the town read out of it. None for a text that is too long to be a name."""
    if len(text) > LINE_LENGTH:
        return []
    short = _POSTCODE_AT_END.sub("", text)
    found = [landmark_key(text), landmark_key(short), landmark_key(text.partition(",")[0])]
    town = address.rest
    whole = landmark_key(short)
    if town and whole.endswith(f" {town}"):
        found.append(whole[: -len(town) - 1])
    words = whole.split()
    found += [" ".join(words[:count]) for count in range(max(1, len(words) - 2), len(words))]
    return [one for one in dict.fromkeys(found) if len(one) > 2]


def letters_apart(one: str, other: str) -> int:
    """How many letters two words are apart; two that changed places are one, and spaces do not count."""
    letters: int = jellyfish.damerau_levenshtein_distance(one.replace(" ", ""), other.replace(" ", ""))
    return letters


def street_letters_apart(typed: str, known: str) -> int | None:
    """How many letters one name of a street is off another; None for more than two, or one where what differs is a short word.

    Words that both begin or end with count for nothing: "park road" and "dark lane" are not two letters apart.
    """
    one, other = typed.split(), known.split()
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    left, right = "".join(one), "".join(other)
    letters = letters_apart(left, right)
    most = 1 if min(len(left), len(right)) < LONG_WORD else 2
    return letters if letters <= most else None


def distance_words(metres: int) -> str:
    """ "less than 50 m", "about 400 m", "about 2.1 km": points stand for streets, so nothing finer is said."""
    if metres < 50:
        return "less than 50 m"
    if metres < 950:
        return f"about {round(metres, -2) or 100} m" if metres >= 100 else "about 50 m"
    return f"about {metres / 1000:.1f} km" if metres < 9_950 else f"about {round(metres / 1000)} km"


def month_after(month: date, by: int) -> date:
    """Return the first day of the month that comes `by` months after `month` (or before, where negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, index + 1, 1)
