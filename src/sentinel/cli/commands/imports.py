"""`sentinel import`: open data from the publishers' own files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.base import as_json, django_as, interactive, report, say
from sentinel.cli.operator import how

if TYPE_CHECKING:
    from sentinel.foundation.actor import Actor
    from sentinel.interfaces.figures import Figures

FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Do everything, report it, and keep nothing.")
EMPTY: dict[str, Any] = {"read": 0, "created": 0, "present": 0, "refused": 0, "refusals": []}


def at_hand() -> Actor:
    """Sentinel itself, as whoever types the command makes it act."""
    from sentinel.foundation.actor import SYSTEM

    return SYSTEM.because(how())


@click.group()
def command() -> None:
    """Read open data. Each import may be repeated: what is there already is counted and left alone.

    A file that is not what it should be is refused with the reason, and then nothing at all is kept.
    """


@contextmanager
def progress(paths: list[Path]) -> Iterator[Callable[[int], None]]:
    """A bar over the bytes of all files, on standard error, where somebody sees it. Gives what to call with the bytes
    read so far of the file in hand; going back to a beginning means the next file."""
    sizes = [path.stat().st_size for path in paths]
    with click.progressbar(
        length=sum(sizes), label="Reading", file=sys.stderr, hidden=not interactive()
    ) as bar:
        done = [0, 0]

        def seen(position: int) -> None:
            if position > done[1]:
                bar.update(position - done[1])
                done[1] = position
            elif position < done[1] and position <= 4:
                done[1] = position

        yield seen


def run(
    paths: list[Path], as_json: bool, work: Callable[[Callable[[int], None]], Figures], also: dict[str, Any]
) -> None:
    """Do an import with its progress, report its figures, and end with code 1 where a file was refused."""
    from sentinel.interfaces.files import FileRefused

    try:
        with progress(paths) as seen:
            figures = work(seen)
    except FileRefused as error:
        say(f"Nothing was imported. {error.message}")
        if as_json:
            report({**EMPTY, **also, "error": {"file": error.file, "reason": error.reason}}, True, "")
        raise SystemExit(1) from error
    for file, row, reason in figures.refusals[:20]:
        say(f"{file}, line {row}: not taken, {reason}.")
    if figures.refused > 20:
        say(f"... and {figures.refused - 20:,} more rows not taken.")
    found = figures.as_dict()
    names = {"created": "new", "changed": "changed", "present": "there already", "refused": "not taken"}
    words = ", ".join(f"{found[key]:,} {word}" for key, word in names.items() if key in found)
    outside = f" {found['outside_area']:,} lie outside the partnership." if found.get("outside_area") else ""
    kept = " Nothing was kept: this was a dry run." if found.get("dry_run") else ""
    report(found, as_json, f"{figures.read:,} read: {words}.{outside}{kept}")


@command.command("police-uk")
@FILES
@DRY_RUN
@as_json
def police_uk(files: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Historic anti-social behaviour from street-level files of data.police.uk: CSV, gzip or the published zip."""
    with django_as("owner"):
        from sentinel.foundation.clock import now
        from sentinel.interfaces.police_uk import import_files

        run(
            list(files),
            as_json,
            lambda seen: import_files(files, now=now(), dry_run=dry_run, seen=seen, actor=at_hand()),
            {"outside_area": 0, "files": len(files), "dry_run": dry_run},
        )


SOURCE = click.option("--source", default="", help="Where the file comes from; its name by default.")
AREAS = click.option(
    "--area", "areas", multiple=True, help="Only postcodes that begin so (LE, DE11); may be given again."
)


@command.command("boundaries")
@FILE
@SOURCE
@as_json
def boundaries(file: Path, source: str, as_json: bool) -> None:
    """Outlines of districts, wards, partnerships, force areas or LSOAs: GeoJSON in WGS84, plain, gzip or zip."""
    with django_as("owner"):
        from sentinel.interfaces.ons import import_boundaries

        run(
            [file],
            as_json,
            lambda seen: import_boundaries(file, source=source, seen=seen, actor=at_hand()),
            {"changed": 0},
        )


@command.command("postcodes")
@FILE
@AREAS
@SOURCE
@as_json
def postcodes(file: Path, areas: tuple[str, ...], source: str, as_json: bool) -> None:
    """The ONS postcode directory (ONSPD, NSPL), or a CSV with postcode, lat, long and district."""
    with django_as("owner"):
        from sentinel.interfaces.ons import import_postcodes

        run(
            [file],
            as_json,
            lambda seen: import_postcodes(file, areas=areas, source=source, seen=seen, actor=at_hand()),
            {"changed": 0},
        )


@command.command("lookup")
@FILE
@SOURCE
@as_json
def lookup(file: Path, source: str, as_json: bool) -> None:
    """An ONS lookup from LSOAs to wards, districts, partnerships and force areas, or from LSOA 2011 to 2021 (CSV)."""
    with django_as("owner"):
        from sentinel.interfaces.ons import import_lookup

        run([file], as_json, lambda seen: import_lookup(file, source=source, seen=seen, actor=at_hand()), {})


@command.command("gazetteer")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@SOURCE
@as_json
def gazetteer(file: Path | None, source: str, as_json: bool) -> None:
    """Landmarks with the names that people call them, or addresses with their UPRN (CSV).

    Without a file: the list of parks, stations and shops of Leicester, Leicestershire and Rutland that comes with Sentinel. Its points
    are right to about a hundred metres; put the partnership's own list over it.
    """
    with django_as("owner"):
        from sentinel.interfaces.gazetteer import BUNDLED, import_gazetteer

        path = file or BUNDLED
        said = source or ("" if file else "Sentinel's list of landmarks")
        run([path], as_json, lambda seen: import_gazetteer(path, source=said, seen=seen, actor=at_hand()), {})
