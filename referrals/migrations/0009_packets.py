"""Packets are kept as they left, each beside its row of the accounting; and a log of what went by fax."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

KEPT = """
    CREATE FUNCTION referrals_keep_packet() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM records_disclosure d JOIN referrals_offer o ON o.id = NEW.offer_id
            WHERE d.id = NEW.disclosure_id AND d.subject = 'offer:' || NEW.offer_id
                AND d.version = NEW.version AND d.data_key_id = NEW.data_key_id
                AND o.data_key_id = NEW.data_key_id) THEN
            RAISE EXCEPTION 'A packet is what its row of the accounting says.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_packet_of_disclosure';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_packet_keep BEFORE INSERT ON referrals_packet
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_packet();
"""
KEPT_REVERSE = """
    DROP TRIGGER referrals_packet_keep ON referrals_packet;
    DROP FUNCTION referrals_keep_packet();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("records", "0023_consent_of_either"),
        ("referrals", "0008_capability_bits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Packet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField()),
                ("content", records.fields.EncryptedJSON(editable=True)),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packet",
                        to="records.disclosure",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packets",
                        to="referrals.offer",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FaxLog",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", records.fields.EncryptedText(editable=True)),
                ("pages", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sent", "All pages went through"),
                            ("partly", "Only some pages went through"),
                            ("failed", "Nothing went through"),
                        ],
                        max_length=10,
                    ),
                ),
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
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faxes",
                        to="referrals.packet",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.UniqueConstraint(
                fields=("offer", "version"),
                name="referrals_packet_one_per_version",
                violation_error_message="This version of the packet exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                name="referrals_packet_fingerprint",
                violation_error_message="A packet has a fingerprint.",
            ),
        ),
        migrations.AddIndex(
            model_name="faxlog",
            index=models.Index(fields=["packet", "-at"], name="referrals_fax_by_packet"),
        ),
        migrations.AddConstraint(
            model_name="faxlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("pages__gte", 1), ("pages__lte", 500)),
                name="referrals_faxlog_pages",
                violation_error_message="A fax has 1 to 500 pages.",
            ),
        ),
        migrations.AddConstraint(
            model_name="faxlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["sent", "partly", "failed"])),
                name="referrals_faxlog_outcome",
                violation_error_message="A fax went through or did not.",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        append_only("referrals_packet"),
        append_only("referrals_faxlog"),
    ]
