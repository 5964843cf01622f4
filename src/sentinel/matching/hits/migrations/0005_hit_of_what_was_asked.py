import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("hits", "0004_hit_persons"),
    ]

    operations = [
        migrations.AddField(model_name="hit", name="asked", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="hit", name="met_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(model_name="hit", index=models.Index(fields=["met_at"], name="hit_met")),
        migrations.AddField(
            model_name="touch",
            name="persons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(model_name="touch", name="met_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(model_name="touch", index=models.Index(fields=["met_at"], name="touch_met")),
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
                    ("together", "Answered with another request"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(model_name="accessrequest", name="request_waits_once"),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("record_id", "asker", "hit_id"),
                name="request_waits_once",
                nulls_distinct=False,
            ),
        ),
    ]
