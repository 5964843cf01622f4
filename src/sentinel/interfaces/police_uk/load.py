"""From the rows of files to counts of historic incidents, all in one transaction: everything of every file, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import NotUTF8, Table, opened, parts_of
from sentinel.interfaces.placing import Locator, hold_imports
from sentinel.interfaces.police_uk.rows import Point, Reader, RowKind
from sentinel.kernel.clock import london_date

BATCH = 100_000

# No index and no key: what is equal is counted, not compared row by row. They vanish with the transaction.
_STAGING = """
    CREATE TEMPORARY TABLE staged_row (month integer NOT NULL, point integer NOT NULL, kind integer NOT NULL,
                                       times integer NOT NULL, part integer NOT NULL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE staged_point (number integer NOT NULL, key uuid NOT NULL, street text, street_key text,
        latitude double precision, longitude double precision, cell text, lsoa_code text, lsoa_name text,
        district_code text, outside_area boolean) ON COMMIT DROP;
    CREATE TEMPORARY TABLE staged_kind (number integer NOT NULL, key uuid NOT NULL, reported_by text, falls_within text,
        category text, outcome text, context text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE numbered_point (number integer NOT NULL, id integer NOT NULL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE numbered_kind (number integer NOT NULL, id smallint NOT NULL) ON COMMIT DROP
"""
# Which point of the database each number of this run is, those of the batch that are new made first.
_POINTS = """
    INSERT INTO places_historicpoint (key, street, street_key, latitude, longitude, cell, lsoa_code, lsoa_name,
                                      district_code, outside_area)
    SELECT DISTINCT ON (s.key) s.key, s.street, s.street_key, s.latitude, s.longitude, s.cell, s.lsoa_code,
           s.lsoa_name, s.district_code, s.outside_area
      FROM staged_point s WHERE NOT EXISTS (SELECT 1 FROM places_historicpoint p WHERE p.key = s.key)
     ORDER BY s.key;
    INSERT INTO numbered_point SELECT s.number, p.id FROM staged_point s JOIN places_historicpoint p USING (key);
    TRUNCATE staged_point
"""
_KINDS = """
    INSERT INTO places_historickind (key, reported_by, falls_within, category, outcome, context)
    SELECT DISTINCT ON (s.key) s.key, s.reported_by, s.falls_within, s.category, s.outcome, s.context
      FROM staged_kind s WHERE NOT EXISTS (SELECT 1 FROM places_historickind k WHERE k.key = s.key)
     ORDER BY s.key;
    INSERT INTO numbered_kind SELECT s.number, k.id FROM staged_kind s JOIN places_historickind k USING (key);
    TRUNCATE staged_kind
"""
# Equal rows of one file are so many incidents; the same month in another file is the same incidents again, so the
# larger count of any file holds. `had` are those that an earlier import made.
_NAMED = """
      FROM staged_row r
      JOIN numbered_point p ON p.number = r.point
      JOIN numbered_kind k ON k.number = r.kind
"""
_WANTED_OF_MANY = f"""
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
    SELECT point_id, make_date(month / 12, month % 12 + 1, 1) AS month, kind_id, max(times) AS times, 0 AS had
      FROM (SELECT p.id AS point_id, r.month, k.id AS kind_id, sum(r.times)::integer AS times {_NAMED}
             GROUP BY r.part, p.id, r.month, k.id) c
     GROUP BY point_id, c.month, kind_id ORDER BY point_id, c.month, kind_id
"""  # noqa: S608  two constants
# One file needs no second count, and one sort for counting and keeping.
_WANTED_OF_ONE = f"""
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
    SELECT p.id AS point_id, make_date(r.month / 12, r.month % 12 + 1, 1) AS month, k.id AS kind_id,
           sum(r.times)::integer AS times, 0 AS had {_NAMED}
     GROUP BY p.id, r.month, k.id ORDER BY p.id, r.month, k.id
"""
_HAD = """
    ANALYZE wanted;
    UPDATE wanted w SET had = c.times FROM places_historiccount c
     WHERE c.point_id = w.point_id AND c.month = w.month AND c.kind_id = w.kind_id
"""
# One import runs at a time, so nobody else makes these meanwhile; the table's key would stop it if somebody did.
_COUNTS = """
    INSERT INTO places_historiccount (point_id, month, kind_id, times)
    SELECT point_id, month, kind_id, times FROM wanted WHERE had = 0
"""
_MORE = """
    UPDATE places_historiccount c SET times = w.times FROM wanted w
     WHERE w.had > 0 AND w.times > w.had AND c.point_id = w.point_id AND c.month = w.month AND c.kind_id = w.kind_id
"""
_CREATED = """
    SELECT k.reported_by, w.month, sum(greatest(w.times - w.had, 0))::bigint,
           coalesce(sum(greatest(w.times - w.had, 0)) FILTER (WHERE p.outside_area), 0)::bigint
      FROM wanted w JOIN places_historicpoint p ON p.id = w.point_id JOIN places_historickind k ON k.id = w.kind_id
     GROUP BY k.reported_by, w.month
"""
_MONTHS = """
    INSERT INTO places_importedmonth AS i (reported_by, month, incidents, imported_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (reported_by, month)
    DO UPDATE SET incidents = i.incidents + EXCLUDED.incidents, imported_at = EXCLUDED.imported_at
"""


def _silent(done: int) -> None:
    return None


def street_file(name: str) -> bool:
    """Whether a member of a published zip holds street-level rows (not outcomes, not stop and search)."""
    return name.lower().endswith("street.csv") and not name.rpartition("/")[2].startswith(".")


def import_files(
    paths: Iterable[Path],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    dry_run: bool = False,
    seen: Callable[[int], None] = _silent,
) -> Figures:
    """Import street-level files (CSV, gzip, published zip), any number, with overlapping months, as often as one likes.

    Runs as the owner role. `seen` is called with the bytes read of the file in hand. With `dry_run` all is done and
    nothing kept. Raises FileRefused where a file is not what it should be; then nothing of any file is kept. Returns
    the figures, `outside_area` among `more`: created rows that lie outside the partnership.
    """
    figures = Figures()
    with transaction.atomic():
        state_actor(actor)
        hold_imports()
        reader = Reader(london_date(now), figures)
        files = 0
        with connection.cursor() as cursor:
            cursor.execute(_STAGING)
            loader = _Loader(cursor, reader)
            for path in paths:
                files += 1
                loader.load(path, seen)
            created = loader.finish(now)
        figures.created = sum(row[2] for row in created)
        figures.present = figures.read - figures.refused - figures.created
        outside = sum(row[3] for row in created)
        figures.more = {"outside_area": outside, "files": files, "dry_run": dry_run}
        counts = {
            "read": figures.read,
            "created": figures.created,
            "refused": figures.refused,
            "outside_area": outside,
        }
        note("import", subject="police_uk", detail=counts)
        if dry_run:
            transaction.set_rollback(True)
    return figures


@dataclass(frozen=True)
class _Batch:
    """Lines for COPY, equal rows in one line, and the points and kinds that they are the first to name."""

    lines: str
    points: list[Point]
    kinds: list[RowKind]


class _Loader:
    """Takes files into the staging tables, batch by batch; while the database keeps one, the next is read."""

    def __init__(self, cursor: CursorWrapper, reader: Reader) -> None:
        self.cursor = cursor
        self.reader = reader
        self.locator = Locator()
        self.part = 0

    def load(self, path: Path, seen: Callable[[int], None]) -> None:
        """Every wanted part of one file. Text that is not UTF-8 is read once more, as Latin-1."""
        figures = self.reader.figures
        with opened(path, seen) as stream:
            for part in parts_of(path, stream, street_file):
                self.part += 1
                before = figures.read, figures.refused, len(figures.refusals)
                try:
                    self._load(Table(part))
                except NotUTF8:
                    self.cursor.execute("DELETE FROM staged_row WHERE part = %s", [self.part])
                    figures.read, figures.refused = before[:2]
                    del figures.refusals[before[2] :]
                    self._load(Table(part, "latin-1"))

    def _load(self, table: Table) -> None:
        runs = self.reader.runs(table)
        self.cursor.execute(f"ALTER TABLE staged_row ALTER part SET DEFAULT {self.part}")
        with ThreadPoolExecutor(1) as pool:
            batch = pool.submit(self._read, runs)
            while found := batch.result():
                batch = pool.submit(self._read, runs)
                self._keep(found)

    def _read(self, runs: Iterator[list[str]]) -> _Batch | None:
        """About 100,000 rows, and what they name; None at the end. Asks nothing of the database."""
        counts: Counter[str] = Counter()
        rows = 0
        for run in runs:
            counts.update(run)
            rows += len(run)
            if rows >= BATCH:
                break
        lines = "".join([f"{row}{times}\n" for row, times in counts.items()])
        points, self.reader.new_points = self.reader.new_points, []
        kinds, self.reader.new_kinds = self.reader.new_kinds, []
        return _Batch(lines, points, kinds) if lines or points or kinds else None

    def _keep(self, batch: _Batch) -> None:
        cursor = self.cursor
        with cursor.copy("COPY staged_row (month, point, kind, times) FROM STDIN") as copy:
            copy.write(batch.lines)
        columns = "number, key, street, street_key, latitude, longitude, cell, lsoa_code, lsoa_name, district_code, outside_area"
        with cursor.copy(f"COPY staged_point ({columns}) FROM STDIN") as copy:
            for p in batch.points:
                copy.write_row((*p, *self.locator.place(p.lsoa_code, p.lsoa_name, p.latitude, p.longitude)))
        columns = "number, key, reported_by, falls_within, category, outcome, context"
        with cursor.copy(f"COPY staged_kind ({columns}) FROM STDIN") as copy:
            for k in batch.kinds:
                copy.write_row(k)
        cursor.execute(_POINTS)
        cursor.execute(_KINDS)

    def finish(self, now: datetime) -> list[tuple[str, date, int, int]]:
        """Make counts of what was staged. Returns (force, month, created, outside) for each."""
        cursor = self.cursor
        # The staging tables are too new for good guesses: joins by hash are never much worse, loops can be.
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        wanted = _WANTED_OF_ONE if self.part == 1 else _WANTED_OF_MANY
        cursor.execute("ANALYZE staged_row, numbered_point, numbered_kind")
        cursor.execute(wanted)
        months = self.reader.months_named()
        cursor.execute("SELECT count(*) FROM places_importedmonth WHERE month = ANY (%s)", [months])
        if cursor.fetchone()[0]:
            cursor.execute(_HAD)
            cursor.execute(_MORE)
        cursor.execute(_COUNTS)
        cursor.execute(_CREATED)
        created: list[tuple[str, date, int, int]] = cursor.fetchall()
        counts = dict.fromkeys(self.reader.months, 0) | {(row[0], row[1]): row[2] for row in created}
        cursor.executemany(_MONTHS, [(*key, count, now) for key, count in sorted(counts.items())])
        return created
