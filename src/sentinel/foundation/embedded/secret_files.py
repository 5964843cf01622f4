"""Generated secrets, one file each, readable by nobody but the user who runs Sentinel."""

import os
import secrets
from pathlib import Path

SECRET_BYTES = 32


class SecretFiles:
    """The folder `SENTINEL_HOME/secrets`: made 0700, each file 0600; a name always answers with the same secret."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first secret is; its parent must exist."""
        self.folder = folder

    def get(self, name: str) -> str:
        """The secret called `name`, generated (256 bits, URL-safe) the first time it is asked for."""
        path = self.folder / name
        known = self._read(path)
        if known:
            return known
        self.folder.mkdir(mode=0o700, exist_ok=True)
        draft = self.folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Linking, unlike renaming, fails where another process was first: both then read the same secret.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return self._read(path)

    def exists(self, name: str) -> bool:
        """Whether `name` was generated before."""
        return bool(self._read(self.folder / name))

    @staticmethod
    def _read(path: Path) -> str:
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""
