"""`sentinel match`: linkage of persons offline. `evaluate` needs no server and no database."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sentinel.cli.base import as_json as as_json_option
from sentinel.cli.base import django_as, interactive, report, say
from sentinel.cli.learning import train
from sentinel.kernel.errors import Conflict, Invalid, NotFound


@click.group()
def command() -> None:
    """Link persons offline: compare all with all, or measure on a labelled file how well."""


@contextmanager
def bar(words: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where somebody sees it, a line where not."""
    if not interactive():
        say(f"{words} ...")
    with click.progressbar(length=length, label=words, file=sys.stderr, hidden=not interactive()) as shown:
        yield shown.update


@command.command()
@click.option(
    "--backend",
    type=click.Choice(["duckdb", "postgresql", "spark"]),
    help="Where it is compared; else SENTINEL_MATCH_BACKEND.",
)
@click.option("--resume", is_flag=True, help="Go on with the run that was stopped.")
@click.option("--train", is_flag=True, help="Learn the weights anew.")
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=20_000,
    show_default=True,
    help="So many pairs may come into the queue.",
)
@click.option("--dry-run", is_flag=True, help="Compare and count, and put nothing into the queue.")
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(min=200),
    default=3_000,
    show_default=True,
    help="Megabytes for DuckDB or Spark.",
)
@as_json_option
def batch(
    backend: str | None, resume: bool, train: bool, most: int, dry_run: bool, memory_mb: int, as_json: bool
) -> None:
    """Compare all persons with all others, and propose to the data stewards who may be one. Nothing is merged.

    The extract holds names, births, postcodes, telephones and email addresses, is readable by this account alone, and is deleted at the
    end. A run that was stopped can be gone on with for a day.
    """
    with django_as("worker"):
        from django.conf import settings

        from sentinel.cli.operator import how
        from sentinel.foundation.env import Environment
        from sentinel.matching.batch import run as runs
        from sentinel.matching.batch.engines import Settings, check
        from sentinel.matching.batch.folder import Folder
        from sentinel.matching.batch.operations import unfinished

        environment = Environment()
        chosen = Settings(
            backend=backend or environment.text("SENTINEL_MATCH_BACKEND"), memory_mb=memory_mb, cores=runs.cores(),
            database_url=environment.text("SENTINEL_MATCH_DATABASE_URL"), spark_master=environment.text("SENTINEL_MATCH_SPARK"),
        )  # fmt: skip
        check(chosen)
        if resume:
            found = unfinished()
            if found is None:
                raise NotFound("There is no run to go on with.")
            said = found.manifest["settings"]
            if backend and backend != found.backend:
                raise Conflict(f"That run is over {found.backend}. Throw it away to begin another.")
            chosen = Settings(
                found.backend, memory_mb, runs.cores(), chosen.database_url, chosen.spark_master
            )
            work = runs.Work(
                found, Folder(settings.HOME, found.pk), chosen, bar, said["most"], train, said["fill"]
            )
            work.folder.make()
        else:
            work = runs.start(
                home=settings.HOME,
                settings=chosen,
                begun_by=how(),
                bar=bar,
                most=most,
                train=train,
                fill=not dry_run,
            )
        say(f"Run {work.run.pk}")
        counts = runs.work_through(work)
    words = (
        f"Run {work.run.pk}: {counts['persons']:,} persons, {counts['pairs']:,} pairs that may be one "
        f"({counts['very_likely']:,} very likely), {counts['open']:,} to be decided."
    )
    report({"run": work.run.pk, "backend": chosen.backend, "state": "done", **counts}, as_json, words)


@command.command("runs")
@as_json_option
def list_runs(as_json: bool) -> None:
    """The newest runs, one a line."""
    with django_as("worker"):
        from sentinel.matching.batch.models import Run

        found = [
            {"run": run.pk, "begun": run.begun_at, "state": run.state, "backend": run.backend, **run.counts}
            for run in Run.objects.order_by("-begun_at")[:20]
        ]
    if as_json:
        report({"runs": found}, True, "")
        return
    for one in found:
        click.echo(
            f"{one['run']}  {one['begun']:%Y-%m-%d %H:%M}  {one['state']:<12} {one['backend']:<10} {one.get('pairs', 0):>9,} pairs"
        )


@command.command("throw-away")
@click.argument("run")
@as_json_option
def throw_away(run: str, as_json: bool) -> None:
    """Throw a RUN away whole: what it alone proposed and nobody has decided is withdrawn."""
    try:
        run_id = uuid.UUID(run)
    except ValueError:
        raise Invalid(f"{run[:40]} is not the id of a run. See them all: sentinel match runs") from None
    with django_as("worker"):
        from sentinel.cli.operator import how
        from sentinel.foundation.clock import now
        from sentinel.matching.batch.models import Run
        from sentinel.matching.batch.operations import throw_away as away

        if not Run.objects.filter(pk=run_id).exists():
            raise NotFound(f"There is no run {run_id}. See them all: sentinel match runs")
        withdrawn = away(now=now(), run_id=run_id, by=None, why=how())
    report({"run": run_id, "withdrawn": withdrawn}, as_json, f"Thrown away; {withdrawn:,} pairs withdrawn.")


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


command.add_command(train)


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
