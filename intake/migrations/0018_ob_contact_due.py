from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the open episodes that wait for a contact with obstetric care in one indexed read."""

    dependencies = [("intake", "0017_instruments")]

    operations = [
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(
                condition=models.Q(
                    ("ob_contact_needed", True), ("ob_contact_recorded_at__isnull", True), ("status", "open")
                ),
                fields=["opened_at", "id"],
                name="intake_episode_ob_due",
            ),
        ),
    ]
