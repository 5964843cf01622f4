"""One comparison of all persons, from the extract to the steward's queue, in steps that each leave a whole file: a run that was stopped
goes on from the last. Loaded by the command alone."""

from __future__ import annotations

import os
import platform
import resource
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow
import pyarrow.parquet
from django.db import connection, transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict
from sentinel.matching.batch import model as models
from sentinel.matching.batch.engines import Settings, engine, linker
from sentinel.matching.batch.faces import COLUMNS, faces
from sentinel.matching.batch.folder import Folder
from sentinel.matching.batch.groups import Grouped, Pairs, above, group, pairs_in, with_prior
from sentinel.matching.batch.learning import learn, steps
from sentinel.matching.batch.learnt import known_model
from sentinel.matching.batch.model import COMPARISONS, Model, read_model, start_model
from sentinel.matching.batch.models import Run
from sentinel.matching.batch.operations import begin, end, go_on, still_wanted
from sentinel.matching.batch.told import everybody, how_many
from sentinel.matching.steward.operations import Proposed, fill

# So many rows are compared with all others at a time: what a stopped run loses.
A_PART: Final = 200_000
MOST: Final = 20_000
_FILL: Final = 1_000
EXTRACT: Final = "extract.parquet"
PERSONS: Final = "persons.bin"
Bar = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass
class Work:
    """A run at work: `bar(words, length)` shows how far a step has come."""

    run: Run
    folder: Folder
    settings: Settings
    bar: Bar
    most: int = MOST
    train: bool = False
    fill: bool = True
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Keep how long a step took."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] = round(self.seconds.get(what, 0.0) + time.monotonic() - began, 1)


def start(
    *,
    home: Path,
    settings: Settings,
    begun_by: str,
    bar: Bar,
    most: int = MOST,
    train: bool = False,
    fill: bool = True,
) -> Work:
    """A new run. Raises Conflict where another is not over."""
    run = begin(
        now=now(), backend=settings.backend, begun_by=begun_by, manifest=manifest(settings, most, fill)
    )
    work = Work(run, Folder(home, run.pk), settings, bar, most, train, fill)
    work.folder.make()
    return work


def manifest(settings: Settings, most: int, fill: bool) -> dict[str, Any]:
    """What a run is made of, as far as it is known when it begins."""
    return {
        "versions": {name: version(name) for name in ("splink", "duckdb", "pyarrow", "numpy")} | {"python": platform.python_version()},
        "settings": {"backend": settings.backend, "memory_mb": settings.memory_mb, "cores": settings.cores, "most": most, "fill": fill},
        "rules": {
            "pair_bits": models.PAIR_BITS, "group_bits": models.GROUP_BITS, "largest_group": models.LARGEST,
            "candidates": [list(columns) for columns in models.CANDIDATES],
            "learnt_from": [list(columns) for columns in models.LEARNT_FROM],
        },
        "extract": {"columns": list(COLUMNS)},
    }  # fmt: skip


def work_through(work: Work) -> dict[str, Any]:
    """Do what is still to be done of a run. Returns its counts. Whatever stops it, it can be gone on with; its extract is deleted when
    it is over. Raises Conflict where another process works on it, or it is thrown away meanwhile."""
    with work.folder.held():
        try:
            counts = _steps(work)
            end(work.run, now=now(), counts=counts)
        except BaseException as error:
            _stopped(work, error)
            raise
    work.folder.delete()
    return counts


def _steps(work: Work) -> dict[str, Any]:
    with work.timed("extract"):
        _extract(work)
    held = work.folder.read_json("held.json")
    pairs: list[Path] = []
    if held["faces"] > 1:
        with engine(work.settings, work.folder / EXTRACT, work.folder.path) as made:
            with work.timed("learn"):
                model = _model(work, made, held)
            with work.timed("compare"):
                pairs = _compare(work, made, model, held)
    return _propose(work, pairs, held)


def _stopped(work: Work, error: BaseException) -> None:
    """Keep what kind of error it was: its own words may hold what was compared. Of a run that was thrown away nothing is kept."""
    try:
        go_on(work.run, work.run.state, fault=f"Stopped: {type(error).__name__}"[:200])
    except Conflict:
        work.folder.delete()


