"""Areas and streets: what they are called, what they consist of, and how much open data tells of each part.

Counts start at the points of an area and reach no further than the months that are shown. Nothing here is case data, so
no row policy applies; `actor` stands first as in every query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Max, Q, Sum

from sentinel.accounts.models import Area
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.places import geometry
from sentinel.places.models import AreaLookup, Boundary, HistoricCount, HistoricPoint
from sentinel.places.queries.history import History, imported_period, points_of_area
from sentinel.places.queries.streets import sector
from sentinel.places.rules import month_after

KIND_WORDS: Final = {**dict(Area.KINDS), "cell": "Map cell", "street": "Street"}
# What the parts of an area are. Cells where nothing smaller has a name.
PARTS: Final = {"force": "district", "csp": "district", "lpu": "ward", "district": "ward", "ward": "lsoa"}
LARGER: Final = ("lsoa", "ward", "district")
MOST_CELLS: Final = 60
MOST_STREETS: Final = 10


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area: its code, kind and name. `larger` are the areas that hold it, the smallest first."""

    code: str
    kind: str
    name: str
    larger: tuple[AreaView, ...] = ()

    @property
    def kind_words(self) -> str:
        """ "Ward", "Small area (LSOA)", "Map cell"."""
        return KIND_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an area with its incidents in the months that are counted."""

    code: str
    kind: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class StreetCount:
    """A street of an area, told from its namesakes by its small area."""

    street_key: str
    lsoa_code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Street:
    """A street of open data: its name, where it is in words, and its middle. `area` is its small area, or None."""

    street_key: str
    lsoa_code: str
    name: str
    where: str
    middle: tuple[float, float] | None
    area: AreaView | None


def get_area(actor: Actor, code: str) -> AreaView:
    """The area with an ONS code, or an H3 cell. Raises NotFound where nothing that was loaded names it."""
    if geometry.is_cell(code):
        return AreaView(code, "cell", _cell_name(code), _holding("cell", code))
    area = Area.objects.filter(code=code).order_by("-valid_from").first()
    if area is not None:
        return AreaView(area.code, area.kind, area.name, _holding(area.kind, area.code))
    row = AreaLookup.objects.filter(code=code).exclude(kind="lsoa").first()
    if row is not None:
        return AreaView(row.code, row.kind, row.name or row.code, _holding(row.kind, row.code))
    point = HistoricPoint.objects.filter(lsoa_code=code).exclude(lsoa_code="").first()
    if point is not None:
        return AreaView(code, "lsoa", point.lsoa_name or code, _holding("lsoa", code))
    raise NotFound()


def _cell_name(cell: str) -> str:
    latitude, longitude = geometry.cell_centre(cell)
    near = sector(latitude, longitude)
    return f"The neighbourhood {near}" if near else f"The neighbourhood at {latitude:.3f}, {longitude:.3f}"


def _holding(kind: str, code: str) -> tuple[AreaView, ...]:
    """The areas in which an area lies, by its first small area; two queries at most."""
    if kind in {"district", "csp", "force", "lpu"}:
        return ()
    if kind == "cell":
        point = HistoricPoint.objects.filter(cell=code, outside_area=False).exclude(lsoa_code="").first()
        lsoa = point.lsoa_code if point else ""
    elif kind == "ward":
        lsoa = (
            AreaLookup.objects.filter(kind="ward", code=code).values_list("lsoa_code", flat=True).first()
            or ""
        )
    else:
        lsoa = code
    if not lsoa:
        return ()
    return tuple(one for one in areas_of_lsoa(lsoa) if one.code != code and _size(one.kind) > _size(kind))


def _size(kind: str) -> int:
    return LARGER.index(kind) if kind in LARGER else -1


def areas_of_lsoa(code: str) -> list[AreaView]:
    """The ward and district of a small area of 2011 or 2021, the smallest first. One query."""
    newer = AreaLookup.objects.filter(lsoa_code=code, kind="lsoa").values("code")
    found = AreaLookup.objects.filter(
        Q(lsoa_code=code) | Q(lsoa_code__in=newer), kind__in=("ward", "district")
    )
    rows = {row.kind: row for row in found.order_by("-code")}
    return [AreaView(rows[kind].code, kind, rows[kind].name) for kind in ("ward", "district") if kind in rows]


def parts_of_area(actor: Actor, area: AreaView, history: History, months: int = 12) -> list[Part]:
    """What an area consists of, with the incidents of the last `months` of a history: the most first.

    Wards, districts or small areas where a lookup names them, else H3 cells, 60 at most.
    """
    span = history.last(months)
    if span is None:
        return []
    kind = PARTS.get(area.kind)
    if kind is not None:
        found = _named_parts(area, kind, *span)
        if found:
            return found
    return _cells(points_of_area(area.kind, area.code), *span)


def _counted(points: Q, by: str, since: date, until: date) -> Counter[str]:
    rows = (
        HistoricCount.objects.filter(
            point__in=HistoricPoint.objects.filter(points).values("id"),
            month__gte=since,
            month__lte=until,
        )
        .values_list(f"point__{by}")
        .annotate(count=Sum("times"))
    )
    return Counter(dict(rows))


def _named_parts(area: AreaView, kind: str, since: date, until: date) -> list[Part]:
    lsoas = list(
        AreaLookup.objects.filter(kind=area.kind, code=area.code).values_list("lsoa_code", flat=True)
    )
    if not lsoas:
        return []
    newer = dict(
        AreaLookup.objects.filter(kind="lsoa", code__in=lsoas)
        .order_by("-code")
        .values_list("lsoa_code", "code")
    )
    if kind == "lsoa":
        names = _names("lsoa", lsoas)
        of = {code: code for code in lsoas}
    else:
        rows = AreaLookup.objects.filter(kind=kind, lsoa_code__in=lsoas).order_by("code")
        of, names = {}, {}
        for row in rows:
            of[row.lsoa_code] = row.code
            names[row.code] = row.name or row.code
    if not of:
        return []
    counts: Counter[str] = Counter(dict.fromkeys(of.values(), 0))
    by_lsoa = _counted(Q(lsoa_code__in=[*lsoas, *newer]), "lsoa_code", since, until)
    for lsoa, count in by_lsoa.items():
        part = of.get(newer.get(lsoa, lsoa))
        if part is not None:
            counts[part] += count
    return _sorted(Part(code, kind, names.get(code, code), count) for code, count in counts.items())


def _names(kind: str, codes: Collection[str]) -> dict[str, str]:
    return dict(Area.objects.filter(kind=kind, code__in=codes).values_list("code", "name"))


def _cells(points: Q, since: date, until: date) -> list[Part]:
    counts = _counted(points & ~Q(cell=""), "cell", since, until)
    coarse = geometry.coarser(dict(counts), MOST_CELLS)
    return _sorted(Part(cell, "cell", "", count) for cell, count in coarse.items())


def _sorted(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (-part.count, part.name, part.code))


def cells_near(actor: Actor, middle: tuple[float, float], history: History, rings: int = 2) -> list[Part]:
    """The H3 cells around a point, each with its incidents in the months of a history, empty ones too. One query."""
    cells = geometry.cells_around(*middle, rings)
    counts: Counter[str] = Counter()
    span = history.last(len(history.months))
    if span is not None:
        counts = _counted(Q(cell__in=cells), "cell", *span)
    return [Part(cell, "cell", "", counts[cell]) for cell in cells]


def busiest_streets(actor: Actor, area: AreaView, history: History, months: int = 12) -> list[StreetCount]:
    """The ten streets of an area with the most incidents in the last `months` of a history. Two queries at most."""
    span = history.last(months)
    if span is None:
        return []
    rows = (
        HistoricCount.objects.filter(
            point__in=HistoricPoint.objects.filter(points_of_area(area.kind, area.code))
            .exclude(street_key="")
            .values("id"),
            month__range=span,
        )
        .values("point__street_key", "point__lsoa_code")
        .annotate(count=Sum("times"), name=Max("point__street"))
        .order_by("-count", "point__street_key", "point__lsoa_code")[:MOST_STREETS]
    )
    return [
        StreetCount(row["point__street_key"], row["point__lsoa_code"], row["name"], row["count"])
        for row in rows
    ]


def get_street(actor: Actor, street_key: str, lsoa_code: str) -> Street:
    """A street that open data knows. Raises NotFound for any other. Three queries at most."""
    points = list(
        HistoricPoint.objects.filter(street_key=street_key, lsoa_code=lsoa_code).exclude(street_key="")[:200]
    )
    if not points:
        raise NotFound()
    middle = geometry.centre(
        (p.latitude, p.longitude) for p in points if p.latitude is not None and p.longitude is not None
    )
    larger = areas_of_lsoa(lsoa_code) if lsoa_code else []
    near = sector(*middle) if middle else ""
    where = [near, *(one.name for one in larger)]
    if not larger:
        where.append(points[0].lsoa_name.rpartition(" ")[0])
    area = AreaView(lsoa_code, "lsoa", points[0].lsoa_name, tuple(larger)) if lsoa_code else None
    return Street(
        street_key, lsoa_code, points[0].street, ", ".join(word for word in where if word), middle, area
    )


def districts_counted(actor: Actor, months: int = 12) -> tuple[list[Part], tuple[date, date] | None]:
    """The districts in which an agency works, by name, with their incidents of the last `months` imported, and which
    months those are (None: nothing is imported). Three queries."""
    areas = Area.objects.filter(kind="district", agencies__isnull=False).distinct()
    names = dict(areas.values_list("code", "name"))
    period = imported_period(actor)
    counts: Counter[str] = Counter()
    if period is not None:
        period = max(period[0], month_after(period[1], 1 - months)), period[1]
        counts = _counted(Q(district_code__in=names), "district_code", *period)
    parts = sorted((Part(code, "district", name, counts[code]) for code, name in names.items()), key=_by_name)
    return parts, period


def larger_areas(actor: Actor) -> list[AreaView]:
    """Partnerships and police force areas that were loaded, by name."""
    rows = Area.objects.filter(kind__in=["force", "csp"]).order_by("kind", "name")
    return [AreaView(row.code, row.kind, row.name) for row in rows]


def _by_name(part: Part) -> str:
    return part.name


def outlines_of(
    actor: Actor, kind: str, codes: Collection[str], points: int = 60
) -> dict[str, list[list[list[float]]]]:
    """The loaded outlines of areas as rings of [latitude, longitude], thinned for a map on a page. One query."""
    rows = Boundary.objects.filter(area__kind=kind, area__code__in=codes).values_list(
        "area__code", "geometry"
    )
    return {code: geometry.outlines(shape, points) for code, shape in rows}
