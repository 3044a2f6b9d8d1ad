"""Forms that were filled in by hand, and the safety checks on them; neither changes afterwards."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

PAPER = """
    CREATE FUNCTION intake_keep_paper_form() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.finished_at IS NOT NULL
            OR (NEW.id, NEW.data_key_id, NEW.serial, NEW.episode_id, NEW.observed_at, NEW.asked_by,
                NEW.entered_by_id, NEW.entered_at)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.serial, OLD.episode_id, OLD.observed_at, OLD.asked_by,
                OLD.entered_by_id, OLD.entered_at) THEN
            RAISE EXCEPTION 'A paper form stays as it was begun; it is only finished, once.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_paperform_kept';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_paperform_kept BEFORE UPDATE OR DELETE ON intake_paperform
        FOR EACH ROW EXECUTE FUNCTION intake_keep_paper_form();
"""
PAPER_REVERSE = """
    DROP TRIGGER intake_paperform_kept ON intake_paperform;
    DROP FUNCTION intake_keep_paper_form();
"""

# Which paper a safety check came from is part of what it says.
CHECK = """
    CREATE FUNCTION intake_keep_check_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.paper_id IS DISTINCT FROM OLD.paper_id THEN
            RAISE EXCEPTION 'A safety check stays as it was asked; ask again instead.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetycheck_kept';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_safetycheck_paper_kept BEFORE UPDATE ON intake_safetycheck
        FOR EACH ROW EXECUTE FUNCTION intake_keep_check_paper();
"""
CHECK_REVERSE = """
    DROP TRIGGER intake_safetycheck_paper_kept ON intake_safetycheck;
    DROP FUNCTION intake_keep_check_paper();
"""


def _protected(to: str, **options) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0009_versions"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperForm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("serial", models.CharField(max_length=6)),
                ("observed_at", models.DateTimeField()),
                ("asked_by", records.fields.EncryptedText(editable=True)),
                ("entered_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("finished_at", models.DateTimeField(null=True)),
                ("data_key", _protected("records.datakey", related_name="+")),
                ("entered_by", _protected(settings.AUTH_USER_MODEL, related_name="+")),
                ("episode", _protected("intake.episode", related_name="paper_forms")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["episode", "-entered_at"], name="intake_paperform_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("serial",),
                        name="intake_paperform_entered_once",
                        violation_error_message="This form was entered before.",
                    ),
                    models.UniqueConstraint(
                        fields=("episode", "entered_by"),
                        condition=models.Q(finished_at__isnull=True),
                        name="intake_paperform_one_open",
                        violation_error_message="Finish the paper form that you are entering first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(observed_at__lte=models.F("entered_at")),
                        name="intake_paperform_not_in_future",
                        violation_error_message="A form is filled in before it is entered.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "safetycheck", "paper", _protected("intake.paperform", null=True, related_name="safety_checks")
        ),
        migrations.RunSQL(PAPER, PAPER_REVERSE),
        migrations.RunSQL(CHECK, CHECK_REVERSE),
    ]
