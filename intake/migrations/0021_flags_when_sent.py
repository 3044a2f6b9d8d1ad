"""What the answers raised when an assessment was sent, for the list of those that wait for a clinician."""

from django.db import migrations

import records.fields


class Migration(migrations.Migration):
    dependencies = [("intake", "0020_emergencies_waiting")]

    operations = [
        migrations.AddField("assessment", "flags_when_sent", records.fields.EncryptedJSON(null=True)),
    ]
