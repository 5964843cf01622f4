"""Changes to places: one row for one place, whoever names it first. None is case data and none has a timeline."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import F, Func, Q, Value

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.ids import new_id
from sentinel.places import geometry
from sentinel.places.models import GazetteerEntry, HistoricPoint, Place
from sentinel.places.queries.look_up import same_street
from sentinel.places.queries.postcodes import Located, district_with, locate
from sentinel.places.queries.streets import corners_of, house_words
from sentinel.places.rules import Address, place_key, read_address, what_of, where_of

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
    uprn: str = "",
) -> Place:
    """The one row of a place, made if nobody has named it before.

    `words` are an address as typed ("14 sparrow ln le11"), with or without its postcode; `kind` is address, street,
    area or landmark; a point is WGS84. District, point and H3 cell come from the postcode directory, else from the
    loaded outlines. Two people naming a new place at once get the same row. A safe address must never come here. A house that is on
    file without its postcode is found by its street and number, and by an alias from then on.
    Raises Invalid: "" for words that say nothing, cannot be kept or are a UPRN that nobody knows, "postcode", "latitude" for a
    point abroad.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of place: {kind}")
    address = read_address(words, postcode)
    if address.uprn:
        return _with_uprn(actor, now, address.uprn)
    key = place_key(kind, address)
    if latitude is not None and longitude is not None and not geometry.in_united_kingdom(latitude, longitude):
        raise Invalid.of("latitude", "This point is not in the United Kingdom.")
    found = _on_file(key)
    if found is not None and (found.latitude is not None or not (found.postcode or latitude is not None)):
        return found
    where = locate(address.postcode, latitude, longitude)
    if found is not None:
        return _located(found, where)
    if kind == "address" and (same := _same_house(address, where, key)):
        return same
    place = Place(
        id=new_id(), kind=kind, key=key, line=address.line or address.postcode, street=address.street.title(),
        street_key=address.street, town=address.rest.title()[:80], postcode=address.postcode, uprn=uprn,
        latitude=where.latitude, longitude=where.longitude, cell=where.cell, district=where.district,
        lsoa_code=where.lsoa_code, source=source, created_at=now,
    )  # fmt: skip
    return _one(place)


def _on_file(key: str) -> Place | None:
    """The place that is written so; of several rows that are one the one that is kept."""
    rows = Place.objects.select_related("district").filter(
        Q(key=key) | Q(aliases__contains=[key]), same_as__isnull=True
    )
    return next(iter(sorted(rows[:5], key=lambda one: one.key != key)), None)


def _same_house(address: Address, where: Located, key: str) -> Place | None:
    """The house of that number in that street that is on file without its postcode, near where this one is. From now on it is
    found by what was typed as well, and it has the postcode."""
    if not (address.number and address.street and address.postcode) or where.latitude is None:
        return None
    rows = Place.objects.select_related("district").filter(
        kind="address", street_key=address.street, postcode="", key__endswith=f":{what_of(address)}"
    )
    found = next((one for one in rows[:20] if same_street(one, where.latitude, where.longitude)), None)
    if found is None:
        return None
    remember(found, key)
    Place.objects.filter(pk=found.pk, postcode="").update(postcode=address.postcode)
    return Place.objects.select_related("district").get(pk=found.pk)


def remember(place: Place, key: str) -> None:
    """Keep that a place is also written so (`key`: rules.place_key), unless that is another place's already."""
    if key == place.key or _on_file(key) is not None:
        return
    Place.objects.filter(pk=place.pk).update(
        aliases=Func(F("aliases"), Value(key), function="array_append", output_field=Place._meta.get_field("aliases"))
    )  # fmt: skip


def place_of_choice(*, actor: Actor, now: datetime, choice: str, words: str = "") -> Place:
    """The place behind a candidate that somebody chose (queries.Candidate.choice).

    `words` are what was typed, where it was chosen for them: the same words find the place at once from then on, where they say
    which town or postcode it is in. Raises NotFound for a choice that is none: it was made up or its place is gone.
    """
    place = _chosen(actor, now, choice)
    if words and place.kind == "address":
        _learn(place, words)
    return place


