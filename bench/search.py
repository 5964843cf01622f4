"""`make bench-search`: the one box over 1,000,000 cases and 3,000,000 notes, asked by officers who may see 1%, 5% and 50% of them.

The queries are those of bench/search_mix.txt, the same for everybody, a third of them words that stand in every tenth note. They are
posted as a browser posts them, through the whole of Django's stack without a network, over the application's role, each search
recorded. A round asks every reader every query in turn; a figure is the median of the rounds' 95th percentiles. The first round
warms caches and is thrown away. Names are those of people the reader may see, with two letters of the surname swapped, one left out, put in or
changed, from a seed. Target: 60 ms, and 95 in 100 names in the first five lines.

    make bench-search ARGS="--cases 1000000 --keep folder --json"
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import click

from bench.figures import Figure, finish
from bench.pages import Site, p95

ROUNDS = 5
NAMES = 100
READERS = {
    "1%": "beth.carr@three-oaks.example",
    "5%": "ana.silva@victim-first.example",
    "50%": "aisha.rahman@police.example",
}
MIX = Path(__file__).with_name("search_mix.txt")
MOST_MS, FOUND_OF_HUNDRED, QUERIES = 60.0, 95.0, 35


def mix() -> list[tuple[str, str]]:
    """The queries, each with its kind, in their order."""
    lines = [
        line for line in MIX.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    return [(kind, words) for kind, _, words in (line.partition(": ") for line in lines)]


def measure(site: Site, rounds: int) -> list[Figure]:
    """Ask everything, and judge the figures."""
    asked = mix()
    times: dict[tuple[str, str], list[list[float]]] = {}
    most = 0
    for number in range(rounds + 1):
        one: dict[tuple[str, str], list[float]] = {}
        for turn, (kind, words) in enumerate(asked):
            for reader, email in READERS.items():
                answer = site.ask(page="find", email=email, turn=turn, words=words)
                one.setdefault((reader, ""), []).extend(answer["times"])
                one.setdefault((reader, kind), []).extend(answer["times"])
                most = max(most, answer["queries"]) if number else 0
        if number:
            for key, found in one.items():
                times.setdefault(key, []).append(found)
    figures = []
    for (reader, kind), found in sorted(times.items()):
        said = f", {kind}" if kind else ""
        figures.append(
            Figure(
                f"the box{said}, who may see {reader}: p95", statistics.median(p95(one) for one in found), "ms",
                None if kind else MOST_MS,
            )
        )  # fmt: skip
    figures.append(Figure("the box: queries", most, "queries", QUERIES))
    for reader, email in READERS.items():
        for alone in (False, True):
            hits = site.ask(page="misspelt", email=email, names=NAMES, alone=alone)["found"]
            what = "surname alone" if alone else "given name and surname"
            figures.append(
                Figure(
                    f"misspelt, {what}, who may see {reader}: in the first five",
                    hits,
                    "of 100",
                    least=FOUND_OF_HUNDRED,
                )
            )
    return figures


@click.command()
@click.option(
    "--cases",
    "--size",
    "cases",
    default=1_000_000,
    show_default=True,
    help="How many cases, each with three notes.",
)
@click.option("--rounds", default=ROUNDS, show_default=True)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="A folder to keep the database in for the next run."
)
@click.option("--json", "as_json", is_flag=True)
def main(cases: int, rounds: int, keep: Path | None, as_json: bool) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        Path(temporary).chmod(0o755)  # as in bench.pages
        click.echo(f"{cases:,} cases ...", err=True)
        site = Site(cases, (keep or Path(temporary)) / str(cases))
        try:
            figures = measure(site, rounds)
        finally:
            site.close()
    finish("search", figures, as_json)


if __name__ == "__main__":
    main()
