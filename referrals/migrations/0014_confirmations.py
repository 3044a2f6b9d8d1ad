"""Who confirmed a partner's facts, and when; and the partners whose facts were confirmed longest ago."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0013_tally"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FacilityConfirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("revision", models.PositiveIntegerField()),
                ("confirmed_at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="referrals.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "-confirmed_at"], name="referrals_confirmed_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "revision"),
                        name="referrals_facilityconfirmation_once",
                        violation_error_message="This was confirmed already.",
                    )
                ],
            },
        ),
        append_only("referrals_facilityconfirmation"),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(
                models.OrderBy(models.F("checked_on"), nulls_first=True),
                models.F("id"),
                name="referrals_facility_confirmed",
            ),
        ),
    ]
