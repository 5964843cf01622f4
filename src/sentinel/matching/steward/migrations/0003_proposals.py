import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('steward', '0002_no_check'),
    ]

    operations = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('pk', models.CompositePrimaryKey('run_id', 'pair_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('run_id', models.UUIDField()),
                ('bits', models.FloatField()),
                ('band', models.CharField(choices=[('very_likely', 'Very likely'), ('may_be', 'May be')], max_length=11)),
                ('stands', models.BooleanField(default=True)),
                ('pair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='steward.suggestion')),
            ],
        ),
    ]
