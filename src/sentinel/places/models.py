"""Places, postcodes, streets and what open data tells of them. A safe address is never here (people.AddressLink)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Area
from sentinel.kernel.ids import new_id


class Place(models.Model):
    """An address, street, open space or landmark. `key` is its normalised form, so that one place is one row."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

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
    street = models.CharField(max_length=120, blank=True)
    locality = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    uprn = models.CharField(max_length=12, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True, help_text="H3 cell, resolution 9")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    lsoa_code = models.CharField(max_length=9, blank=True)
    source = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["postcode"], name="place_postcode"),
            models.Index(fields=["cell"], name="place_cell"),
            models.Index(fields=["street"], name="place_street"),
        ]


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


class HistoricIncident(models.Model):
    """One incident of open data: a month and an anonymised point. It counts for a street or area, never for an
    address, a person, VICTOR-E's "ongoing", a repeat location or a place's risk.

    ASB rows have no id and two equal rows are two incidents: `row_hash` and `nth` (the how manieth equal row of its
    month and force) identify one, so that an import can be repeated.
    """

    open_to_app: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    row_hash = models.CharField(max_length=64)
    nth = models.PositiveSmallIntegerField()
    month = models.DateField()
    category = models.CharField(max_length=60)
    reported_by = models.CharField(max_length=80)
    street = models.CharField(max_length=160)
    street_key = models.CharField(max_length=160)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True)
    lsoa_code = models.CharField(max_length=9, blank=True)
    lsoa_name = models.CharField(max_length=60, blank=True)
    district_code = models.CharField(max_length=9, blank=True)
    outside_area = models.BooleanField(default=False)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row_hash", "nth"], name="historic_incident_once")]
        indexes = [
            models.Index(fields=["street_key", "month"], name="historic_street"),
            models.Index(fields=["cell", "month"], name="historic_cell"),
            models.Index(fields=["lsoa_code", "month"], name="historic_lsoa"),
            models.Index(fields=["district_code", "month"], name="historic_district"),
        ]
