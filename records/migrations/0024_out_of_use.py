"""Recipients out of use are found at once: whoever counts the directory takes them off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0023_consent_of_either")]

    operations = [
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("active", False)), fields=["id"], name="records_recipient_out_of_use"
            ),
        ),
    ]
