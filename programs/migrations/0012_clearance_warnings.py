"""Warnings before a clearance ends, as rows with a due time; a sweep settles each once."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
    CREATE TRIGGER programs_clearancewarning_keep BEFORE UPDATE ON programs_clearancewarning
        FOR EACH ROW EXECUTE FUNCTION programs_keep_but('settled_at', 'told');
    CREATE TRIGGER programs_clearancewarning_settled_once BEFORE UPDATE ON programs_clearancewarning FOR EACH ROW
        WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    REVOKE DELETE ON programs_clearancewarning FROM clearway_app;
"""
KEEP_REVERSE = """
    GRANT DELETE ON programs_clearancewarning TO clearway_app;
    DROP TRIGGER programs_clearancewarning_settled_once ON programs_clearancewarning;
    DROP TRIGGER programs_clearancewarning_keep ON programs_clearancewarning;
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_programs_offer")]

    operations = [
        migrations.CreateModel(
            name="ClearanceWarning",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("hours", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("told", models.BooleanField(default=False)),
                (
                    "clearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="programs.medicalclearance",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["due_at", "id"],
                        name="programs_clearancewarning_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clearance", "hours"),
                        name="programs_clearancewarning_once",
                        violation_error_message="This warning is there already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__in", [1, 4, 24])),
                        name="programs_clearancewarning_known",
                        violation_error_message="A warning is due at one of the set hours before the end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told", False), ("settled_at__isnull", False), _connector="OR"),
                        name="programs_clearancewarning_settled",
                        violation_error_message="A warning that was told says when.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
    ]
