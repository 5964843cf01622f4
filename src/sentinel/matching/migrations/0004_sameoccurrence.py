"""What people say of two tellings: one occurrence, or not."""

import django.db.models.deletion
import sentinel.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_occurrences'),
        ('matching', '0003_commonness'),
    ]

    operations = [
        migrations.CreateModel(
            name='SameOccurrence',
            fields=[
                ('id', models.UUIDField(default=sentinel.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.UUIDField(db_index=True)),
                ('audience_id', models.UUIDField(blank=True, null=True)),
                ('origin_agency_id', models.UUIDField()),
                ('regime', models.CharField(choices=[('part3', 'Law enforcement (DPA 2018 Part 3)'), ('gdpr', 'UK GDPR')], default='gdpr', max_length=8)),
                ('purpose', models.CharField(default='asb_case_management', max_length=40)),
                ('source', models.CharField(default='entered', max_length=80)),
                ('standing', models.CharField(choices=[('fact', 'Fact'), ('opinion', 'Opinion')], default='fact', max_length=8)),
                ('retention_class', models.CharField(default='asb_standard', max_length=24)),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.UUIDField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('other_id', models.UUIDField()),
                ('same', models.BooleanField()),
                ('how', models.CharField(max_length=200)),
                ('said_by_id', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.incident')),
            ],
            options={
                'indexes': [models.Index(fields=['incident'], name='same_occurrence_incident'), models.Index(fields=['other_id'], name='same_occurrence_other')],
            },
        ),
    ]
