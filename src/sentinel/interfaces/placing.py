"""In which district a point of open data lies, and whether that is outside the partnership."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from sentinel.accounts.models import Area
from sentinel.places import geometry
from sentinel.places.models import AreaLookup, Boundary, HistoricPoint, Place, Postcode
from sentinel.places.queries.postcodes import district_with

CHUNK = 5_000


class Locator:
    """Knows the partnership's districts (those in which an agency works) and what has been loaded of them.

    In this order: the loaded lookup of the point's LSOA; the district that the LSOA's published name begins with; the
    loaded outlines. The file's own LSOA comes before an outline, because outlines are published generalised and would
    put points near an edge next door. Where nothing tells, a point is not called outside.
    """

    def __init__(self) -> None:
        districts = list(Area.objects.filter(kind="district", agencies__isnull=False).distinct())
        self.partnership = {area.code for area in districts}
        self._by_name = {area.name.casefold(): area.code for area in districts}
        rows = AreaLookup.objects.filter(kind="district").values_list("lsoa_code", "code")
        self._by_lsoa = dict(rows.iterator())
        newer = AreaLookup.objects.filter(kind="lsoa").values_list("lsoa_code", "code")
        self._newer = {old: new for old, new in newer.iterator() if old != new}
        self._outlines: list[tuple[str, Any]] = [
            (one.area.code, one)
            for one in Boundary.objects.filter(area__kind="district").select_related("area")
        ]
        self._outlined = self.partnership <= {code for code, _ in self._outlines}

    def place(
        self, lsoa_code: str, lsoa_name: str, latitude: float | None, longitude: float | None
    ) -> tuple[str, bool]:
        """The district's code ("" where it is not known) and whether the point lies outside the partnership."""
        if not self.partnership:
            return "", False
        if lsoa_code:
            code = self._by_lsoa.get(lsoa_code) or self._by_lsoa.get(self._newer.get(lsoa_code, ""))
            if code:
                return code, code not in self.partnership
        name = lsoa_name.rpartition(" ")[0].casefold()
        if name:
            code = self._by_name.get(name, "")
            return code, not code
        if latitude is None or longitude is None or not self._outlined:
            return "", False
        for code, one in self._outlines:
            within = one.west <= longitude <= one.east and one.south <= latitude <= one.north
            if within and geometry.contains(one.geometry, latitude, longitude):
                return code, code not in self.partnership
        return "", True


def place_points_again() -> int:
    """Work out district and "outside" of every point anew, after a lookup or outline was loaded. Returns how many
    changed."""
    locator = Locator()
    changed: list[HistoricPoint] = []
    count = 0
    for point in HistoricPoint.objects.iterator(chunk_size=CHUNK):
        found = locator.place(point.lsoa_code, point.lsoa_name, point.latitude, point.longitude)
        if found != (point.district_code, point.outside_area):
            point.district_code, point.outside_area = found
            changed.append(point)
            count += 1
        if len(changed) >= CHUNK:
            _keep(changed)
            changed.clear()
    _keep(changed)
    return count


def _keep(points: Iterable[HistoricPoint]) -> None:
    HistoricPoint.objects.bulk_update(points, ["district_code", "outside_area"], batch_size=1_000)


def locate_places() -> int:
    """Give a point, cell and district to places that were named before their postcode was loaded."""
    count = 0
    waiting = Place.objects.filter(latitude__isnull=True).exclude(postcode="").order_by("id")
    for place in waiting.iterator(chunk_size=CHUNK):
        row = Postcode.objects.filter(pk=place.postcode).first()
        if row is None or row.latitude is None or row.longitude is None:
            continue
        Place.objects.filter(pk=place.pk).update(
            latitude=row.latitude,
            longitude=row.longitude,
            cell=geometry.cell_of(row.latitude, row.longitude),
            district=place.district or district_with(row.district_code),
            lsoa_code=place.lsoa_code or row.lsoa_code,
        )
        count += 1
    return count


def hold_imports() -> None:
    """Let one import run at a time: a second waits here until the first has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sentinel import'))")
