"""Why somebody got a place before others who wait for the same level."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0026_slot_holds"),
        ("records", "0025_status_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PassedOver",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "admission",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_over",
                        to="programs.admission",
                    ),
                ),
                (
                    "bed_use",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_over",
                        to="programs.beduse",
                    ),
                ),
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
                    "slot_hold",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_over",
                        to="programs.slothold",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("admission__isnull", True),
                                ("bed_use__isnull", False),
                                ("slot_hold__isnull", True),
                            ),
                            models.Q(
                                ("admission__isnull", True),
                                ("bed_use__isnull", True),
                                ("slot_hold__isnull", False),
                            ),
                            models.Q(
                                ("admission__isnull", False),
                                ("bed_use__isnull", True),
                                ("slot_hold__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="programs_passedover_one_place",
                        violation_error_message="A reason is about one hold or one admission.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entries__len__gt", 0)),
                        name="programs_passedover_somebody",
                        violation_error_message="Say who was passed over.",
                    ),
                ],
            },
        ),
        append_only("programs_passedover"),
    ]
