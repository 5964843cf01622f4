"""Notify as far as Sentinel knows it, on loopback: for the tests, and to try a set-up without an account.

Takes email and text messages of a key that it checks as Notify does (a signed token), keeps them by reference, and says of
some that they failed. `python -m sentinel.interfaces.notify.fake` prints the settings to use and each message as it comes.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt


class FakeNotify:
    """A server with what it was sent. `answer` is the status of the next requests; 201 for taking them."""

    def __init__(self, port: int = 0, heard: Callable[[dict[str, Any]], None] = lambda row: None) -> None:
        self.service = str(uuid.uuid4())
        self.secret = str(uuid.uuid4())
        self.rows: list[dict[str, Any]] = []
        self.answer = 201
        self.loses_answers = False
        self.heard = heard
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake._post(self)

            def do_GET(self) -> None:
                fake._get(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def key(self) -> str:
        """A key as Notify gives them: a name, the service's id, a secret."""
        return f"trial-{self.service}-{self.secret}"

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()

    def fail(self, reference: str, status: str = "permanent-failure") -> None:
        """Have everything sent under a reference turn out to have reached nobody."""
        for row in self.rows:
            if row["reference"] == reference:
                row["status"] = status

    def _known(self, request: BaseHTTPRequestHandler) -> bool:
        token = (request.headers.get("Authorization") or "").removeprefix("Bearer ")
        try:
            told = jwt.decode(token, self.secret, algorithms=["HS256"], options={"verify_aud": False})
        except jwt.InvalidTokenError:
            return False
        return bool(told.get("iss") == self.service)

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        given = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))))
        if not self._known(request):
            return self._say(request, 403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
        if self.answer != 201:
            return self._say(request, self.answer, {"errors": [{"error": "Refused", "message": "As told"}]})
        row = {
            **given,
            "id": str(uuid.uuid4()),
            "status": "delivered",
            "type": request.path.rsplit("/", 1)[-1],
        }
        self.rows.append(row)
        self.heard(row)
        if self.loses_answers:
            request.connection.close()
            return None
        return self._say(request, 201, {"id": row["id"], "reference": row.get("reference")})

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        if not self._known(request):
            return self._say(request, 403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
        asked = parse_qs(urlsplit(request.path).query)
        rows = [
            row
            for row in reversed(self.rows)
            if asked.get("reference", [row["reference"]]) == [row["reference"]]
        ]
        if "status" in asked:
            rows = [row for row in rows if row["status"].endswith("failure")]
        if "older_than" in asked:
            ids = [row["id"] for row in rows]
            rows = rows[ids.index(asked["older_than"][0]) + 1 :] if asked["older_than"][0] in ids else []
        return self._say(request, 200, {"notifications": rows})

    @staticmethod
    def _say(request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)


def main() -> None:
    """Answer until Ctrl-C."""
    fake = FakeNotify(heard=lambda row: print(json.dumps(row, ensure_ascii=False), flush=True))
    template = uuid.uuid4()
    print(f"SENTINEL_NOTIFY_URL={fake.url} SENTINEL_NOTIFY_KEY={fake.key}")
    print(f"SENTINEL_NOTIFY_EMAIL={template} SENTINEL_NOTIFY_TEXT={template}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        fake.close()


if __name__ == "__main__":
    main()
