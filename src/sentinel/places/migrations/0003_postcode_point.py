"""The nearest postcode of a point is looked for by its coordinates."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0002_history_by_point'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='postcode',
            index=models.Index(fields=['latitude', 'longitude'], name='postcode_point'),
        ),
    ]
