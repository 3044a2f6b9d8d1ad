"""What every later table stands on: privileges of the three roles, the clock, append-only tables, events."""

import uuid

import django.contrib.postgres.fields
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import audit.models
import audit.sql
import config.clock

PRIVILEGES = """
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clearway_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO clearway_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO clearway_app;
    GRANT USAGE ON SCHEMA public TO clearway_app, clearway_public;
    GRANT SELECT ON django_migrations TO clearway_app;
"""
PRIVILEGES_REVERSE = """
    REVOKE SELECT ON django_migrations FROM clearway_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM clearway_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM clearway_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM clearway_app;
    ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
"""

CLOCK = """
    CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE
        SET search_path = public, pg_temp AS $$ SELECT clock_timestamp() $$;
    COMMENT ON FUNCTION app_now() IS
        'The one clock of triggers, defaults and config.clock. Only demo set-up replaces it, as the owner.';
"""

EPOCH = """
    CREATE FUNCTION audit_cluster_epoch() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp AS $$
        SELECT system_identifier::text FROM pg_control_system() $$;
    COMMENT ON FUNCTION audit_cluster_epoch() IS
        'Transaction ids begin again when a dump is restored into another cluster; this names the cluster.';
"""

REFUSE_CHANGE = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME
            USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_append_only';
    END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # Default privileges must stand before any table is made.
    run_before = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        migrations.RunSQL(PRIVILEGES, PRIVILEGES_REVERSE),
        BtreeGistExtension(),
        migrations.RunSQL(CLOCK, "DROP FUNCTION app_now()"),
        migrations.RunSQL(EPOCH, "DROP FUNCTION audit_cluster_epoch()"),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION refuse_change()"),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("name", models.CharField(max_length=60)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("staff", "Staff"),
                            ("partner", "Partner by link"),
                            ("signer", "Person signing"),
                            ("public", "Public page"),
                            ("system", "System"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("object_type", models.CharField(blank=True, max_length=60)),
                ("object_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("ids", models.JSONField(default=dict)),
                ("transaction", models.TextField(db_default=audit.models.PgCurrentXact(), editable=False)),
                ("epoch", models.TextField(db_default=audit.models.ClusterEpoch(), editable=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person_id", "-at"], name="audit_event_person"),
                    models.Index(fields=["object_id", "-at"], name="audit_event_object"),
                    models.Index(fields=["actor_id", "-at"], name="audit_event_actor"),
                    models.Index(fields=["-at", "id"], name="audit_event_at"),
                ],
            },
        ),
        audit.sql.append_only("audit_event"),
    ]
