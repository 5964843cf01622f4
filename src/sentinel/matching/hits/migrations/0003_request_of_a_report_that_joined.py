from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hits", "0002_watched_concern"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accessrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for an answer"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                    ("joined", "The report joined a case: ask again"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
    ]
