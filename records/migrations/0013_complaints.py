"""Complaints, and the one function by which the public role hands one in."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

SIGNATURE = "submit_complaint(uuid, uuid, text, uuid, bytea, text, bytea, text)"

SUBMIT = """
    CREATE FUNCTION submit_complaint(
        p_submit_key uuid, p_id uuid, p_reference text, p_key_id uuid, p_wrapped bytea, p_ring_key text,
        p_sealed bytea, p_language text
    ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF octet_length(p_sealed) NOT BETWEEN 46 AND 20000
            OR substring(p_sealed FROM 1 FOR 17) <> '\\x01'::bytea || uuid_send(p_key_id)
            OR octet_length(p_wrapped) NOT BETWEEN 60 AND 120
            OR length(p_ring_key) NOT BETWEEN 1 AND 40
            OR length(p_reference) NOT BETWEEN 4 AND 20
        THEN
            RAISE EXCEPTION 'This is not a sealed complaint.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_complaint_sealed';
        END IF;
        INSERT INTO outbox_submitkey (key, scope, actor_id, url)
            VALUES (p_submit_key, 'public.complaint', NULL, '') ON CONFLICT (key) DO NOTHING;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        INSERT INTO records_datakey (id, wrapped, ring_key) VALUES (p_key_id, p_wrapped, p_ring_key);
        INSERT INTO records_complaint (id, reference, details, language, status, received_at, data_key_id)
            VALUES (p_id, p_reference, p_sealed, p_language, 'new', app_now(), p_key_id);
        INSERT INTO audit_event (id, name, actor_kind, object_type, object_id, fields, ids)
            VALUES (gen_random_uuid(), 'complaint.received', 'public', 'records.complaint', p_id, '{}', '{}');
        INSERT INTO outbox_message (id, kind, "to", key, ids, status, attempts, last_error)
            VALUES (gen_random_uuid(), 'records.complaint_received', '',
                    'records.complaint_received ' || p_id, jsonb_build_object('complaint', p_id),
                    'waiting', 0, '');
    END $$;
    COMMENT ON FUNCTION submit_complaint IS
        'Executed by clearway_public only: stores sealed bytes, returns nothing, looks nothing up.';
"""

GRANT = f"""
    REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC, clearway_app;
    GRANT EXECUTE ON FUNCTION {SIGNATURE} TO clearway_public;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0012_patient_notice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=2)),
                (
                    "status",
                    models.CharField(
                        choices=[("new", "New"), ("closed", "Answered")], default="new", max_length=8
                    ),
                ),
                ("received_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("answer", records.fields.EncryptedText(editable=True, null=True)),
                ("closed_at", models.DateTimeField(null=True)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["status", "received_at"], name="records_complaint_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "es"]), ("status__in", ["new", "closed"])),
                        name="records_complaint_words_known",
                        violation_error_message="A complaint uses the agreed words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", True),
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("status", "new"),
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("status", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="records_complaint_close_complete",
                        violation_error_message="An answered complaint says when, by whom and what was done.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SUBMIT, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
