"""What the watch found, each thing once; and how far it has come."""

import uuid

from django.db import migrations, models

import audit.sql
import config.clock


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seals")]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("altered", "A sealed event or its seal was altered"),
                            ("missing", "Seals are missing"),
                            ("truncated", "The end of the trail was cut off"),
                            ("replaced", "A part of the trail was replaced"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("event_id", models.UUIDField(null=True)),
                ("found_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["-found_at", "id"], name="audit_alarm_found")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "number"],
                        name="audit_alarm_once",
                        violation_error_message="This damage is known already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("reached", models.BigIntegerField(default=0)),
                ("reached_hash", models.CharField(default="0" * 64, max_length=64)),
                ("again", models.BigIntegerField(default=0)),
                ("whole_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="audit_watch_one_row",
                        violation_error_message="There is one watch.",
                    )
                ],
            },
        ),
        audit.sql.append_only("audit_alarm"),
    ]
