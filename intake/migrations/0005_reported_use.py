"""Uses reported outside the assessment; the episode's last use never falls behind one."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

# Checked at commit. The episode's row is locked first, so that a report and a change of the bound that run at
# the same time see each other.
LAST_USE = """
    CREATE FUNCTION intake_check_reported_use() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        episode uuid;
        bound timestamptz;
    BEGIN
        IF TG_TABLE_NAME = 'intake_episode' THEN
            episode := NEW.id;
        ELSE
            episode := NEW.episode_id;
        END IF;
        SELECT last_use_latest INTO bound FROM intake_episode WHERE id = episode FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM intake_reporteduse u
                   WHERE u.episode_id = episode AND (bound IS NULL OR bound < u.last_use_latest)) THEN
            RAISE EXCEPTION 'The last use of the episode is earlier than one that was reported.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_episode_last_use_behind';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER intake_reporteduse_last_use AFTER INSERT ON intake_reporteduse
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION intake_check_reported_use();
    CREATE CONSTRAINT TRIGGER intake_episode_reported_use AFTER UPDATE OF last_use_latest ON intake_episode
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION intake_check_reported_use();
"""
LAST_USE_REVERSE = """
    DROP TRIGGER intake_episode_reported_use ON intake_episode;
    DROP TRIGGER intake_reporteduse_last_use ON intake_reporteduse;
    DROP FUNCTION intake_check_reported_use();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_submit_contact_request"),
        ("records", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportedUse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("last_use_latest", models.DateTimeField()),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("reported_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
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
                        related_name="reported_uses",
                        to="intake.episode",
                    ),
                ),
                (
                    "reported_by",
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
        migrations.AddIndex(
            model_name="reporteduse",
            index=models.Index(fields=["episode", "-reported_at"], name="intake_reporteduse_newest"),
        ),
        migrations.AddConstraint(
            model_name="reporteduse",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_use_latest__lte", models.F("reported_at"))),
                name="intake_reporteduse_not_in_future",
                violation_error_message="A use is reported after it happened.",
            ),
        ),
        append_only("intake_reporteduse"),
        migrations.RunSQL(LAST_USE, LAST_USE_REVERSE),
    ]
