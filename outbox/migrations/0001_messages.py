"""Messages, and the trigger that wakes the relay."""

import uuid

import django.db.models.functions.datetime
from django.db import migrations, models

import config.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_foundation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60)),
                ("to", models.CharField(blank=True, max_length=254)),
                ("key", models.CharField(max_length=150)),
                ("ids", models.JSONField(default=dict)),
                ("sealed_secret", models.BinaryField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Could not be delivered"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("available_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["available_at", "id"],
                        name="outbox_message_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("status", "failed")),
                        fields=["-created_at", "id"],
                        name="outbox_message_failed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="outbox_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("status", "delivered")),
                            models.Q(
                                models.Q(("status", "delivered"), _negated=True),
                                ("delivered_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_message_delivered_has_time",
                        violation_error_message="A delivered message says when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmitKey",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=60)),
                ("actor_id", models.UUIDField(null=True)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="outbox_submitkey_age")],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION outbox_wake_relay() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                SET search_path = public, pg_temp AS $$
            BEGIN
                PERFORM pg_notify('outbox', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER outbox_message_wake AFTER INSERT ON outbox_message
                FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake_relay();
            """,
            "DROP TRIGGER outbox_message_wake ON outbox_message; DROP FUNCTION outbox_wake_relay()",
        ),
    ]
