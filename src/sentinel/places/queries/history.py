"""What open data tells of a street or area, by month. Never of an address: its points are anonymised.

Nothing here is case data, so no row policy applies; `actor` stands first as in every query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, ExpressionWrapper, Max, Min, Q, Subquery, Sum, Value

from sentinel.foundation.actor import Actor
from sentinel.places import geometry
from sentinel.places.models import AreaLookup, HistoricCount, HistoricPoint, ImportedMonth
from sentinel.places.rules import month_after, street_key


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its first day, how many incidents, and whether any force's file for it has been imported."""

    month: date
    count: int
    loaded: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Incidents by month, oldest first, over the last months that have been imported. `about` says of what."""

    about: str
    months: tuple[Month, ...]

    @property
    def total(self) -> int:
        """How many incidents in all of these months."""
        return sum(month.count for month in self.months)

    @property
    def since(self) -> date | None:
        """The first month, or None where nothing has been imported."""
        return self.months[0].month if self.months else None

    @property
    def until(self) -> date | None:
        """The last month, or None where nothing has been imported."""
        return self.months[-1].month if self.months else None

    def last(self, months: int) -> tuple[date, date] | None:
        """The first and last of the last so many months, or None where nothing has been imported."""
        if not self.months:
            return None
        return self.months[-months:][0].month, self.months[-1].month

    @property
    def peak(self) -> Month | None:
        """The first month with the highest count, or None where nothing has been imported."""
        return max(self.months, key=lambda month: month.count, default=None)

    @property
    def most(self) -> int:
        """The highest count of a month; 0 for none."""
        return max((month.count for month in self.months), default=0)


def imported_period(actor: Actor) -> tuple[date, date] | None:
    """The first and last month that any file has been imported for, or None."""
    found = ImportedMonth.objects.aggregate(first=Min("month"), last=Max("month"))
    return (found["first"], found["last"]) if found["first"] else None


def _by_month(about: str, points: Q, months: int) -> History:
    """One query: the months that were imported, and with them the counts of those that may be shown."""
    latest = ImportedMonth.objects.order_by("-month").values("month")[:1]
    # A little more than is shown: which month is the last is known only when the answer is here.
    since = ExpressionWrapper(Subquery(latest) - timedelta(days=31 * months), output_field=DateField())
    counted = (
        HistoricCount.objects.filter(
            point__in=HistoricPoint.objects.filter(points).values("id"), month__gte=since
        )
        .order_by()
        .values("month")
        .annotate(count=Sum("times"))
    )
    imported = ImportedMonth.objects.order_by().values("month").annotate(count=Value(-1)).distinct()
    rows = list(counted.union(imported, all=True))
    loaded = {row["month"] for row in rows if row["count"] < 0}
    if not loaded:
        return History(about, ())
    counts = {row["month"]: row["count"] for row in rows if row["count"] >= 0}
    last = max(loaded)
    month = max(min(loaded), month_after(last, 1 - months))
    shown = []
    while month <= last:
        shown.append(Month(month, counts.get(month, 0), month in loaded))
        month = month_after(month, 1)
    return History(about, tuple(shown))


def nearby(actor: Actor, latitude: float, longitude: float, months: int = 12) -> History:
    """Incidents within about 500 m of a point (its H3 cell and those around it), by month."""
    return _by_month(
        "within about 500 metres", Q(cell__in=geometry.cells_around(latitude, longitude)), months
    )


def street_history(actor: Actor, street: str, lsoa_code: str = "", months: int = 24) -> History:
    """Incidents at the points of a street, by month. Streets of one name are told apart by their small area."""
    points = Q(street_key=street_key(street))
    if lsoa_code:
        points &= Q(lsoa_code=lsoa_code)
    return _by_month("on or near this street", points, months)


def points_of_area(kind: str, code: str) -> Q:
    """Which points lie in an area: a district, ward, LSOA, partnership, force area, or an H3 cell.

    By code where a point has it, else through the loaded lookup.
    """
    if kind == "cell":
        return Q(cell__in=geometry.parts_of(code))
    if kind == "lsoa":
        return Q(lsoa_code=code) | Q(
            lsoa_code__in=AreaLookup.objects.filter(kind="lsoa", code=code).values("lsoa_code")
        )
    if kind == "district":
        return Q(district_code=code)
    # police.uk writes the LSOAs of 2011; a lookup of today's areas knows those of 2021.
    lsoas = AreaLookup.objects.filter(kind=kind, code=code).values("lsoa_code")
    earlier = AreaLookup.objects.filter(kind="lsoa", code__in=lsoas).values("lsoa_code")
    return Q(lsoa_code__in=lsoas) | Q(lsoa_code__in=earlier)


def area_history(actor: Actor, kind: str, code: str, months: int = 24) -> History:
    """Incidents in an area, by month."""
    return _by_month("in this area", points_of_area(kind, code), months)
