"""Seal who is named: helpers, the accounting's names and addresses, and the event that ends a consent.

What stood in plain text is sealed under the key of the person whose row it is, and opened again on the way
back. A value whose key was destroyed is sealed under a key that nobody keeps: disposed of with the rest.
"""

import uuid
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import records.fields
from config.crypto import new_key, open_value, seal_value, unwrap_key

# (table, plain column, sealed column). The sealed column's final name is part of what is sealed.
MOVED = (
    ("records_disclosure", "recipient_name_plain", "recipient_name"),
    ("records_disclosure", "recipient_address_plain", "recipient_address"),
    ("records_consent", "expires_event_plain", "expires_event"),
)
FROZEN = (
    ("records_disclosure", "records_disclosure_append_only"),
    ("records_consent", "records_consent_frozen"),
)

SHARED = "a helper is named by no one person: give each person a helper of their own before migrating"
OWNER = """
    SELECT r.id, r.name, array_agg(DISTINCT c.person_id) FROM records_recipient r LEFT JOIN (
        SELECT n.recipient_id, c.person_id FROM records_consentrecipient n
            JOIN records_consent c ON c.id = n.consent_id
        UNION SELECT recipient_id, person_id FROM records_disclosure
    ) c ON c.recipient_id = r.id WHERE r.kind = 'helper' GROUP BY r.id, r.name
"""


def _keys(cursor: Any, ids: set) -> dict:
    cursor.execute("SELECT id, wrapped FROM records_datakey WHERE id = ANY(%s::uuid[])", [list(ids)])
    return {one: unwrap_key(bytes(wrapped), one) if wrapped else None for one, wrapped in cursor.fetchall()}


def _seal(text: str, key_id: uuid.UUID, key: bytes | None, table: str, column: str) -> bytes:
    return seal_value(text.encode(), key_id=key_id, key=key or new_key(), table=table, column=column)


def _switch(cursor: Any, way: str) -> None:
    """Run what waits, then let the owner rewrite what nobody may rewrite, or end that."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, trigger in FROZEN:
        cursor.execute(f"ALTER TABLE {table} {way} TRIGGER {trigger}")


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal the plain columns, row by row."""
    with schema_editor.connection.cursor() as cursor:
        _switch(cursor, "DISABLE")
        for table, plain, column in MOVED:
            always = " OR true" if column == "recipient_name" else ""
            cursor.execute(f"SELECT id, data_key_id, {plain} FROM {table} WHERE {plain} <> ''{always}")
            rows = cursor.fetchall()
            keys = _keys(cursor, {row[1] for row in rows})
            for row_id, key_id, text in rows:
                sealed = _seal(text, key_id, keys[key_id], table, column)
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [sealed, row_id])
        _switch(cursor, "ENABLE")
        _seal_helpers(cursor)


def _seal_helpers(cursor: Any) -> None:
    cursor.execute(OWNER)
    for recipient_id, name, people in cursor.fetchall():
        owners = [one for one in people if one]
        if not owners:
            cursor.execute("DELETE FROM records_recipient WHERE id = %s", [recipient_id])
            continue
        if len(owners) > 1:
            raise ValueError(SHARED)
        cursor.execute("SELECT data_key_id FROM records_person WHERE id = %s", [owners[0]])
        (key_id,) = cursor.fetchone()
        key = _keys(cursor, {key_id})[key_id]
        cursor.execute(
            "UPDATE records_recipient SET person_id = %s, data_key_id = %s, sealed_name = %s, name = '',"
            " aliases = '{}' WHERE id = %s",
            [
                owners[0],
                key_id,
                _seal(name, key_id, key, "records_recipient", "sealed_name"),
                recipient_id,
            ],
        )


def unseal(apps: Any, schema_editor: Any) -> None:
    """Open what was sealed; what can't be opened stays empty."""
    with schema_editor.connection.cursor() as cursor:
        _switch(cursor, "DISABLE")
        for table, plain, column in MOVED:
            for row_id, text in _opened(cursor, table, column):
                cursor.execute(f"UPDATE {table} SET {plain} = %s WHERE id = %s", [text, row_id])
        _switch(cursor, "ENABLE")
        for row_id, text in _opened(cursor, "records_recipient", "sealed_name"):
            cursor.execute(
                "UPDATE records_recipient SET name = %s, person_id = NULL, data_key_id = NULL,"
                " sealed_name = NULL WHERE id = %s",
                [text, row_id],
            )
        cursor.execute(
            "UPDATE records_recipient SET name = id::text, person_id = NULL, data_key_id = NULL,"
            " sealed_name = NULL WHERE sealed_name IS NOT NULL"
        )


def _opened(cursor: Any, table: str, column: str) -> list[tuple]:
    cursor.execute(f"SELECT id, data_key_id, {column} FROM {table} WHERE {column} IS NOT NULL")
    rows = cursor.fetchall()
    keys = _keys(cursor, {row[1] for row in rows})
    return [
        (row_id, open_value(bytes(sealed), key=keys[key_id], table=table, column=column).decode())
        for row_id, key_id, sealed in rows
        if keys[key_id]
    ]


