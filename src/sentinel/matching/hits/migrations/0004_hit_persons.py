import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hits', '0003_request_of_a_report_that_joined'),
    ]

    operations = [
        migrations.AddField(
            model_name='hit',
            name='persons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
    ]
