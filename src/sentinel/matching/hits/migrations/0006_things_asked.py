from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hits", "0005_hit_of_what_was_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="concern", name="unnamed", field=models.JSONField(db_default=[], default=list)
        ),
        migrations.CreateModel(
            name="AskedThing",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("day", models.DateField()),
                ("in_hand_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=12)),
                ("digest", models.UUIDField()),
                ("family", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "day"], name="asked_by"),
                    models.Index(fields=["at"], name="asked_at"),
                ],
            },
        ),
    ]
