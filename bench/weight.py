"""`make bench-weight`: the memory of the whole demonstration, and the bytes of its pages over the wire.

`sentinel run` is started as anybody starts it, in a folder of its own, and its demonstration partnership built. A browser
signs in as several people and opens their pages, each first with an empty cache and then again; what is counted is what
came over the wire, with headers, as the browser itself counted it. Then every process's memory is read. Targets: a web
process under 200 MB; database, web server, worker and supervisor together under 1 GB; a page under 150 kB at first
visit with all that it needs, and under 30 kB after.

A web process is counted with everything that it shares (RSS); the whole counts what is shared, as the database's
memory is, once (PSS).

    make bench-weight ARGS="--rounds 10 --json"
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.figures import Figure, finish

CHROMIUM = "/usr/bin/chromium"
PROCESS_TARGET, WHOLE_TARGET, FIRST_TARGET, AFTER_TARGET = 200, 1000, 150, 30
LONG = 600
SIGN_IN = "/account/login/"
# Who opens what. "first" is the first link of a list: a case, a person, a place.
VISITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("priya.nair@charnwood.example", ("/", "/cases/", "first case", "/reports/take", "/find", "/help/")),
    ("colin.webb@charnwood.example", ("/work/team",)),
    ("joyce.lim@charnwood.example", ("/agency/users", "/system/outbox")),
    ("ravi.desai@police.example", ("/audit/",)),
)


class Demonstration:
    """A running `sentinel run` on a data folder of its own."""

    def __init__(self, home: Path) -> None:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SENTINEL_", "DATABASE_"))
        }
        self._said = home.parent / "said"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sentinel.cli", "run"], stdout=said, stderr=subprocess.DEVNULL,
                env={**kept, "SENTINEL_HOME": str(home), "PORT": "0"}, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + LONG
        while "Ctrl-C stops it." not in self._said.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException("The demonstration did not start.")
            time.sleep(0.2)
        said_words = self._said.read_text()
        self.address = _found(r"(http://localhost:\d+)", said_words)
        self.password = _found(r"demonstration account: (\S+)", said_words)

    def memory(self) -> dict[int, tuple[str, float, float]]:
        """Each process by its number: what it is, and its RSS and PSS in megabytes."""
        found = {}
        for number in _tree(self.process.pid):
            try:
                held = Path(f"/proc/{number}/smaps_rollup").read_text()
                command = (
                    Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
            except (FileNotFoundError, ProcessLookupError):
                continue
            sizes = dict(re.findall(r"^(Rss|Pss): +(\d+) kB", held, re.MULTILINE))
            # In megabytes of a million bytes, as the targets are.
            found[number] = (command, int(sizes["Rss"]) * 1024 / 1e6, int(sizes["Pss"]) * 1024 / 1e6)
        return found

    def stop(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)


def _found(pattern: str, words: str) -> str:
    match = re.search(pattern, words)
    if match is None:
        raise click.ClickException("The demonstration did not say its address and accounts.")
    return match[1]


def _tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the program may hold blanks and brackets; after its end come the state and the parent.
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        found.append(number)
        waiting += parents.get(number, [])
    return found


class Reader:
    """A person at a browser, whose every byte is counted."""

    def __init__(self, browser: Browser, site: Demonstration, cookies: list[Any]) -> None:
        self._site = site
        self.context: BrowserContext = browser.new_context()
        if cookies:
            self.context.add_cookies(cookies)
        self.page: Page = self.context.new_page()
        self._bytes = 0.0
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        self._bytes += event["encodedDataLength"]

    def visit(self, path: str) -> float:
        """Open a page. Kilobytes (of a thousand) that came over the wire until it was at rest."""
        self._bytes = 0.0
        answer = self.page.goto(self._site.address + path, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise click.ClickException(f"{path} answered {answer.status if answer else 'nothing'}.")
        return self._bytes / 1000

    def sign_in(self, email: str) -> list[Any]:
        """Sign in by the page. The cookies."""
        self.visit(SIGN_IN)
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", self._site.password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: SIGN_IN not in url)
        return list(self.context.cookies())

    def first_link(self, path: str, begins: str) -> str:
        """The first link on a page whose address begins so."""
        self.visit(path)
        for link in self.page.locator(f"main a[href^='{begins}']").all():
            href = link.get_attribute("href") or ""
            if re.fullmatch(re.escape(begins) + r"[A-Z][^/?#]+/?", href):
                return href
        raise click.ClickException(f"{path} leads to nothing under {begins}.")


def weigh_pages(browser: Browser, site: Demonstration) -> list[Figure]:
    """Every page, with an empty cache and again."""
    weights = {"sign-in page": _twice(browser, site, [], SIGN_IN)}
    for email, paths in VISITS:
        reader = Reader(browser, site, [])
        cookies = reader.sign_in(email)
        for path in paths:
            address = reader.first_link("/cases/", "/cases/") if path == "first case" else path
            weights[path] = _twice(browser, site, cookies, address)
        reader.context.close()
    first = [Figure(f"{name}: first visit", one, "kB", FIRST_TARGET) for name, (one, _) in weights.items()]
    after = [Figure(f"{name}: after", two, "kB", AFTER_TARGET) for name, (_, two) in weights.items()]
    return first + after


def _twice(browser: Browser, site: Demonstration, cookies: list[Any], path: str) -> tuple[float, float]:
    reader = Reader(browser, site, cookies)
    try:
        return reader.visit(path), reader.visit(path)
    finally:
        reader.context.close()


def weigh_processes(browser: Browser, site: Demonstration, rounds: int) -> list[Figure]:
    """Memory, after everybody's pages have been opened so often."""
    for email, paths in VISITS:
        reader = Reader(browser, site, [])
        reader.sign_in(email)
        for _ in range(rounds):
            for path in paths:
                if path != "first case":
                    reader.visit(path)
        reader.context.close()
    held = site.memory()
    web = [number for number, (command, _, _) in held.items() if "gunicorn" in command]
    worker = [number for number, (command, _, _) in held.items() if "sentinel.cli worker" in command]
    rest = set(held) - set(web) - set(worker) - {site.process.pid}

    def together(numbers: Any) -> float:
        return sum(held[number][2] for number in numbers)

    return [
        Figure("a web process, with what it shares", max(held[one][1] for one in web), "MB", PROCESS_TARGET),
        Figure("web server", together(web), "MB"),
        Figure("worker", together(worker), "MB"),
        Figure("database", together(rest), "MB"),
        Figure("supervisor", together([site.process.pid]), "MB"),
        Figure("the whole demonstration", together(held), "MB", WHOLE_TARGET),
    ]


@click.command()
@click.option(
    "--rounds", default=5, show_default=True, help="How often the pages are opened before memory is read."
)
@click.option("--json", "as_json", is_flag=True)
def main(rounds: int, as_json: bool) -> None:
    """Measure, print every figure with its target, exit 1 where one falls short."""
    if not Path(CHROMIUM).exists():
        raise click.ClickException("A browser is needed: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        click.echo("Building the demonstration ...", err=True)
        site = Demonstration(folder / "home")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM,
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                click.echo("Opening its pages ...", err=True)
                figures = weigh_pages(browser, site)
                figures = weigh_processes(browser, site, rounds) + figures
                browser.close()
        finally:
            site.stop()
    finish("weight", figures, as_json)


if __name__ == "__main__":
    main()
