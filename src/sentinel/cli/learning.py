"""`sentinel match train`: the weights of the check, learnt from records without labels. Needs no server and no database."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import click

from sentinel.cli.base import say


@click.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file of weights to write.")
@click.option("--version", "version", required=True, help="What the weights are called from now on.")
@click.option("--source", required=True, help="What they are learnt from, for who reads the file later.")
@click.option(
    "--ignore", "ignored", multiple=True, metavar="COLUMN", help="Leave a column out; may be given again."
)
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=ROLE", help="Say what a column is; may be given again."
)
@click.option("--encoding", default="utf-8-sig", show_default=True, help="How the file is written.")
def train(
    files: tuple[Path, ...],
    out: Path,
    version: str,
    source: str,
    ignored: tuple[str, ...],
    mapped: tuple[str, ...],
    encoding: str,
) -> None:
    """Learn the check's weights from records (CSV, plain or gzip) by Splink, without labels, and write them as a versioned file.

    The file says with what and how it was learnt. A field that the records do not have keeps the weights in use.
    """
    from sentinel.matching.evaluate.columns import mapped as roles_said
    from sentinel.matching.evaluate.columns import recognise
    from sentinel.matching.evaluate.learning import learn
    from sentinel.matching.evaluate.reading import read
    from sentinel.matching.rules.online import weights

    table = read(files, truth=None, ignored=ignored, encoding=encoding)
    roles = recognise(table.columns, roles_said(mapped, list(table.columns)))
    found, manifest = learn(table, roles, weights(), version=version, source=source, say=say)
    manifest["files"] = [
        {"name": path.name, "sha256": sha256(path.read_bytes()).hexdigest()} for path in files
    ]
    text = json.dumps({**json.loads(found.to_json()), "learnt": manifest}, indent=1, ensure_ascii=False)
    out.write_text(text + "\n", encoding="utf-8")
    say(f"{len(found.parts)} parts written to {out.name}")
