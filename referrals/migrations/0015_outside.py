"""Facilities from outside the network count for those whom they were added for, and for nobody else."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import append_only

_TOLD = """
    CREATE OR REPLACE FUNCTION referrals_facility_told(facts jsonb, r records_recipient) RETURNS jsonb
        LANGUAGE sql STABLE AS $$
        SELECT facts - '{id,revision,changed_by_id,can_bits,x,y,z,beds_open,beds_women,beds_men,beds_at,
                beds_source,beds_said_by,recipient_id,source,import_key%s}'::text[]
            || jsonb_build_object('name', r.name, 'legal_status', r.legal_status, 'active', r.active)
    $$;
"""
# How it came into the directory is no fact about a partner.
KEEP, KEEP_REVERSE = _TOLD % ",outside", _TOLD % ""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0027_how_asked"),
        ("referrals", "0014_confirmations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEEP, KEEP_REVERSE),
        migrations.AddField(
            model_name="facility",
            name="outside",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.CreateModel(
            name="OutsideUse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("said_by", models.CharField(max_length=80)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.episode",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outside_uses",
                        to="referrals.facility",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["episode", "facility"], name="referrals_outside_use")],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(said_by=""),
                        name="referrals_outsideuse_said_by",
                        violation_error_message="Somebody there said that they can.",
                    )
                ],
            },
        ),
        append_only("referrals_outsideuse"),
    ]
