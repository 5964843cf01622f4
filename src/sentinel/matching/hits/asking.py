"""What somebody asks about while they look for who or what is known, as keyed digests: two asks can be told apart, and what was
typed is kept nowhere. No database."""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import combinations

from django.conf import settings

from sentinel.kernel.names import normalise_name
from sentinel.kernel.postcodes import find_in
from sentinel.matching.hits.looking import words_of
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import email_recipe, house_recipe

NAME, BIRTH, PHONE, EMAIL, ADDRESS = "name", "birth", "telephone", "email", "address"
# Of how many different ones of each the auditor is told, in words.
COUNTED = {
    NAME: "names",
    BIRTH: "dates of birth",
    PHONE: "telephone numbers",
    EMAIL: "email addresses",
    ADDRESS: "addresses",
}
# Only looked at for whether it is the searcher's own, or a colleague's.
WHO, PLACE = "who", "place"
# So many words of a name are put together with its last.
MOST_WORDS = 3


@dataclass(frozen=True)
class Thing:
    """One thing that was asked about: of what kind, what it is, and for a name the family name of it. Never kept as it is."""

    kind: str
    said: str
    family: str = ""


def keyed(*said: str) -> str:
    """A digest of some words under the secret key of the installation, 32 hexadecimal digits: the same for the same, no way back."""
    words = json.dumps(["hits", *said]).encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, sha256).hexdigest()[:32]


def digest(user_id: uuid.UUID, on: date, kind: str, said: str) -> uuid.UUID:
    """What is kept of a thing that somebody asked on a day (London): another one for each person and day."""
    return uuid.UUID(keyed("asked", str(user_id), on.isoformat(), kind, said))


def things_asked(given: Given, *, line: str = "") -> list[Thing]:
    """What is asked with all that was said, `line` being the words for an address.

    Each pause in typing asks, so what is still being typed must not count as much: a name is counted by its words and how its
    last begins, a birth where the day is known, a number where it can be rung, an address where it means places or has a house and
    a postcode. Of one name, birth, number or address that are a few, however often they are typed on. Whose name it is, is asked of each two
    of its words, for in whatever order they stand they find the same.
    """
    found = [Thing(PHONE, one) for one in given.phones]
    found += [Thing(EMAIL, email_recipe(one)) for one in given.emails]
    *words, last = normalise_name(given.name).split() or [""]
    if words:
        found.append(Thing(NAME, " ".join([*words, last[0]])))
        found += [_who(first, second) for first, second in combinations([*words[:MOST_WORDS], last], 2)]
    if given.birth is not None and given.birth.day is not None:
        found.append(Thing(BIRTH, given.birth.day.isoformat()))
    if given.places:
        found.append(Thing(ADDRESS, " ".join(sorted(map(str, given.places)))))
    elif given.postcode:
        found += _houses(line, [given.postcode])
    for home in given.homes:
        found += _houses(home, [str(one) for one in find_in(home)])
    found += [Thing(PLACE, str(one)) for one in (*given.places, *given.buildings)]
    return list(dict.fromkeys(found))


def who_is(name: str) -> Thing | None:
    """Somebody by their whole name, as `things_asked` tells of them; None for a name of fewer than two words."""
    first, last = words_of(name)
    return _who(first, last) if first else None


def _who(first: str, last: str) -> Thing:
    return Thing(WHO, " ".join(sorted((first, last))), last)


def _houses(line: str, postcodes: Iterable[str]) -> list[Thing]:
    recipes = (house_recipe(line, one) for one in postcodes)
    return [Thing(ADDRESS, one) for one in recipes if one is not None]


def most_at_once(times: Iterable[tuple[float, uuid.UUID]], within: float) -> int:
    """How many different things at most were asked within so many seconds: of moments (seconds) and what was asked at each."""
    rows = sorted(times)
    most, begin = 0, 0
    counts: dict[uuid.UUID, int] = {}
    for moment, one in rows:
        counts[one] = counts.get(one, 0) + 1
        while rows[begin][0] <= moment - within:
            gone = rows[begin][1]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            begin += 1
        most = max(most, len(counts))
    return most
