"""`make bench-helpdesk`: the same work in Sentinel and in django-helpdesk, over as many cases as tickets, in turn.

Both are asked through Django's test client, each in a process of its own, over one PostgreSQL server, a database each,
with a lasting connection, the same Django, DEBUG off and nothing in front. django-helpdesk is set up as its
documentation says and its reader is staff who may see everything; ours may see half, over row policies, with every
reading audited. A list is a page of 25: theirs is the page and the request for rows that the page makes. A search is
for a name. Creating is the form posted. Targets: list and search at least 5 times faster, open and create no slower.

    make bench-helpdesk ARGS="--size 100000 --keep folder --json"
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from pathlib import Path

import click
import psycopg

from bench.figures import Figure, finish
from bench.pages import Reading, Site

HERE = Path(__file__).parent
PEER = HERE / ".env" / "bin" / "python"
READS, TAKES = "aisha.rahman@police.example", "priya.nair@charnwood.example"
WORK = {"list": 5.0, "search": 5.0, "open": 1.0, "create": 1.0}


class Peer(Reading):
    """django-helpdesk, its database beside ours on the same server."""

    def __init__(self, site: Site) -> None:
        url = site.server.superuser_dsn("helpdesk")
        with psycopg.connect(site.server.superuser_dsn(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'helpdesk'").fetchone():
                connection.execute("CREATE DATABASE helpdesk")
        environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url}
        # -P: the folder of this file holds a module of the name that the peer has.
        command = [str(PEER), "-P", str(HERE / "helpdesk_site.py")]
        subprocess.run([*command, "--build", str(site.size)], check=True, env=environment)
        super().__init__("django-helpdesk", command, environment)


def measure(ours: Site, theirs: Peer, rounds: int, requests: int) -> list[Figure]:
    """Each kind of work in turn; a figure is the median of the rounds' medians, one side against the other."""
    figures = []
    for page, least in WORK.items():
        found: dict[str, list[float]] = {"ours": [], "theirs": []}
        for number in range(rounds + 1):
            one: dict[str, list[float]] = {"ours": [], "theirs": []}
            for turn in range(requests if number else 2):
                at = number * requests + turn
                email = TAKES if page == "create" else READS
                one["ours"] += ours.ask(page=page, email=email, turn=at)["times"]
                one["theirs"] += theirs.ask(page=page, turn=at)["times"]
            if number:  # the first round warms caches
                for side, times in one.items():
                    found[side].append(statistics.median(times))
        mine, peers = statistics.median(found["ours"]), statistics.median(found["theirs"])
        figures += [
            Figure(f"{page}: Sentinel, median", mine, "ms"),
            Figure(f"{page}: django-helpdesk, median", peers, "ms"),
            Figure(
                f"{page}: django-helpdesk takes so many times as long", peers / mine, "times", least=least
            ),
        ]
    return figures


@click.command()
@click.option("--size", default=100_000, show_default=True, help="How many cases, and tickets.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--requests", default=10, show_default=True, help="Of each kind in each round.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder to keep the databases in.")
@click.option("--json", "as_json", is_flag=True)
def main(size: int, rounds: int, requests: int, keep: Path | None, as_json: bool) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    if not PEER.exists():
        raise click.ClickException(
            "django-helpdesk is not there: `make bench-helpdesk` makes its environment first."
        )
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        Path(temporary).chmod(0o755)  # as in bench.pages
        site = Site(size, (keep or Path(temporary)) / str(size))
        try:
            peer = Peer(site)
            try:
                figures = measure(site, peer, rounds, requests)
            finally:
                peer.end()
        finally:
            site.close()
    finish("helpdesk", figures, as_json)


if __name__ == "__main__":
    main()
