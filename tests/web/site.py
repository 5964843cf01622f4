"""A web server for the sample pages: the policy that Sentinel sends, its static files, and a place for drafts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.contrib.staticfiles import finders

import sentinel.web
from sentinel.web.middleware import POLICY

STATIC = Path(sentinel.web.__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
KNOWN = (
    b"<h3>May be: Joan Ellis</h3><button type=button data-hx-post=/known data-hx-target='#known'>It is her</button>"
    b"<button type=button data-hx-post=/known data-hx-target='#known' data-then='gone card'>Someone else</button>"
    b"<article><h3 id=card tabindex=-1>Very likely: Tom Ellis</h3><a id=to-her href=#her>Her case</a></article>"
    b"<span id=known-short role=status data-hx-swap-oob=innerHTML>Already known: may be Joan Ellis.</span>"
    b"<form><input type=radio name=q value=1 aria-label=One>"
    b"<p data-show-when='q=1'>Ask her date of birth</p></form><script>document.title = 'bad'</script>"
)
MAP = (
    b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "<b>Quarry</b> Street", "count": 3,'
    b' "band": 2, "here": false, "href": "/list"}, "geometry": {"type": "Polygon", "coordinates":'
    b" [[[-1.2, 52.7], [-1.2, 52.71], [-1.19, 52.71], [-1.2, 52.7]]]}}]}"
)


@dataclass
class Site:
    """Where the pages are served, what was posted, how a draft is answered, and who is signed in with which token."""

    address: str
    posted: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    draft_status: int = 200
    signed_in: str = "priya"
    token: str = "first"
    answer_after: threading.Event = field(default_factory=threading.Event)

    def posts(self, path: str) -> list[dict[str, list[str]]]:
        """What was posted to a path, in order."""
        return [values for where, values in self.posted if where == path]


def static_file(name: str) -> Path:
    """Where a static file lies: ours, or one of a library's whose pages are walked."""
    if (STATIC / name).exists():
        return STATIC / name
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found)


@contextmanager
def serve(pages: dict[str, str]) -> Iterator[Site]:
    """Serves `pages` (name -> HTML) at /name on loopback until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
            self.send_header("Content-Security-Policy", policy)
            if kind in TYPES.values():
                self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/static/"):
                file = static_file(path.removeprefix("/static/"))
                self.answer(200, TYPES[file.suffix], file.read_bytes())
            elif path.strip("/") in pages:
                self.answer(200, "text/html; charset=utf-8", pages[path.strip("/")].encode())
            elif path.endswith("/map"):
                self.answer(200, "application/geo+json", MAP)
            elif path == "/keep":
                kept = {"who": site.signed_in, "token": site.token}
                self.answer(200 if site.signed_in else 401, "application/json", json.dumps(kept).encode())
            else:
                self.answer(404, "text/html; charset=utf-8", b"<!doctype html><title>None</title>")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"].startswith("multipart/"):
                text = body.decode()
                names = [part.split('"')[1] for part in text.split("name=")[1:]]
                values = [part.split("\r\n\r\n", 1)[1].split("\r\n")[0] for part in text.split("name=")[1:]]
                given = {name: [value] for name, value in zip(names, values, strict=True)}
            else:
                given = parse_qs(body.decode())
            site.posted.append((self.path, given))
            if self.path == "/known":
                self.answer(200, "text/html; charset=utf-8", KNOWN)
            elif self.path == "/draft":
                self.answer(site.draft_status, "application/json", b'{"set": {"draft": "d-1", "name": "no"}}')
            else:
                site.answer_after.wait(2)
                self.answer(200, "text/html; charset=utf-8", b"<!doctype html><title>Sent</title><p>Sent")

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the test says what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