def _extract(work: Work) -> None:
    if (work.folder / "held.json").exists():
        return
    go_on(work.run, "extracting")
    schema = pyarrow.schema(
        [
            ("unique_id", pyarrow.int64()),
            ("person", pyarrow.int64()),
            *((name, pyarrow.string()) for name in COLUMNS),
        ]
    )
    held = {"persons": 0, "faces": 0, "protected": 0, "nameless": 0}
    path, persons = work.folder.keep(EXTRACT), work.folder.keep(PERSONS)
    with (
        pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer,
        persons.open("wb") as ids,
        work.bar("Taking the extract", how_many()) as seen,
    ):
        for people in everybody():
            rows: list[tuple[Any, ...]] = []
            for person_id, told in people:
                some = faces(told) if told is not None else []
                held["protected"] += told is None
                held["nameless"] += told is not None and not some
                if not some:
                    continue
                for face in some:
                    rows.append((held["faces"], held["persons"], *face))
                    held["faces"] += 1
                ids.write(person_id.bytes)
                held["persons"] += 1
            if rows:
                writer.write_table(pyarrow.table(list(map(list, zip(*rows, strict=True))), schema=schema))
            seen(len(people))
    work.folder.done(EXTRACT)
    work.folder.done(PERSONS)
    work.folder.write_json("held.json", held)
    work.run.manifest["extract"] |= held
    go_on(work.run, "learning", manifest=work.run.manifest)


def _model(work: Work, made: Any, held: dict[str, int]) -> Model:
    kept = work.folder.read_json("model.json")
    if kept is not None:
        return read_model(kept)
    go_on(work.run, "learning")
    model = None if work.train else known_model(now())
    if model is None and (held["persons"] >= models.FEWEST_TO_LEARN or work.train):
        with work.bar("Learning the weights", steps()) as seen:
            model = learn(
                made, work.settings, work.folder / EXTRACT, start_model(), faces=held["faces"], persons=held["persons"],
                day=london_date(now()).isoformat(), step=lambda: seen(1),
            )  # fmt: skip
    model = model or start_model()
    work.folder.write_json("model.json", model.as_dict())
    work.run.manifest["weights"] = {
        "version": model.version,
        "source": model.source,
        "notes": list(model.notes),
    }
    go_on(work.run, "comparing", manifest=work.run.manifest, weights=model.as_dict())
    return model


def _compare(work: Work, made: Any, model: Model, held: dict[str, int]) -> list[Path]:
    parts = max(1, ceil(held["faces"] / A_PART))
    names = [f"pairs-{parts}-{at}.parquet" for at in range(1, parts + 1)]
    go_on(work.run, "comparing")
    with work.bar("Comparing", parts) as seen:
        asked = linker(made, model, held["faces"])
        for at, name in enumerate(names, 1):
            if not (work.folder / name).exists():
                predicted = asked.inference.predict_chunk(
                    left_chunk=(at, parts),
                    right_chunk=(1, 1),
                    threshold_match_weight=models.KEPT_BITS,
                    warning_mode="never",
                )
                wanted = [
                    "person_l",
                    "person_r",
                    "match_weight",
                    *(f"gamma_{one.name}" for one in COMPARISONS),
                ]
                found = _rows(predicted).select(wanted)
                pyarrow.parquet.write_table(found, work.folder.keep(name), compression="zstd")
                work.folder.done(name)
                predicted.drop_table_from_database_and_remove_from_cache()
            seen(1)
    return [work.folder / name for name in names]


def _rows(predicted: Any) -> Any:
    """A result of Splink as columns, from whichever backend."""
    return predicted.as_pyarrow_table()


