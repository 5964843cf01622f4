"""The account that the server runs as is made once, however many start at the same time."""

from __future__ import annotations

import pwd
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from sentinel.foundation.embedded import system_user


def test_two_that_start_at_once_make_one_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[list[str]] = []
    both = threading.Barrier(2)
    first_look = threading.local()

    def look(name: str) -> None:
        assert name == system_user.ACCOUNT
        found = bool(made)
        if not getattr(first_look, "done", False):
            first_look.done = True
            both.wait(10)  # neither has an account when both have looked
        if not found:
            raise KeyError(name)

    def make(command: list[str], **_: Any) -> None:
        threading.Event().wait(0.2)  # long enough for the other to get here, were nothing in its way
        made.append(command)

    monkeypatch.setattr(pwd, "getpwnam", look)
    monkeypatch.setattr(shutil, "which", lambda name, path: f"/usr/sbin/{name}")
    monkeypatch.setattr(subprocess, "run", make)
    monkeypatch.setattr(system_user, "USERS", tmp_path)
    threads = [threading.Thread(target=system_user._make_account) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)

    assert len(made) == 1
