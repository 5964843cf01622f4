"""Small real programs in the places of Sentinel's own, so that the supervisor is tested without Django.

    python programs.py web --bind fd://N ...   answers on the inherited socket; ready once the worker is
    python programs.py migrate | prepare | demo | worker

What they do is written to SENTINEL_HOME/programs.log, one line each; a file SENTINEL_HOME/NAME.does says what to do
otherwise: fail, hang (ignores SIGTERM) or die.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

HOME = Path(os.environ["SENTINEL_HOME"])


def note(word: str) -> None:
    with (HOME / "programs.log").open("a") as log:
        log.write(f"{word}\n")


def told(name: str) -> str:
    try:
        return (HOME / f"{name}.does").read_text().strip()
    except OSError:
        return ""


def migrate() -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS django_migrations (id int, applied timestamptz)")
        conn.execute("INSERT INTO django_migrations SELECT count(*), now() FROM django_migrations")


def serve(handle: int) -> None:
    listener = socket.socket(fileno=handle)
    listener.setblocking(True)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(1)
            request = connection.recv(4096).decode().split(" ")
            working = "worker " in (HOME / "programs.log").read_text()
            status = "200 OK" if working and not told("readyz") else "503 Not Ready"
            body = json.dumps({"path": request[1], "database": os.environ["DATABASE_URL"]})
            connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


def end(number: int, frame: FrameType | None) -> None:
    note(f"{NAME} stops")
    sys.exit(0)


NAME = sys.argv[1]
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN if told(NAME) == "hang" else end)
    held = sorted(key for key in os.environ if key.startswith("DATABASE_"))
    note(f"{NAME} {' '.join(held)}" if NAME in {"web", "worker"} else NAME)
    if told(NAME) == "hang":
        note(f"{NAME} hangs")
    if told(NAME) in {"fail", "die"}:
        sys.exit(3)
    if NAME == "migrate":
        migrate()
    elif NAME == "demo":
        (HOME / "demo-accounts.txt").write_text("Sergeant Invented   sergeant@example.test\n")
    elif NAME == "web":
        serve(int(sys.argv[sys.argv.index("--bind") + 1].removeprefix("fd://")))
    while NAME in {"worker"} or told(NAME) == "hang":
        time.sleep(0.05)
