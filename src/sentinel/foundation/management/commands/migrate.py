"""`migrate`, followed by what protects every table. Run alone, Django's command would leave new tables closed."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from sentinel.foundation.first_schema import is_new, make_tables
from sentinel.foundation.protection import apply, fill, know_server


class Command(DjangoMigrate):
    """Migrates as the owner, a new database at once and any other by the steps it lacks, then applies policies, grants and history triggers."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises what Django's command raises; a failed protection fails the whole command."""
        changes = not options.get("plan") and not options.get("check_unapplied")
        if changes:
            know_server()
            if not options.get("app_label") and is_new():
                make_tables()
        super().handle(*args, **options)
        if changes:
            know_server()
            apply()
            # What is done, not what went wrong: without the colour of errors.
            fill(lambda line: self.stderr.write(line, lambda words: words))
