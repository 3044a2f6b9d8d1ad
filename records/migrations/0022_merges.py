"""A record stands for another while a merge holds; nothing moves. And since when a person's newest care runs."""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

KEPT = """
    CREATE FUNCTION records_personmerge_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        merging constant text[] := ARRAY['at', 'by_id', 'fields'];
        undoing constant text[] := ARRAY['undone_at', 'undone_by_id', 'undo_reason'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.undone_at IS NULL AND (
            (OLD.at IS NULL AND NEW.at IS NOT NULL AND to_jsonb(OLD) - merging = to_jsonb(NEW) - merging)
            OR (NEW.undone_at IS NOT NULL AND to_jsonb(OLD) - undoing = to_jsonb(NEW) - undoing)
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A merge is made once and undone once, and never changed or deleted.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_personmerge_kept';
    END $$;
    REVOKE ALL ON FUNCTION records_personmerge_kept() FROM PUBLIC;
    CREATE TRIGGER records_personmerge_kept BEFORE UPDATE OR DELETE ON records_personmerge
        FOR EACH ROW EXECUTE FUNCTION records_personmerge_kept();
"""
KEPT_REVERSE = """
    DROP TRIGGER records_personmerge_kept ON records_personmerge;
    DROP FUNCTION records_personmerge_kept();
"""

# Checked at commit: the pointer of a record says what the merges say, and no record stands for one that is
# itself merged.
AGREES = """
    CREATE FUNCTION records_person_merge_agrees() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        one uuid;
        pointer uuid;
        standing uuid;
    BEGIN
        IF TG_TABLE_NAME = 'records_person' THEN
            one := NEW.id;
        ELSE
            one := NEW.merged_id;
        END IF;
        SELECT merged_into_id INTO pointer FROM records_person WHERE id = one FOR NO KEY UPDATE;
        SELECT survivor_id INTO standing FROM records_personmerge
            WHERE merged_id = one AND at IS NOT NULL AND undone_at IS NULL;
        IF pointer IS DISTINCT FROM standing THEN
            RAISE EXCEPTION 'A record points to the one that a merge lets stand for it, and to no other.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_person_merge_agrees';
        END IF;
        IF pointer IS NOT NULL AND (
            EXISTS (SELECT FROM records_person WHERE id = pointer AND merged_into_id IS NOT NULL)
            OR EXISTS (SELECT FROM records_person WHERE merged_into_id = one)
        ) THEN
            RAISE EXCEPTION 'A record that is merged stands for no other.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_person_merge_chain';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION records_person_merge_agrees() FROM PUBLIC;
    CREATE CONSTRAINT TRIGGER records_person_merge_agrees AFTER UPDATE OF merged_into_id ON records_person
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION records_person_merge_agrees();
    CREATE CONSTRAINT TRIGGER records_person_born_merged AFTER INSERT ON records_person
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
        EXECUTE FUNCTION records_person_merge_agrees();
    CREATE CONSTRAINT TRIGGER records_personmerge_agrees AFTER INSERT OR UPDATE ON records_personmerge
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION records_person_merge_agrees();
"""
AGREES_REVERSE = """
    DROP TRIGGER records_personmerge_agrees ON records_personmerge;
    DROP TRIGGER records_person_born_merged ON records_person;
    DROP TRIGGER records_person_merge_agrees ON records_person;
    DROP FUNCTION records_person_merge_agrees();
"""

# A merge locks both records FOR UPDATE, so that what begins at the same moment waits here and is refused.
NOTHING_NEW = """
    CREATE FUNCTION records_refuse_merged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM records_person WHERE id = NEW.person_id AND merged_into_id IS NULL FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'This record was merged into another one. Use that one.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_person_merged';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION records_refuse_merged() FROM PUBLIC;
    CREATE TRIGGER records_consent_not_merged BEFORE INSERT ON records_consent
        FOR EACH ROW EXECUTE FUNCTION records_refuse_merged();
    CREATE TRIGGER records_noticegiven_not_merged BEFORE INSERT ON records_noticegiven
        FOR EACH ROW EXECUTE FUNCTION records_refuse_merged();
    CREATE TRIGGER records_document_not_merged BEFORE INSERT ON records_document
        FOR EACH ROW EXECUTE FUNCTION records_refuse_merged();
"""
NOTHING_NEW_REVERSE = """
    DROP TRIGGER records_document_not_merged ON records_document;
    DROP TRIGGER records_noticegiven_not_merged ON records_noticegiven;
    DROP TRIGGER records_consent_not_merged ON records_consent;
    DROP FUNCTION records_refuse_merged();
"""

