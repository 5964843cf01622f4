from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Server",
            fields=[
                ("system", models.BigIntegerField(primary_key=True, serialize=False)),
                ("begin", models.BigIntegerField(unique=True)),
            ],
        ),
    ]
