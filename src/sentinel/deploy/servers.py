"""Which database server is used: the one that DATABASE_URL names, or the embedded one."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sentinel.deploy.errors import CannotStartError
from sentinel.foundation.embedded import (
    ALL_ROLES,
    APP,
    EXTENSIONS,
    OWNER,
    WORKER,
    Embedded,
    EmbeddedError,
    SecretFiles,
    ensure_database,
    ensure_roles,
)

OLDEST = 150000  # PostgreSQL 15


class EmbeddedServer:
    """The server that Sentinel starts itself."""

    def __init__(self, home: Path) -> None:
        self._embedded = Embedded(home)
        self.urls: dict[str, str] = {}

    def start(self) -> None:
        """Start it, or take over the one that a killed copy left. Raises CannotStartError."""
        try:
            server = self._embedded.start()
        except EmbeddedError as error:
            raise CannotStartError(str(error)) from error
        self.urls = {
            "DATABASE_URL": server.dsn(APP),
            "DATABASE_OWNER_URL": server.dsn(OWNER),
            "DATABASE_WORKER_URL": server.dsn(WORKER),
        }

    def died(self) -> bool:
        """Whether its process is gone."""
        return not self._embedded.alive()

    def revive(self) -> None:
        """Start it again at the same address. Raises CannotStartError."""
        try:
            self._embedded.revive()
        except EmbeddedError as error:
            raise CannotStartError(str(error)) from error

    def stop(self) -> bool:
        """Shut it down cleanly, unless a command in another terminal still uses it. Says whether it was stopped."""
        return self._embedded.stop()


class OutsideServer:
    """A server that somebody else runs: checked, never started or stopped."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._secrets = SecretFiles(home / "secrets")
        self.urls = {
            name: environment[name]
            for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")
            if environment.get(name)
        }

    def start(self) -> None:
        """Check the roles, make what is missing where the owner may, and find the worker's address.

        Raises CannotStartError, saying what is missing and how to make it.
        """
        app = _parts("DATABASE_URL", self.urls["DATABASE_URL"])
        with _connect("DATABASE_OWNER_URL", self.urls["DATABASE_OWNER_URL"]) as conn:
            if conn.info.server_version < OLDEST:
                raise CannotStartError(
                    f"The server of DATABASE_OWNER_URL is PostgreSQL {conn.info.server_version // 10000}; "
                    "Sentinel wants 15 or newer."
                )
            if conn.execute("SHOW server_encoding").fetchone() != ("UTF8",):
                raise CannotStartError(f"The database {conn.info.dbname} is not encoded in UTF8.")
            superuser = conn.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone() == (True,)
            missing = _missing(conn)
            if superuser:
                if missing:
                    self._bootstrap(conn, app, missing)
                # Tables that a superuser owned would open every SECURITY DEFINER function to everything.
                self.urls["DATABASE_OWNER_URL"] = as_role(self.urls["DATABASE_OWNER_URL"], OWNER)
            elif missing:
                raise CannotStartError(
                    f"The database {conn.info.dbname} lacks {', '.join(missing)}. Start once with a superuser's "
                    "DATABASE_OWNER_URL, which makes them, or make them as docs/operations.md shows."
                )
            if not self.urls.get("DATABASE_WORKER_URL"):
                self.urls["DATABASE_WORKER_URL"] = self._worker_url(conn)
        self._check_app()

    def died(self) -> bool:
        """Never: whether an outside server is there is not for us to watch; the pages and /readyz say it."""
        return False

    def revive(self) -> None:
        """Nothing to do."""

    def stop(self) -> bool:
        """Nothing to do."""
        return False

    def _bootstrap(
        self, conn: psycopg.Connection[tuple[object, ...]], app: dict[str, str], missing: list[str]
    ) -> None:
        """As superuser: make what is missing. Roles that exist keep their passwords."""
        secrets = {role: self._secrets.get(role) for role in (OWNER, WORKER) if role in missing}
        if app.get("user") == APP and APP in missing and app.get("password"):
            secrets[APP] = app["password"]
        ensure_roles(conn, secrets)
        ensure_database(conn, conn.info.dbname)

    def _worker_url(self, conn: psycopg.Connection[tuple[object, ...]]) -> str:
        """The worker's address beside the application's, with a password of our own making."""
        password = self._secrets.get(WORKER)
        url = with_user(self.urls["DATABASE_URL"], WORKER, password)
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError:
            pass
        else:
            return url
        verifier = conn.pgconn.encrypt_password(password.encode(), WORKER.encode(), b"scram-sha-256").decode()
        try:
            conn.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(WORKER), sql.Literal(verifier))
            )
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.Error as error:
            raise CannotStartError(
                f"DATABASE_WORKER_URL is needed: the worker signs in to the database as {WORKER}, and the owner may "
                "not give that role a password. Set DATABASE_WORKER_URL=postgresql://"
                f"{WORKER}:PASSWORD@HOST/DATABASE beside the other two."
            ) from error
        return url

    def _check_app(self) -> None:
        with _connect("DATABASE_URL", self.urls["DATABASE_URL"]) as conn:
            row = conn.execute(
                "SELECT rolsuper OR rolbypassrls, pg_has_role(current_user, %s, 'USAGE'),"
                " pg_has_role(current_user, %s, 'MEMBER') FROM pg_roles WHERE rolname = current_user",
                [APP, OWNER],
            ).fetchone()
            if row is None or row[0] or row[2]:
                raise CannotStartError(
                    f"The role {conn.info.user} of DATABASE_URL is a superuser, bypasses row-level security or may "
                    f"become the owner: it would see every agency's records. Use {APP}."
                )
            if not row[1]:
                raise CannotStartError(
                    f"The role {conn.info.user} of DATABASE_URL is not {APP} and is no member of it: "
                    f'GRANT {APP} TO "{conn.info.user}".'
                )


