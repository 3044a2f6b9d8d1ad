"""Limits that people ask for; reports that the law allows; the check of identity before own access."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields
from records.proof_sql import proof_of_same_person

STEPS = """
    CREATE FUNCTION records_restriction_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        deciding constant text[] := ARRAY['status', 'decided_at', 'decided_by', 'reason'];
        ending constant text[] := ARRAY['status', 'ended_at', 'ended_by', 'ended_how', 'end_note'];
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.status = 'asked' THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.status = 'asked' AND NEW.status IN ('agreed', 'declined')
                AND to_jsonb(OLD) - deciding = to_jsonb(NEW) - deciding
            THEN
                RETURN NEW;
            END IF;
            IF OLD.status = 'agreed' AND NEW.status = 'ended'
                AND to_jsonb(OLD) - ending = to_jsonb(NEW) - ending
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'A limit is asked for, decided once, and ended once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_restriction_steps';
    END $$;
    REVOKE EXECUTE ON FUNCTION records_restriction_steps() FROM PUBLIC;
    CREATE TRIGGER records_restriction_steps BEFORE INSERT OR UPDATE OR DELETE ON records_restriction
        FOR EACH ROW EXECUTE FUNCTION records_restriction_steps();
"""
STEPS_REVERSE = """
    DROP TRIGGER records_restriction_steps ON records_restriction;
    DROP FUNCTION records_restriction_steps();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_registers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a decision"),
                            ("agreed", "Agreed, in force"),
                            ("declined", "Declined"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("wish", records.fields.EncryptedText(editable=True)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "Name and date of birth"),
                                ("contact", "Phone, address and how to reach me"),
                                ("substance_use", "What I use, how much, and withdrawal"),
                                ("health", "Physical health"),
                                ("medications", "Medicines and allergies"),
                                ("mental_health", "Mental health and safety"),
                                ("pregnancy", "Pregnancy"),
                                ("social", "Home, family and work"),
                                ("insurance", "Insurance"),
                                ("clearance", "Medical clearance"),
                                ("presence", "That I am in contact with this center"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("facility", "Treatment facility"),
                                ("prescriber", "Prescriber or clinic"),
                                ("payer", "Insurance or payer"),
                                ("helper", "Family or helper"),
                                ("other", "Someone else"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("paid_in_full", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("reason", records.fields.EncryptedText(editable=True, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreement", "The person asked for it or agreed"),
                            ("notice", "We told the person that we end it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("end_note", records.fields.EncryptedText(editable=True, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="IdentityCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("photo_id", "I looked at a photo ID"),
                            ("known", "I know the person from care here"),
                            ("answers", "They answered questions that only they can answer"),
                            ("called_back", "I called back on the number on file"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("guardian", "Parent or guardian of a minor"),
                            ("court", "Appointed by a court"),
                            ("health_poa", "Health care power of attorney"),
                            ("estate", "Executor or next of kin of someone who died"),
                        ],
                        max_length=12,
                    ),
                ),
                ("representative_name", records.fields.EncryptedText(editable=True, null=True)),
                ("evidence", records.fields.EncryptedText(editable=True, null=True)),
                ("checked_by", models.UUIDField()),
                ("checked_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.document",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identity_checks",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="identity_check",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.identitycheck",
            ),
        ),
        migrations.CreateModel(
            name="MandatedReport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("child_abuse", "Suspected child abuse or neglect"),
                            ("crime", "A crime here or against our staff, or a threat of one"),
                        ],
                        max_length=12,
                    ),
                ),
                ("authority", records.fields.EncryptedText(editable=True)),
                ("circumstances", records.fields.EncryptedText(editable=True)),
                ("status_told", models.BooleanField(default=False)),
                ("name_told", records.fields.EncryptedText(editable=True, null=True)),
                ("address_told", records.fields.EncryptedText(editable=True, null=True)),
                ("whereabouts_told", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("link_page", "Page behind a link"),
                            ("pdf", "PDF"),
                            ("print", "Print"),
                            ("fax", "Fax"),
                            ("export", "Export"),
                            ("phone", "Phone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reported_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="report",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.mandatedreport",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis__in", ("child_abuse", "crime")), _negated=True),
                    ("report__isnull", False),
                    _connector="OR",
                ),
                name="records_disclosure_names_report",
                violation_error_message="A report is written down with its facts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "own_access"), _negated=True),
                    ("identity_check__isnull", False),
                    _connector="OR",
                ),
                name="records_disclosure_names_check",
                violation_error_message="A copy for the person needs a check of identity.",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="records.person"
            ),
        ),
        migrations.AddIndex(
            model_name="identitycheck",
            index=models.Index(fields=["person", "-checked_at"], name="records_identitycheck_person"),
        ),
        migrations.AddConstraint(
            model_name="identitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["photo_id", "known", "answers", "called_back"])),
                name="records_identitycheck_how",
                violation_error_message="Select how you made sure who it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("authority", ""), ("evidence__isnull", True), ("representative_name__isnull", True)
                    ),
                    models.Q(
                        ("authority__in", ["guardian", "court", "health_poa", "estate"]),
                        ("representative_name__isnull", False),
                        django.db.models.lookups.GreaterThan(
                            models.Func(
                                models.F("representative_name"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            45,
                        ),
                        ("evidence__isnull", False),
                        django.db.models.lookups.GreaterThan(
                            models.Func(
                                models.F("evidence"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            45,
                        ),
                    ),
                    _connector="OR",
                ),
                name="records_identitycheck_authority",
                violation_error_message="A representative is named, with the evidence of their authority.",
            ),
        ),
        migrations.AddIndex(
            model_name="mandatedreport",
            index=models.Index(fields=["person", "-reported_at"], name="records_report_of_person"),
        ),
        migrations.AddConstraint(
            model_name="mandatedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("authority__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("authority"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("circumstances__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("circumstances"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                ),
                name="records_mandatedreport_facts",
                violation_error_message="A report says to whom it went and what happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandatedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["child_abuse", "crime"])),
                name="records_mandatedreport_kind_known",
                violation_error_message="Select which report it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandatedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reported_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("recorded_at"), "+", models.Value(datetime.timedelta(seconds=60))
                        ),
                    )
                ),
                name="records_mandatedreport_past",
                violation_error_message="The time can't be in the future.",
            ),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["person", "-asked_at"], name="records_restriction_of_person"),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(
                condition=models.Q(("status", "asked")),
                fields=["due_at", "id"],
                name="records_restriction_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wish__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("wish"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                ),
                name="records_restriction_wish",
                violation_error_message="Write what the person asks for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid_in_full", True), ("status", "declined"), _negated=True),
                name="records_restriction_paid_in_full",
                violation_error_message="What was paid in full can't be declined.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_how", "notice"), ("paid_in_full", True), _negated=True),
                name="records_restriction_paid_in_full_end",
                violation_error_message="A limit on what was paid in full ends only when the person agrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_in_full", False),
                    models.Q(("kinds", ["payer"]), ("recipients", [])),
                    _connector="OR",
                ),
                name="records_restriction_paid_in_full_payer",
                violation_error_message="A limit on what was paid in full is about health plans.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "asked")),
                    models.Q(
                        models.Q(("status", "asked"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_restriction_decided",
                violation_error_message="A decided request says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(
                        ("reason__isnull", False),
                        django.db.models.lookups.GreaterThan(
                            models.Func(
                                models.F("reason"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            45,
                        ),
                    ),
                    _connector="OR",
                ),
                name="records_restriction_reason",
                violation_error_message="Say why it is declined.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("status", "ended"),
                        ("ended_how__in", ["agreement", "notice"]),
                    ),
                    models.Q(
                        models.Q(("status", "ended"), _negated=True),
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                        ("ended_how", ""),
                    ),
                    _connector="OR",
                ),
                name="records_restriction_ended",
                violation_error_message="An ended limit says when, by whom and how.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gte", models.F("asked_at"))),
                name="records_restriction_due",
                violation_error_message="The decision is due after the request.",
            ),
        ),
        audit.sql.append_only("records_mandatedreport"),
        audit.sql.append_only("records_identitycheck"),
        proof_of_same_person("report_id", "records_mandatedreport", "AND NEW.basis = proof.kind"),
        proof_of_same_person("identity_check_id", "records_identitycheck", "AND NEW.basis = 'own_access'"),
        migrations.RunSQL(STEPS, STEPS_REVERSE),
    ]
