"""A referral that an admission closed is open again when that admission is taken back, and only then."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

guards = import_module("referrals.migrations.0002_guards")
OFFER_BEFORE = guards.OFFER.split("    CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
OFFER = OFFER_BEFORE.replace(
    "IF OLD.status = ANY (ended) AND NEW.status <> OLD.status THEN",
    """IF OLD.status = ANY (ended) AND NEW.status <> OLD.status AND NOT (
                OLD.status = 'returned'
                AND NEW.status = (SELECT c.source FROM referrals_offerstatuschange c
                    WHERE c.offer_id = OLD.id AND c.step = 'come_back' ORDER BY c.at DESC, c.id DESC LIMIT 1)
                AND EXISTS (SELECT 1 FROM referrals_referral r
                    JOIN programs_admission a ON a.episode_id = r.episode_id
                    JOIN programs_admissionundo u ON u.admission_id = a.id
                    WHERE r.id = OLD.referral_id AND u.undone_at >= OLD.ended_at)) THEN""",
)
REFERRAL_BEFORE = guards.REFERRAL.split("    CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
REFERRAL = REFERRAL_BEFORE.replace(
    "IF OLD.status = 'closed' AND NEW.status <> 'closed' THEN",
    """IF OLD.status = 'closed' AND NEW.status <> 'closed' AND NOT EXISTS (
                SELECT 1 FROM programs_admissionundo WHERE admission_id = OLD.admission_id) THEN""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0025_back_on_the_list"),
        ("referrals", "0009_packets"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="admission",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.admission",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "closed"), ("admission__isnull", True), _connector="OR"),
                name="referrals_referral_open_without_admission",
                violation_error_message="An open referral was not closed by an admission.",
            ),
        ),
        migrations.RunSQL(OFFER, OFFER_BEFORE),
        migrations.RunSQL(REFERRAL, REFERRAL_BEFORE),
    ]