THEIR_OWN = """
    CREATE FUNCTION records_helper_of_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        owner uuid;
        person uuid;
    BEGIN
        SELECT person_id INTO owner FROM records_recipient WHERE id = NEW.recipient_id;
        IF TG_TABLE_NAME = 'records_disclosure' THEN
            person := NEW.person_id;
        ELSE
            SELECT person_id INTO person FROM records_consent WHERE id = NEW.consent_id;
        END IF;
        IF owner IS NOT NULL AND owner <> person THEN
            RAISE EXCEPTION 'A helper is named for one person only.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_helper_of_person';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_helper_of_person BEFORE INSERT ON records_consentrecipient
        FOR EACH ROW EXECUTE FUNCTION records_helper_of_person();
    CREATE TRIGGER records_helper_of_person BEFORE INSERT ON records_disclosure
        FOR EACH ROW EXECUTE FUNCTION records_helper_of_person();

    CREATE FUNCTION records_recipient_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.person_id IS DISTINCT FROM OLD.person_id
            OR NEW.data_key_id IS DISTINCT FROM OLD.data_key_id
        THEN
            RAISE EXCEPTION 'A helper stays with their person.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_recipient_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_recipient_stays BEFORE UPDATE ON records_recipient
        FOR EACH ROW EXECUTE FUNCTION records_recipient_stays();
"""
THEIR_OWN_REVERSE = """
    DROP TRIGGER records_recipient_stays ON records_recipient;
    DROP FUNCTION records_recipient_stays();
    DROP TRIGGER records_helper_of_person ON records_disclosure;
    DROP TRIGGER records_helper_of_person ON records_consentrecipient;
    DROP FUNCTION records_helper_of_person();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_reviews"),
    ]

    operations = [
        migrations.RemoveConstraint("recipient", "records_recipient_name"),
        migrations.RemoveConstraint("consent", "records_consent_ends"),
        migrations.AddField(
            "recipient",
            "data_key",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.datakey",
            ),
        ),
        migrations.AddField(
            "recipient",
            "person",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="helpers",
                to="records.person",
            ),
        ),
        migrations.AddField(
            "recipient", "sealed_name", records.fields.EncryptedText(editable=True, null=True)
        ),
        migrations.AlterField("recipient", "name", models.CharField(blank=True, max_length=120)),
        migrations.AlterModelOptions("recipient", {"base_manager_name": "objects"}),
        migrations.RenameField("disclosure", "recipient_name", "recipient_name_plain"),
        migrations.AlterField(
            "disclosure",
            "recipient_name_plain",
            models.CharField(blank=True, default="", db_default="", max_length=160),
        ),
        migrations.RenameField("disclosure", "recipient_address", "recipient_address_plain"),
        migrations.AlterField(
            "disclosure",
            "recipient_address_plain",
            models.CharField(blank=True, default="", db_default="", max_length=200),
        ),
        migrations.RenameField("consent", "expires_event", "expires_event_plain"),
        migrations.AlterField(
            "consent",
            "expires_event_plain",
            models.CharField(blank=True, default="", db_default="", max_length=200),
        ),
        migrations.AddField(
            "disclosure", "recipient_name", records.fields.EncryptedText(editable=True, null=True)
        ),
        migrations.AddField(
            "disclosure", "recipient_address", records.fields.EncryptedText(editable=True, null=True)
        ),
        migrations.AddField(
            "consent", "expires_event", records.fields.EncryptedText(editable=True, null=True)
        ),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField("disclosure", "recipient_name_plain"),
        migrations.RemoveField("disclosure", "recipient_address_plain"),
        migrations.RemoveField("consent", "expires_event_plain"),
        migrations.AlterField("disclosure", "recipient_name", records.fields.EncryptedText(editable=True)),
        migrations.AddConstraint(
            "recipient",
            models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True),
                fields=("name", "kind"),
                name="records_recipient_name",
                violation_error_message="A recipient of this kind and name exists.",
            ),
        ),
        migrations.AddConstraint(
            "recipient",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("aliases", []),
                        ("data_key__isnull", False),
                        ("kind", "helper"),
                        ("name", ""),
                        ("person__isnull", False),
                        ("sealed_name__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "helper"), _negated=True),
                        models.Q(("name", ""), _negated=True),
                        ("data_key__isnull", True),
                        ("person__isnull", True),
                        ("sealed_name__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="records_recipient_helper_is_sealed",
                violation_error_message="A helper belongs to one person, and the name is sealed.",
            ),
        ),
        migrations.AddIndex(
            "recipient",
            models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person"],
                name="records_recipient_of_person",
            ),
        ),
        migrations.AddConstraint(
            "consent",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("expires_on__isnull", False)),
                    ("expires_event__isnull", False),
                    _connector="OR",
                ),
                name="records_consent_ends",
                violation_error_message="A consent names the day or the event on which it ends.",
            ),
        ),
        migrations.RunSQL(THEIR_OWN, THEIR_OWN_REVERSE),
    ]
