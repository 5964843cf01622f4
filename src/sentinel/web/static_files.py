"""Style sheets, scripts and fonts: compressed once, at addresses that change when they do, kept by browsers for a year.

`publish` writes them to STATIC_ROOT before the web server starts; without it (tests, commands) they are found where
they lie in the project. A file's version is a hash of what is sent, in its address as `?v=`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

YEAR = 60 * 60 * 24 * 365
NOTE = ".published.json"
_ADDRESS = re.compile(rb"url\((['\"]?)([^'\"()?#]+)\1\)")


def content(name: str) -> bytes:
    """A static file as it is sent: in a style sheet the addresses of other files carry their versions.

    Raises FileNotFoundError where there is none of that name.
    """
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    words = Path(path).read_bytes()
    if not name.endswith(".css"):
        return words
    folder = PurePosixPath(name).parent

    def with_version(found: re.Match[bytes]) -> bytes:
        address = found[2].decode()
        wanted = version_of(str(folder / address))
        # The very address that a page preloads: one download, not two.
        return f"url({address}?v={wanted})".encode() if wanted else found[0]

    return _ADDRESS.sub(with_version, words)


@lru_cache(maxsize=512)
def version_of(name: str) -> str:
    """The version of a file by its name ("sentinel/sentinel.css"); empty where there is none."""
    try:
        return hashlib.sha256(content(name)).hexdigest()[:12]
    except (FileNotFoundError, IsADirectoryError):
        return ""


class VersionedStorage(StaticFilesStorage):
    """`static("sentinel/sentinel.css")` is its address with its version."""

    def url(self, name: str | None) -> str:
        """The address. A name without a file keeps the plain one."""
        plain = super().url(name)
        version = version_of(name) if name else ""
        return f"{plain}?v={version}" if version else plain


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise ships no types
    """WhiteNoise, with a year's caching for the version that is served and an hour's for an address without one."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or the next middleware's answer."""
        response: HttpResponseBase = super().__call__(request)
        asked = request.GET.get("v") if request.path_info.startswith(self.static_prefix) else None
        if asked and response.status_code in (200, 304):
            name = request.path_info.removeprefix(self.static_prefix)
            # Another version's address (a page of yesterday, a server of tomorrow) must not be kept under this one.
            if asked == version_of(name):
                response["Cache-Control"] = f"max-age={YEAR}, public, immutable"
        return response


def publish() -> bool:
    """Write every static file to STATIC_ROOT with .br and .gz beside it, unless that is done. Says whether it wrote.

    The folder is made beside the old one and takes its place whole: a server that runs never serves half.
    """
    if settings.STATIC_ROOT is None:
        return False
    root = Path(settings.STATIC_ROOT)
    names = sorted({name for finder in finders.get_finders() for name, _ in finder.list([])})
    wanted = {name: version_of(name) for name in names}
    if _published(root) == wanted:
        return False
    root.parent.mkdir(parents=True, exist_ok=True)
    made = root.with_name(f"{root.name}.new.{os.getpid()}")
    shutil.rmtree(made, ignore_errors=True)
    compressor = Compressor(quiet=True)
    for name in names:
        target = made / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(name))
        if compressor.should_compress(name):
            list(compressor.compress(str(target)))
    (made / NOTE).write_text(json.dumps(wanted), encoding="utf-8")
    old = root.with_name(f"{root.name}.old.{os.getpid()}")
    if root.exists():
        root.rename(old)
    made.rename(root)
    shutil.rmtree(old, ignore_errors=True)
    return True


def _published(root: Path) -> object:
    try:
        return json.loads((root / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
