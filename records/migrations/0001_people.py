"""Data keys, people and recipients."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import config.clock
import records.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_foundation"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("wrapped", models.BinaryField(null=True)),
                ("ring_key", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ring_key", "id"], name="records_datakey_ring")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at__isnull", True), ("wrapped__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("wrapped__isnull", True)),
                            _connector="OR",
                        ),
                        name="records_datakey_destroyed_is_empty",
                        violation_error_message="A destroyed key holds nothing; a live one holds its wrapped bytes.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("facility", "Treatment facility"),
                            ("prescriber", "Prescriber or clinic"),
                            ("payer", "Insurance or payer"),
                            ("helper", "Family or helper"),
                            ("other", "Someone else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "legal_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("covered_entity", "HIPAA covered entity"),
                            ("business_associate", "Business associate"),
                            ("part2_program", "Part 2 program"),
                            ("other_lawful_holder", "Other lawful holder"),
                        ],
                        max_length=30,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["name", "id"], name="records_recipient_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "kind"),
                        name="records_recipient_name",
                        violation_error_message="A recipient of this kind and name exists.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("name", records.fields.EncryptedText(editable=True)),
                ("preferred_name", records.fields.EncryptedText(editable=True, null=True)),
                ("date_of_birth", records.fields.EncryptedText(editable=True, null=True)),
                ("phone", records.fields.EncryptedText(editable=True, null=True)),
                ("email", records.fields.EncryptedText(editable=True, null=True)),
                ("sex", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")], default="en", max_length=2
                    ),
                ),
                ("restricted", models.BooleanField(default=False)),
                ("name_index", models.BinaryField(max_length=16, null=True)),
                ("phone_index", models.BinaryField(max_length=16, null=True)),
                ("dob_index", models.BinaryField(max_length=16, null=True)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
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
                "indexes": [
                    models.Index(fields=["name_index"], name="records_person_name_idx"),
                    models.Index(fields=["phone_index"], name="records_person_phone_idx"),
                    models.Index(fields=["dob_index"], name="records_person_dob_idx"),
                    models.Index(fields=["-created_at", "id"], name="records_person_newest"),
                ],
            },
        ),
    ]
