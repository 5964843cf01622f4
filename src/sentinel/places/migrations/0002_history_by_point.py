"""Open data by its points: the first shape (one wide row for each incident) had held nothing yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.DeleteModel(name='HistoricIncident'),
        migrations.CreateModel(
            name='HistoricKind',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(unique=True)),
                ('reported_by', models.CharField(max_length=80)),
                ('falls_within', models.CharField(max_length=80)),
                ('category', models.CharField(max_length=60)),
                ('outcome', models.CharField(blank=True, max_length=120)),
                ('context', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='HistoricPoint',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(unique=True)),
                ('street', models.CharField(blank=True, max_length=160)),
                ('street_key', models.CharField(blank=True, db_collation='C', max_length=160)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('cell', models.CharField(blank=True, help_text='H3 cell, resolution 9', max_length=16)),
                ('lsoa_code', models.CharField(blank=True, max_length=9)),
                ('lsoa_name', models.CharField(blank=True, max_length=60)),
                ('district_code', models.CharField(blank=True, max_length=9)),
                ('outside_area', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='HistoricIncident',
            fields=[
                ('pk', models.CompositePrimaryKey('point_id', 'month', 'kind_id', 'nth', blank=True, editable=False, primary_key=True, serialize=False)),
                ('point', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='places.historicpoint')),
                ('month', models.DateField()),
                ('kind', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.historickind')),
                ('nth', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ImportedMonth',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('reported_by', models.CharField(max_length=80)),
                ('month', models.DateField()),
                ('incidents', models.PositiveIntegerField(default=0)),
                ('imported_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='place',
            name='place_street',
        ),
        migrations.AddField(
            model_name='place',
            name='street_key',
            field=models.CharField(blank=True, db_collation='C', max_length=160),
        ),
        migrations.AlterField(
            model_name='place',
            name='street',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['street_key'], name='place_street_key'),
        ),
        migrations.AddIndex(
            model_name='historicpoint',
            index=models.Index(fields=['street_key', 'lsoa_code'], name='historic_point_street'),
        ),
        migrations.AddIndex(
            model_name='historicpoint',
            index=models.Index(fields=['cell'], name='historic_point_cell'),
        ),
        migrations.AddIndex(
            model_name='historicpoint',
            index=models.Index(fields=['lsoa_code'], name='historic_point_lsoa'),
        ),
        migrations.AddIndex(
            model_name='historicpoint',
            index=models.Index(fields=['district_code'], name='historic_point_district'),
        ),
        migrations.AddConstraint(
            model_name='importedmonth',
            constraint=models.UniqueConstraint(fields=('reported_by', 'month'), name='imported_month_once'),
        ),
    ]
