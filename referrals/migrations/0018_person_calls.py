"""Calls to people who wait for a partner: when the next is due, and how each went."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

# Who waits for a partner at this moment is called soon; who is at one is not.
BEGIN = """
    UPDATE referrals_referral r SET person_call_at = app_now()
    WHERE r.status = 'open' AND NOT EXISTS (
        SELECT 1 FROM referrals_offer o WHERE o.referral_id = r.id AND o.status IN ('arrived', 'clearance_sent'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0027_how_asked"),
        ("programs", "0031_no_decision_in_emergency"),
        ("records", "0025_status_evidence"),
        ("referrals", "0017_partner_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonCall",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("same", "Reached: nothing new"),
                            ("news", "Reached: a symptom or a use is new"),
                            ("not_reached", "Not reached"),
                        ],
                        max_length=11,
                    ),
                ),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="referral",
            name="person_call_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("person_call_at__isnull", False)),
                fields=["person_call_at", "id"],
                name="referrals_referral_person_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), ("person_call_at__isnull", True), _connector="OR"),
                name="referrals_referral_closed_calls_nobody",
                violation_error_message="A closed referral calls nobody.",
            ),
        ),
        migrations.AddField(
            model_name="personcall",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personcall",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="personcall",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="person_calls",
                to="referrals.referral",
            ),
        ),
        migrations.AddIndex(
            model_name="personcall",
            index=models.Index(fields=["referral", "-at"], name="referrals_personcall_newest"),
        ),
        migrations.AddConstraint(
            model_name="personcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["same", "news", "not_reached"])),
                name="referrals_personcall_outcome",
                violation_error_message="This outcome of a call is not known.",
            ),
        ),
        append_only("referrals_personcall"),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
