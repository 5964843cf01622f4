"""The database roles, the database and its extensions: the same on the embedded server and on any other.

Everything here wants a connection that may make roles and databases (a superuser's), in autocommit mode, and may be
run again at any time. No role is a superuser and none bypasses row-level security:

* sentinel_owner   owns the tables; migrations, imports and the demonstration; never a web process
* sentinel_app     the web processes; reads nothing until an actor is stated
* sentinel_worker  background jobs; has row policies of its own
* sentinel_search  cannot log in; owns the SECURITY DEFINER functions that look across all records
* sentinel_backup  reads everything through row policies of its own, writes nothing
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

OWNER = "sentinel_owner"
APP = "sentinel_app"
WORKER = "sentinel_worker"
SEARCH = "sentinel_search"
BACKUP = "sentinel_backup"
LOGIN_ROLES = (OWNER, APP, WORKER, BACKUP)
ALL_ROLES = (OWNER, APP, WORKER, SEARCH, BACKUP)
DATABASE = "sentinel"
EXTENSIONS = ("pg_trgm", "unaccent", "fuzzystrmatch", "btree_gist")

# Sorting by code point, letters beyond ASCII known as letters, and the same on every machine. PostgreSQL 17 brought
# its own C.UTF-8; before, the C library's is the same order.
_LOCALE_15 = "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
_LOCALE_17 = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"

Connection = psycopg.Connection[tuple[object, ...]]


def ensure_roles(conn: Connection, secrets: Mapping[str, str], *, createdb: bool = False) -> None:
    """Make or correct the roles. `secrets` maps each role of LOGIN_ROLES to its password.

    A role missing from `secrets` keeps the password it has. `createdb` lets the owner make databases, which only
    tests want. The password is hashed here, so that no server log can hold it.
    """
    with conn.transaction():
        for role in ALL_ROLES:
            name = sql.Identifier(role)
            # One by one: a cluster that was made without a locale (SQL_ASCII) answers names as bytes.
            if conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                conn.execute(sql.SQL("CREATE ROLE {}").format(name))
            options = ["NOSUPERUSER", "NOBYPASSRLS", "NOCREATEROLE", "NOREPLICATION"]
            # The owner may become sentinel_search (to give it a function) but does not see with its eyes.
            options.append("NOINHERIT" if role == OWNER else "INHERIT")
            options.append("CREATEDB" if createdb and role == OWNER else "NOCREATEDB")
            options.append("LOGIN" if role in LOGIN_ROLES else "NOLOGIN")
            statement = sql.SQL("ALTER ROLE {} " + " ".join(options)).format(name)
            if role in LOGIN_ROLES and role in secrets:
                verifier = conn.pgconn.encrypt_password(
                    secrets[role].encode(), role.encode(), b"scram-sha-256"
                ).decode()
                statement += sql.SQL(" PASSWORD {}").format(sql.Literal(verifier))
            conn.execute(statement)
        conn.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(SEARCH), sql.Identifier(OWNER)))
        # A right to read every table; which rows is still for each table's policy to say.
        conn.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(sql.Identifier(BACKUP)))


def ensure_database(conn: Connection, name: str = DATABASE) -> None:
    """Make the database `name` for the owner, with the extensions, closed to everybody but Sentinel's roles.

    `conn` must be in autocommit mode, may be connected to any database, and is used again to reach the new one.
    """
    database, owner = sql.Identifier(name), sql.Identifier(OWNER)
    if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        locale = _LOCALE_17 if conn.info.server_version >= 170000 else _LOCALE_15
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' " + locale).format(
                database, owner
            )
        )
    everyone = sql.SQL(", ").join(sql.Identifier(role) for role in ALL_ROLES)
    conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, everyone))
    with (
        psycopg.connect(
            conn.info.dsn, password=conn.info.password or None, dbname=name, autocommit=True
        ) as inside,
        inside.transaction(),
    ):
        for extension in EXTENSIONS:
            inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        # The owner inherits nothing, so it must own the schema itself and not through pg_database_owner.
        inside.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
        inside.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        inside.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everyone))