def _learn(place: Place, words: str) -> None:
    try:
        typed, known = read_address(words), read_address(place.line, place.postcode)
        key = place_key("address", typed)
    except Invalid:
        return
    same = (typed.unit, typed.number) == (known.unit, known.number) and bool(typed.number)
    if same and where_of(typed) and not (typed.postcode and place.postcode not in {"", typed.postcode}):
        remember(place, key)


def _chosen(actor: Actor, now: datetime, choice: str) -> Place:
    kind, _, rest = choice.partition(":")
    if kind == "place":
        try:
            place = Place.objects.select_related("district", "same_as__district").get(pk=uuid.UUID(rest))
            return place.same_as or place
        except (ValueError, Place.DoesNotExist) as error:
            raise NotFound() from error
    if kind == "postcode":
        return find_or_make_place(actor=actor, now=now, words="", postcode=rest, kind="area")
    if kind == "listed":
        return _listed(actor, now, rest)
    lsoa_code, _, what = rest.partition(":")
    if kind == "street":
        return street_place(actor=actor, now=now, street_key=what, lsoa_code=lsoa_code)
    street, _, more = what.partition(":")
    if kind == "house":
        return _house(now, lsoa_code, street, more)
    if kind == "corner":
        return _corner(now, lsoa_code, street, more)
    raise NotFound()


def _listed(actor: Actor, now: datetime, entry_id: str) -> Place:
    """The place of an entry of a published list: an address by its key, a landmark by the list's own name for it."""
    entry = (
        GazetteerEntry.objects.filter(pk=int(entry_id)).first()
        if entry_id.isascii() and entry_id.isdecimal() and len(entry_id) < 10
        else None
    )
    if entry is None:
        raise NotFound()
    if entry.uprn and (found := Place.objects.select_related("district").filter(uprn=entry.uprn).first()):
        return found
    if entry.kind == "address":
        place = find_or_make_place(
            actor=actor, now=now, words=entry.name, postcode=entry.postcode, latitude=entry.latitude, longitude=entry.longitude,
            source=entry.source[:80], uprn=entry.uprn,
        )  # fmt: skip
        if entry.uprn and not place.uprn:
            Place.objects.filter(pk=place.pk, uprn="").update(uprn=entry.uprn)
        return place
    where = locate(entry.postcode, entry.latitude, entry.longitude)
    return _one(Place(
        id=new_id(), kind="landmark", key=f"landmark:{entry.ref}"[:200], line=entry.name, town=entry.locality, postcode=entry.postcode,
        uprn=entry.uprn, latitude=where.latitude, longitude=where.longitude, cell=where.cell,
        district=where.district or district_with(entry.district_code), lsoa_code=where.lsoa_code, source=entry.source[:80], created_at=now,
    ))  # fmt: skip


def _with_uprn(actor: Actor, now: datetime, uprn: str) -> Place:
    found = Place.objects.select_related("district").filter(uprn=uprn).first()
    if found is not None:
        return found
    entry = GazetteerEntry.objects.filter(uprn=uprn).first()
    if entry is None:
        raise Invalid("No address with this UPRN is known here. Give the address instead.")
    return _listed(actor, now, str(entry.pk))


def _house(now: datetime, lsoa_code: str, street: str, what: str) -> Place:
    """The house of a street that open data knows: the one on file of that number near by, else a new one without its postcode."""
    points = _points(street, lsoa_code)
    address = read_address(f"{what} {points[0].street}")
    if not address.number or address.street != street or what_of(address) != f"{what} {street}":
        raise NotFound()
    middle = _middle(points)
    rows = Place.objects.select_related("district").filter(
        kind="address", street_key=street, key__endswith=f":{what_of(address)}"
    )
    if middle and (found := next((one for one in rows[:50] if same_street(one, *middle)), None)):
        return found
    return _one(Place(
        id=new_id(), kind="address", key=f"address:{lsoa_code}:{what_of(address)}"[:200],
        line=f"{house_words(address)} {points[0].street}", **_at_points(points, middle), source="entered", created_at=now,
    ))  # fmt: skip


