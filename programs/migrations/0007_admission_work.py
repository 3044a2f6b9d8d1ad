"""What an admission should have: the arrival, the checklist, who else cares, what was left open, undo."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

KEEP = """
    CREATE FUNCTION programs_keep_but() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF (to_jsonb(NEW) - TG_ARGV::text[]) <> (to_jsonb(OLD) - TG_ARGV::text[]) THEN
            PERFORM programs_refuse('row_is_fixed', 'What was written stays.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_keep_but() FROM PUBLIC;
    CREATE TRIGGER programs_openitem_keep BEFORE UPDATE ON programs_openitem
        FOR EACH ROW EXECUTE FUNCTION programs_keep_but('owner_id', 'done_at', 'done_by_id');
    CREATE TRIGGER programs_openitem_done_once BEFORE UPDATE ON programs_openitem FOR EACH ROW
        WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER programs_carecontact_keep BEFORE UPDATE ON programs_carecontact
        FOR EACH ROW EXECUTE FUNCTION programs_keep_but('ended_at');
    CREATE TRIGGER programs_carecontact_ended_once BEFORE UPDATE ON programs_carecontact FOR EACH ROW
        WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER programs_checklistitem_keep BEFORE UPDATE ON programs_checklistitem FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('state', 'owner', 'note', 'done_on', 'updated_by_id', 'updated_at');
"""
KEEP_REVERSE = """
    DROP TRIGGER programs_checklistitem_keep ON programs_checklistitem;
    DROP TRIGGER programs_carecontact_ended_once ON programs_carecontact;
    DROP TRIGGER programs_carecontact_keep ON programs_carecontact;
    DROP TRIGGER programs_openitem_done_once ON programs_openitem;
    DROP TRIGGER programs_openitem_keep ON programs_openitem;
    DROP FUNCTION programs_keep_but();
"""

# Taking an admission back ends its stay: the gate's own trigger then frees the bed or the slot.
UNDO = """
    CREATE FUNCTION programs_admissionundo_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        a programs_admission%ROWTYPE;
        present timestamptz := app_now();
    BEGIN
        SELECT * INTO a FROM programs_admission WHERE id = NEW.admission_id FOR UPDATE;
        IF a.discharged_at IS NOT NULL THEN
            PERFORM programs_refuse('undo_ended', 'This stay has ended already.');
        END IF;
        IF present > a.recorded_at + interval '1 hour'
           OR NEW.undone_at NOT BETWEEN present - interval '5 minutes' AND present + interval '5 minutes' THEN
            PERFORM programs_refuse('undo_late', 'The time to take this admission back is over.');
        END IF;
        UPDATE programs_admission SET discharged_at = greatest(present, admitted_at) WHERE id = a.id;
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION programs_admissionundo_end() FROM PUBLIC;
    CREATE TRIGGER programs_admissionundo_end AFTER INSERT ON programs_admissionundo
        FOR EACH ROW EXECUTE FUNCTION programs_admissionundo_end();
"""
UNDO_REVERSE = """
    DROP TRIGGER programs_admissionundo_end ON programs_admissionundo;
    DROP FUNCTION programs_admissionundo_end();
"""


def never_deleted(table: str) -> migrations.RunSQL:
    """Let nobody delete rows of `table`: by privilege for the app, by trigger for everyone."""
    return migrations.RunSQL(
        f"""
            REVOKE DELETE ON {table} FROM clearway_app;
            CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_never_deleted ON {table}; GRANT DELETE ON {table} TO clearway_app;",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0020_emergencies_waiting"),
        ("programs", "0006_after_resume"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdmissionUndo",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("undone_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "admission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undo",
                        to="programs.admission",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ArrivalPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("expected_at", models.DateTimeField()),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival_plans",
                        to="intake.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["episode", "-made_at"], name="programs_arrivalplan_newest")],
            },
        ),
        migrations.CreateModel(
            name="CareContact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("emergency", "Emergency contact"),
                            ("doctor", "Primary care doctor"),
                            ("prescriber", "Prescriber of medicines"),
                            ("therapist", "Therapist or counselor"),
                            ("pharmacy", "Pharmacy"),
                        ],
                        max_length=12,
                    ),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "made_by",
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
                        related_name="care_contacts",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["person"],
                        name="programs_carecontact_live",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["emergency", "doctor", "prescriber", "therapist", "pharmacy"])
                        ),
                        name="programs_carecontact_kind",
                        violation_error_message="This kind of contact is not known.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "item",
                    models.CharField(
                        choices=[
                            ("time_off", "Arrange time off work or school"),
                            ("children", "Arrange care for children or relatives"),
                            ("pets", "Arrange care for pets"),
                            ("finances", "Put bills and payments in order"),
                            ("packing", "Pack clothes and personal things"),
                            ("records", "Gather medical records and medicines"),
                            ("people", "Tell the people who may know"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Not done yet"), ("done", "Done"), ("not_needed", "Not needed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("owner", records.fields.EncryptedText(blank=True, editable=True)),
                ("note", records.fields.EncryptedText(blank=True, editable=True)),
                ("done_on", models.DateField(null=True)),
                ("updated_at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklist",
                        to="intake.episode",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("episode", "item"),
                        name="programs_checklistitem_once",
                        violation_error_message="This is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "item__in",
                                ["time_off", "children", "pets", "finances", "packing", "records", "people"],
                            )
                        ),
                        name="programs_checklistitem_known",
                        violation_error_message="This is not one of the seven things to prepare.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(("done_on__isnull", True), ("state__in", ["open", "not_needed"])),
                            _connector="OR",
                        ),
                        name="programs_checklistitem_done_when",
                        violation_error_message="What is done has a day; what is not done has none.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "item",
                    models.CharField(
                        choices=[
                            ("notice", "Patient notice"),
                            ("consent", "Consents"),
                            ("benefits", "Benefits verified"),
                            ("emergency", "Emergency contact"),
                            ("arrival", "Arrival plan"),
                            ("checklist", "Preparation checklist"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open_items",
                        to="programs.admission",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["due_at", "id"],
                        name="programs_openitem_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("admission", "item"),
                        name="programs_openitem_once",
                        violation_error_message="This is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "item__in",
                                ["notice", "consent", "benefits", "emergency", "arrival", "checklist"],
                            )
                        ),
                        name="programs_openitem_known",
                        violation_error_message="This is not one of the things an admission should have.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_by__isnull", True), ("done_at__isnull", False), _connector="OR"
                        ),
                        name="programs_openitem_done_when",
                        violation_error_message="Say when it was finished.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
        migrations.RunSQL(UNDO, UNDO_REVERSE),
        append_only("programs_arrivalplan"),
        append_only("programs_admissionundo"),
        *(
            never_deleted(table)
            for table in ("programs_openitem", "programs_carecontact", "programs_checklistitem")
        ),
    ]
