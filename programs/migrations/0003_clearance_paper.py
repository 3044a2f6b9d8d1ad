"""Where a clearance was read from, and how what it left out was made sure of."""

from django.db import migrations, models

import records.fields

NOTES = """
    CREATE TRIGGER programs_medicalclearance_notes BEFORE UPDATE ON programs_medicalclearance FOR EACH ROW
        WHEN (OLD.gaps_note IS DISTINCT FROM NEW.gaps_note AND OLD.accepted_by_id IS NOT NULL
              OR OLD.paper_id IS DISTINCT FROM NEW.paper_id AND OLD.received_at IS NOT NULL)
        EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0002_gate"),
    ]

    operations = [
        migrations.AddField(
            model_name="medicalclearance",
            name="gaps_note",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="medicalclearance",
            name="paper_id",
            field=models.UUIDField(null=True),
        ),
        migrations.RunSQL(NOTES, "DROP TRIGGER programs_medicalclearance_notes ON programs_medicalclearance"),
    ]
