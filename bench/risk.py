"""`make bench-risk`: reminders, compliance and an assessment over 100,000 open cases and ten times as many closed ones.

Each number of closed cases has a server of its own, with the same number open. The first sweep decides everything that a year
without one left behind; each night after it decides what a day brought. Targets: a night's sweep of all rules at most 10 s, and at
most 1.5 times the bare SQL that finds the same rows; the compliance page's 95th percentile at most 3 times the floor page; an
assessment that makes somebody high, with its marker, messages and audit, at most 2 times its bare rows; a night at the most
closed cases at most 1.3 times one at the fewest.

    make bench-risk ARGS="--closed 10000,100000 --open 20000 --keep folder --json"
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import click

from bench.figures import Figure, finish
from bench.pages import FLOOR_TARGET, GROWTH_TARGET, Reading, Site, p95

SWEEP_TARGET, SWEEP_BARE_TARGET, ASSESS_TARGET = 10.0, 1.5, 2.0
READERS = {"a supervisor": "colin.webb@charnwood.example", "half": "tom.marsh@police.example"}
ASSESSES = "priya.nair@charnwood.example"


def worker_of(site: Site) -> Reading:
    """The worker's process at a size."""
    environment = {
        **site.environment, "SENTINEL_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "sentinel.settings",
        "DATABASE_WORKER_URL": site.server.dsn("sentinel_worker"),
    }  # fmt: skip
    return Reading(f"the worker at {site.size:,} cases", [sys.executable, "-m", "bench.nights"], environment)


def measure_sweeps(sites: list[Site], nights: int) -> list[Figure]:
    """The first sweep at each size, then nights, the sizes in turn; judged at the largest."""
    sweepers = [worker_of(site) for site in sites]
    try:
        firsts = [one.ask(night=0) for one in sweepers]
        rounds = [[one.ask(night=night) for one in sweepers] for night in range(1, nights + 1)]
    finally:
        for one in sweepers:
            one.end()
    took = [statistics.median(round[at]["seconds"] for round in rounds) for at in range(len(sites))]
    bare = statistics.median(round[-1]["bare"] for round in rounds)
    figures = [
        Figure("first sweep of all rules", firsts[-1]["seconds"], "s"),
        Figure("reminders that it decided", firsts[-1]["decided"], ""),
        Figure("a night's sweep of all rules", took[-1], "s", SWEEP_TARGET),
        Figure("reminders that it decided", statistics.median(r[-1]["decided"] for r in rounds), ""),
        Figure("rows that were due", statistics.median(r[-1]["found"] for r in rounds), ""),
        Figure("bare SQL that finds them", bare, "s"),
        Figure("a night's sweep against the bare SQL", took[-1] / bare, "times", SWEEP_BARE_TARGET),
    ]
    figures += [
        Figure(f"a night at {site.size:,} cases in all", one, "s")
        for site, one in zip(sites, took, strict=True)
    ]
    if len(sites) > 1:
        figures.append(
            Figure("a night, most closed against fewest", took[-1] / took[0], "times", GROWTH_TARGET)
        )
    return figures


def measure_compliance(site: Site, rounds: int, requests: int) -> list[Figure]:
    """The compliance page and the floor in turn, by who sees one district and by who sees half of everything.

    What they see of other agencies' cases the worker has counted, as it does every few minutes.
    """
    worker = worker_of(site)
    try:
        worker.ask(shared=True)
    finally:
        worker.end()
    figures = []
    for words, email in READERS.items():
        found: dict[str, list[float]] = {"compliance": [], "floor": []}
        queries = 0
        for number in range(rounds + 1):
            times: dict[str, list[float]] = {"compliance": [], "floor": []}
            for turn in range(requests):
                for page, one in times.items():
                    answer = site.ask(page=page, email=email, turn=turn)
                    one += answer["times"]
                    queries = max(queries, answer["queries"]) if page == "compliance" and number else queries
            if number:
                for page, one in times.items():
                    found[page].append(p95(one))
        ours, floor = statistics.median(found["compliance"]), statistics.median(found["floor"])
        figures += [
            Figure(f"compliance, {words}: p95", ours, "ms"),
            Figure(
                f"compliance, {words}: against the floor of {floor:.1f} ms",
                ours / floor,
                "times",
                FLOOR_TARGET,
            ),
            Figure(f"compliance, {words}: queries", queries, "queries"),
        ]
    return figures


def measure_assessment(site: Site, rounds: int) -> list[Figure]:
    """An assessment that makes somebody high beside its rows in one bare transaction, in turn."""
    found: dict[str, list[float]] = {"times": [], "bare": [], "raw": []}
    for number in range(rounds + 1):
        answer = site.ask(page="assess", email=ASSESSES, requests=6)
        if number:  # the first round warms what the connection keeps
            for one, values in found.items():
                values.append(statistics.median(answer[one]))
    ours, bare, raw = (statistics.median(values) for values in found.values())
    return [
        Figure("assessment saved, high", ours, "ms"),
        Figure("rows that it left", answer["rows"], ""),
        Figure("the same rows in one bare transaction", bare, "ms"),
        Figure("assessment saved against the bare rows", ours / bare, "times", ASSESS_TARGET),
        Figure("the same rows by prepared statements, without models", raw, "ms"),
    ]


@click.command()
@click.option("--closed", default="10000,100000,1000000", show_default=True, help="Numbers of closed cases.")
@click.option("--open", "are_open", default=100_000, show_default=True, help="How many are open beside them.")
@click.option("--nights", default=3, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--requests", default=20, show_default=True)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="A folder to keep the databases in for the next run."
)
@click.option("--json", "as_json", is_flag=True)
def main(
    closed: str, are_open: int, nights: int, rounds: int, requests: int, keep: Path | None, as_json: bool
) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        # PostgreSQL's own user enters it; else, run as root, the database would stand elsewhere and outlive the folder.
        Path(temporary).chmod(0o755)
        base = keep or Path(temporary)
        sites: list[Site] = []
        try:
            for size in sorted(int(part) + are_open for part in closed.split(",")):
                click.echo(f"{size:,} cases, {are_open:,} of them open ...", err=True)
                sites.append(Site(size, base / f"risk-{size}", are_open))
            figures = measure_sweeps(sites, nights)
            figures += measure_compliance(sites[-1], rounds, requests)
            figures += measure_assessment(sites[-1], rounds)
        finally:
            for site in sites:
                site.close()
    finish("risk", figures, as_json)


if __name__ == "__main__":
    main()
