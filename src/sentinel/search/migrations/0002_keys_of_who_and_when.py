"""Who reads an entry and when it was become one key. All entries are made anew by filling.sql, which the mark on the table tells of."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "TRUNCATE search_entry; COMMENT ON TABLE search_entry IS NULL",
            "TRUNCATE search_entry; COMMENT ON TABLE search_entry IS NULL",
        )
    ]
