"""`sentinel check`."""

import sys

import click

from sentinel.cli.base import as_json, django_as, report

NO_MAIL = (
    "SENTINEL_SMTP is not set: no email reaches anybody. Invitations and new passwords come only as the link that"
    " `sentinel user reset-link` prints."
)


@click.command()
@click.option("--deploy", is_flag=True, help="Also Django's checks for production.")
@as_json
def command(deploy: bool, as_json: bool) -> None:
    """Check settings, migrations and that every table is protected. Exit code 1 where something is wrong.

    What is no fault but should be known is said too.
    """
    with django_as("owner"):
        from django.conf import settings
        from django.core.checks import run_checks
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        from sentinel.foundation.protection import plan

        wrong = [str(message.msg) for message in run_checks(include_deployment_checks=deploy)]
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            wrong.append("Migrations wait: run sentinel migrate.")
        plans, undeclared = plan()
        wrong += [f"The table {name} is neither case data nor declared open." for name in undeclared]
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            forced = {row[0] for row in cursor.fetchall()}
        wrong += [
            f"The table {one.table} has no forced row policy."
            for one in plans
            if one.guarded and one.table not in forced
        ]
        guarded = sum(1 for one in plans if one.guarded)
        notes = [NO_MAIL] if deploy and settings.PRODUCTION and not settings.SMTP else []
        well = f"All is well: {guarded} tables of case data are under forced row policies."
        report(
            {"ok": not wrong, "guarded_tables": guarded, "problems": wrong, "notes": notes},
            as_json,
            "\n".join([*(wrong or [well]), *notes]),
        )
    if wrong:
        sys.exit(1)
