"""`sentinel match`: linkage of persons offline. `evaluate` needs no server and no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sentinel.cli.base import say


@click.group()
def command() -> None:
    """Link persons offline: measure on a labelled file how well."""


@command.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--truth", required=True, metavar="COLUMN", help="The column that says whom a record is of.")
@click.option(
    "--truth-pattern",
    default="",
    metavar="REGEX",
    help="Which part of it does: the first group, or all that is found.",
)
@click.option(
    "--ignore", "ignored", multiple=True, metavar="COLUMN", help="Leave a column out; may be given again."
)
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=ROLE", help="Say what a column is; may be given again."
)
@click.option("--encoding", default="utf-8-sig", show_default=True, help="How the file is written.")
@click.option(
    "--peers/--no-peers",
    default=True,
    show_default=True,
    help="Also Splink and recordlinkage on the same file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def evaluate(
    files: tuple[Path, ...],
    truth: str,
    truth_pattern: str,
    ignored: tuple[str, ...],
    mapped: tuple[str, ...],
    encoding: str,
    peers: bool,
    as_json: bool,
) -> None:
    """Measure linkage on labelled records: CSV, plain or gzip. Several files of one head are read as one.

    Weights and threshold are learnt from the file without its labels, by one rule for every file; the labels only measure.
    Columns are recognised by name and content.
    """
    from sentinel.matching.evaluate.columns import mapped as roles_said
    from sentinel.matching.evaluate.columns import recognise
    from sentinel.matching.evaluate.peers import run_peers
    from sentinel.matching.evaluate.reading import read
    from sentinel.matching.evaluate.run import evaluate as measure

    table = read(files, truth=truth, pattern=truth_pattern, ignored=ignored, encoding=encoding)
    roles = recognise(table.columns, roles_said(mapped, list(table.columns)))
    figures = {"files": [path.name for path in files], **measure(table, roles, say)}
    figures["peers"] = run_peers(table, roles, say) if peers else {}
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _show(figures)


def _show(figures: dict[str, Any]) -> None:
    """The figures as a table, one method a line."""
    click.echo(f"{figures['records']:,} records of {figures['people']:,} people in {figures['seconds']} s")
    click.echo(f"{'':<34}{'precision':>10}{'recall':>10}{'F1':>10}")
    for name, one in {"Sentinel": figures, **figures["peers"]}.items():
        for what in ("pairs", "clusters"):
            if what not in one:
                click.echo(f"{name}: {one.get('missing', '')}")
                break
            values = (one[what][key] for key in ("precision", "recall", "f1"))
            click.echo(
                f"{f'{name}, {what}':<34}"
                + "".join(f"{'none' if v is None else f'{v:.4f}':>10}" for v in values)
            )
    for by in ("by_name_origin", "by_missing_field"):
        for name, one in figures["clusters"][by].items():
            values = (one[key] for key in ("precision", "recall", "f1"))
            words = f"clusters, {by[3:].replace('_', ' ')}: {name}"
            click.echo(f"{words:<46}" + "".join(f"{'none' if v is None else f'{v:.4f}':>10}" for v in values))
