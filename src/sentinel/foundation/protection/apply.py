"""Makes the database say what the plan says. Idempotent; run by the owner inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.foundation.protection.plan import TablePlan, plan

ROLES = ("sentinel_app", "sentinel_worker", "sentinel_search", "sentinel_backup")


def _rung(column: str) -> str:
    # A scalar sub-query is an index probe for each row; EXISTS or IN may become a hash of all that a holder reaches.
    return (
        "COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = "
        f"{column} AND r.holder_id = ANY ((SELECT sentinel_holders())::uuid[])"
        " AND (r.until IS NULL OR r.until > (SELECT sentinel_now()))), 0)"
    )


def _guard(cursor: CursorWrapper, table: str) -> None:
    audience = f"(audience_id IS NULL OR {_rung(f'{table}.audience_id')} >= 2)"
    reads = f"{_rung(f'{table}.record_id')} >= 2 AND {audience}"
    writes = f"{_rung(f'{table}.record_id')} >= 3 AND {audience}"
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    policies = {
        "app_reads": f"FOR SELECT TO sentinel_app USING ({reads})",
        "app_inserts": f"FOR INSERT TO sentinel_app WITH CHECK ({writes})",
        "app_updates": f"FOR UPDATE TO sentinel_app USING ({writes}) WITH CHECK ({writes})",
        "app_deletes": f"FOR DELETE TO sentinel_app USING ({writes})",
        "worker_all": "FOR ALL TO sentinel_worker USING (true) WITH CHECK (true)",
        "search_reads": "FOR SELECT TO sentinel_search USING (true)",
        "backup_reads": "FOR SELECT TO sentinel_backup USING (true)",
        "owner_loads": "FOR INSERT TO sentinel_owner WITH CHECK (true)",
    }
    for name, body in policies.items():
        cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
        cursor.execute(f"CREATE POLICY {name} ON {table} {body}")


def _keep_history(cursor: CursorWrapper, table: str, left_out: tuple[str, ...]) -> None:
    events = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
    }
    columns = ", ".join(f"'{column}'" for column in left_out)
    for event, tables in events.items():
        name = f"history_{event}"
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        cursor.execute(
            f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION audit_{event}({columns})"
        )


def _grant(cursor: CursorWrapper, one: TablePlan) -> None:
    table = f'"{one.table}"'
    cursor.execute(f"REVOKE ALL ON {table} FROM PUBLIC, {', '.join(ROLES)}")
    if one.app:
        cursor.execute(f"GRANT {one.app} ON {table} TO sentinel_app")
    cursor.execute(f"GRANT SELECT ON {table} TO sentinel_search, sentinel_backup")
    worker = "SELECT, INSERT, UPDATE" if one.guarded else one.app
    if worker:
        cursor.execute(f"GRANT {worker} ON {table} TO sentinel_worker")


def _of_rooms(name: str) -> str:
    # A room that looks across all records ships its functions in a file of this name beside its models.
    files = (
        Path(config.path) / name for config in apps.get_app_configs() if config.name.startswith("sentinel.")
    )
    return "\n".join(file.read_text() for file in files if file.exists())


def _search_functions(cursor: CursorWrapper, sql: str) -> None:
    # Under FORCE a function of the owner finds nothing: these belong to the search role, which the owner may
    # become but whose sight it does not inherit.
    cursor.execute("GRANT CREATE, USAGE ON SCHEMA public TO sentinel_search")
    cursor.execute("SET LOCAL ROLE sentinel_search")
    cursor.execute(sql)
    cursor.execute("RESET ROLE")
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM sentinel_search")


def know_server() -> None:
    """Give the transactions of this server a range of numbers of their own, where the audit does not know it yet.

    The owner's; before migrations too, because a migration that changes rows is written into the history.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_server') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(
                "INSERT INTO audit_server (system, begin)"
                " SELECT c.system_identifier, (SELECT count(*) FROM audit_server) << 48 FROM pg_control_system() c"
                " ON CONFLICT (system) DO NOTHING"
            )


def apply() -> list[str]:
    """Apply the whole plan as the owner. Returns the tables that nobody has declared (they get no grant)."""
    plans, undeclared = plan()
    root = resources.files("sentinel.foundation.protection")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('access_reach') IS NOT NULL AND to_regclass('audit_history') IS NOT NULL"
        )
        if not cursor.fetchone()[0]:
            return undeclared
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        present = {row[0] for row in cursor.fetchall()}
        cursor.execute((root / "functions.sql").read_text())
        for one in plans:
            if one.table not in present:
                continue
            _grant(cursor, one)
            if one.guarded:
                _guard(cursor, one.table)
            if one.history:
                _keep_history(cursor, one.table, one.left_out)
        cursor.execute((root / "special.sql").read_text())
        _search_functions(
            cursor, (root / "search_functions.sql").read_text() + _of_rooms("search_functions.sql")
        )
        rooms = _of_rooms("functions.sql")
        if rooms:
            cursor.execute(rooms)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}")
        cursor.execute(
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO sentinel_app, sentinel_worker"
        )
    return undeclared


def fill(tell: Callable[[str], None]) -> None:
    """Fill what rooms keep beside their rows where a database does not have it all yet (`filling.sql` beside their models); each file finds
    out by itself. `tell` gets a line after each part, for a million cases take minutes. The owner's, after `apply`.

    A transaction of its own: within the one that touches every table, so long a time could meet the server's own cleaning of a
    table, each waiting for the other.
    """
    rooms = _of_rooms("filling.sql")
    if not rooms:
        return
    with transaction.atomic(), connection.cursor() as cursor:

        def hear(notice: Any) -> None:
            tell(str(notice.message_primary))

        connection.connection.add_notice_handler(hear)
        try:
            cursor.execute(rooms)
        finally:
            connection.connection.remove_notice_handler(hear)
