"""A new database gets its tables from the models as they are now, not by the steps in which they came to be.

The steps are for databases that hold something. Through them a new one takes four times as long, nearly all of it Django
drawing its models anew after each. That both ways lead to the same tables is tested (tests/platform/test_first_schema.py).
"""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db import connection, router, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

# Procrastinate's tables are its own SQL, of which no model tells and some wants to be committed before the next step. Django's own two
# tell a wider number of one column than their steps made.
BY_STEPS: Final = frozenset({"auth", "contenttypes", "procrastinate"})


def is_new() -> bool:
    """Whether no migration of any other room was ever applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return all(label in BY_STEPS for label, _ in applied)


def make_tables() -> None:
    """Make every table and state that every migration is applied. The owner's. Cut off at any moment it can be called again.

    Only for a database that `is_new`. Raises what the database raises.
    """
    executor = MigrationExecutor(connection)
    targets = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in BY_STEPS]
    executor.migrate(targets, plan=executor.migration_plan(targets), state=ProjectState())
    others = [config for config in apps.get_app_configs() if config.label not in BY_STEPS]
    with transaction.atomic():
        with connection.schema_editor() as editor:
            for config in others:
                for model in router.get_migratable_models(config, connection.alias):
                    if model._meta.can_migrate(connection):
                        editor.create_model(model)
        for label, name in executor.loader.disk_migrations:
            if label not in BY_STEPS:
                executor.recorder.record_applied(label, name)
