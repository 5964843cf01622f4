from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_rings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commonness',
            fields=[
                ('pk', models.CompositePrimaryKey('value', 'part', blank=True, editable=False, primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=80)),
                ('part', models.CharField(max_length=8)),
                ('share', models.FloatField()),
            ],
        ),
    ]
