"""One more way in which an invitation to sign can end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_consents"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signinginvitation",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Open"),
                    ("signed", "Signed"),
                    ("here", "Signed on our screen instead"),
                    ("declined", "The person chose not to sign"),
                    ("cancelled", "Cancelled by staff"),
                    ("replaced", "Replaced by a newer one"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
