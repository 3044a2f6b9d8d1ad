"""Emergencies about which nobody wrote yet what was done stand on Today: an index of those alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0019_not_from")]

    operations = [
        migrations.AddIndex(
            "safetycheck",
            models.Index(
                condition=models.Q(("disposition_at__isnull", True), ("emergency", True)),
                fields=["asked_at"],
                name="intake_safety_waiting",
            ),
        )
    ]
