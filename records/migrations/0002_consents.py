"""Consents, their signatures and withdrawals, disclosures, documents; what is signed or left stays as it was."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import audit.sql
import config.clock
import records.fields

FROZEN = """
    CREATE FUNCTION records_consent_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        closing constant text[] := ARRAY['status', 'revoked_at', 'revoked_how', 'expired_at'];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.status <> 'draft' THEN
                RAISE EXCEPTION 'A consent begins as a draft.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_consent_begins_as_draft';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A consent is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
        END IF;
        IF NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.data_key_id <> OLD.data_key_id THEN
            RAISE EXCEPTION 'A consent stays with its person.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
        END IF;
        IF OLD.status = 'draft' THEN
            IF NEW.status NOT IN ('draft', 'signed', 'discarded') THEN
                RAISE EXCEPTION 'A draft is signed or set aside, nothing else.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.status = 'signed' AND NEW.status IN ('revoked', 'expired')
            AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A signed consent is frozen: only its withdrawal or its end is added, once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
    END $$;
    CREATE TRIGGER records_consent_frozen BEFORE INSERT OR UPDATE OR DELETE ON records_consent
        FOR EACH ROW EXECUTE FUNCTION records_consent_frozen();

    CREATE FUNCTION records_consentrecipient_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        standing text;
    BEGIN
        SELECT status INTO standing FROM records_consent
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.consent_id ELSE NEW.consent_id END
            FOR SHARE;
        IF TG_OP = 'INSERT' AND standing = 'draft' AND NEW.revoked_at IS NULL THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' AND standing = 'draft' THEN
            RETURN OLD;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL AND standing <> 'draft'
            AND to_jsonb(OLD) - 'revoked_at' = to_jsonb(NEW) - 'revoked_at'
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Whom a signed consent names is frozen: a recipient is only taken out, once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_consentrecipient_frozen';
    END $$;
    CREATE TRIGGER records_consentrecipient_frozen
        BEFORE INSERT OR UPDATE OR DELETE ON records_consentrecipient
        FOR EACH ROW EXECUTE FUNCTION records_consentrecipient_frozen();

    CREATE FUNCTION records_invitation_closed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF OLD.outcome <> '' AND to_jsonb(OLD) - 'browser_hash' <> to_jsonb(NEW) - 'browser_hash' THEN
            RAISE EXCEPTION 'An invitation that is over stays over.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_invitation_closed';
        END IF;
        IF NEW.tries < OLD.tries OR NEW.expires_at > OLD.expires_at OR NEW.consent_id <> OLD.consent_id
            OR NEW.word_hash <> OLD.word_hash OR NEW.code_hash <> OLD.code_hash
            OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
        THEN
            RAISE EXCEPTION 'An invitation is never renewed.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_invitation_closed';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER records_invitation_closed BEFORE UPDATE ON records_signinginvitation
        FOR EACH ROW EXECUTE FUNCTION records_invitation_closed();
