"""`make bench-pages`: the pages over 10,000, 100,000 and 1,000,000 cases, read by people who see few and many of them.

Each size has a server of its own and a process that asks its pages in turn with the others, five interleaved rounds;
a figure is the median of the rounds' 95th percentiles. Pages are read as ordinary officers over the application's role,
through the whole of Django's stack without a network. Targets: at the largest size at most 1.3 times the smallest, at
most 3 times the floor (a bare layout around one query), at most 15 queries; submitting a report at most 3 times the
same rows in one bare transaction.

    make bench-pages ARGS="--sizes 10000,100000 --keep folder --json"
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from bench.figures import Figure, finish

ROUNDS = 5
WARMING = 20
REQUESTS = 60
READERS = {
    "none": "pete.lowe@fire.example",
    "twenty": "kofi.mensah@soar-valley.example",
    "hundredth": "beth.carr@three-oaks.example",
    "half": "aisha.rahman@police.example",
}
PAGES = ("my_work", "case_list", "case", "place")
GROWTH_TARGET, FLOOR_TARGET, QUERY_TARGET, SUBMIT_TARGET = 1.3, 3.0, 15, 3.0


class Reading:
    """A process that reads pages as it is told, one order a line."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, **order: Any) -> dict[str, Any]:
        """Send one order to the reading process and wait for its figures."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the reader has no pipes")
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the reader of {self.name} ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=20)


class Site(Reading):
    """One size: its server and the process that reads its pages. `are_open` of the cases are open; None: as the demonstration
    has it."""

    def __init__(self, size: int, home: Path, are_open: int | None = None) -> None:
        from sentinel.foundation.embedded import Embedded

        self.size, self.are_open = size, are_open
        self.server = Embedded(home).start()
        environment = {
            **os.environ, "SENTINEL_HOME": str(home), "SENTINEL_PROCESS": "web", "SENTINEL_MODE": "test",
            "DATABASE_URL": self.server.dsn("sentinel_app"), "DATABASE_OWNER_URL": self.server.dsn("sentinel_owner"),
            "DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_SUPERUSER_URL": self.server.superuser_dsn("sentinel"),
        }  # fmt: skip
        self.build(environment)
        self.environment = environment
        super().__init__(f"{size:,} cases", [sys.executable, "-m", "bench.reader"], environment)

    def build(self, environment: dict[str, str]) -> None:
        """Migrate and load what is asked and the rules, and the cases unless the folder holds them already."""
        mark = Path(environment["SENTINEL_HOME"]) / f"cases-{self.size}"
        owner = {**environment, "SENTINEL_PROCESS": "owner", "DJANGO_SETTINGS_MODULE": "sentinel.settings"}
        asked = ["--open", str(self.are_open)] if self.are_open is not None else []
        loads = ["prepare"] if mark.exists() else ["demo", "--cases", str(self.size), *asked]
        for arguments in (["migrate"], loads):
            command = [sys.executable, "-m", "sentinel.cli", *arguments]
            subprocess.run(command, check=True, env=owner, stdout=subprocess.DEVNULL)
        mark.touch()

    def close(self) -> None:
        """End the reader and the server."""
        self.end()
        self.server.stop()


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def read_in_turn(sites: list[Site], email: str, requests: int) -> dict[tuple[int, str], dict[str, Any]]:
    """One round of one reader: each page once at each size, again and again, so that all share the machine's moods."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for turn in range(requests):
        for page in ("floor", *PAGES):
            for site in sites:
                answer = site.ask(page=page, email=email, turn=turn)
                if not answer["times"]:
                    continue
                one = found.setdefault((site.size, page), {"times": [], "queries": 0})
                one["times"] += answer["times"]
                one["queries"] = max(one["queries"], answer["queries"])
    return found


def measure(sites: list[Site], rounds: int, requests: int) -> list[Figure]:
    """Read every page as every reader at every size, interleaved, and judge the figures."""
    times: dict[tuple[int, str, str], list[float]] = {}
    queries: dict[str, int] = {}
    for number in range(rounds + 1):
        for reader, email in READERS.items():
            found = read_in_turn(sites, email, requests if number else WARMING)
            for (size, page), answer in found.items():
                if number:  # the first round warms caches, of every address that is read later
                    times.setdefault((size, reader, page), []).append(p95(answer["times"]))
                    queries[page] = max(queries.get(page, 0), answer["queries"])
    figures: list[Figure] = []
    small, large = sites[0].size, sites[-1].size
    for reader in READERS:
        for page in PAGES:
            found = times.get((large, reader, page))
            if not found:
                continue
            last = statistics.median(found)
            floor = statistics.median(times[(large, reader, "floor")])
            figures.append(Figure(f"{page}, {reader}: p95 at {large:,}", last, "ms"))
            first = times.get((small, reader, page))
            if first and small != large:
                figures.append(
                    Figure(
                        f"{page}, {reader}: {large:,} against {small:,}",
                        last / statistics.median(first),
                        "times",
                        GROWTH_TARGET,
                    )
                )
            figures.append(
                Figure(
                    f"{page}, {reader}: against the floor of {floor:.1f} ms",
                    last / floor,
                    "times",
                    FLOOR_TARGET,
                )
            )
    figures += [
        Figure(f"{page}: queries", queries[page], "queries", QUERY_TARGET)
        for page in PAGES
        if page in queries
    ]
    return figures


def measure_submit(site: Site, rounds: int) -> list[Figure]:
    """Submitting a report beside the same rows in one bare transaction, in turn."""
    found: dict[str, list[float]] = {"times": [], "bare": [], "raw": []}
    for _ in range(rounds):
        answer = site.ask(page="submit", email="dawn.ashby@charnwood.example", requests=10)
        for one, values in found.items():
            values.append(p95(answer[one]))
    ours, bare, raw = (statistics.median(values) for values in found.values())
    return [
        Figure("report submitted: p95", ours, "ms"),
        Figure("the same rows in one bare transaction: p95", bare, "ms"),
        Figure("report submitted against the bare rows", ours / bare, "times", SUBMIT_TARGET),
        Figure("the same rows by prepared statements, without models: p95", raw, "ms"),
        Figure("report submitted against those", ours / raw, "times"),
    ]


@click.command()
@click.option(
    "--sizes", default="10000,100000,1000000", show_default=True, help="Numbers of cases, smallest first."
)
@click.option("--rounds", default=ROUNDS, show_default=True)
@click.option("--requests", default=REQUESTS, show_default=True)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="A folder to keep the databases in for the next run."
)
@click.option("--json", "as_json", is_flag=True)
def main(sizes: str, rounds: int, requests: int, keep: Path | None, as_json: bool) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        # PostgreSQL's own user enters it; else, run as root, the database would stand elsewhere and outlive the folder.
        Path(temporary).chmod(0o755)
        base = keep or Path(temporary)
        sites: list[Site] = []
        try:
            for size in sorted(int(part) for part in sizes.split(",")):
                click.echo(f"{size:,} cases ...", err=True)
                sites.append(Site(size, base / str(size)))
            figures = measure(sites, rounds, requests)
            figures += measure_submit(sites[0], rounds)
        finally:
            for site in sites:
                site.close()
    finish("pages", figures, as_json)


if __name__ == "__main__":
    main()
