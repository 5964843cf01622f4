"""One row for equal incidents of open data, with how many they are, in place of a row for each."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

COUNTED = """
    INSERT INTO places_historiccount (point_id, month, kind_id, times)
    SELECT point_id, month, kind_id, max(nth) FROM places_historicincident
     GROUP BY point_id, month, kind_id ORDER BY point_id, month, kind_id
"""


class Migration(migrations.Migration):

    dependencies = [("places", "0003_postcode_point")]

    operations = [
        migrations.CreateModel(
            name="HistoricCount",
            fields=[
                ("pk", models.CompositePrimaryKey("point_id", "month", "kind_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("point", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="places.historicpoint")),
                ("month", models.DateField()),
                ("kind", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.historickind")),
                ("times", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.DeleteModel(name="HistoricIncident"),
    ]
