"""What a person said when they stopped for now, and the calls that they asked for."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

KEPT = """
    CREATE FUNCTION intake_pause_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (NEW.id, NEW.episode_id, NEW.data_key_id, NEW.said, NEW.made_at, NEW.made_by_id)
           IS DISTINCT FROM (OLD.id, OLD.episode_id, OLD.data_key_id, OLD.said, OLD.made_at, OLD.made_by_id)
           OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
            RAISE 'What was said at a pause stays as it was.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_pause_kept';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_pause_kept() FROM PUBLIC;
    CREATE TRIGGER intake_pause_kept BEFORE UPDATE OR DELETE ON intake_pause
        FOR EACH ROW EXECUTE FUNCTION intake_pause_kept();
"""
KEPT_REVERSE = """
    DROP TRIGGER intake_pause_kept ON intake_pause;
    DROP FUNCTION intake_pause_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0022_coverage"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("said", records.fields.EncryptedJSON(editable=True)),
                ("follow_up_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="intake.episode",
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
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PauseCall",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("goes_on", "The person wants to go on"),
                            ("later", "Reached; call again on another day"),
                            ("not_reached", "Not reached; try on another day"),
                            ("no_more", "No more calls"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", records.fields.EncryptedText(editable=True, null=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
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
                    "pause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="intake.pause"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="pause",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True), ("follow_up_on__isnull", False)),
                fields=["follow_up_on", "id"],
                name="intake_pause_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("episode",),
                name="intake_pause_one_open",
                violation_error_message="This episode is paused already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("follow_up_on__isnull", True), _connector="OR"
                ),
                name="intake_pause_over_is_quiet",
                violation_error_message="A pause that is over asks for no call.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pausecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["goes_on", "later", "not_reached", "no_more"])),
                name="intake_pausecall_result_known",
                violation_error_message="This result is not known.",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        append_only("intake_pausecall"),
    ]
