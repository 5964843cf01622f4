"""Which folders the cluster, its socket and its programs are in, and the note in SENTINEL_HOME that says so.

    SENTINEL_HOME/embedded.json   the note
    SENTINEL_HOME/secrets/        passwords (see `secret_files`)
    SENTINEL_HOME/log/            postgres.log
    BASE/postgres/                the cluster
    BASE/run/                     the socket, where its path is short enough

BASE is SENTINEL_HOME, unless the server's user may not enter that (root's own folders are closed to it): then a
folder that Sentinel makes under /var/lib. No folder that Sentinel did not make is changed.
"""

import hashlib
import json
import logging
import os
import shutil
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from sentinel.foundation.embedded.errors import EmbeddedError
from sentinel.foundation.embedded.system_user import SystemUser

log = logging.getLogger(__name__)

SYSTEM_BASES = Path("/var/lib")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = (
    106  # bytes; sockaddr_un holds 108 with its closing zero, and PostgreSQL wants one to spare
)


@dataclass(frozen=True)
class Note:
    """What SENTINEL_HOME/embedded.json holds."""

    base: Path
    socket_folder: Path

    @property
    def data(self) -> Path:
        """The cluster's folder."""
        return self.base / "postgres"

    @property
    def socket(self) -> Path:
        """The server's socket."""
        return self.socket_folder / SOCKET_NAME


def make_folder(path: Path, mode: int) -> None:
    """Make `path` and what is missing above it with `mode`; a folder that is there already is left as it is."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        try:
            folder.mkdir(mode=mode)
        except FileExistsError:
            continue  # another copy was first
        folder.chmod(mode)  # whatever the umask says; the folder is ours


def make_home(home: Path) -> None:
    """Make SENTINEL_HOME where it is missing: closed to others, but passable for the server's user under root."""
    make_folder(home, 0o711 if os.geteuid() == 0 else 0o700)


def read_note(home: Path) -> Note | None:
    """The note of an earlier start, or None at the first.

    A home that was moved or copied brings its cluster along, and its note names the folder it came from: the cluster in
    the home is the home's own. Else a copy would work on the database of the original.
    """
    try:
        held = json.loads((home / "embedded.json").read_text(encoding="utf-8"))
        noted = Note(Path(held["base"]), Path(held["socket_folder"]))
        if noted.base != home and (home / "postgres").is_dir():
            return Note(home, home / "run")
        return noted
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise EmbeddedError(f"The note {home / 'embedded.json'} cannot be read: {error}.") from error


def write_note(home: Path, note: Note) -> None:
    """Record where the cluster is, in one step."""
    draft = home / f".embedded.json.{os.getpid()}"
    text = json.dumps({key: str(value) for key, value in asdict(note).items()}, indent=2) + "\n"
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    draft.rename(home / "embedded.json")


def choose_base(home: Path, user: SystemUser) -> Path:
    """The folder for a new cluster: SENTINEL_HOME, or one under /var/lib where `user` may not enter that."""
    if user.may_enter(home):
        return home
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    for number in range(1, 100):
        base = SYSTEM_BASES / (f"sentinel-{digest}" if number == 1 else f"sentinel-{digest}-{number}")
        if base.exists():
            # An earlier SENTINEL_HOME of the same path was deleted, and the passwords with it.
            log.warning("A database of an earlier %s is left in %s; it can be deleted.", home, base)
            continue
        make_folder(base, 0o711)
        if not user.may_enter(base):
            raise EmbeddedError(
                f"The user {user.name}, who runs PostgreSQL, can enter neither {home} nor {base}."
            )
        return base
    raise EmbeddedError(
        f"Too many old databases {SYSTEM_BASES}/sentinel-{digest}-*: delete those not needed."
    )


def ready_socket_folder(home: Path, base: Path, user: SystemUser, recorded: Path | None) -> Path:
    """A folder for the socket that only `user` may enter, its path short enough; `recorded` is used again if it can be."""
    beside = base / "run"
    if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        if not beside.exists():
            beside.mkdir(mode=0o700)
            user.give(beside)
        return beside
    if recorded is not None and recorded != beside and is_private(recorded, user):
        return recorded
    # mkdtemp's name is new and its mode 0700: nobody can have prepared it for us.
    parent = next(
        (
            folder
            for folder in (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108
            if len(os.fsencode(folder)) < 60 and user.may_enter(folder)
        ),
        None,
    )
    if parent is None:
        raise EmbeddedError(f"No folder has a path short enough for the database's socket; {home} has not.")
    folder = Path(tempfile.mkdtemp(prefix="sentinel-", dir=parent))
    user.give(folder)
    return folder


def drop_socket_folder(note: Note) -> None:
    """Remove a socket folder that was made elsewhere for its short path."""
    if note.socket_folder != note.base / "run":
        shutil.rmtree(note.socket_folder, ignore_errors=True)


def is_private(folder: Path, user: SystemUser) -> bool:
    """Whether `folder` is a real folder of `user` that nobody else may enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user.uid and stat.S_IMODE(found.st_mode) == 0o700
