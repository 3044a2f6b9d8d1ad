"""The incident register, and what the database holds about its decisions."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields

# A sealed text is 45 bytes longer than its letters: each factor has at least ten.
DECISION = """
    CREATE FUNCTION records_incident_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        later constant text[] := ARRAY['details', 'delay_until'];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'An incident stays in the register.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_incident_stays';
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL
            AND to_jsonb(OLD) - later IS DISTINCT FROM to_jsonb(NEW) - later
        THEN
            RAISE EXCEPTION 'What was decided about an incident stays.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_incident_decided_stays';
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.what_happened, OLD.discovered_at, OLD.reported_by_id, OLD.recorded_at)
            IS DISTINCT FROM (NEW.what_happened, NEW.discovered_at, NEW.reported_by_id, NEW.recorded_at)
        THEN
            RAISE EXCEPTION 'What was reported stays as it was reported.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_incident_report_stays';
        END IF;
        IF NEW.decided_at IS NOT NULL THEN
            IF NEW.decided_by_id IS NULL OR NEW.decided_by_id = NEW.proposed_by_id OR NOT EXISTS (
                SELECT 1 FROM accounts_user
                WHERE id = NEW.decided_by_id AND is_active AND role IN ('supervisor', 'privacy'))
            THEN
                RAISE EXCEPTION 'A second person, a supervisor or the privacy officer, approves a decision.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_incident_second_person';
            END IF;
            IF NEW.outcome = 'not_breach' AND least(
                coalesce(octet_length(NEW.factor_nature), 0), coalesce(octet_length(NEW.factor_recipient), 0),
                coalesce(octet_length(NEW.factor_acquired), 0), coalesce(octet_length(NEW.factor_mitigated), 0)
            ) < 55 THEN
                RAISE EXCEPTION 'Not a breach: each of the four factors is written down.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_incident_four_factors';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION records_incident_decision() FROM PUBLIC;
    CREATE TRIGGER records_incident_decision BEFORE INSERT OR UPDATE OR DELETE ON records_incident
        FOR EACH ROW EXECUTE FUNCTION records_incident_decision();
"""
UNDECIDED = """
    DROP TRIGGER records_incident_decision ON records_incident;
    DROP FUNCTION records_incident_decision();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_care_teams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("misdirected", "Sent to the wrong recipient"),
                            ("lost_device", "Lost or stolen device or paper"),
                            ("snooping", "Record opened without need"),
                            ("trail_alert", "Alert from the audit trail"),
                            ("export", "Large print or export"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=60)),
                ("discovered_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("what_happened", records.fields.EncryptedText(editable=True)),
                ("details", records.fields.EncryptedJSON(editable=True)),
                (
                    "encrypted",
                    models.CharField(
                        choices=[
                            ("unknown", "Not known yet"),
                            ("no", "No, it could be read"),
                            ("yes", "Yes, encrypted, and the key was not with it"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                ("delay_until", models.DateField(null=True)),
                ("factor_nature", records.fields.EncryptedText(editable=True, null=True)),
                ("factor_recipient", records.fields.EncryptedText(editable=True, null=True)),
                ("factor_acquired", records.fields.EncryptedText(editable=True, null=True)),
                ("factor_mitigated", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not decided"),
                            ("breach", "A breach: people are told"),
                            ("not_breach", "Not a breach"),
                        ],
                        max_length=12,
                    ),
                ),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.disclosure",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
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
            name="IncidentDuty",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("people", "Tell each person by letter"),
                            ("hhs", "Report to HHS together with the letters"),
                            ("hhs_yearly", "Report to HHS after the end of the year"),
                            ("media", "Tell prominent media of the state"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=2)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="records.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("state", records.fields.EncryptedText(editable=True)),
                ("added_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("letter_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected",
                        to="records.incident",
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
            name="IncidentStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("step", models.CharField(max_length=20)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="records.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentTask",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("call", "Call whoever received it"),
                            ("destroy", "Ask them to destroy it, and not to read or pass it on"),
                            ("attest", "Get it in writing that it was destroyed"),
                            ("right_one", "Send it to the right recipient, if it is still needed"),
                            ("remote", "Lock or erase the device from afar"),
                            ("sessions", "End every session and change the password"),
                            ("police", "Report the theft, and keep the report's number"),
                        ],
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("done_at", models.DateTimeField(null=True)),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="records.incident",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-discovered_at", "-id"], name="records_incident_newest"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["subject"], name="records_incident_subject"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("encrypted__in", ["unknown", "no", "yes"]),
                    (
                        "kind__in",
                        ["misdirected", "lost_device", "snooping", "trail_alert", "export", "other"],
                    ),
                    ("outcome__in", ["", "breach", "not_breach"]),
                ),
                name="records_incident_words_known",
                violation_error_message="An incident uses the agreed words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("proposed_at", None), ("proposed_by", None)),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_incident_proposal_complete",
                violation_error_message="A proposed decision says what, by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None)),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_incident_decision_complete",
                violation_error_message="A decision says what, by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="records_incident_second_person",
                violation_error_message="Somebody else approves what you proposed.",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentduty",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["due_on"], name="records_duty_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentduty",
            constraint=models.UniqueConstraint(
                fields=("incident", "code", "place"),
                name="records_incidentduty_once",
                violation_error_message="This report is owed once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentduty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="records_incidentduty_done_complete",
                violation_error_message="What was done says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.UniqueConstraint(
                fields=("incident", "person"),
                name="records_incidentperson_once",
                violation_error_message="This person is on the list.",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentstep",
            index=models.Index(fields=["incident", "at"], name="records_incidentstep_of"),
        ),
        migrations.AddConstraint(
            model_name="incidenttask",
            constraint=models.UniqueConstraint(
                fields=("incident", "code"),
                name="records_incidenttask_once",
                violation_error_message="This step is on the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenttask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("note__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False), ("note__isnull", False)),
                    _connector="OR",
                ),
                name="records_incidenttask_done_complete",
                violation_error_message="What was done says when, by whom and how.",
            ),
        ),
        migrations.RunSQL(DECISION, UNDECIDED),
        audit.sql.append_only("records_incidentstep"),
    ]
