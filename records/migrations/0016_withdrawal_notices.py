"""Notices of withdrawal, and passphrases of relatives and friends; what was given or ended stays so."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import config.clock
import records.fields

FROZEN = """
    CREATE FUNCTION records_withdrawalnotice_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        giving constant text[] := ARRAY['status', 'told_at', 'told_by', 'address'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.status = 'draft' AND to_jsonb(OLD) - giving = to_jsonb(NEW) - giving THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A notice keeps its words, and is given once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_withdrawalnotice_frozen';
    END $$;
    CREATE TRIGGER records_withdrawalnotice_frozen BEFORE UPDATE OR DELETE ON records_withdrawalnotice
        FOR EACH ROW EXECUTE FUNCTION records_withdrawalnotice_frozen();

    CREATE FUNCTION records_trustedcontact_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        moving constant text[] := ARRAY['tries', 'ended_at'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.tries >= OLD.tries
            AND to_jsonb(OLD) - moving = to_jsonb(NEW) - moving
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A passphrase is never changed, and its tries never go back.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_trustedcontact_frozen';
    END $$;
    CREATE TRIGGER records_trustedcontact_frozen BEFORE UPDATE OR DELETE ON records_trustedcontact
        FOR EACH ROW EXECUTE FUNCTION records_trustedcontact_frozen();

    CREATE FUNCTION records_trustedcontact_of_helper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM records_recipient
            WHERE id = NEW.recipient_id AND kind = 'helper' AND person_id = NEW.person_id)
        THEN
            RAISE EXCEPTION 'Only a helper of the person has a passphrase.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_trustedcontact_of_helper';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_trustedcontact_of_helper BEFORE INSERT ON records_trustedcontact
        FOR EACH ROW EXECUTE FUNCTION records_trustedcontact_of_helper();
"""
FROZEN_REVERSE = """
    DROP TRIGGER records_trustedcontact_of_helper ON records_trustedcontact;
    DROP FUNCTION records_trustedcontact_of_helper();
    DROP TRIGGER records_trustedcontact_frozen ON records_trustedcontact;
    DROP FUNCTION records_trustedcontact_frozen();
    DROP TRIGGER records_withdrawalnotice_frozen ON records_withdrawalnotice;
    DROP FUNCTION records_withdrawalnotice_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0015_consent_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrustedContact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("passphrase", records.fields.EncryptedText(editable=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
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
                        related_name="trusted_contacts",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passphrases",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("recipient",),
                        name="records_trustedcontact_one",
                        violation_error_message="This helper has a passphrase.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tries__lte", 5)),
                        name="records_trustedcontact_tries",
                        violation_error_message="The passphrase was tried too often.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WithdrawalNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                ("text", records.fields.EncryptedText(editable=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Not given yet"),
                            ("printed", "Printed and sent on paper"),
                            ("mailed", "E-mail sent that it waits"),
                            ("phoned", "Read out by phone"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("address", records.fields.EncryptedText(editable=True, null=True)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("told_at", models.DateTimeField(null=True)),
                ("told_by", models.UUIDField(null=True)),
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
                        related_name="withdrawal_notices",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.recipient"
                    ),
                ),
                (
                    "revocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="records.consentrevocation",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revocation", "recipient"),
                        name="records_withdrawalnotice_once",
                        violation_error_message="This receiver has a notice of this withdrawal.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "draft"), ("told_at__isnull", True), ("told_by__isnull", True)
                            ),
                            models.Q(
                                ("status__in", ["printed", "mailed", "phoned"]),
                                ("told_at__isnull", False),
                                ("told_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="records_withdrawalnotice_told",
                        violation_error_message="A notice that was given says how, when and by whom.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
    ]
