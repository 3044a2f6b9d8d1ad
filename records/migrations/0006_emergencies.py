"""Emergencies: what 2.51(c) wants written down; the accounting names its basis and the proof of it."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields
from records.proof_sql import proof_of_same_person


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_seal_names"),
    ]

    operations = [
        migrations.AlterField(
            model_name="disclosure",
            name="basis",
            field=models.CharField(
                choices=[
                    ("consent", "Consent"),
                    ("emergency", "Medical emergency"),
                    ("court_order", "Court order with subpoena"),
                    ("qso", "Service agreement"),
                    ("audit", "Audit or evaluation"),
                    ("research", "Research"),
                    ("child_abuse", "Report of child abuse or neglect"),
                    ("crime", "Report of a crime here"),
                    ("own_access", "The person's own access"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("treatment", "Treatment and coordination of care"),
                    ("payment", "Payment"),
                    ("operations", "Running the program"),
                    ("family", "Keeping family or a helper informed"),
                    ("request", "At my request"),
                    ("emergency", "Medical emergency"),
                    ("proceedings", "Legal proceedings"),
                    ("service", "A service for the program"),
                    ("audit", "Audit or evaluation"),
                    ("research", "Research"),
                    ("report", "A report that the law allows"),
                    ("own_access", "The person's own access"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.recipient",
            ),
        ),
        migrations.CreateModel(
            name="EmergencyDisclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("personnel_name", records.fields.EncryptedText(editable=True)),
                ("personnel_affiliation", records.fields.EncryptedText(editable=True)),
                ("discloser_name", records.fields.EncryptedText(editable=True)),
                ("nature", records.fields.EncryptedText(editable=True)),
                ("no_consent_why", records.fields.EncryptedText(editable=True)),
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
                ("told_at", models.DateTimeField()),
                ("late", models.BooleanField(default=False)),
                ("late_reason", records.fields.EncryptedText(editable=True, null=True)),
                ("told", records.fields.EncryptedText(editable=True, null=True)),
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
                        related_name="emergencies",
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
            name="emergency",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.emergencydisclosure",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "basis__in",
                        [
                            "consent",
                            "emergency",
                            "court_order",
                            "qso",
                            "audit",
                            "research",
                            "child_abuse",
                            "crime",
                            "own_access",
                        ],
                    )
                ),
                name="records_disclosure_basis_known",
                violation_error_message="A disclosure names a lawful basis.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "emergency"), _negated=True),
                    ("emergency__isnull", False),
                    _connector="OR",
                ),
                name="records_disclosure_names_emergency",
                violation_error_message="A disclosure in an emergency names its record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recipient__isnull", False),
                    ("basis__in", ("emergency", "child_abuse", "crime", "own_access")),
                    _connector="OR",
                ),
                name="records_disclosure_names_recipient",
                violation_error_message="A disclosure names its receiver.",
            ),
        ),
        migrations.AddIndex(
            model_name="emergencydisclosure",
            index=models.Index(fields=["person", "-told_at"], name="records_emergency_of_person"),
        ),
        migrations.AddConstraint(
            model_name="emergencydisclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("personnel_name__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("personnel_name"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                    ("personnel_affiliation__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("personnel_affiliation"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                    ("discloser_name__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("discloser_name"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                    ("nature__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("nature"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("no_consent_why__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("no_consent_why"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                ),
                name="records_emergencydisclosure_facts",
                violation_error_message="Fill in who was told, where they work, and what the emergency is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydisclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("medium__in", ["phone", "print"])),
                name="records_emergencydisclosure_medium",
                violation_error_message="In an emergency, tell it by phone or print it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydisclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("late", False),
                        ("late_reason__isnull", True),
                        ("told__isnull", True),
                        (
                            "told_at__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("recorded_at"), "-", models.Value(datetime.timedelta(seconds=1800))
                            ),
                        ),
                    ),
                    models.Q(
                        ("late", True),
                        ("late_reason__isnull", False),
                        django.db.models.lookups.GreaterThan(
                            models.Func(
                                models.F("late_reason"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            45,
                        ),
                        ("told__isnull", False),
                        django.db.models.lookups.GreaterThan(
                            models.Func(
                                models.F("told"), function="octet_length", output_field=models.IntegerField()
                            ),
                            45,
                        ),
                    ),
                    _connector="OR",
                ),
                name="records_emergencydisclosure_late",
                violation_error_message="What is written down later says why, and what was told.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencydisclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "told_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("recorded_at"), "+", models.Value(datetime.timedelta(seconds=60))
                        ),
                    )
                ),
                name="records_emergencydisclosure_past",
                violation_error_message="The time can't be in the future.",
            ),
        ),
        audit.sql.append_only("records_emergencydisclosure"),
        proof_of_same_person("emergency_id", "records_emergencydisclosure", "AND NEW.basis = 'emergency'"),
        proof_of_same_person("consent_id", "records_consent", "AND NEW.basis = 'consent'"),
    ]
