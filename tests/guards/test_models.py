"""What every table of ours promises."""

from django.apps import apps
from django.db import connection, models

from records.fields import EncryptedField
from records.models import SealedModel

OURS = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]


def test_encrypted_fields_live_on_sealed_models():
    """Elsewhere there would be no data key to open them with."""
    wrong = [
        model._meta.label
        for model in MODELS
        if any(isinstance(field, EncryptedField) for field in model._meta.get_fields())
        and not issubclass(model, SealedModel)
    ]
    assert not wrong


def test_str_shows_nothing_encrypted():
    for model in MODELS:
        encrypted = {f.attname for f in model._meta.get_fields() if isinstance(f, EncryptedField)}
        names = set(getattr(model.__str__, "__code__", lambda: None).co_names)
        assert not encrypted & names, model


def test_every_constraint_has_a_name_of_its_table():
    wrong = [
        constraint.name
        for model in MODELS
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_")
    ]
    assert not wrong


def test_deletion_never_cascades_from_a_person():
    """Disposal destroys a data key; rows are not swept away by deleting another row."""
    wrong = [
        str(field)
        for model in MODELS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and field.model._meta.app_label in OURS
    ]
    assert not wrong


def test_the_running_role_owns_nothing_and_cannot_change_tables(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')")
        assert cursor.fetchone()[0] is False
        cursor.execute("SELECT pg_has_role(current_user, 'clearway_owner', 'MEMBER')")
        assert cursor.fetchone()[0] is False
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(current_user, oid, 'TRUNCATE')"
        )
        assert cursor.fetchall() == []
