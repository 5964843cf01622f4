"""Who reads an entry and when it was become one key. All entries are made anew by filling.sql, which finds that there are none."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "TRUNCATE search_entry",
            "TRUNCATE search_entry",
        )
    ]
