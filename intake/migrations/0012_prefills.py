"""Answers from elsewhere, offered: they count for nothing until a person uses them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

KEPT = """
    CREATE FUNCTION intake_prefill_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        deciding constant text[] := ARRAY['decision', 'decided_at', 'decided_by_id'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.decision = '' AND NEW.decision <> ''
            AND to_jsonb(OLD) - deciding = to_jsonb(NEW) - deciding
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'An offered answer stays as it was offered, and is decided about once.'
            USING ERRCODE = '23514', CONSTRAINT = 'intake_prefill_kept';
    END $$;
    REVOKE ALL ON FUNCTION intake_prefill_kept() FROM PUBLIC;
    CREATE TRIGGER intake_prefill_kept BEFORE UPDATE OR DELETE ON intake_prefill
        FOR EACH ROW EXECUTE FUNCTION intake_prefill_kept();
"""
KEPT_REVERSE = """
    DROP TRIGGER intake_prefill_kept ON intake_prefill;
    DROP FUNCTION intake_prefill_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0011_signs_section"),
        ("records", "0022_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Prefill",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("substances", "Substances and last use"),
                            ("withdrawal", "Withdrawal"),
                            ("health", "Health and medicines"),
                            ("mental", "Mental health"),
                            ("signs", "Signs in daily life"),
                            ("social", "Home, people, work and paying"),
                            ("goals", "Goals and wishes"),
                        ],
                        max_length=12,
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("offered", records.fields.EncryptedJSON(editable=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("request", "The request for a call"),
                            ("earlier", "An earlier episode"),
                            ("partner", "A partner facility"),
                            ("paper", "Written on paper"),
                        ],
                        max_length=10,
                    ),
                ),
                ("origin", records.fields.EncryptedText(editable=True)),
                ("said_at", models.DateTimeField(null=True)),
                ("offered_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("used", "Used"), ("set_aside", "Not any more")], max_length=10
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prefills",
                        to="intake.episode",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("decision", "")),
                        fields=["episode", "section", "position"],
                        name="intake_prefill_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["request", "earlier", "partner", "paper"])),
                        name="intake_prefill_source_known",
                        violation_error_message="An offered answer comes from somewhere else.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__in", ["used", "set_aside"]),
                            ),
                            _connector="OR",
                        ),
                        name="intake_prefill_decision_complete",
                        violation_error_message="A decision about an offered answer says who made it and when.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
    ]
