"""A system that asks for markers, remembers how far it has come, and shows what it was given."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

PATH = "/api/command-control/v1/markers"
MOST_PAGES = 1000


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers in small letters, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Ask = Callable[[str, Mapping[str, str]], Answer]


class Refused(Exception):
    """Sentinel refused, in its own words."""


def ask_by_http(url: str, headers: Mapping[str, str]) -> Answer:
    """Ask over the network. Raises Refused where nobody is there."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused("The address begins with http:// or https://")
    request = Request(url, headers=dict(headers))  # noqa: S310  the scheme was looked at
    try:
        with urlopen(request, timeout=30) as found:  # noqa: S310
            return Answer(found.status, {k.lower(): v for k, v in found.headers.items()}, found.read())
    except HTTPError as error:
        return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())
    except (URLError, TimeoutError) as error:
        raise Refused("Nobody answers at that address.") from error


def taken_in(shown: dict[str, dict[str, Any]], entries: list[dict[str, Any]]) -> int:
    """Put entries among what is shown, by the one rule that a consumer needs: of two of a marker the greater revision holds, and
    what has ended is taken off. Returns how many changed anything."""
    changed = 0
    for entry in entries:
        held = shown.get(entry["id"])
        if held is not None and held["revision"] > entry["revision"]:
            continue
        if entry["state"] == "ended":
            changed += shown.pop(entry["id"], None) is not None
        elif held != entry:
            # What became of it is not what it is: the same marker told twice is one.
            shown[entry["id"]] = entry
            changed += held is None or {**held, "changes": []} != {**entry, "changes": []}
    return changed


@dataclass
class Consumer:
    """The consumer: where and with which key it asks, its last token, and what it shows. `pause` waits (a test does not)."""

    url: str
    key: str
    token: str = ""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    ask: Ask = ask_by_http
    pause: Callable[[float], None] = time.sleep
    waited: list[int] = field(default_factory=list)

    def catch_up(self, *, limit: int = 100) -> int:
        """Ask until nothing more waits, keeping the token of each page. Returns how many markers changed.

        Told to wait it waits; told that its token is worth nothing any more (410) it drops everything and begins anew. Raises
        Refused for anything else.
        """
        changed = 0
        for _ in range(MOST_PAGES):
            answer = self.fetch(self.token, limit=limit)
            if answer.status == 429:
                self.waited.append(int(answer.headers["retry-after"]))
                self.pause(self.waited[-1])
                continue
            if answer.status == 410:
                self.token, self.shown = "", {}
                continue
            said = self.read(answer)
            changed += taken_in(self.shown, said["entries"])
            self.token = said["next"]
            if not said["more"]:
                return changed
        raise Refused("There is no end of pages.")

    def fetch(self, token: str, *, limit: int = 100, csv: bool = False) -> Answer:
        """One request with any token, true or not."""
        wanted = {"limit": str(limit), **({"since": token} if token else {})}
        address = f"{self.url.rstrip('/')}{PATH}{'.csv' if csv else ''}?{urlencode(wanted)}"
        return self.ask(address, {"Authorization": f"Bearer {self.key}"})

    @staticmethod
    def read(answer: Answer) -> dict[str, Any]:
        """What an answer says. Raises Refused with Sentinel's words where it is a refusal."""
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = {}
        if answer.status != 200:
            raise Refused(f"{answer.status}: {said.get('title', 'no words')}")
        found: dict[str, Any] = said
        return found

    def lie(self) -> Answer:
        """Ask with a token that was altered."""
        turned = self.token[:-1] + ("A" if self.token[-1:] != "A" else "B")
        return self.fetch(turned)

    def flood(self, times: int) -> list[Answer]:
        """Ask so many times without waiting."""
        return [self.fetch(self.token) for _ in range(times)]

    def remember(self, path: Path) -> None:
        """Keep token and markers in a file that only its owner reads."""
        path.touch(mode=0o600)
        path.write_text(json.dumps({"token": self.token, "shown": self.shown}))

    def recall(self, path: Path) -> None:
        """Go on from such a file; nothing where there is none."""
        if path.exists():
            kept = json.loads(path.read_text())
            self.token, self.shown = kept["token"], kept["shown"]
