"""Seal what the database need not judge by, and let a clearance point at the stored paper it was read from."""

import django.db.models.deletion
from django.db import migrations, models

import records.fields

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
        migrations.RemoveConstraint(
            model_name="medicalclearance",
            name="programs_medicalclearance_revoke_reason",
        ),
        migrations.RemoveField(
            model_name="determination",
            name="changed_fields",
        ),
        migrations.RemoveField(
            model_name="medicalclearance",
            name="paper_id",
        ),
        migrations.RemoveField(
            model_name="recommendation",
            name="detox_first",
        ),
        migrations.RemoveField(
            model_name="recommendation",
            name="detox_outcome",
        ),
        migrations.RemoveField(
            model_name="recommendation",
            name="ladder",
        ),
        migrations.RemoveField(
            model_name="recommendation",
            name="level",
        ),
        migrations.RemoveField(
            model_name="recommendation",
            name="level_after_detox",
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
        migrations.RemoveField(
            model_name="medicalclearance",
            name="revoke_reason",
        ),
        migrations.AddField(
            model_name="medicalclearance",
            name="revoke_reason",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("revoke_reason__isnull", True),
                        ("revoked_at__isnull", True),
                        models.Q(("status", "revoked"), _negated=True),
                    ),
                    models.Q(
                        ("revoke_reason__isnull", False), ("revoked_at__isnull", False), ("status", "revoked")
                    ),
                    _connector="OR",
                ),
                name="programs_medicalclearance_revoke_reason",
                violation_error_message="A revoked clearance says why.",
            ),
        ),
        migrations.RunSQL(NOTES.format("document_id"), DROP),
    ]
