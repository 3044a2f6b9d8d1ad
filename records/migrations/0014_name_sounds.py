"""How names sound, as keyed hashes, to find a misspelt one; `manage.py reindex_people` fills it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0013_complaints"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="name_sounds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="sounds_version",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name_sounds"], name="records_person_sounds_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["sounds_version"], name="records_person_sounds_version"),
        ),
    ]
