"""Files of partner directories that were loaded, with how far they are and what came of them."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import never_deleted


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_closed_loop"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("filename", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("dry_run", models.BooleanField()),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("not_read", models.JSONField(default=list)),
                ("rows_total", models.PositiveIntegerField()),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("error_count", models.PositiveIntegerField(default=0)),
                ("errors", models.JSONField(default=list)),
                ("requested_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-requested_at", "id"], name="referrals_import_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "running", "done"])),
                        name="referrals_directoryimport_status",
                        violation_error_message="An import waits, runs or is done.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows_done",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("added"), "+", models.F("changed")
                                            ),
                                            "+",
                                            models.F("same"),
                                        ),
                                        "+",
                                        models.F("kept"),
                                    ),
                                    "+",
                                    models.F("error_count"),
                                ),
                            ),
                            ("rows_done__lte", models.F("rows_total")),
                        ),
                        name="referrals_directoryimport_counts",
                        violation_error_message="Every row that was read counts once.",
                    ),
                ],
            },
        ),
        never_deleted("referrals_directoryimport"),
    ]
