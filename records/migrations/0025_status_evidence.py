"""Papers that show what a recipient is under 42 CFR 2.33: one in force, each ended once, none deleted."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import never_deleted

STATUSES = ["covered_entity", "business_associate", "part2_program", "other_lawful_holder"]
PAPERS = ["notice", "license", "listing", "agreement", "statement"]
ENDS = """
    CREATE FUNCTION records_evidence_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF to_jsonb(NEW) - 'ended_at' <> to_jsonb(OLD) - 'ended_at' OR OLD.ended_at IS NOT NULL THEN
            RAISE EXCEPTION 'Evidence is ended and written anew, not changed.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_statusevidence_kept';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION records_evidence_ends() FROM PUBLIC;
    CREATE TRIGGER records_statusevidence_ends BEFORE UPDATE ON records_statusevidence
        FOR EACH ROW EXECUTE FUNCTION records_evidence_ends();
"""
ENDS_REVERSE = """
    DROP TRIGGER records_statusevidence_ends ON records_statusevidence;
    DROP FUNCTION records_evidence_ends();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0024_out_of_use"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("covered_entity", "HIPAA covered entity"),
                            ("business_associate", "Business associate"),
                            ("part2_program", "Part 2 program"),
                            ("other_lawful_holder", "Other lawful holder"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            ("notice", "Their notice of privacy practices"),
                            ("license", "A license or certification"),
                            ("listing", "A federal or state listing"),
                            ("agreement", "An agreement with us"),
                            ("statement", "Their written statement"),
                        ],
                        max_length=20,
                    ),
                ),
                ("kept_at", models.CharField(max_length=200)),
                ("checked_on", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("added_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("recipient",),
                        name="records_statusevidence_one",
                        violation_error_message="Another paper is in force.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("checked_on")),
                            _connector="OR",
                        ),
                        name="records_statusevidence_days",
                        violation_error_message="A paper can't have ended before it was checked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", STATUSES),
                            ("paper__in", PAPERS),
                            models.Q(("kept_at", ""), _negated=True),
                        ),
                        name="records_statusevidence_told",
                        violation_error_message="Evidence says what it shows, by which paper, and where.",
                    ),
                ],
            },
        ),
        never_deleted("records_statusevidence"),
        migrations.RunSQL(ENDS, ENDS_REVERSE),
    ]
