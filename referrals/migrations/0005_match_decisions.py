"""What matching said, kept with what it rested on."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_consent_of_either"),
        ("referrals", "0004_directory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("sent", "Partners were asked"), ("nobody", "Nobody fit")], max_length=6
                    ),
                ),
                ("snapshot", records.fields.EncryptedJSON(editable=True)),
                ("result", records.fields.EncryptedJSON(editable=True)),
                ("rules", models.CharField(max_length=40)),
                ("rules_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow())),
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
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["referral", "-made_at"], name="referrals_decision_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sent", "nobody"])),
                        name="referrals_matchdecision_kind",
                        violation_error_message="A decision is about partners asked, or nobody.",
                    )
                ],
            },
        ),
        append_only("referrals_matchdecision"),
    ]
