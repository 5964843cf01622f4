"""A whole copy in production: its log after somebody's report, and its pages while the database or the worker is away."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from sentinel.foundation.embedded import Embedded
from tests.conftest import PASSWORD
from tests.platform.copies import Answer, Browser, Copy, wait_for

DAWN = "dawn.ashby@charnwood.example"
JOYCE = "joyce.lim@charnwood.example"
# Each stands for one kind of thing that must not be logged; none is a word of Sentinel's own.
TYPED = {
    "q-caller_name": "Zoë O’Quillfeather-Brânză",
    "q-caller_number": "01632 960417",
    "q-where": "91 Wolfsbane Terrace",
    "q-what": "He threw bricks {name} %s %(password)s \u202eesrever \U0001f9f1 at Xanthippe",
}
PIECES = (
    "Quillfeather", "960417", "632960", "Wolfsbane", "Xanthippe", "bricks", "esrever", "dawn.ashby", "Ashby",
    "203.0.113.7", "correct horse",
)  # fmt: skip


@pytest.fixture
def dawn(production: Copy) -> Browser:
    browser = production.browser()
    assert browser.sign_in(DAWN, PASSWORD).status == 302
    return browser


def form(browser: Browser) -> Answer:
    page = browser.get("/reports/take")
    assert page.status == 200
    return page


def send(browser: Browser, page: Answer, do: str = "skeleton", **more: str) -> Answer:
    """The form of a report as somebody filled it in."""
    stands = {
        name: (re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"', page.body.decode()) or ["", ""])[1]
        for name in ("r-submission", "r-told_day", "r-told_time")
    }
    given = {**stands, "r-channel": "telephone", "q-danger_now": "no", "do": do, **TYPED, **more}
    return browser.post("/reports/take", page, **given)


def reports(production: Copy) -> int:
    """How many reports hold what was typed."""
    server = Embedded(production.home).start()
    try:
        with psycopg.connect(server.superuser_dsn("sentinel")) as superuser:
            row = superuser.execute("SELECT count(*) FROM reports_report").fetchone()
    finally:
        server.stop()
    assert row
    return int(row[0])


@contextmanager
def database_away(production: Copy) -> Iterator[None]:
    """The database server killed, and the supervisor held, so that it stays away until the end of this."""
    postmaster = int((production.home / "postgres" / "postmaster.pid").read_text().split()[0])
    production.process.send_signal(signal.SIGSTOP)
    try:
        os.kill(postmaster, signal.SIGQUIT)
        wait_for(lambda: Browser(production.port, headers={}).get("/readyz").status == 503)
        yield
    finally:
        production.process.send_signal(signal.SIGCONT)
    wait_for(lambda: Browser(production.port, headers={}).get("/readyz").status == 200)


def test_no_line_of_the_log_holds_what_somebody_typed(production: Copy, dawn: Browser) -> None:
    page = form(dawn)
    answers = [
        send(dawn, page, do="known"),
        send(dawn, page, **{"q-danger_now": "perhaps"}),
        send(dawn, page),
        dawn.get("/find?q=Quillfeather"),
        dawn.get("/people/Wolfsbane"),
        dawn.get("/cases/Xanthippe"),
        dawn.get("/audit/?q=bricks"),
        dawn.post("/reports/take", form(dawn), **{"r-submission": "Xanthippe", "r-told_day": "bricks"}),
        production.browser().sign_in("dawn.ashby@charnwood.example", "bricks and Xanthippe"),
        dawn.ask("POST", "/reports/take", b"Xanthippe\x00", Content_Type="application/x-www-form-urlencoded"),
    ]
    assert {200, 302, 403, 404} <= {answer.status for answer in answers}
    assert all(answer.status < 500 for answer in answers), [answer.status for answer in answers]
    last = answers[-1].headers["x-request-id"]
    wait_for(lambda: last in production.log)
    log = production.log
    for piece in PIECES:
        assert piece.lower() not in log.lower(), piece
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    for answer in answers:
        mine = [line for line in lines if line.get("request_id") == answer.headers["x-request-id"]]
        assert [line["status"] for line in mine if line["event"] == "request"] == [answer.status]


def test_with_the_database_away_a_page_says_so_and_nothing_is_half_kept(
    production: Copy, dawn: Browser
) -> None:
    page, before = form(dawn), reports(production)
    with database_away(production):
        for answer in (dawn.get("/"), dawn.get("/cases/"), send(dawn, page)):
            assert answer.status == 503
            assert b"The database cannot be reached" in answer.body
            assert b"has not been saved" in answer.body
            assert answer.headers["retry-after"]
            assert answer.headers["content-security-policy"]
        probe = Browser(production.port, headers={})
        assert probe.get("/healthz").status == 200
        assert json.loads(probe.get("/readyz").body)["database"] == "away"
    # Nobody lent a hand: the same person, still signed in, sends the same form again.
    answer = send(dawn, page)
    assert answer.status == 302
    assert answer.headers["location"].startswith("/reports/")
    assert send(dawn, page).status == 302
    assert reports(production) == before + 1
    for piece in PIECES:
        assert piece.lower() not in production.log.lower(), piece


def test_a_killed_worker_is_started_again_and_work_goes_on(production: Copy) -> None:
    def workers() -> set[str]:
        found = set()
        for number in os.listdir("/proc"):
            try:
                with open(f"/proc/{number}/cmdline", "rb") as file:
                    words = file.read()
                with open(f"/proc/{number}/environ", "rb") as file:
                    ours = f"SENTINEL_HOME={production.home}\0".encode() in file.read()
            except OSError:
                continue
            if words.endswith(b"sentinel.cli\0worker\0") and ours:
                found.add(number)
        return found

    (killed,) = workers()
    os.kill(int(killed), signal.SIGKILL)
    wait_for(lambda: workers() and workers() != {killed})
    administrator = production.browser()
    assert administrator.sign_in(JOYCE, PASSWORD).status == 302
    assert b"The worker was last seen" in administrator.get("/system/").body
