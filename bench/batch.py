"""`make bench-batch`: `sentinel match batch` over 1,000,000 invented persons, one in twenty of them recorded a second time with mistakes.

From the facts in the database to the steward's queue: the extract, weights learnt without labels, every pair compared, groups, the queue filled
with all that is found. Targets: at most 15 minutes and at most 8 GB on two cores. How many of those recorded twice are found,
and how many of the pairs are right, is said beside it without a target: two people of one name at one home of whom nothing else is known are told
apart by nobody. Names and postcodes are read from published files (`--data`).

    make bench-batch ARGS="--persons 100000 --keep folder --json"
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import psycopg

from bench.figures import Figure, finish
from bench.persons.load import AT, CHUNK, Loader, mark, person_id
from bench.persons.population import Invented, People
from sentinel.foundation.embedded import Embedded
from sentinel.matching.rules.rings import Guard

ROOT = Path(__file__).resolve().parent.parent
MINUTES, GIGABYTES, AGAIN = 15.0, 8.0, 0.05
# The numbers of those who are recorded again begin here.
SECOND = 1 << 40


class Facts(Loader):
    """Persons and their facts alone: a run looks at no key."""

    def _keys(
        self, person: Invented, who: uuid.UUID, owner: uuid.UUID, first: Guard, second: Guard | None
    ) -> None:
        return


def recorded(people: People) -> Iterator[Invented]:
    """Everybody, and one in twenty once more as somebody else would type them."""
    chance = random.Random(people.seed + 1)
    for one in people:
        yield one
        if chance.random() >= AGAIN:
            continue
        said = people.typed(one, chance)
        given, _, family = said.name.partition(" ")
        home = one.moved if one.moved is not None and one.moved.postcode == said.postcode else one.home
        yield replace(
            one, number=SECOND + one.number, given=given, family=family, born=said.born, only_year=said.only_year, phone=said.phone,
            email=said.email, identifier="", home=home, moved=None, again="",
        )  # fmt: skip


def load(superuser_url: str, people: People) -> int:
    """Load everybody. Returns how many were recorded twice."""
    twice = 0
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        with connection.transaction():
            # Neither triggers nor foreign keys: nobody did these rows one by one, and no policy holds a superuser.
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET synchronous_commit = off")
            loader = Facts(connection, people.seed)
            for number in range(people.homes):
                home = people.home(number)
                loader.rows["places_place"].append(
                    (uuid.UUID(int=(0x0191 << 112) | (7 << 76) | (2 << 62) | number), "address", f"bench:{number}", home.line, home.postcode,
                     "Bench", AT, home.line.partition(" ")[2], home.line.lower(), "", "Leicester", "", "", "")
                )  # fmt: skip
            for at, person in enumerate(recorded(people), 1):
                twice += person.number >= SECOND
                loader.add(person)
                if at % CHUNK == 0:
                    loader.flush()
                    if at % (10 * CHUNK) == 0:
                        click.echo(f"{at:,} persons loaded", err=True)
            loader.flush()
        connection.execute("VACUUM (ANALYZE)")
    return twice


def run(environment: dict[str, str], options: list[str]) -> tuple[dict[str, Any], float]:
    """One run of the command. Returns its line, and its seconds from beginning to end."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "sentinel.cli", "match", "batch", "--json", *options],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found, time.perf_counter() - began


def quality(superuser_url: str, run_id: str, twice: int) -> list[Figure]:
    """How many of a run's pairs are one person, and how many of those recorded twice it found."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "SELECT first_id, second_id, band FROM steward_suggestion WHERE id IN (SELECT pair_id FROM steward_proposal WHERE run_id = %s)",
            [run_id],
        ).fetchall()
    figures = []
    for words, bands in (("all", {"very_likely", "may_be"}), ("very likely", {"very_likely"})):
        some = [(first.int, second.int) for first, second, band in rows if band in bands]
        base = person_id(0).int
        right = sum(abs(first - second) == SECOND for first, second in some if min(first, second) >= base)
        figures += [
            Figure(f"pairs proposed, {words}", len(some), ""),
            Figure(f"of them one person, {words}", 100 * right / max(len(some), 1), "of 100"),
            Figure(f"found of those recorded twice, {words}", 100 * right / max(twice, 1), "of 100"),
        ]
    return figures


@click.command()
@click.option("--persons", default=1_000_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), envvar="SENTINEL_SHARED_DATA",
    default=ROOT.parent / "shared" / "data", help="Published names and postcodes.",
)  # fmt: skip
@click.option(
    "--keep", type=click.Path(path_type=Path), help="A folder to keep the database in for the next run."
)
@click.option("--json", "as_json", is_flag=True)
def main(persons: int, seed: int, data: Path, keep: Path | None, as_json: bool) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    people = People(data, persons, seed)
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        Path(temporary).chmod(0o755)  # as in bench.pages
        home = (keep or Path(temporary)) / f"batch-{persons}"
        server = Embedded(home).start()
        try:
            environment = {
                **os.environ, "SENTINEL_HOME": str(home), "SENTINEL_MODE": "test",
                "DATABASE_URL": server.dsn("sentinel_app"), "DATABASE_OWNER_URL": server.dsn("sentinel_owner"),
                "DATABASE_WORKER_URL": server.dsn("sentinel_worker"), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            }  # fmt: skip
            for step in (["migrate"], ["prepare", "--password", "a bench's own password"]):
                subprocess.run(
                    [sys.executable, "-m", "sentinel.cli", *step],
                    check=True,
                    env={**environment, "SENTINEL_PROCESS": "owner"},
                    stdout=subprocess.DEVNULL,
                )
            url = server.superuser_dsn("sentinel")
            file = mark(home, persons)
            if not file.exists():
                file.write_text(json.dumps({"twice": load(url, people)}))
            twice = json.loads(file.read_text())["twice"]
            found, seconds = run(environment, ["--train", "--most", "10000000"])
            figures = [
                Figure(f"a run over {found['persons']:,} persons", seconds / 60, "min", most=MINUTES),
                Figure("memory at most, of the command", found["memory_mb"] / 1_000, "GB", most=GIGABYTES),
                *(Figure(f"of that, {step}", took, "s") for step, took in found["seconds"].items()),
                Figure("rows of the extract", found["faces"], ""),
                Figure("pairs compared", found["compared"], ""),
                *quality(url, found["run"], twice),
                Figure("persons in the largest group", found["largest_group"], ""),
            ]
            subprocess.run(
                [sys.executable, "-m", "sentinel.cli", "match", "throw-away", found["run"]],
                env=environment, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            server.stop()
    finish("batch", figures, as_json)


if __name__ == "__main__":
    main()
