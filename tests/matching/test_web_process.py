"""A web process carries no linkage and no tables: they would treble it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("splink", "duckdb", "pyarrow", "numpy", "pandas", "recordlinkage", "scipy", "sklearn", "altair")
LOADED = f"""
import sys
import sentinel.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_web_process_loads_none_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=False,
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "SENTINEL_PROCESS": "web", "SENTINEL_MODE": "demonstration",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DJANGO_SETTINGS_MODULE": "sentinel.settings",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
