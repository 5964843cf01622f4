"""Which occurrence an incident tells of, where several tell of one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_writtendecision'),
        ('places', '0006_keys_read_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='incident',
            name='occurrence_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('occurrence_id__isnull', False)), fields=['occurrence_id'], name='incident_occurrence'),
        ),
    ]
