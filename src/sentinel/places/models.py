"""Places, postcodes, streets and what open data tells of them. A safe address is never here (people.AddressLink)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Collate

from sentinel.accounts.models import Area
from sentinel.kernel.ids import new_id


class Place(models.Model):
    """An address, street, open space or landmark. `key` is its normalised form, so that one place is one row; `aliases` are the keys
    of other ways in which it was written, that somebody said were this place: the next one finds it. `same_as` is set where it
    turned out to be the same as another row: that one is kept, this one stays for what points at it (queries.of_one_place).
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    KINDS: ClassVar = [
        ("address", "Address"),
        ("street", "Street"),
        ("area", "Open space or area"),
        ("landmark", "Landmark"),
    ]
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=200, unique=True)
    line = models.CharField(max_length=160)
    street = models.CharField(max_length=160, blank=True)
    street_key = models.CharField(max_length=160, blank=True, db_collation="C")
    locality = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    uprn = models.CharField(max_length=12, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True, help_text="H3 cell, resolution 9")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    lsoa_code = models.CharField(max_length=9, blank=True)
    aliases = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="others")
    source = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["aliases"], name="place_aliases"),
            models.Index(fields=["postcode"], name="place_postcode"),
            models.Index(fields=["cell"], name="place_cell"),
            models.Index(fields=["street_key"], name="place_street_key"),
            # What stands in the key behind the postcode or town, number first: whoever misspelt the street has the number.
            models.Index(
                Collate(Func(F("key"), Value(":"), Value(3), function="split_part"), "C"), name="place_what"
            ),
            models.Index(fields=["uprn"], name="place_uprn", condition=~models.Q(uprn="")),
        ]


class GazetteerEntry(models.Model):
    """A place that a published list knows: a landmark (park, station, shop) or an address with its UPRN. No case data.

    `key` is that of an address (rules.place_key), `ref` the list's own name for it, so that an import can be repeated.
    """

    open_to_app: ClassVar[str] = "SELECT"

    KINDS: ClassVar = [("landmark", "Landmark"), ("address", "Address")]
    id = models.AutoField(primary_key=True)
    ref = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    what = models.CharField(max_length=40, blank=True, help_text="park, station, shop, school ...")
    name = models.CharField(max_length=160)
    locality = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=200, blank=True)
    uprn = models.CharField(max_length=12, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    district_code = models.CharField(max_length=9, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(fields=["key"], name="gazetteer_key", condition=~models.Q(key="")),
            models.Index(fields=["uprn"], name="gazetteer_uprn", condition=~models.Q(uprn="")),
        ]


class GazetteerName(models.Model):
    """A name that a landmark goes by, as names are compared (rules.landmark_key): its own and its aliases."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(GazetteerEntry, on_delete=models.CASCADE, related_name="names")
    name_key = models.CharField(max_length=160, db_collation="C")

    class Meta:
        indexes = [GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="gazetteer_name_like")]
        constraints = [models.UniqueConstraint(fields=["name_key", "entry"], name="gazetteer_name_once")]


class Postcode(models.Model):
    """A postcode of the open directory: where it is and in which district."""

    open_to_app: ClassVar[str] = "SELECT"

    postcode = models.CharField(primary_key=True, max_length=8)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    district_code = models.CharField(max_length=9, blank=True)
    lsoa_code = models.CharField(max_length=9, blank=True)
    ward_code = models.CharField(max_length=9, blank=True)
    source = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="postcode_point")]


class Boundary(models.Model):
    """The outline of an area as published, with where it came from. `geometry` is GeoJSON in WGS84."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    area = models.OneToOneField(Area, on_delete=models.PROTECT, related_name="boundary")
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.CharField(max_length=120)


class AreaLookup(models.Model):
    """That a small area lies in a larger one, as an ONS lookup says."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    lsoa_code = models.CharField(max_length=9)
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lsoa_code", "kind", "code"], name="lookup_once")]


class HistoricPoint(models.Model):
    """A point of police.uk: one anonymised spot that stands for many addresses, with what the file says of it.

    `key` is a hash of the file's own words (point, street, LSOA), so that a point is one row however often it is
    imported. `district_code` and `outside_area` are worked out here and again when a lookup or boundary is loaded.
    """

    open_to_app: ClassVar[str] = "SELECT"

    id = models.AutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    street = models.CharField(max_length=160, blank=True)
    street_key = models.CharField(max_length=160, blank=True, db_collation="C")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True, help_text="H3 cell, resolution 9")
    lsoa_code = models.CharField(max_length=9, blank=True)
    lsoa_name = models.CharField(max_length=60, blank=True)
    district_code = models.CharField(max_length=9, blank=True)
    outside_area = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["street_key", "lsoa_code"], name="historic_point_street"),
            GinIndex(fields=["street_key"], opclasses=["gin_trgm_ops"], name="historic_point_street_like"),
            models.Index(fields=["cell"], name="historic_point_cell"),
            models.Index(fields=["lsoa_code"], name="historic_point_lsoa"),
            models.Index(fields=["district_code"], name="historic_point_district"),
        ]


class HistoricKind(models.Model):
    """What else a row says and many rows share: who reported it, for which force, category, outcome, context."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.SmallAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    reported_by = models.CharField(max_length=80)
    falls_within = models.CharField(max_length=80)
    category = models.CharField(max_length=60)
    outcome = models.CharField(max_length=120, blank=True)
    context = models.CharField(max_length=200, blank=True)


class HistoricCount(models.Model):
    """So many incidents of open data: of a month and a kind, at an anonymised point. They count for a street or area, never for
    an address, a person, VICTOR-E's "ongoing", a repeat location or a place's risk.

    ASB rows have no id and two equal rows are two incidents: `times` is how many equal rows the file has that has the most of
    them, so that an import can be repeated and files may overlap. The key is also the index that every page reads by. Rows come
    from the import alone, by joins on the two other tables, and are never deleted: checking two foreign keys for each
    of millions of rows would say nothing new and halve its speed.
    """

    open_to_app: ClassVar[str] = "SELECT"

    pk = models.CompositePrimaryKey("point_id", "month", "kind_id")
    point = models.ForeignKey(
        HistoricPoint, on_delete=models.PROTECT, related_name="counts", db_index=False, db_constraint=False
    )
    month = models.DateField()
    kind = models.ForeignKey(
        HistoricKind, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    times = models.PositiveIntegerField()


class ImportedMonth(models.Model):
    """That a month of a force has been imported: without it an empty month cannot be told from one not loaded."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.AutoField(primary_key=True)
    reported_by = models.CharField(max_length=80)
    month = models.DateField()
    incidents = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reported_by", "month"], name="imported_month_once")]