"""
FROZEN_REVERSE = """
    DROP TRIGGER records_invitation_closed ON records_signinginvitation;
    DROP FUNCTION records_invitation_closed();
    DROP TRIGGER records_consentrecipient_frozen ON records_consentrecipient;
    DROP FUNCTION records_consentrecipient_frozen();
    DROP TRIGGER records_consent_frozen ON records_consent;
    DROP FUNCTION records_consent_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("specific", "Named recipient and purpose"),
                            ("confirm_presence", "May confirm contact"),
                            ("tpo_single", "All treatment, payment and operations"),
                            ("intermediary", "Through an exchange"),
                            ("counseling_notes", "Counseling notes"),
                            ("proceedings", "Legal proceedings"),
                            ("criminal_justice", "Criminal justice referral"),
                            ("research", "Research"),
                        ],
                        default="specific",
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Not signed yet"),
                            ("signed", "On file"),
                            ("revoked", "Withdrawn"),
                            ("expired", "Ended"),
                            ("discarded", "Set aside"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")], default="en", max_length=2
                    ),
                ),
                ("text_version", models.PositiveSmallIntegerField()),
                ("patient_name", records.fields.EncryptedText(editable=True)),
                ("discloser", models.CharField(max_length=160)),
                ("recipient_class", models.CharField(blank=True, max_length=200)),
                ("intermediary", models.CharField(blank=True, max_length=160)),
                (
                    "participants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=160), blank=True, default=list, size=None
                    ),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("treatment", "Treatment and coordination of care"),
                                ("payment", "Payment"),
                                ("operations", "Running the program"),
                                ("family", "Keeping family or a helper informed"),
                                ("request", "At my request"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "offered",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "Name and date of birth"),
                                ("contact", "Phone, address and how to reach me"),
                                ("substance_use", "What I use, how much, and withdrawal"),
                                ("health", "Physical health"),
                                ("medications", "Medicines and allergies"),
                                ("mental_health", "Mental health and safety"),
                                ("pregnancy", "Pregnancy"),
                                ("social", "Home, family and work"),
                                ("insurance", "Insurance"),
                                ("clearance", "Medical clearance"),
                                ("presence", "That I am in contact with this center"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "Name and date of birth"),
                                ("contact", "Phone, address and how to reach me"),
                                ("substance_use", "What I use, how much, and withdrawal"),
                                ("health", "Physical health"),
                                ("medications", "Medicines and allergies"),
                                ("mental_health", "Mental health and safety"),
                                ("pregnancy", "Pregnancy"),
                                ("social", "Home, family and work"),
                                ("insurance", "Insurance"),
                                ("clearance", "Medical clearance"),
                                ("presence", "That I am in contact with this center"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "statements",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("expires_on", models.DateField(null=True)),
                ("expires_event", models.CharField(blank=True, max_length=200)),
                ("expires_at", models.DateTimeField(null=True)),
                ("text_en", records.fields.EncryptedText(editable=True, null=True)),
                ("text_es", records.fields.EncryptedText(editable=True, null=True)),
                ("elements", records.fields.EncryptedJSON(editable=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("signature", records.fields.EncryptedText(editable=True, null=True)),
                ("signer", models.CharField(blank=True, max_length=20)),
                ("signed_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoked_how",
                    models.CharField(
                        blank=True, choices=[("written", "In writing"), ("oral", "Spoken")], max_length=10
                    ),
                ),
                ("expired_at", models.DateTimeField(null=True)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
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
                        related_name="consents",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ConsentRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="records.consent",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.recipient"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="consent",
            name="recipients",
            field=models.ManyToManyField(
                related_name="consents", through="records.ConsentRecipient", to="records.recipient"
            ),
        ),
        migrations.CreateModel(
            name="ConsentRevocation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "how",
                    models.CharField(choices=[("written", "In writing"), ("oral", "Spoken")], max_length=10),
                ),
                ("received_at", models.DateTimeField()),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="records.consent",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("recipient_name", models.CharField(max_length=160)),
                ("recipient_address", models.CharField(blank=True, max_length=200)),
                ("basis", models.CharField(max_length=20)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("treatment", "Treatment and coordination of care"),
                            ("payment", "Payment"),
                            ("operations", "Running the program"),
                            ("family", "Keeping family or a helper informed"),
                            ("request", "At my request"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "Name and date of birth"),
                                ("contact", "Phone, address and how to reach me"),
                                ("substance_use", "What I use, how much, and withdrawal"),
                                ("health", "Physical health"),
                                ("medications", "Medicines and allergies"),
                                ("mental_health", "Mental health and safety"),
                                ("pregnancy", "Pregnancy"),
                                ("social", "Home, family and work"),
                                ("insurance", "Insurance"),
                                ("clearance", "Medical clearance"),
                                ("presence", "That I am in contact with this center"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("link_page", "Page behind a link"),
                            ("pdf", "PDF"),
                            ("print", "Print"),
                            ("fax", "Fax"),
                            ("export", "Export"),
                            ("phone", "Phone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("notice_version", models.CharField(max_length=10)),
                ("notice_sha256", models.CharField(max_length=64)),
                ("content", records.fields.EncryptedJSON(editable=True)),
                ("sha256", models.CharField(max_length=64)),
                ("for_proceedings", models.BooleanField(default=False)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("by_kind", models.CharField(max_length=10)),
                ("by_id", models.UUIDField(null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="records.consent",
                    ),
                ),
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
                        related_name="disclosures",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("clearance", "Medical clearance"),
                            ("consent", "Signed consent on paper"),
                            ("insurance", "Insurance card"),
                            ("letter", "Letter or report"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("content", records.fields.EncryptedBytes(editable=True)),
                ("sha256", records.fields.EncryptedText(editable=True)),
                ("uploaded_by", models.UUIDField()),
                ("uploaded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
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
                        related_name="documents",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SigningInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("word_hash", models.BinaryField(max_length=32, unique=True)),
                ("code_hash", models.BinaryField(max_length=32)),
                ("browser_hash", models.BinaryField(max_length=32, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("copy_until", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Open"),
                            ("signed", "Signed"),
                            ("declined", "The person chose not to sign"),
                            ("cancelled", "Cancelled by staff"),
                            ("replaced", "Replaced by a newer one"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="records.consent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConsentSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("on_screen", "On our screen, with staff present"),
                            ("at_distance", "On the person's own phone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("typed_name", records.fields.EncryptedText(editable=True)),
                ("intent", records.fields.EncryptedText(editable=True)),
                ("context", records.fields.EncryptedJSON(editable=True)),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=2)),
                ("sha256", models.CharField(max_length=64)),
                ("witness_id", models.UUIDField(null=True)),
                ("signed_at", models.DateTimeField()),
                (
                    "consent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing",
                        to="records.consent",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.signinginvitation",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="consentrecipient",
            constraint=models.UniqueConstraint(
                fields=("consent", "recipient"),
                name="records_consentrecipient_once",
                violation_error_message="This consent already names this recipient.",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["person", "-created_at"], name="records_consent_of_person"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("status", "signed")), fields=["expires_at"], name="records_consent_ending"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "specific",
                            "confirm_presence",
                            "tpo_single",
                            "intermediary",
                            "counseling_notes",
                            "proceedings",
                            "criminal_justice",
                            "research",
                        ],
                    )
                ),
                name="records_consent_kind_known",
                violation_error_message="Choose a type of consent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sha256", ""), ("signed_at__isnull", True), ("status__in", ("draft", "discarded"))
                    ),
                    models.Q(
                        ("categories__len__gt", 0),
                        ("elements__isnull", False),
                        ("purposes__len__gt", 0),
                        ("sha256__regex", "^[0-9a-f]{64}$"),
                        ("signature__isnull", False),
                        ("signed_at__isnull", False),
                        ("status__in", ("signed", "revoked", "expired")),
                        ("text_en__isnull", False),
                        ("text_es__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_consent_signed_is_complete",
                violation_error_message="A signed consent holds its text, its choices and its signature.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", False), ("status", "revoked")),
                    models.Q(models.Q(("status", "revoked"), _negated=True), ("revoked_at__isnull", True)),
                    _connector="OR",
                ),
                name="records_consent_revoked_at",
                violation_error_message="A withdrawn consent says when it was withdrawn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expired_at__isnull", False), ("status", "expired")),
                    models.Q(models.Q(("status", "expired"), _negated=True), ("expired_at__isnull", True)),
                    _connector="OR",
                ),
                name="records_consent_expired_at",
                violation_error_message="An ended consent says when it ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("expires_on__isnull", False)),
                    models.Q(("expires_event", ""), _negated=True),
                    _connector="OR",
                ),
                name="records_consent_ends",
                violation_error_message="A consent names the day or the event on which it ends.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrevocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["written", "oral"])),
                name="records_consentrevocation_how_known",
                violation_error_message="Select how the person told us.",
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["person", "-at"], name="records_disclosure_of_person"),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["consent", "-at"], name="records_disclosure_by_consent"),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                fields=("person", "recipient", "subject", "version"),
                name="records_disclosure_one_per_version",
                violation_error_message="This version of the packet is already in the accounting.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "consent"), _negated=True), ("consent__isnull", False), _connector="OR"
                ),
                name="records_disclosure_names_consent",
                violation_error_message="A disclosure made with consent names the consent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories__len__gt", 0)),
                name="records_disclosure_says_what",
                violation_error_message="A disclosure says what was shared.",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["person", "-uploaded_at"], name="records_document_of_person"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0), ("size__lte", 10485760)),
                name="records_document_size",
                violation_error_message="The file must be 10 MB or smaller.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("media_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                name="records_document_type",
                violation_error_message="Choose a PDF, JPEG or PNG file.",
            ),
        ),
        migrations.AddIndex(
            model_name="signinginvitation",
            index=models.Index(fields=["browser_hash"], name="records_invitation_browser"),
        ),
        migrations.AddConstraint(
            model_name="signinginvitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("consent",),
                name="records_invitation_one_open",
                violation_error_message="There is already an open invitation for this consent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinginvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries__lte", 5)),
                name="records_invitation_tries",
                violation_error_message="The code was tried too often.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("invitation__isnull", True), ("method", "on_screen"), ("witness_id__isnull", False)
                    ),
                    models.Q(("invitation__isnull", False), ("method", "at_distance")),
                    _connector="OR",
                ),
                name="records_consentsignature_how",
                violation_error_message="A signature names its witness or its invitation.",
            ),
        ),
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
        audit.sql.append_only("records_consentsignature"),
        audit.sql.append_only("records_consentrevocation"),
        audit.sql.append_only("records_disclosure"),
    ]
