"""Lists of places as they are published: landmarks with the names that people call them, and addresses with their UPRN.

A CSV with a heading. A landmark has `name`, and may have `aliases` (parted by |), `what` (park, station), `locality`, `postcode`,
`latitude` and `longitude`, `ref`. An address has `uprn` and `address`, or its parts as AddressBase names them (subname, name, number,
streetname, locality, townname). Where a row has no point, it is that of its postcode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import transaction

from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused, NotUTF8, Table, opened, parts_of
from sentinel.kernel.errors import Invalid
from sentinel.kernel.postcodes import normalise_postcode
from sentinel.places.geometry import in_united_kingdom
from sentinel.places.models import GazetteerEntry, GazetteerName
from sentinel.places.queries.postcodes import locate
from sentinel.places.rules import landmark_key, place_key, read_address

BUNDLED: Final = Path(__file__).with_name("landmarks.csv")
CHUNK: Final = 2_000
MOST_ALIASES: Final = 30
NAMES: Final = {
    "ref": ("ref", "geonameid", "id"), "latitude": ("latitude", "lat"), "longitude": ("longitude", "long", "lon"),
    "locality": ("locality", "townname", "town"), "what": ("what", "category", "type"), "aliases": ("aliases",), "name": ("name",),
    "postcode": ("postcode", "pcds"), "uprn": ("uprn",), "address": ("address",), "district": ("district", "lad24_code", "lad_code"),
    "subname": ("subname",), "number": ("number",), "streetname": ("streetname", "street"), "townname": ("townname", "town"),
    "organisation": ("organisationname", "organisation"),
}  # fmt: skip
FIELDS: Final = [
    "kind", "what", "name", "locality", "key", "uprn", "postcode", "latitude", "longitude", "district_code", "source",
]  # fmt: skip


@dataclass
class Row:
    """An entry that a row makes, and the names by which it is found."""

    entry: GazetteerEntry
    names: set[str] = field(default_factory=set)


def import_gazetteer(
    path: Path = BUNDLED,
    *,
    source: str = "",
    actor: Actor = SYSTEM,
    seen: Callable[[int], None] = lambda done: None,
) -> Figures:
    """Load a list of places; again, or a newer one, as often as one likes: what has the same ref or UPRN is brought up to date.

    Runs as the owner role, in one transaction. Raises FileRefused.
    """
    figures = Figures(more={"changed": True})
    with transaction.atomic():
        state_actor(actor)
        with opened(path, seen) as stream:
            for part in parts_of(path, stream, lambda name: name.lower().endswith(".csv")):
                try:
                    rows = _rows(Table(part), figures, (source or path.name)[:120])
                    while block := list(islice(rows, CHUNK)):
                        _keep(block, figures)
                except NotUTF8 as error:
                    raise FileRefused(part.name, "it is not written in UTF-8.") from error
        if not figures.read:
            raise FileRefused(path.name, "it holds no row.")
        note("import", subject="gazetteer", detail={"read": figures.read, "created": figures.created})
    return figures


def _rows(table: Table, figures: Figures, source: str) -> Iterator[Row]:
    here = {name.lower(): at for name, at in table.columns.items()}
    columns = {
        what: next(here[name] for name in names if name in here)
        for what, names in NAMES.items()
        if any(name in here for name in names)
    }
    if "name" not in columns and "uprn" not in columns:
        raise FileRefused(
            table.name, "this is no list of places: it needs a name, or a uprn with its address."
        )
    for fields in table.rows():
        figures.read += 1
        if len(fields) != table.width:
            figures.refuse(
                table.name, table.line, f"it has {len(fields)} fields where the heading has {table.width}"
            )
            continue
        said = {what: fields[at].strip() for what, at in columns.items()}
        try:
            yield _row(said, source)
        except (ValueError, Invalid) as error:
            words = error.message if isinstance(error, Invalid) else str(error)
            figures.refuse(table.name, table.line, words.rstrip("."))


def _row(said: dict[str, str], source: str) -> Row:
    if any("\x00" in value for value in said.values()):
        raise ValueError("it has a character that cannot be stored")
    postcode = normalise_postcode(said["postcode"]) if said.get("postcode") else ""
    latitude, longitude = _point(said.get("latitude", ""), said.get("longitude", ""))
    if latitude is None and postcode:
        where = locate(postcode)
        latitude, longitude = where.latitude, where.longitude
    uprn = said.get("uprn", "")
    if uprn and not (uprn.isdigit() and len(uprn) <= 12):
        raise ValueError("its UPRN is no number of up to 12 figures")
    address = said.get("address") or (_address(said) if uprn else "")
    entry = GazetteerEntry(
        what=said.get("what", "")[:40], locality=said.get("locality", "").title()[:80], uprn=uprn.lstrip("0"), postcode=postcode,
        latitude=latitude, longitude=longitude, district_code=said.get("district", "")[:9], source=source,
    )  # fmt: skip
    names = {
        name for alias in said.get("aliases", "").split("|")[:MOST_ALIASES] if (name := landmark_key(alias))
    }
    if uprn and address:
        entry.kind, entry.name = "address", address[:160]
        entry.key = place_key("address", read_address(address, postcode))
        entry.ref = f"uprn:{entry.uprn}"
        names |= {name for what in ("organisation",) if (name := landmark_key(said.get(what, "")))}
        return Row(entry, names)
    entry.kind, entry.name = "landmark", said.get("name", "")[:160]
    own = landmark_key(entry.name)
    if not own:
        raise ValueError("it has no name")
    ref = said.get("ref") or f"{own}, {landmark_key(entry.locality)}"
    entry.ref = (f"uprn:{entry.uprn}" if uprn else f"{source[:30]}:{ref}")[:80]
    return Row(entry, names | {own})


def _address(said: dict[str, str]) -> str:
    """The parts of an address as one line, as on an envelope."""
    street = " ".join(part for part in (said.get("number", ""), said.get("streetname", "")) if part)
    parts = [
        said.get("subname", ""),
        said.get("name", ""),
        street,
        said.get("locality", ""),
        said.get("townname", ""),
    ]
    line = ", ".join(dict.fromkeys(part for part in parts if part))
    return line.title() if line.isupper() else line


def _point(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    if not latitude and not longitude:
        return None, None
    try:
        found = float(latitude), float(longitude)
    except ValueError as error:
        raise ValueError("its latitude or longitude is not a number") from error
    if not in_united_kingdom(*found):
        raise ValueError("its point is not in the United Kingdom")
    return found


def _keep(rows: list[Row], figures: Figures) -> None:
    """Put a block of entries in, each with its names; of two with one ref the later one counts."""
    block = {row.entry.ref: row for row in rows}
    there = {one.ref: one for one in GazetteerEntry.objects.filter(ref__in=block)}
    changed = [
        row.entry for ref, row in block.items()
        if ref in there and any(getattr(there[ref], name) != getattr(row.entry, name) for name in FIELDS)
    ]  # fmt: skip
    figures.created += len(block) - len(there)
    figures.changed += len(changed)
    figures.present += len(rows) - (len(block) - len(there)) - len(changed)
    GazetteerEntry.objects.bulk_create(
        [row.entry for row in block.values()], update_conflicts=True, unique_fields=["ref"], update_fields=FIELDS
    )  # fmt: skip
    ids = dict(GazetteerEntry.objects.filter(ref__in=block).values_list("ref", "id"))
    wanted = {(ids[ref], name) for ref, row in block.items() for name in row.names}
    names = GazetteerName.objects.filter(entry__in=ids.values())
    had = {(one.entry_id, one.name_key): one.pk for one in names}
    GazetteerName.objects.filter(pk__in=[pk for key, pk in had.items() if key not in wanted]).delete()
    GazetteerName.objects.bulk_create(
        [GazetteerName(entry_id=entry, name_key=name) for entry, name in sorted(wanted - set(had))]
    )
