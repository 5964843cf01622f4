from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_sameoccurrence"),
    ]

    operations = [
        migrations.AddField(
            model_name="sameoccurrence",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
