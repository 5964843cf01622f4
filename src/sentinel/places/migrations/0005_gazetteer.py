"""Other ways to write a place, places that are one, and what published lists know: landmarks, and addresses by their UPRN."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_absence'),
        ('places', '0004_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='GazetteerEntry',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('landmark', 'Landmark'), ('address', 'Address')], max_length=10)),
                ('what', models.CharField(blank=True, help_text='park, station, shop, school ...', max_length=40)),
                ('name', models.CharField(max_length=160)),
                ('locality', models.CharField(blank=True, max_length=80)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('uprn', models.CharField(blank=True, max_length=12)),
                ('postcode', models.CharField(blank=True, max_length=8)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('district_code', models.CharField(blank=True, max_length=9)),
                ('source', models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='GazetteerName',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name_key', models.CharField(db_collation='C', max_length=160)),
            ],
        ),
        migrations.AddField(
            model_name='place',
            name='aliases',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='place',
            name='same_as',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='others', to='places.place'),
        ),
        migrations.AddIndex(
            model_name='historicpoint',
            index=django.contrib.postgres.indexes.GinIndex(fields=['street_key'], opclasses=['gin_trgm_ops'], name='historic_point_street_like'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=django.contrib.postgres.indexes.GinIndex(fields=['aliases'], name='place_aliases'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(condition=models.Q(('uprn', ''), _negated=True), fields=['uprn'], name='place_uprn'),
        ),
        migrations.AddIndex(
            model_name='gazetteerentry',
            index=models.Index(condition=models.Q(('key', ''), _negated=True), fields=['key'], name='gazetteer_key'),
        ),
        migrations.AddIndex(
            model_name='gazetteerentry',
            index=models.Index(condition=models.Q(('uprn', ''), _negated=True), fields=['uprn'], name='gazetteer_uprn'),
        ),
        migrations.AddField(
            model_name='gazetteername',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='places.gazetteerentry'),
        ),
        migrations.AddIndex(
            model_name='gazetteername',
            index=django.contrib.postgres.indexes.GinIndex(fields=['name_key'], opclasses=['gin_trgm_ops'], name='gazetteer_name_like'),
        ),
        migrations.AddConstraint(
            model_name='gazetteername',
            constraint=models.UniqueConstraint(fields=('name_key', 'entry'), name='gazetteer_name_once'),
        ),
    ]
