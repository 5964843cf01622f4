"""Whole copies of Sentinel, started as an operator starts them, and a browser that speaks to them over the wire."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
LONG = 90.0  # seconds; never waited for unless something is wrong
HOST = "sentinel.example"
PRODUCTION = {
    "SENTINEL_MODE": "production",
    "SENTINEL_HOSTS": HOST,
    "SENTINEL_SECRET_KEY": "a secret key for this test alone, which is long enough and holds 0123456789 too",
    "SENTINEL_TRUSTED_PROXY": "yes",
}


def wait_for(true: Callable[[], Any], seconds: float = LONG) -> Any:
    """Wait until `true` answers with something, and answer with that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come true")


@dataclass
class Answer:
    """What came over the wire."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    size: int
    """Bytes of body and headers, as sent."""


@dataclass
class Browser:
    """Cookies, and the headers that a proxy which ends TLS sends on for a browser."""

    port: int
    host: str = HOST
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(
        default_factory=lambda: {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    )

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; a redirect is answered as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {
            "Host": self.host,
            **self.headers,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(
                method, path, body=body, headers={name: value for name, value in sent.items() if value}
            )
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        for one in kept:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        size = len(content) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return Answer(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, kept, content, size
        )

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, page: Answer, **fields: str) -> Answer:
        """POST the fields of a form that stood on `page`, with its token."""
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        given = {"csrfmiddlewaretoken": token[1].decode() if token else "", **fields}
        return self.ask(
            "POST", path, urlencode(given).encode(), Content_Type="application/x-www-form-urlencoded",
            Referer=f"https://{self.host}{path}",
        )  # fmt: skip

    def sign_in(self, email: str, password: str) -> Answer:
        """Sign in by the page. The answer is where that leads."""
        return self.post("/account/login/", self.get("/account/login/"), login=email, password=password)


class Copy:
    """One running `sentinel run`; its standard error, which is its log, goes to a file."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self._log = home.parent / f"{home.name}.log"
        self._said = home.parent / f"{home.name}.said"
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DATABASE_", "SENTINEL_", "DJANGO_"))
        }
        self.environment = {
            **kept, "PYTHONPATH": str(ROOT / "src"), "SENTINEL_HOME": str(home), "PORT": "0", **environment,
        }  # fmt: skip
        with self._log.open("wb") as log, self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sentinel.cli", "run"], env=self.environment, cwd=home.parent,
                stdin=subprocess.DEVNULL, stdout=said, stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        """What it told the person at the terminal."""
        return self._said.read_text()

    @property
    def log(self) -> str:
        """What it logged."""
        return self._log.read_text()

    @property
    def port(self) -> int:
        """The port that it took."""
        found = re.search(r"http://localhost:(\d+)", self.said)
        assert found, self.said + self.log
        return int(found[1])

    def ready(self) -> Copy:
        """Wait until it has printed its address."""
        wait_for(lambda: "Ctrl-C stops it." in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said + self.log
        return self

    def browser(self, **headers: str) -> Browser:
        """A new browser behind the proxy."""
        made = Browser(self.port)
        made.headers |= headers
        return made

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A `sentinel` command typed beside it."""
        return subprocess.run(
            [sys.executable, "-m", "sentinel.cli", *command], env={**self.environment, **more}, cwd=self.home.parent,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def stop(self) -> int:
        """Ctrl-C. The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def copy(home: Path, **environment: str) -> Iterator[Copy]:
    """A copy that is ready, and ended whatever the test did with it."""
    started = Copy(home, **environment)
    try:
        yield started.ready()
    finally:
        started.stop()
