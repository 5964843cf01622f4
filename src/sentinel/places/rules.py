"""What a place is found again by, and months of open data. Addresses themselves are read in the kernel."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sentinel.kernel.addresses import (
    KEY_LENGTH,
    LINE_LENGTH,
    Address,
    buildings_of,
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
    "landmark_key",
    "landmark_keys",
    "month_after",
    "place_key",
    "plain",
    "read_address",
    "street_key",
    "what_of",
    "where_of",
]


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