DatabaseServer = EmbeddedServer | OutsideServer


def choose(home: Path, environment: Mapping[str, str]) -> DatabaseServer:
    """The server that the environment asks for. Raises CannotStartError where it asks for half of one."""
    app, owner = (
        environment.get("DATABASE_URL", "").strip(),
        environment.get("DATABASE_OWNER_URL", "").strip(),
    )
    if app and owner:
        return OutsideServer(home, environment)
    if app or owner:
        lacking = "DATABASE_OWNER_URL" if app else "DATABASE_URL"
        raise CannotStartError(
            f"{lacking} is not set, but the other is. Set both to use your own PostgreSQL server, or neither to let "
            "Sentinel start one."
        )
    return EmbeddedServer(home)


def with_user(url: str, user: str, password: str) -> str:
    """The same libpq URL for another user, whatever its form of host."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    # A user, password or password file named in the query would win over the one in front of the host.
    query = "&".join(
        item
        for item in parts.query.split("&")
        if item and unquote(item.partition("=")[0]) not in {"user", "password", "passfile"}
    )
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{host}", query=query))


def as_role(url: str, role: str) -> str:
    """The same libpq URL, its sessions becoming `role` at their start."""
    parts = urlsplit(url)
    chosen = urlencode({"options": f"-c role={role}"}, quote_via=quote)
    return urlunsplit(parts._replace(query=f"{parts.query}&{chosen}" if parts.query else chosen))


def _missing(conn: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    roles = {
        row[0]
        for row in conn.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ALL_ROLES)])
    }
    extensions = {row[0] for row in conn.execute("SELECT extname FROM pg_extension")}
    lacking = [role for role in ALL_ROLES if role not in roles]
    lacking += [f"the extension {name}" for name in EXTENSIONS if name not in extensions]
    if not lacking:
        row = conn.execute(
            "SELECT has_database_privilege(%s, current_database(), 'CREATE'), has_schema_privilege(%s, 'public', 'CREATE')",
            [OWNER, OWNER],
        ).fetchone()
        if row is not None and not row[1]:
            lacking.append(f"{OWNER}'s right to make tables")
    return lacking


def _parts(name: str, url: str) -> dict[str, str]:
    if not re.match(r"postgres(ql)?://", url):
        raise CannotStartError(f"{name} is written as postgresql://USER:PASSWORD@HOST/DATABASE.")
    try:
        return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise CannotStartError(
            f"{name} cannot be read: it is written as postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from error


def _connect(name: str, url: str) -> psycopg.Connection[tuple[object, ...]]:
    _parts(name, url)
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise CannotStartError(
            f"The database server of {name} cannot be reached: {str(error).strip()}"
        ) from error
