"""The postcode directory: whether a postcode exists, where it is, and in which district a point lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sentinel.accounts.models import Area
from sentinel.places import geometry
from sentinel.places.models import Boundary, Postcode

# Invented postcodes of a demonstration are in the same table; they never make a directory complete.
DEMONSTRATION = "Demonstration"

PostcodeState = Literal["exists", "unknown", "not_loaded"]


@dataclass(frozen=True, slots=True)
class Located:
    """Where something is, as far as the loaded data says. Degrees WGS84; `district` is an Area or None."""

    latitude: float | None = None
    longitude: float | None = None
    district: Area | None = None
    lsoa_code: str = ""
    ward_code: str = ""

    @property
    def cell(self) -> str:
        """The H3 cell of resolution 9, or an empty string."""
        if self.latitude is None or self.longitude is None:
            return ""
        return geometry.cell_of(self.latitude, self.longitude)


def postcode_state(postcode: str) -> PostcodeState:
    """Whether a postcode ("LE11 0ZZ") exists: "exists", "unknown", or "not_loaded" where no directory holds its
    district, so that nothing can be said."""
    if Postcode.objects.filter(pk=postcode).exists():
        return "exists"
    outward = postcode.partition(" ")[0]
    known = Postcode.objects.filter(postcode__gte=f"{outward} ", postcode__lt=f"{outward}!")
    return "unknown" if known.exclude(source__startswith=DEMONSTRATION).exists() else "not_loaded"


def district_with(code: str) -> Area | None:
    """The district with an ONS code, the newest where its outline changed."""
    if not code:
        return None
    return Area.objects.filter(kind="district", code=code).order_by("-valid_from").first()


def district_at(latitude: float, longitude: float) -> Area | None:
    """The district whose loaded outline holds a point; None where none does or none is loaded."""
    boxes = Boundary.objects.select_related("area").filter(
        area__kind="district",
        west__lte=longitude,
        east__gte=longitude,
        south__lte=latitude,
        north__gte=latitude,
    )
    return next((one.area for one in boxes if geometry.contains(one.geometry, latitude, longitude)), None)


def locate(postcode: str = "", latitude: float | None = None, longitude: float | None = None) -> Located:
    """Where a postcode or a point is: by the directory first, else by the loaded outlines. Two queries at most each.

    A stated point wins over the postcode's middle, the postcode's district over an outline.
    """
    row = Postcode.objects.filter(pk=postcode).first() if postcode else None
    lat = latitude if latitude is not None else (row.latitude if row else None)
    lon = longitude if longitude is not None else (row.longitude if row else None)
    district = district_with(row.district_code) if row else None
    if district is None and lat is not None and lon is not None:
        district = district_at(lat, lon)
    return Located(lat, lon, district, row.lsoa_code if row else "", row.ward_code if row else "")
