"""From what was typed to the places that may be meant. A street name that many streets bear gets a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.aggregates import Avg

from sentinel.accounts.models import Area
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.kernel.errors import Invalid
from sentinel.places import geometry
from sentinel.places.models import AreaLookup, HistoricPoint, Place, Postcode
from sentinel.places.queries.postcodes import DEMONSTRATION, PostcodeState, postcode_state
from sentinel.places.rules import Address, buildings_of, place_key, plain, read_address, what_of

SHOWN = 20
# Said where nothing is found. Neither says that nothing is known of a street or postcode: that is not told.
NOT_WRITTEN: Final = (
    "No address on file is written like this. Others in the same street or postcode are not listed."
)
GIVE_NUMBER: Final = (
    "To find an address, give its number and street. Those on file in a street or postcode are not listed."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that may be meant. `choice` is what a form sends back (operations.place_of_choice makes the place).

    `where` tells it from its namesakes ("near LE16 9, Harborough"). `building` where a flat, or a number with a letter, was
    typed and this is the same number without it: what it is then ("the building"), else "".
    """

    choice: str
    kind: Literal["place", "street", "postcode"]
    words: str
    where: str = ""
    latitude: float | None = None
    longitude: float | None = None
    building: str = ""


@dataclass(frozen=True, slots=True)
class LookUp:
    """What was found. `says` are plain sentences for beside the field; `more` how many streets are not shown.

    `exact` where one known place was typed in full: it comes first, and only the buildings that it is in come after it.
    `postcode` is the whole postcode that was typed, if any, and `state` whether it exists.
    """

    candidates: tuple[Candidate, ...] = ()
    exact: bool = False
    postcode: str = ""
    state: PostcodeState | None = None
    says: tuple[str, ...] = ()
    more: int = 0
    address: Address = field(default_factory=lambda: Address(""))

    @property
    def unlisted(self) -> bool:
        """Whether a street or postcode alone was typed, so that no address was looked for."""
        return not (self.address.number or self.address.name)

    @property
    def only_buildings(self) -> bool:
        """Whether nothing is offered but what the place is in: it stays a place of its own unless somebody says so."""
        return bool(self.candidates) and all(one.building for one in self.candidates)


def look_up(actor: Actor, text: str, postcode: str = "") -> LookUp:
    """The places that a text may mean: an address, a street, a postcode. At most 20 candidates, likeliest first.

    Raises Invalid (field "" or "postcode") for what cannot be an address at all. Other addresses of a street or
    postcode are never listed: that an address is on file is nobody's business who did not name it. The house of a flat is
    named with the flat, and a house by its number and postcode; another flat of a house is not.
    """
    address = read_address(text, postcode)
    says: list[str] = []
    candidates: list[Candidate] = []
    row = Postcode.objects.filter(pk=address.postcode).first() if address.postcode else None
    state: PostcodeState | None = "exists" if row else None
    if address.postcode and row is None:
        state = postcode_state(address.postcode)
    if state == "unknown":
        says.append(
            f"{address.postcode} is not in the postcode directory. Check it, or give the street instead."
        )
    known, buildings = _known(address)
    exact = len(known) == 1 and not _by_postcode(address)
    candidates += known + buildings
    if row is not None and not exact:
        choice = f"postcode:{row.postcode}"
        candidates.append(
            Candidate(choice, "postcode", row.postcode, "the postcode", row.latitude, row.longitude)
        )
    streets: list[Candidate] = []
    total = 0
    if address.street and not exact:
        streets, total = _streets(address)
        if total > 1:
            # What was typed to the left of the town is the name as people say it.
            says.append(
                f"{total} streets here are called {address.street.title()}. Choose one, or add its postcode or town."
            )
    shown = (candidates + streets)[:SHOWN]
    if not shown and not says and text.strip():
        says.append(NOT_WRITTEN if address.number or address.name else GIVE_NUMBER)
    return LookUp(
        tuple(shown), exact, address.postcode, state, tuple(says), max(0, total - len(streets)), address
    )


def _by_postcode(address: Address) -> bool:
    """Whether a number was typed with a postcode and no street: most often it names one house, but it need not."""
    return bool(address.number and address.postcode and not address.street)


def _known(address: Address) -> tuple[list[Candidate], list[Candidate]]:
    """The places on file that were typed, and the buildings that what was typed is in. One query."""
    if not (address.number or address.name):
        return [], []
    asked = [(address, ""), *buildings_of(address)]
    try:
        keys = [place_key("address", one) for one, _ in asked]
    except Invalid:
        return [], []
    match = Q(key__in=keys)
    ends = [f":{what_of(one)}" for one, _ in asked]
    begins = [f"{key} " for key in keys]
    if not address.postcode and address.street:
        # The same house without its postcode: the number and the name of the street must be those that were typed.
        match |= Q(street_key=address.street) & _any("key__endswith", ends)
    elif _by_postcode(address):
        match |= Q(postcode=address.postcode) & _any("key__startswith", begins)
    found = list(Place.objects.filter(match).select_related("district").order_by("key")[:SHOWN])
    if address.outward:
        found = [one for one in found if not one.postcode or one.postcode.startswith(address.outward)]
    known, buildings = [], []
    for one in found:
        # A key ends, or begins, as one of them alone: what stands between two colons is the whole of what was typed.
        at = next(
            at
            for at, key in enumerate(keys)
            if one.key == key or one.key.endswith(ends[at]) or one.key.startswith(begins[at])
        )
        if at:
            buildings.append(candidate_of(one, asked[at][1]))
        else:
            known.append(candidate_of(one))
    return known, buildings


