"""A real web server on the test database, and Debian's Chromium before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import ROOT
from tests.journeys.people import Somebody

PATIENCE = 60  # seconds for the server to answer


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window; the test is skipped where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright's own loop runs in this thread, which Django takes for an asynchronous one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running
        running.close()


@pytest.fixture
def address(database_urls: dict[str, str], transactional_db: None) -> Iterator[str]:
    """Where Sentinel answers, served by gunicorn as the application's database role. Ends before the tables are emptied."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "SENTINEL_PROCESS": "web",
        "DATABASE_URL": database_urls["sentinel_app"],
    }
    command = [sys.executable, "-m", "gunicorn", "sentinel.wsgi:application", "--bind", f"127.0.0.1:{port}",
               "--worker-class", "gthread", "--threads", "4", "--log-level", "error", "--timeout", "120"]  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(process, f"http://localhost:{port}/healthz")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the web server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the web server did not answer")


@pytest.fixture
def somebody(chromium: Browser, address: str) -> Iterator[type[Somebody]]:
    """`somebody(email)` signs an account in, in a browser window of its own."""

    class Here(Somebody):
        browser = chromium
        at = address

    yield Here
    for context in chromium.contexts:
        context.close()
