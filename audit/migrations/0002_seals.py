"""Seals: a numbered, keyed chain over the events; events get role and session, and true times and places."""

from django.db import migrations, models

import audit.sql

STAMP = """
    CREATE FUNCTION audit_event_stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        NEW.at := app_now();
        NEW.transaction := pg_current_xact_id()::text;
        NEW.epoch := audit_cluster_epoch();
        RETURN NEW;
    END $$;
    COMMENT ON FUNCTION audit_event_stamp() IS
        'Nobody dates an event back or hides it from the sealer: these three columns are never taken as given.';
    CREATE TRIGGER audit_event_stamp BEFORE INSERT ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_stamp();
    CREATE INDEX audit_event_sealing ON audit_event (epoch, (transaction::xid8), at, id);
"""
STAMP_REVERSE = """
    DROP INDEX audit_event_sealing;
    DROP TRIGGER audit_event_stamp ON audit_event;
    DROP FUNCTION audit_event_stamp();
"""

FOLLOWS = """
    CREATE FUNCTION audit_seal_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        last_number bigint := 0;
        last_hash bytea := decode(repeat('00', 32), 'hex');
        body text;
    BEGIN
        SELECT number, hash INTO last_number, last_hash FROM audit_seal ORDER BY number DESC LIMIT 1;
        IF NOT FOUND THEN
            last_number := 0;
            last_hash := decode(repeat('00', 32), 'hex');
        END IF;
        IF NEW.number <> last_number + 1 OR NEW.previous <> last_hash THEN
            RAISE EXCEPTION 'Seal % does not follow seal %.', NEW.number, last_number
                USING ERRCODE = '23514', CONSTRAINT = 'audit_seal_follows';
        END IF;
        IF octet_length(NEW.digest) <> 32 OR octet_length(NEW.mac) <> 32
            OR NOT EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.event_id)
        THEN
            RAISE EXCEPTION 'A seal belongs to an event.'
                USING ERRCODE = '23514', CONSTRAINT = 'audit_seal_of_an_event';
        END IF;
        -- the same bytes as audit.verifier.seal_hash
        body := format(
            E'clearway seal 1\\n{"digest":"%s","event":"%s","key":"%s","number":%s,"previous":"%s","sealed_at":"%s"}\\n%s',
            encode(NEW.digest, 'hex'), NEW.event_id, NEW.key_id, NEW.number, encode(NEW.previous, 'hex'),
            to_char(NEW.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), encode(NEW.mac, 'hex')
        );
        IF NEW.hash <> sha256(convert_to(body, 'UTF8')) THEN
            RAISE EXCEPTION 'The fingerprint of seal % is not its own.', NEW.number
                USING ERRCODE = '23514', CONSTRAINT = 'audit_seal_hash';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER audit_seal_follows BEFORE INSERT ON audit_seal
        FOR EACH ROW EXECUTE FUNCTION audit_seal_follows();
"""
FOLLOWS_REVERSE = """
    DROP TRIGGER audit_seal_follows ON audit_seal;
    DROP FUNCTION audit_seal_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_foundation")]

    operations = [
        migrations.AddField("event", "role", models.CharField(blank=True, db_default="", max_length=20)),
        migrations.AddField("event", "session", models.CharField(blank=True, db_default="", max_length=16)),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.UUIDField(unique=True)),
                ("digest", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("key_id", models.CharField(max_length=40)),
                ("sealed_at", models.DateTimeField()),
                ("mac", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="audit_seal_number",
                        violation_error_message="Seals are numbered from 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key_id__regex", "^[A-Za-z0-9_.-]+$")),
                        name="audit_seal_key",
                        violation_error_message="A key's name is made of letters, digits, dots and dashes.",
                    ),
                ],
            },
        ),
        audit.sql.append_only("audit_seal"),
        migrations.RunSQL(STAMP, STAMP_REVERSE),
        migrations.RunSQL(FOLLOWS, FOLLOWS_REVERSE),
    ]
