"""Instruments as rows of their own, corrected by newer ones, and what their results ask of somebody at once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

CORRECTION = """
    CREATE FUNCTION intake_check_instrument_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM intake_instrumentrecord r
                       WHERE r.id = NEW.supersedes_id AND r.episode_id = NEW.episode_id AND r.id <> NEW.id) THEN
            RAISE EXCEPTION 'A correction is of a record of the same episode.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_instrumentrecord_same_episode';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_instrumentrecord_same_episode BEFORE INSERT ON intake_instrumentrecord
        FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL) EXECUTE FUNCTION intake_check_instrument_correction();
"""
CORRECTION_REVERSE = """
    DROP TRIGGER intake_instrumentrecord_same_episode ON intake_instrumentrecord;
    DROP FUNCTION intake_check_instrument_correction();
"""
FOLLOW_UP = """
    CREATE FUNCTION intake_keep_follow_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'A closed follow-up stays as it is, and none is ever deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetyfollowup_kept';
        END IF;
        IF (NEW.id, NEW.data_key_id, NEW.episode_id, NEW.opened_at, NEW.opened_by_id)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.episode_id, OLD.opened_at, OLD.opened_by_id) THEN
            RAISE EXCEPTION 'What opened a follow-up stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetyfollowup_kept';
        END IF;
        IF NEW.due_at > OLD.due_at THEN
            RAISE EXCEPTION 'The time of a follow-up only moves earlier.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetyfollowup_not_later';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_safetyfollowup_kept BEFORE UPDATE OR DELETE ON intake_safetyfollowup
        FOR EACH ROW EXECUTE FUNCTION intake_keep_follow_up();
    REVOKE DELETE ON intake_safetyfollowup FROM clearway_app;
"""
FOLLOW_UP_REVERSE = """
    GRANT DELETE ON intake_safetyfollowup TO clearway_app;
    DROP TRIGGER intake_safetyfollowup_kept ON intake_safetyfollowup;
    DROP FUNCTION intake_keep_follow_up();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0016_calls_and_presence"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstrumentRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("observed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "administered_by",
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
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instrument_records",
                        to="intake.episode",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="intake.instrumentrecord",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["episode", "-observed_at"], name="intake_instrument_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("observed_at__lte", models.F("recorded_at"))),
                        name="intake_instrumentrecord_not_in_future",
                        violation_error_message="A result is recorded after it was observed.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SafetyFollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("opened_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
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
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safety_follow_ups",
                        to="intake.episode",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="intake_followup_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("episode",),
                        name="intake_safetyfollowup_one_open",
                        violation_error_message="This episode already has an open follow-up.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("note__isnull", True),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("note__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="intake_safetyfollowup_close_complete",
                        violation_error_message="A closed follow-up says who, when and what was done.",
                    ),
                ],
            },
        ),
        append_only("intake_instrumentrecord"),
        migrations.RunSQL(CORRECTION, CORRECTION_REVERSE),
        migrations.RunSQL(FOLLOW_UP, FOLLOW_UP_REVERSE),
    ]
