"""Why a bed is out of use, and on which day a stay is planned to end."""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import append_only

_function = import_module("programs.migrations.0005_versions")._function
GUARD_BEFORE = _function(import_module("programs.migrations.0002_gate").BED_USE, "programs_beduse_guard")
GUARD = GUARD_BEFORE.replace("NEW.kind, ", "NEW.kind, NEW.out_reason, ").replace(
    "OLD.kind, ", "OLD.kind, OLD.out_reason, "
)
REASONS = ["repair", "cleaning", "unsafe", "staff", "other"]


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0018_care_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="beduse",
            name="out_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("repair", "Repair"),
                    ("cleaning", "Thorough cleaning"),
                    ("unsafe", "Not safe to use"),
                    ("staff", "Not enough staff"),
                    ("other", "Another reason"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.RunSQL(
            "UPDATE programs_beduse SET out_reason = 'other' WHERE kind = 'out'", migrations.RunSQL.noop
        ),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="out", out_reason__in=REASONS)
                | ~models.Q(kind="out") & models.Q(out_reason=""),
                name="programs_beduse_out_reason",
                violation_error_message="A bed is out of use for a reason that is known.",
            ),
        ),
        migrations.CreateModel(
            name="PlannedLeave",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("leaves_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_leaves",
                        to="programs.admission",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["admission", "-made_at"], name="programs_plannedleave_last")
                ],
            },
        ),
        append_only("programs_plannedleave"),
    ]
