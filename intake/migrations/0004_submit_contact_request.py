"""The one thing the public role may do: hand in a sealed request. It reads nothing back."""

from django.db import migrations

import audit.sql

SIGNATURE = (
    "submit_contact_request(uuid, uuid, text, uuid, bytea, text, bytea, bytea, jsonb, timestamptz, uuid)"
)

SUBMIT = """
    CREATE FUNCTION submit_contact_request(
        p_submit_key uuid, p_id uuid, p_reference text,
        p_key_id uuid, p_wrapped bytea, p_ring_key text,
        p_sealed bytea, p_phone_index bytea, p_plain jsonb, p_due_at timestamptz, p_amends uuid
    ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        moment timestamptz := app_now();
        about jsonb;
    BEGIN
        IF octet_length(p_sealed) NOT BETWEEN 46 AND 20000
            OR substring(p_sealed FROM 1 FOR 17) <> '\\x01'::bytea || uuid_send(p_key_id)
            OR octet_length(p_wrapped) NOT BETWEEN 60 AND 120
            OR coalesce(octet_length(p_phone_index), 16) <> 16
            OR length(p_ring_key) NOT BETWEEN 1 AND 40
            OR octet_length(p_plain::text) > 400
            OR p_due_at > moment + interval '4 days'
        THEN
            RAISE EXCEPTION 'This is not a sealed request.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_contactrequest_sealed';
        END IF;

        INSERT INTO outbox_submitkey (key, scope, actor_id, url)
            VALUES (p_submit_key, 'public.request', NULL, '') ON CONFLICT (key) DO NOTHING;
        IF NOT FOUND THEN
            RETURN;
        END IF;

        INSERT INTO records_datakey (id, wrapped, ring_key) VALUES (p_key_id, p_wrapped, p_ring_key);
        about := jsonb_build_object('request', coalesce(p_amends, p_id));

        IF p_amends IS NOT NULL THEN
            PERFORM 1 FROM intake_contactrequest
                WHERE id = p_amends AND source = 'web' AND received_at > moment - interval '35 minutes';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'This request can no longer be changed here.'
                    USING ERRCODE = '23514', CONSTRAINT = 'intake_contactamendment_in_time';
            END IF;
            INSERT INTO intake_contactamendment (id, request_id, kind, details, data_key_id)
                VALUES (p_id, p_amends, p_plain->>'kind', p_sealed, p_key_id);
            INSERT INTO audit_event (id, name, actor_kind, object_type, object_id, fields, ids)
                VALUES (gen_random_uuid(), 'contact_request.amended', 'public', 'intake.contactrequest',
                        p_amends, '{}', jsonb_build_object('amendment', p_id, 'kind', p_plain->>'kind'));
            INSERT INTO outbox_message (id, kind, "to", key, ids, status, attempts, last_error)
                VALUES (gen_random_uuid(), 'intake.request_amended', '', 'intake.request_amended ' || p_id,
                        about, 'waiting', 0, '');
            RETURN;
        END IF;

        INSERT INTO intake_contactrequest (id, reference, data_key_id, details, phone_index, kind, source, danger,
                                           language, suspicion, status, received_at, due_at, next_call_at,
                                           close_reason)
            VALUES (p_id, p_reference, p_key_id, p_sealed, p_phone_index, p_plain->>'kind', 'web',
                    p_plain->>'danger', p_plain->>'language', p_plain->>'suspicion', 'new', moment,
                    p_due_at, p_due_at, '');
        INSERT INTO audit_event (id, name, actor_kind, object_type, object_id, fields, ids)
            VALUES (gen_random_uuid(), 'contact_request.received', 'public', 'intake.contactrequest', p_id, '{}',
                    jsonb_build_object('kind', p_plain->>'kind', 'danger', p_plain->>'danger'));
        INSERT INTO outbox_message (id, kind, "to", key, ids, status, attempts, last_error)
            VALUES (gen_random_uuid(), 'intake.request_received', '', 'intake.request_received ' || p_id,
                    about, 'waiting', 0, '');
        IF p_plain->>'danger' IN ('yes', 'unsure') THEN
            INSERT INTO outbox_message (id, kind, "to", key, ids, status, attempts, last_error)
                VALUES (gen_random_uuid(), 'intake.request_urgent', '', 'intake.request_urgent ' || p_id,
                        about, 'waiting', 0, '');
        END IF;
    END $$;
    COMMENT ON FUNCTION submit_contact_request IS
        'Executed by clearway_public only: stores sealed bytes, returns nothing, looks up nothing about anyone.';
"""

GRANT = f"""
    REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC, clearway_app;
    GRANT EXECUTE ON FUNCTION {SIGNATURE} TO clearway_public;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_contact_requests"),
        ("outbox", "0001_messages"),
    ]

    operations = [
        audit.sql.append_only("intake_contactamendment"),
        audit.sql.append_only("intake_callattempt"),
        migrations.RunSQL(SUBMIT, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