def _corner(now: datetime, lsoa_code: str, street: str, crossing: str) -> Place:
    found = next(
        (
            one for one in corners_of(Address(line="", street=street, crossing=crossing))
            if one.choice == f"corner:{lsoa_code}:{street}:{crossing}"
        ), None,
    )  # fmt: skip
    if found is None:
        raise NotFound()
    points = _points(street, lsoa_code)
    middle = (found.latitude or 0.0, found.longitude or 0.0)
    return _one(Place(
        id=new_id(), kind="street", key=found.choice[:200], line=found.words, **_at_points(points, middle),
        source="police.uk", created_at=now,
    ))  # fmt: skip


def _points(street: str, lsoa_code: str) -> list[HistoricPoint]:
    points = list(HistoricPoint.objects.filter(street_key=street, lsoa_code=lsoa_code).exclude(street_key=""))
    if not points:
        raise NotFound()
    return points


def _middle(points: list[HistoricPoint]) -> tuple[float, float] | None:
    return geometry.centre(
        (p.latitude, p.longitude) for p in points if p.latitude is not None and p.longitude is not None
    )


def _at_points(points: list[HistoricPoint], middle: tuple[float, float] | None) -> dict[str, Any]:
    """Where these points are, as fields of a place of their street."""
    first = points[0]
    return {
        "street": first.street, "street_key": first.street_key, "latitude": middle[0] if middle else None,
        "longitude": middle[1] if middle else None, "cell": geometry.cell_of(*middle) if middle else "",
        "district": district_with(first.district_code), "lsoa_code": first.lsoa_code,
    }  # fmt: skip


def street_place(*, actor: Actor, now: datetime, street_key: str, lsoa_code: str) -> Place:
    """The place of a street that open data knows, told from its namesakes by its small area. Raises NotFound."""
    points = _points(street_key, lsoa_code)
    place = Place(
        id=new_id(), kind="street", key=f"street:{lsoa_code}:{street_key}", line=points[0].street,
        **_at_points(points, _middle(points)), source="police.uk", created_at=now,
    )  # fmt: skip
    return _one(place)


def _one(place: Place) -> Place:
    # Whoever comes second waits for the first at the unique key, writes nothing, and reads the first one's row.
    Place.objects.bulk_create([place], ignore_conflicts=True)
    made = Place.objects.select_related("district", "same_as__district").get(key=place.key)
    return made.same_as or made


def say_one_place(*, actor: Actor, now: datetime, kept: Place, other: Place) -> Place:
    """Say that two rows are one place: `kept` is found by every way of writing either; what points at the other stays as it is and is
    read with it (queries.of_one_place). Raises Invalid for a place and itself. Nothing is moved, so `say_two_places` undoes it."""
    kept = kept.same_as or kept
    other = other.same_as or other
    if kept.pk == other.pk:
        raise Invalid.of("other", "These are one place already.")
    Place.objects.filter(Q(pk=other.pk) | Q(same_as=other)).update(same_as=kept)
    Place.objects.filter(pk=kept.pk).update(aliases=sorted({*kept.aliases, other.key, *other.aliases}))
    note("one_place", subject="place", subject_id=kept.pk, detail={"other": str(other.pk)})
    return Place.objects.select_related("district").get(pk=kept.pk)


def say_two_places(*, actor: Actor, now: datetime, other: Place) -> Place:
    """Take back that a row is another place's: it is found by its own ways of writing again. Raises Invalid where it was not said."""
    if other.same_as is None:
        raise Invalid.of("other", "This is a place of its own already.")
    kept = other.same_as
    own = {other.key, *other.aliases}
    Place.objects.filter(pk=kept.pk).update(aliases=sorted(set(kept.aliases) - own))
    Place.objects.filter(pk=other.pk).update(same_as=None)
    note("two_places", subject="place", subject_id=other.pk, detail={"other": str(kept.pk)})
    return Place.objects.select_related("district").get(pk=other.pk)


def _located(place: Place, where: Located) -> Place:
    if where.latitude is None and (where.district is None or place.district_id):
        return place
    Place.objects.filter(pk=place.pk, latitude__isnull=True).update(
        latitude=where.latitude, longitude=where.longitude, cell=where.cell,
        district=where.district or place.district, lsoa_code=where.lsoa_code or place.lsoa_code,
    )  # fmt: skip
    return Place.objects.select_related("district").get(pk=place.pk)
