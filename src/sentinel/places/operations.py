"""Changes to places: one row for one place, whoever names it first. None is case data and none has a timeline."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.ids import new_id
from sentinel.places import geometry
from sentinel.places.models import HistoricPoint, Place
from sentinel.places.queries.postcodes import Located, district_with, locate
from sentinel.places.rules import place_key, read_address

KINDS = frozenset(kind for kind, _ in Place.KINDS)


def find_or_make_place(
    *,
    actor: Actor,
    now: datetime,
    words: str,
    postcode: str = "",
    kind: str = "address",
    latitude: float | None = None,
    longitude: float | None = None,
    source: str = "entered",
) -> Place:
    """The one row of a place, made if nobody has named it before.

    `words` are an address as typed ("14 sparrow ln le11"), with or without its postcode; `kind` is address, street,
    area or landmark; a point is WGS84. District, point and H3 cell come from the postcode directory, else from the
    loaded outlines. Two people naming a new place at once get the same row. A safe address must never come here.
    Raises Invalid: "" for words that say nothing or cannot be kept, "postcode", "latitude" for a point abroad.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of place: {kind}")
    address = read_address(words, postcode)
    key = place_key(kind, address)
    if latitude is not None and longitude is not None and not geometry.in_united_kingdom(latitude, longitude):
        raise Invalid.of("latitude", "This point is not in the United Kingdom.")
    found = Place.objects.select_related("district").filter(key=key).first()
    if found is not None and (found.latitude is not None or not (found.postcode or latitude is not None)):
        return found
    where = locate(address.postcode, latitude, longitude)
    if found is not None:
        return _located(found, where)
    place = Place(
        id=new_id(), kind=kind, key=key, line=address.line or address.postcode, street=address.street.title(),
        street_key=address.street, town=address.rest.title()[:80], postcode=address.postcode,
        latitude=where.latitude, longitude=where.longitude, cell=where.cell, district=where.district,
        lsoa_code=where.lsoa_code, source=source, created_at=now,
    )  # fmt: skip
    return _one(place)


def place_of_choice(*, actor: Actor, now: datetime, choice: str) -> Place:
    """The place behind a candidate that somebody chose (queries.Candidate.choice).

    Raises NotFound for a choice that is none: it was made up or its place is gone.
    """
    kind, _, rest = choice.partition(":")
    if kind == "place":
        try:
            return Place.objects.select_related("district").get(pk=uuid.UUID(rest))
        except (ValueError, Place.DoesNotExist) as error:
            raise NotFound() from error
    if kind == "postcode":
        return find_or_make_place(actor=actor, now=now, words="", postcode=rest, kind="area")
    if kind == "street":
        lsoa_code, _, street = rest.partition(":")
        return street_place(actor=actor, now=now, street_key=street, lsoa_code=lsoa_code)
    raise NotFound()


def street_place(*, actor: Actor, now: datetime, street_key: str, lsoa_code: str) -> Place:
    """The place of a street that open data knows, told from its namesakes by its small area. Raises NotFound."""
    points = list(
        HistoricPoint.objects.filter(street_key=street_key, lsoa_code=lsoa_code).exclude(street_key="")
    )
    if not points:
        raise NotFound()
    middle = geometry.centre(
        (p.latitude, p.longitude) for p in points if p.latitude is not None and p.longitude is not None
    )
    cell = geometry.cell_of(*middle) if middle else ""
    place = Place(
        id=new_id(), kind="street", key=f"street:{lsoa_code}:{street_key}", line=points[0].street,
        street=points[0].street, street_key=street_key, latitude=middle[0] if middle else None,
        longitude=middle[1] if middle else None, cell=cell, district=district_with(points[0].district_code),
        lsoa_code=lsoa_code, source="police.uk", created_at=now,
    )  # fmt: skip
    return _one(place)


def _one(place: Place) -> Place:
    # Whoever comes second waits for the first at the unique key, writes nothing, and reads the first one's row.
    Place.objects.bulk_create([place], ignore_conflicts=True)
    return Place.objects.select_related("district").get(key=place.key)


def _located(place: Place, where: Located) -> Place:
    if where.latitude is None and (where.district is None or place.district_id):
        return place
    Place.objects.filter(pk=place.pk, latitude__isnull=True).update(
        latitude=where.latitude, longitude=where.longitude, cell=where.cell,
        district=where.district or place.district, lsoa_code=where.lsoa_code or place.lsoa_code,
    )  # fmt: skip
    return Place.objects.select_related("district").get(pk=place.pk)
