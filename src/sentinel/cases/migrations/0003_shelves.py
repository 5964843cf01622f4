"""Put the cases that are there already on their shelves (cases_shelf in search_functions.sql, as it was first)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The owner sees no row under the forced policies: the search role does, and the owner may become it. Where the tables
# were made a moment ago that role has no grant on them yet, and there is nothing to shelve.
SHELVE = """
UPDATE access_reach r
   SET shelf = 1 + (((array_position(ARRAY['new', 'assessed', 'active', 'monitoring', 'closing', 'closed'], c.status::text) - 1) * 4
                     + c.highest_band) * 3
                    + array_position(ARRAY['personal', 'nuisance', 'environmental'], c.category::text) - 1) * 2
               + (c.unassessed > 0)::integer
  FROM cases_case c
 WHERE c.id = r.record_id AND r.kind = 1
"""


def shelve(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """One update of every reach of a case, without a line of history for each: nobody did these."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('sentinel_search', 'access_reach', 'UPDATE')")
        if not cursor.fetchone()[0]:
            return
        cursor.execute("ALTER TABLE access_reach DISABLE TRIGGER history_update")
        cursor.execute("SET LOCAL ROLE sentinel_search")
        cursor.execute(SHELVE)
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE access_reach ENABLE TRIGGER history_update")


class Migration(migrations.Migration):
    """After access_reach has its column."""

    dependencies: ClassVar = [
        ("access", "0002_shelf"),
        ("cases", "0002_approach_answers_and_closure_ground"),
    ]
    operations: ClassVar = [migrations.RunPython(shelve, migrations.RunPython.noop)]
