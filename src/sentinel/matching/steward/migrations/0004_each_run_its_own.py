"""The pairs that are there already are proposals of the last run that found them: of those before nothing was kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The owner sees no pair under the forced policies, but may put proposals in: the search role reads, and the owner may become it.
READ = """
INSERT INTO carried_over
SELECT s.run_id, s.id, s.bits, s.band, NOT EXISTS (SELECT 1 FROM batch_run r WHERE r.id = s.run_id AND r.state = 'thrown_away')
  FROM steward_suggestion s WHERE s.run_id IS NOT NULL
"""


def carry_over(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Two statements, however many pairs. Where the tables were made a moment ago the search role has no grant on them yet, and there is
    nothing to carry over."""
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('sentinel_search', 'steward_suggestion', 'SELECT')"
            " AND has_table_privilege('sentinel_search', 'batch_run', 'SELECT')"
        )
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            "CREATE TEMPORARY TABLE carried_over (run_id uuid, pair_id uuid, bits float8, band text, stands boolean)"
        )
        cursor.execute("GRANT INSERT ON carried_over TO sentinel_search")
        cursor.execute("SET LOCAL ROLE sentinel_search")
        cursor.execute(READ)
        cursor.execute("RESET ROLE")
        cursor.execute(
            "INSERT INTO steward_proposal (run_id, pair_id, bits, band, stands)"
            " SELECT run_id, pair_id, bits, band, stands FROM carried_over"
        )
        cursor.execute("DROP TABLE carried_over")
        # What is checked at the end would keep the tables from being changed until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """After both tables are there; what the column said stands in them."""

    dependencies: ClassVar = [
        ("batch", "0001_initial"),
        ("steward", "0003_proposals"),
    ]
    operations: ClassVar = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="suggestion", name="suggestion_run"),
        migrations.RemoveField(model_name="suggestion", name="run_id"),
    ]
