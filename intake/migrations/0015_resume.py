"""When an episode was last resumed after a pause."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0014_calls_on_paper")]

    operations = [
        migrations.AddField(
            model_name="episode",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
    ]
