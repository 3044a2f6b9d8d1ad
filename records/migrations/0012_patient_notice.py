"""The patient notice: versions that stay as published, and who was given which."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields

PUBLISHED = """
    CREATE FUNCTION records_patientnotice_published() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        slots constant text[] := ARRAY[
            'without_consent',
            'with_consent',
            'one_consent',
            'other_uses',
            'revocation',
            'proceedings',
            'hearing',
            'subpoena',
            'redisclosure',
            'fundraising',
            'restrict',
            'paid_in_full',
            'accounting',
            'intermediary',
            'copy',
            'discuss',
            'no_fundraising',
            'protect',
            'abide',
            'change',
            'complaints',
            'contact'
        ];
        slot text;
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.version IS NOT NULL THEN
            RAISE EXCEPTION 'A published notice is never changed or deleted: a new version is a new row.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_patientnotice_stays';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.version IS NOT NULL THEN
            FOREACH slot IN ARRAY slots LOOP
                IF length(btrim(coalesce(NEW.text_en ->> slot, ''))) < 20
                    OR length(btrim(coalesce(NEW.text_es ->> slot, ''))) < 20
                THEN
                    RAISE EXCEPTION 'A published notice has a text for: %', slot
                        USING ERRCODE = '23514', CONSTRAINT = 'records_patientnotice_every_slot';
                END IF;
            END LOOP;
            IF NEW.effective_on < (NEW.published_at - interval '1 day')::date THEN
                RAISE EXCEPTION 'A notice holds from the day of its publication or later.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_patientnotice_effective';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION records_patientnotice_published() FROM PUBLIC;
    CREATE TRIGGER records_patientnotice_published BEFORE INSERT OR UPDATE OR DELETE ON records_patientnotice
        FOR EACH ROW EXECUTE FUNCTION records_patientnotice_published();
"""
UNPUBLISHED = """
    DROP TRIGGER records_patientnotice_published ON records_patientnotice;
    DROP FUNCTION records_patientnotice_published();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_limits_and_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(null=True, unique=True)),
                ("text_en", models.JSONField(default=dict)),
                ("text_es", models.JSONField(default=dict)),
                ("effective_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoticeGiven",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("given_at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("paper", "On paper"),
                            ("screen", "On our screen, and offered on paper"),
                            ("email", "By e-mail, as the person agreed"),
                            ("read", "Read aloud, and offered on paper"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("yes", "Acknowledged"),
                            ("declined", "Chose not to acknowledge"),
                            ("later", "Emergency: asked later"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices_given",
                        to="records.person",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.patientnotice",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="patientnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True),
                        ("published_by__isnull", True),
                        ("version__isnull", True),
                    ),
                    models.Q(
                        ("effective_on__isnull", False),
                        ("published_at__isnull", False),
                        ("published_by__isnull", False),
                        ("version__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_patientnotice_published_complete",
                violation_error_message="A published notice has a version and a day from which it holds.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientnotice",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("version__isnull", True)),
                name="records_patientnotice_one_draft",
                violation_error_message="There is a draft already.",
            ),
        ),
        migrations.AddIndex(
            model_name="noticegiven",
            index=models.Index(fields=["person", "-given_at"], name="records_noticegiven_of"),
        ),
        migrations.AddConstraint(
            model_name="noticegiven",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["yes", "declined", "later"]),
                    ("how__in", ["paper", "screen", "email", "read"]),
                ),
                name="records_noticegiven_words_known",
                violation_error_message="A notice uses the agreed words.",
            ),
        ),
        migrations.RunSQL(PUBLISHED, UNPUBLISHED),
        audit.sql.append_only("records_noticegiven"),
    ]
