"""Where what is known of a place, or only of its neighbourhood, has its page."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from sentinel.places import geometry
from sentinel.places.queries import Candidate

NO_CODE = "none"


def street_href(street_key: str, lsoa_code: str) -> str:
    """The page of a street of open data. Its key has no hyphen, so that one may stand for each space."""
    return reverse("street", kwargs={"name": street_key.replace(" ", "-"), "code": lsoa_code or NO_CODE})


def streets_href(street_key: str, near: str = "") -> str:
    """The page with every street of a name, those near a town or postcode first."""
    address = reverse("streets", kwargs={"name": street_key.replace(" ", "-")})
    return f"{address}?{urlencode({'near': near})}" if near else address


def street_code_of(code: str) -> str:
    """The small area that stands in the address of a street, "" for none."""
    return "" if code == NO_CODE else code


def street_key_of(name: str) -> str:
    """The street key that stands in an address."""
    return name.replace("-", " ")


def neighbourhood_href(latitude: float | None, longitude: float | None) -> str | None:
    """The page of the H3 cell of a point; None where nobody knows where it is."""
    if latitude is None or longitude is None or not geometry.in_united_kingdom(latitude, longitude):
        return None
    return reverse("area", kwargs={"code": geometry.cell_of(latitude, longitude)})


def candidate_href(candidate: Candidate, known: Collection[uuid.UUID]) -> str | None:
    """The page behind a candidate: the place's own where the reader knows something there, else its neighbourhood's."""
    kind, _, rest = candidate.choice.partition(":")
    if kind == "place" and uuid.UUID(rest) in known:
        return reverse("place", kwargs={"place_id": rest})
    if kind in {"street", "house"}:
        lsoa_code, street_key, *_ = rest.split(":")
        return street_href(street_key, lsoa_code)
    return neighbourhood_href(candidate.latitude, candidate.longitude)


def candidate_hrefs(
    candidates: Collection[Candidate], known: Collection[uuid.UUID]
) -> Mapping[str, str | None]:
    """The page behind each candidate, by its choice."""
    return {one.choice: candidate_href(one, known) for one in candidates}
