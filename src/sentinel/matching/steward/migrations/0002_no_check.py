from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('steward', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='suggestion',
            name='source',
            field=models.CharField(choices=[('batch', 'A comparison of all records'), ('said', 'Somebody who said that they are one'), ('hand', 'A data steward, by hand')], max_length=5),
        ),
    ]
