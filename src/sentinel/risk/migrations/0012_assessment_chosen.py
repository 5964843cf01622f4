from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risk", "0011_thrive")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="chosen",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Not assessed"), (1, "Low"), (2, "Medium"), (3, "High")], null=True
            ),
        ),
    ]