def _any(lookup: str, values: Sequence[str]) -> Q:
    match = Q()
    for value in values:
        match |= Q(**{lookup: value})
    return match


def candidate_of(place: Place, building: str = "") -> Candidate:
    """A known place as a candidate; `building` says what it is of what was typed."""
    where = ", ".join(
        part for part in (building, place.postcode, place.district.name if place.district else "") if part
    )
    return Candidate(
        f"place:{place.id}", "place", place.line or place.postcode, where, place.latitude, place.longitude, building
    )  # fmt: skip


@compiled
def _streets_called(street: str) -> QuerySet[Any, Any]:
    return (
        HistoricPoint.objects.filter(street_key=street, outside_area=False)
        .values("lsoa_code")
        .annotate(
            name=Max("street"), lsoa_name=Max("lsoa_name"), district_code=Max("district_code"),
            lat=Avg("latitude"), lon=Avg("longitude"), points=Count("id"),
        )
        .order_by("lsoa_code")
    )  # fmt: skip


def _streets(address: Address) -> tuple[list[Candidate], int]:
    rows = _streets_called(address.street) if address.street else []
    if not rows:
        return [], 0
    near = _outward_centre(address.outward or address.postcode.partition(" ")[0])
    wards = _wards([row["lsoa_code"] for row in rows])
    districts = dict(
        Area.objects.filter(kind="district", code__in={row["district_code"] for row in rows}).values_list(
            "code", "name"
        )
    )
    typed = set(address.rest.split())
    found = []
    for row in rows:
        ward = wards.get(row["lsoa_code"], "")
        district = districts.get(row["district_code"]) or row["lsoa_name"].rpartition(" ")[0]
        fits = len(typed & set(plain(f"{ward} {district}").split()))
        away = geometry.metres(*near, row["lat"], row["lon"]) if near and row["lat"] is not None else 0.0
        found.append((-fits, away, district, ward, row))
    found.sort(key=lambda one: one[:4])
    best = found[:SHOWN]
    near_words = sectors([(row["lat"], row["lon"]) for *_, row in best])
    named = [
        Candidate(
            f"street:{row['lsoa_code']}:{address.street}", "street", row["name"],
            ", ".join(part for part in (sector_words, ward, district) if part),
            row["lat"], row["lon"],
        )
        for (_, _, district, ward, row), sector_words in zip(best, near_words, strict=True)
    ]  # fmt: skip
    return named, len(found)


def _wards(lsoa_codes: list[str]) -> dict[str, str]:
    newer = dict(
        AreaLookup.objects.filter(kind="lsoa", lsoa_code__in=lsoa_codes).values_list("lsoa_code", "code")
    )
    wanted = {newer.get(code, code) for code in lsoa_codes}
    names = dict(
        AreaLookup.objects.filter(kind="ward", lsoa_code__in=wanted).values_list("lsoa_code", "name")
    )
    return {code: names.get(newer.get(code, code), "") for code in lsoa_codes}


def _outward_centre(outward: str) -> tuple[float, float] | None:
    if not outward:
        return None
    rows = Postcode.objects.filter(
        postcode__gte=f"{outward} ", postcode__lt=f"{outward}!", latitude__isnull=False
    ).aggregate(lat=Avg("latitude"), lon=Avg("longitude"))
    return (rows["lat"], rows["lon"]) if rows["lat"] is not None else None


# The box of about a kilometre is read by the index; within it the nearest is exact enough on a flat earth.
_NEAREST = """
    SELECT w.number, n.postcode
      FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS w(latitude, longitude, number)
      CROSS JOIN LATERAL (
          SELECT p.postcode FROM places_postcode p
           WHERE p.latitude BETWEEN w.latitude - 0.009 AND w.latitude + 0.009
             AND p.longitude BETWEEN w.longitude - 0.015 AND w.longitude + 0.015
             AND p.source NOT LIKE %s
           ORDER BY (p.latitude - w.latitude) ^ 2 + ((p.longitude - w.longitude) * cos(radians(w.latitude))) ^ 2, p.postcode
           LIMIT 1) AS n
"""


def sectors(points: Sequence[tuple[float | None, float | None]]) -> list[str]:
    """ "near LE16 9" for each point: the sector of the nearest postcode within about a kilometre, or nothing. One query."""
    known = [(at, lat, lon) for at, (lat, lon) in enumerate(points) if lat is not None and lon is not None]
    found = [""] * len(points)
    if not known:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [[one[1] for one in known], [one[2] for one in known], f"{DEMONSTRATION}%"])
        for number, postcode in cursor.fetchall():
            found[known[number - 1][0]] = f"near {postcode[:-2]}"
    return found


def sector(latitude: float | None, longitude: float | None) -> str:
    """The sector of the nearest postcode of one point, or nothing."""
    return sectors([(latitude, longitude)])[0]
