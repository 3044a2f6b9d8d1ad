"""What partners ask of us beside the offer: a new link, or a call. Kept as asked, ended once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import never_deleted

KEPT = """
    CREATE FUNCTION referrals_keep_ask() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM referrals_offer o WHERE o.id = NEW.offer_id AND o.data_key_id = NEW.data_key_id
        ) OR NEW.link_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM referrals_partnerlink l WHERE l.id = NEW.link_id AND l.offer_id = NEW.offer_id
        ) THEN
            RAISE EXCEPTION 'What was asked belongs to one offer and a link of it.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerask_of_offer';
        END IF;
        IF TG_OP = 'INSERT' THEN
            RETURN NEW;
        END IF;
        IF (NEW.id, NEW.data_key_id, NEW.offer_id, NEW.link_id, NEW.kind, NEW.with_code, NEW.number, NEW.at)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.offer_id, OLD.link_id, OLD.kind, OLD.with_code,
                OLD.number, OLD.at) THEN
            RAISE EXCEPTION 'What a partner asked is kept as it was asked.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerask_fixed';
        END IF;
        IF OLD.outcome <> '' THEN
            RAISE EXCEPTION 'What a partner asked ends once.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerask_done_once';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_partnerask_keep BEFORE INSERT OR UPDATE ON referrals_partnerask
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_ask();
"""
KEPT_REVERSE = """
    DROP TRIGGER referrals_partnerask_keep ON referrals_partnerask;
    DROP FUNCTION referrals_keep_ask();
"""


def _to(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("records", "0023_consent_of_either"),
        ("referrals", "0011_code_elsewhere"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerAsk",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(choices=[("link", "A new link"), ("call", "A call")], max_length=8),
                ),
                ("with_code", models.BooleanField(default=False)),
                ("number", records.fields.EncryptedText(editable=True, null=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("escalated_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link_sent", "New link sent"),
                            ("reached", "Spoke with them"),
                            ("message", "Left a message to call back"),
                            ("not_needed", "Not needed any more"),
                        ],
                        max_length=10,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("data_key", _to("records.datakey", related_name="+")),
                ("offer", _to("referrals.offer", related_name="asks")),
                ("link", _to("referrals.partnerlink", related_name="+", null=True)),
                ("done_by", _to(settings.AUTH_USER_MODEL, related_name="+", null=True)),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddIndex(
            model_name="partnerask",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["due_at", "id"], name="referrals_ask_open"
            ),
        ),
        migrations.AddIndex(
            model_name="partnerask",
            index=models.Index(fields=["offer", "-at"], name="referrals_ask_by_offer"),
        ),
        migrations.AddConstraint(
            model_name="partnerask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("offer", "kind", "with_code"),
                name="referrals_partnerask_one_open",
                violation_error_message="This partner has asked for that already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "call"),
                    models.Q(("kind", "link"), ("number__isnull", True)),
                    _connector="OR",
                ),
                name="referrals_partnerask_number",
                violation_error_message="Only a call has a number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("outcome", "")),
                    models.Q(
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        ("outcome__in", ["link_sent", "reached", "message", "not_needed"]),
                    ),
                    _connector="OR",
                ),
                name="referrals_partnerask_done",
                violation_error_message="What was asked ends with an outcome, a time and somebody.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "link_sent"), _negated=True), ("kind", "link"), _connector="OR"
                ),
                name="referrals_partnerask_outcome",
                violation_error_message="A call does not end with a link.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("with_code", True), _negated=True), ("link__isnull", False), _connector="OR"
                ),
                name="referrals_partnerask_with_code",
                violation_error_message="Who had the code came by a link.",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        never_deleted("referrals_partnerask"),
    ]
