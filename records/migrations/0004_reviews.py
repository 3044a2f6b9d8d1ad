"""The privacy review list: an entry opens, is closed once, and otherwise stays as it was."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

FROZEN = """
    CREATE FUNCTION records_review_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        closing constant text[] := ARRAY['closed_at', 'closed_by_id', 'finding', 'note'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A review is closed once, and never changed or deleted.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_review_frozen';
    END $$;
    REVOKE ALL ON FUNCTION records_review_frozen() FROM PUBLIC;
    CREATE TRIGGER records_review_frozen BEFORE UPDATE OR DELETE ON records_review
        FOR EACH ROW EXECUTE FUNCTION records_review_frozen();
"""
THAWED = """
    DROP TRIGGER records_review_frozen ON records_review;
    DROP FUNCTION records_review_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_invitation_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("break_glass", "Record opened in an emergency"),
                            ("emergency_disclosure", "Shared in a medical emergency"),
                            ("late_record", "Recorded afterwards"),
                            ("joined_by_search", "Joined a care team from a search"),
                            ("restriction_override", "Shared against an agreed limit"),
                            ("trail_alert", "Alert from the audit trail"),
                            ("misdirected", "Sent to the wrong place"),
                            ("reading_rate", "Many records read in a short time"),
                        ],
                        max_length=24,
                    ),
                ),
                ("object_type", models.CharField(blank=True, max_length=60)),
                ("object_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("in_order", "In order"), ("follow_up", "Needs follow-up")],
                        max_length=12,
                    ),
                ),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["due_at", "id"],
                        name="records_review_waiting",
                    ),
                    models.Index(fields=["-closed_at", "id"], name="records_review_closed"),
                    models.Index(fields=["object_id"], name="records_review_object"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "break_glass",
                                    "emergency_disclosure",
                                    "late_record",
                                    "joined_by_search",
                                    "restriction_override",
                                    "trail_alert",
                                    "misdirected",
                                    "reading_rate",
                                ],
                            )
                        ),
                        name="records_review_kind_known",
                        violation_error_message="This kind of review is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("finding", ""),
                                ("note__isnull", True),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("note__isnull", False),
                                ("finding__in", ["in_order", "follow_up"]),
                            ),
                            _connector="OR",
                        ),
                        name="records_review_close_complete",
                        violation_error_message="A closed review says who, when, what was found and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__isnull", True),
                            ("closed_by__isnull", True),
                            models.Q(("closed_by", models.F("subject")), _negated=True),
                            _connector="OR",
                        ),
                        name="records_review_not_ones_own",
                        violation_error_message="Somebody else reviews what you did.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROZEN, THAWED),
    ]