# As in 0021, and: the consent may be of a record merged with this one, and is not from before its newest care.
_FITS = """
    CREATE OR REPLACE FUNCTION records_disclosure_within_consent() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.basis <> 'consent' THEN
            RETURN NEW;
        END IF;
        PERFORM 1 FROM records_consent c
            WHERE c.id = NEW.consent_id AND %s AND c.status = 'signed'
                AND (c.expires_at IS NULL OR c.expires_at > app_now())
                AND NEW.purpose = ANY (c.purposes) AND NEW.categories <@ c.categories
                AND (NEW.purpose = 'proceedings') = (c.kind = 'proceedings')
                AND NOT EXISTS (
                    SELECT 1 FROM records_consentrecipient r
                    WHERE r.consent_id = c.id AND r.recipient_id = NEW.recipient_id
                        AND r.revoked_at IS NOT NULL
                )
            FOR SHARE OF c;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A disclosure made with consent stays within a live consent of that person.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_disclosure_within_consent';
        END IF;
        RETURN NEW;
    END $$;
"""
_ONE_PERSON = "(SELECT whole FROM records_person WHERE id = NEW.person_id)"
FITS = (
    _FITS
    % f"""c.person_id IN (SELECT id FROM records_person WHERE whole = {_ONE_PERSON})
                AND c.signed_at >= coalesce(
                    (SELECT max(care_since) FROM records_person WHERE whole = {_ONE_PERSON}), '-infinity')"""
)
FITS_REVERSE = _FITS % "c.person_id = NEW.person_id"


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DifferentPeople",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("fields", records.fields.EncryptedJSON(editable=True)),
                ("asked_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undo_reason", records.fields.EncryptedText(editable=True, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="care_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stands_for",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="whole",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("merged_into", "id"),
                output_field=models.UUIDField(),
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["whole"], name="records_person_whole_idx"),
        ),
        migrations.AddField(
            model_name="differentpeople",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="differentpeople",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="differentpeople",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="different_from",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="differentpeople",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="different_of", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="merged",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_by", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="differentpeople",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="records_differentpeople_in_order",
                violation_error_message="A pair of records is one row.",
            ),
        ),
        migrations.AddConstraint(
            model_name="differentpeople",
            constraint=models.UniqueConstraint(
                fields=("first", "second"),
                name="records_differentpeople_once",
                violation_error_message="These two are known to be different people.",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("merged")), _negated=True),
                name="records_personmerge_two_records",
                violation_error_message="A record is merged into another one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("merged",),
                name="records_personmerge_once",
                violation_error_message="This record is merged already, or somebody asked for it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at__isnull", True), ("by__isnull", True)),
                    models.Q(("at__isnull", False), ("by__isnull", False)),
                    _connector="OR",
                ),
                name="records_personmerge_merged_by",
                violation_error_message="A merge says who made it and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("undo_reason__isnull", True),
                        ("undone_at__isnull", True),
                        ("undone_by__isnull", True),
                    ),
                    models.Q(
                        ("undo_reason__isnull", False),
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_personmerge_undone_by",
                violation_error_message="Undoing says who did it, when and why.",
            ),
        ),
        append_only("records_differentpeople"),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        migrations.RunSQL(AGREES, AGREES_REVERSE),
        migrations.RunSQL(NOTHING_NEW, NOTHING_NEW_REVERSE),
        migrations.RunSQL(FITS, FITS_REVERSE),
    ]