def _propose(work: Work, files: Sequence[Path], held: dict[str, int]) -> dict[str, Any]:
    go_on(work.run, "grouping")
    counts: dict[str, Any] = {"persons": held["persons"], "faces": held["faces"]}
    with work.timed("group"):
        if files:
            found, household = pairs_in(files)
            prior = read_model(work.folder.read_json("model.json")).prior(held["faces"])
            weighed, a_person = with_prior(found, prior, held["persons"])
            kept = above(weighed)
            grouped = group(kept)
            counts |= _counts(weighed, kept, grouped, household, a_person)
        else:
            kept, grouped = _none()
            counts |= {"compared": 0, "pairs": 0, "very_likely": 0, "may_be": 0}
    with work.timed("fill"):
        ids = np.frombuffer((work.folder / PERSONS).read_bytes(), dtype="V16")
        counts |= _beside_live(kept, ids)
        go_on(work.run, "filling")
        counts["open"] = _fill(work, kept, grouped, ids) if work.fill else 0
    counts["seconds"] = work.seconds
    counts["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000)
    return counts


def _none() -> tuple[Pairs, Grouped]:
    nothing = np.empty(0, np.int64)
    pairs = Pairs(nothing, nothing, np.empty(0), np.empty((0, len(COMPARISONS)), np.int8))
    return pairs, Grouped(np.zeros(0, np.bool_), 0, 0, 0)


def _counts(weighed: Pairs, kept: Pairs, grouped: Grouped, household: int, a_person: float) -> dict[str, Any]:
    together = int(grouped.together.sum())
    return {
        "compared": len(weighed.bits) + household, "household": household, "pairs": len(kept.bits), "very_likely": together,
        "may_be": len(kept.bits) - together, "groups": grouped.groups, "largest_group": grouped.largest,
        "refused_by_size": grouped.refused, "pairs_a_person": round(a_person, 6),
    }  # fmt: skip


def _uuid(ids: Any, at: int) -> uuid.UUID:
    return uuid.UUID(bytes=ids[at].tobytes())


def _beside_live(kept: Pairs, ids: Any) -> dict[str, int]:
    """How the pairs stand beside what people decided: one person already, said to be two; and merges that the run would not propose."""
    already = said_two = 0
    ends = list(zip(kept.first.tolist(), kept.second.tolist(), strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(SYSTEM)
        for begin_at in range(0, len(ends), 50_000):
            some = [sorted((_uuid(ids, a), _uuid(ids, b))) for a, b in ends[begin_at : begin_at + 50_000]]
            cursor.execute(
                "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM people_alias a WHERE a.person_id = p.first AND a.other_id = p.second)),"
                " count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM people_alias a WHERE a.person_id = p.first AND a.other_id = p.second)"
                "   AND steward_said_two(ARRAY[p.first], ARRAY[p.second], NULL, NULL))"
                " FROM unnest(%s::uuid[], %s::uuid[]) AS p(first, second)",
                [[one for one, _ in some], [other for _, other in some]],
            )
            one, two = cursor.fetchone()
            already, said_two = already + one, said_two + two
        cursor.execute("SELECT count(*) FROM people_alias WHERE person_id < other_id")
        merged = int(cursor.fetchone()[0])
    return {
        "one_already": already,
        "said_two": said_two,
        "merged": merged,
        "merged_not_found": merged - already,
    }


def _fill(work: Work, kept: Pairs, grouped: Grouped, ids: Any) -> int:
    """Fill the queue with the strongest, `most` of them. Begun again, it fills in what is missing."""
    many = min(len(kept.bits), work.most)
    opened = 0
    with work.bar("Filling the queue", many) as seen:
        for begin_at in range(0, many, _FILL):
            last = min(begin_at + _FILL, many)
            with transaction.atomic():
                state_actor(SYSTEM)
                still_wanted(work.run)
                opened += fill(
                    _proposed(kept, grouped, ids, range(begin_at, last)), run_id=work.run.pk, now=now()
                )
            seen(last - begin_at)
    return opened


def _proposed(kept: Pairs, grouped: Grouped, ids: Any, places: range) -> Iterator[Proposed]:
    for at in places:
        yield Proposed(
            first=_uuid(ids, kept.first[at]), second=_uuid(ids, kept.second[at]), bits=round(float(kept.bits[at]), 2),
            band="very_likely" if grouped.together[at] else "may_be",
            fields=tuple(
                (one.name, one.names[len(one.names) - 1 - level])
                for one, level in zip(COMPARISONS, kept.levels[at].tolist(), strict=True) if level >= 0
            ),
        )  # fmt: skip


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
