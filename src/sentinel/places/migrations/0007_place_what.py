"""An address on file whose street was misspelt is looked for by its number, which stands first in what its key says of it."""

from django.db import migrations, models
from django.db.models.functions import Collate


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0006_keys_read_again'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='place',
            index=models.Index(
                Collate(models.Func(models.F('key'), models.Value(':'), models.Value(3), function='split_part'), 'C'),
                name='place_what',
            ),
        ),
    ]
