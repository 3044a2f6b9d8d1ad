"""A clearance points at the stored paper it was read from."""

import django.db.models.deletion
from django.db import migrations, models

NOTES = """
    CREATE TRIGGER programs_medicalclearance_notes BEFORE UPDATE ON programs_medicalclearance FOR EACH ROW
        WHEN (OLD.gaps_note IS DISTINCT FROM NEW.gaps_note AND OLD.accepted_by_id IS NOT NULL
              OR OLD.{0} IS DISTINCT FROM NEW.{0} AND OLD.received_at IS NOT NULL)
        EXECUTE FUNCTION refuse_change();
"""
DROP = "DROP TRIGGER programs_medicalclearance_notes ON programs_medicalclearance"


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0003_clearance_paper"),
        ("records", "0002_consents"),
    ]

    operations = [
        migrations.RunSQL(DROP, NOTES.format("paper_id")),
        migrations.RemoveField(
            model_name="medicalclearance",
            name="paper_id",
        ),
        migrations.AddField(
            model_name="medicalclearance",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.document",
            ),
        ),
        migrations.RunSQL(NOTES.format("document_id"), DROP),
    ]
