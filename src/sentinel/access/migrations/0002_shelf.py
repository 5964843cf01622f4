"""The shelf of a list on which a record stands, and the index that walks one shelf in order."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a default in the database: no row is rewritten for it."""

    dependencies: ClassVar = [("access", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="reach",
            name="shelf",
            field=models.PositiveSmallIntegerField(default=0, db_default=0),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(
                fields=["holder_id", "kind", "shelf", "-sort_key", "-record_id"],
                include=["rung", "until"],
                name="reach_shelf",
            ),
        ),
    ]
