"""Addresses on file are read again as they are read now: a flat, a floor or a court that was written in two ways has one key."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from sentinel.places.rules import read_address, street_key, what_of


def read_again(apps: Any, editor: Any) -> None:
    """Give each address the key that its line has now; where that is another row's, that row is kept and this one points at it."""
    place = apps.get_model("places", "Place")
    for row in place.objects.filter(kind="address", key__startswith="address:").order_by("created_at", "id").iterator():
        address = read_address(row.line, row.postcode)
        kind, where, old = row.key.split(":", 2)
        what = what_of(address)
        if what == old or not (address.number or address.name or address.unit):
            continue
        key = f"{kind}:{where}:{what}"[:200]
        other = place.objects.filter(key=key).exclude(pk=row.pk).first()
        if other is not None:
            other.aliases = sorted({*other.aliases, row.key})
            other.save(update_fields=["aliases"])
            row.same_as = other
            row.save(update_fields=["same_as"])
            continue
        row.aliases = sorted({*row.aliases, row.key})
        row.key, row.street_key, row.street = key, address.street, address.street.title()
        row.save(update_fields=["key", "aliases", "street_key", "street"])
    point = apps.get_model("places", "HistoricPoint")
    for street, old in point.objects.exclude(street="").values_list("street", "street_key").distinct():
        if (now := street_key(street)) != old:
            point.objects.filter(street=street, street_key=old).update(street_key=now)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("places", "0005_gazetteer")]

    operations: ClassVar = [migrations.RunPython(read_again, migrations.RunPython.noop)]
