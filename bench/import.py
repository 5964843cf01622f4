"""`make bench-import`: how fast `sentinel import police-uk` is beside COPY of the same rows, and how much it needs.

In one run, on one server of its own, durable as in use: a street-level file of ASB rows is copied as it is into a bare
table, and imported, alternately. Targets: at least a fifth of COPY's rate; memory of the importing process under 300 MB.
The rows are invented, in the proportions of published ones: two fifths of them from a few busy points, a point for
every eleven rows, 36 months, one row in four equal to another.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import psycopg

from sentinel.foundation.embedded import Embedded

RATE_TARGET = 0.2
MEMORY_TARGET = 300
HEADING = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
CHILD = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from sentinel.foundation.clock import now
from sentinel.interfaces.police_uk import import_files
moment = now()
begun = time.perf_counter()
figures = import_files([Path(sys.argv[1])], now=moment)
seconds = time.perf_counter() - begun
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "memory": memory, **figures.as_dict()}))
"""
TABLES = "places_historiccount, places_historicpoint, places_historickind, places_importedmonth"


def write_rows(path: Path, rows: int, seed: int) -> None:
    """A street-level file with so many ASB rows."""
    chance = random.Random(seed)
    points = [
        f"{-1.6 + chance.random():.6f},{52.4 + chance.random() * 0.6:.6f},On or near Street {chance.randrange(8000)},"
        f"E0102{chance.randrange(10000):04d},Charnwood {chance.randrange(200):03d}A"
        for _ in range(max(rows // 11, 10))
    ]
    busy = points[: max(len(points) // 40, 1)]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING + "\n")
        for number in range(rows):
            month = number * 36 // rows
            point = chance.choice(busy if number % 5 < 2 else points)
            file.write(
                f",{2019 + month // 12}-{month % 12 + 1:02d},Leicestershire Police,Leicestershire Police,{point},"
                "Anti-social behaviour,,\n"
            )


def copy_rate(owner_url: str, path: Path, rows: int) -> float:
    """Rows a second of COPY of the file, as it is, into a bare table, with its commit."""
    columns = ", ".join(f"c{number} text" for number in range(12))
    with psycopg.connect(owner_url) as connection:
        connection.execute(f"CREATE TABLE bare ({columns})")
        connection.commit()
        begun = time.perf_counter()
        with (
            connection.cursor().copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy,
            path.open("rb") as file,
        ):
            while block := file.read(1 << 18):
                copy.write(block)
        connection.commit()
        seconds = time.perf_counter() - begun
        connection.execute("DROP TABLE bare")
    return rows / seconds


def import_once(environment: dict[str, str], superuser_url: str, path: Path) -> dict[str, float]:
    """One import into empty tables, in a process of its own: what it says of its time, memory and figures."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {TABLES}")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        check=True,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="ASB rows in the file.")
@click.option("--runs", default=3, show_default=True, help="Runs of each, alternately; the medians count.")
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON line.")
def main(rows: int, runs: int, seed: int, as_json: bool) -> None:
    """Measure the import of open data."""
    home = Path(tempfile.mkdtemp(prefix="sentinel-bench-"))
    home.chmod(0o755)  # as in bench.pages
    server = Embedded(home).start()
    try:
        environment = {
            **os.environ,
            "SENTINEL_HOME": str(home),
            "SENTINEL_MODE": "demonstration",
            "SENTINEL_PROCESS": "owner",
            "DJANGO_SETTINGS_MODULE": "sentinel.settings",
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
            "DATABASE_OWNER_URL": server.dsn("sentinel_owner"),
        }
        for step in (["migrate"], ["prepare", "--password", "a bench's own password"]):
            subprocess.run(
                [sys.executable, "-m", "sentinel.cli", *step], check=True, env=environment, stdout=sys.stderr
            )
        file = home / "rows.csv"
        click.echo(f"Writing {rows:,} rows ...", err=True)
        write_rows(file, rows, seed)
        copies, imports = [], []
        for run in range(runs):
            click.echo(f"Run {run + 1} of {runs} ...", err=True)
            copies.append(copy_rate(server.dsn("sentinel_owner"), file, rows))
            imports.append(import_once(environment, server.superuser_dsn("sentinel"), file))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    wrong = [one for one in imports if one["created"] != rows]
    copied = statistics.median(copies)
    imported = statistics.median(rows / one["seconds"] for one in imports)
    memory = max(one["memory"] for one in imports)
    ratio = imported / copied
    short = bool(wrong) or ratio < RATE_TARGET or memory >= MEMORY_TARGET
    figures = {
        "rows": rows,
        "runs": runs,
        "copy_rows_a_second": round(copied),
        "import_rows_a_second": round(imported),
        "ratio": round(ratio, 3),
        "ratio_target": RATE_TARGET,
        "memory_mb": round(memory, 1),
        "memory_mb_target": MEMORY_TARGET,
        "all_rows_created": not wrong,
        "passed": not short,
    }
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo(f"COPY into a bare table     {copied:>12,.0f} rows a second")
        click.echo(f"sentinel import police-uk  {imported:>12,.0f} rows a second")
        click.echo(f"ratio                      {ratio:>12.3f} (target: at least {RATE_TARGET})")
        click.echo(f"memory at its highest      {memory:>12,.0f} MB (target: under {MEMORY_TARGET} MB)")
        click.echo(f"every row created          {'no' if wrong else 'yes':>12}")
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
