"""Counseling notes under keys of their own; a signed note is frozen, a destroyed key stays destroyed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields

FROZEN = """
    CREATE FUNCTION records_counselingnote_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A counseling note is never deleted; its key may be destroyed.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_frozen';
        END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.signed_at IS NOT NULL THEN
                RAISE EXCEPTION 'A counseling note begins as a draft.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_begins_as_draft';
            END IF;
        ELSIF (NEW.id, NEW.person_id, NEW.author_id, NEW.data_key_id, NEW.started_at)
            IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.author_id, OLD.data_key_id, OLD.started_at) THEN
            RAISE EXCEPTION 'A counseling note stays with its person, its author and its key.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_frozen';
        ELSIF OLD.signed_at IS NOT NULL AND NOT (
            OLD.cosigned_at IS NULL AND NEW.cosigned_at IS NOT NULL
            AND to_jsonb(OLD) - 'cosigned_at' = to_jsonb(NEW) - 'cosigned_at'
        ) THEN
            RAISE EXCEPTION 'A signed counseling note is frozen: only the co-signature is added, once.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_frozen';
        ELSIF OLD.signed_at IS NULL AND NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'Each save of a draft counts one version.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_version';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = NEW.author_id AND role = 'clinician')
            OR NEW.cosigner_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM accounts_user WHERE id = NEW.cosigner_id AND role = 'clinician'
            ) THEN
            RAISE EXCEPTION 'Clinicians write and co-sign counseling notes.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingnote_clinicians';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_counselingnote_frozen BEFORE INSERT OR UPDATE OR DELETE ON records_counselingnote
        FOR EACH ROW EXECUTE FUNCTION records_counselingnote_frozen();

    CREATE FUNCTION records_counselingaddendum_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM records_counselingnote
            WHERE id = NEW.note_id AND data_key_id = NEW.data_key_id AND signed_at IS NOT NULL
                AND NEW.author_id IN (author_id, cosigner_id)
        ) THEN
            RAISE EXCEPTION 'Its author or co-signer adds to a signed counseling note, under its key.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_counselingaddendum_fits';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_counselingaddendum_fits BEFORE INSERT ON records_counselingaddendum
        FOR EACH ROW EXECUTE FUNCTION records_counselingaddendum_fits();

    CREATE FUNCTION records_key_stays_destroyed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF OLD.wrapped IS NULL AND NEW IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'A destroyed key stays destroyed.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_key_stays_destroyed';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_key_stays_destroyed BEFORE UPDATE ON records_datakey
        FOR EACH ROW EXECUTE FUNCTION records_key_stays_destroyed();
    CREATE TRIGGER records_key_stays_destroyed BEFORE UPDATE ON records_counselingkey
        FOR EACH ROW EXECUTE FUNCTION records_key_stays_destroyed();
"""

THAWED = """
    DROP TRIGGER records_key_stays_destroyed ON records_counselingkey;
    DROP TRIGGER records_key_stays_destroyed ON records_datakey;
    DROP FUNCTION records_key_stays_destroyed();
    DROP TRIGGER records_counselingaddendum_fits ON records_counselingaddendum;
    DROP FUNCTION records_counselingaddendum_fits();
    DROP TRIGGER records_counselingnote_frozen ON records_counselingnote;
    DROP FUNCTION records_counselingnote_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0016_withdrawal_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CounselingKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("wrapped", models.BinaryField(null=True)),
                ("ring_key", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["ring_key", "id"], name="records_counselingkey_ring")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at__isnull", True), ("wrapped__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("wrapped__isnull", True)),
                            _connector="OR",
                        ),
                        name="records_counselingkey_destroyed_is_empty",
                        violation_error_message="A destroyed key holds nothing; a live one holds its wrapped bytes.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CounselingNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("text", records.fields.EncryptedText(editable=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("started_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("saved_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("cosigned_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cosigner",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.counselingkey",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CounselingAddendum",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("text", records.fields.EncryptedText(editable=True)),
                ("added_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.counselingkey",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="records.counselingnote",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="counselingnote",
            index=models.Index(
                fields=["author", "person", "-started_at"], name="records_counselingnote_mine"
            ),
        ),
        migrations.AddIndex(
            model_name="counselingnote",
            index=models.Index(fields=["cosigner", "person"], name="records_counselingnote_cosign"),
        ),
        migrations.AddConstraint(
            model_name="counselingnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cosigner__isnull", True),
                    models.Q(
                        ("signed_at__isnull", False),
                        models.Q(("cosigner", models.F("author")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_counselingnote_cosigner",
                violation_error_message="Another clinician co-signs, and only what was signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="counselingnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cosigned_at__isnull", True), ("cosigner__isnull", False), _connector="OR"
                ),
                name="records_counselingnote_cosigned",
                violation_error_message="Only the named co-signer co-signs.",
            ),
        ),
        migrations.AddIndex(
            model_name="counselingaddendum",
            index=models.Index(fields=["note", "added_at"], name="records_counselingaddendum_of"),
        ),
        audit.sql.append_only("records_counselingaddendum"),
        migrations.RunSQL(sql=FROZEN, reverse_sql=THAWED),
    ]
