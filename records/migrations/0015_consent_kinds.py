"""Every kind of consent, who signs it, paper, and who belongs to the class of a single consent."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import config.clock
import records.fields

FROZEN = """
    CREATE OR REPLACE FUNCTION records_consent_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        closing constant text[] := ARRAY['status', 'revoked_at', 'revoked_how', 'expired_at', 'cosigned_at'];
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
        IF OLD.status IN ('draft', 'review') THEN
            IF NEW.status NOT IN ('signed', 'incomplete', 'discarded')
                AND (OLD.status <> 'draft' OR NEW.status NOT IN ('draft', 'review'))
            THEN
                RAISE EXCEPTION 'A draft is signed or set aside, nothing else.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
            END IF;
            IF NEW.status IN ('signed', 'incomplete') AND NEW.kind <> 'tpo_single'
                AND NOT EXISTS (SELECT 1 FROM records_consentrecipient WHERE consent_id = NEW.id)
            THEN
                RAISE EXCEPTION 'A signed consent names who may receive it.'
                    USING ERRCODE = '23514', CONSTRAINT = 'records_consent_names_somebody';
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
            AND (
                (OLD.status IN ('signed', 'incomplete') AND NEW.status IN ('revoked', 'expired')
                    AND OLD.cosigned_at IS NOT DISTINCT FROM NEW.cosigned_at)
                OR (OLD.status = 'incomplete' AND NEW.status = 'signed' AND OLD.cosigned_at IS NULL
                    AND EXISTS (SELECT 1 FROM records_consentsignature s
                        WHERE s.consent_id = NEW.id AND s.role = NEW.cosigner))
            )
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A signed consent is frozen: only its withdrawal or its end is added, once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_consent_frozen';
    END $$;

    CREATE FUNCTION records_paper_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        closing constant text[] := ARRAY['outcome', 'checklist', 'lacking', 'reviewed_by', 'reviewed_at'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.outcome = '' AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A scan and its check stay as they are.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_paper_frozen';
    END $$;
    CREATE TRIGGER records_paper_frozen BEFORE UPDATE OR DELETE ON records_consentpaper
        FOR EACH ROW EXECUTE FUNCTION records_paper_frozen();

    CREATE FUNCTION records_confirmation_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        closing constant text[] := ARRAY['ended_at', 'ended_by'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A confirmation is only ended, once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_confirmation_frozen';
    END $$;
    CREATE TRIGGER records_confirmation_frozen BEFORE UPDATE OR DELETE ON records_confirmation
        FOR EACH ROW EXECUTE FUNCTION records_confirmation_frozen();
"""
FROZEN_REVERSE = """
    DROP TRIGGER records_confirmation_frozen ON records_confirmation;
    DROP FUNCTION records_confirmation_frozen();
    DROP TRIGGER records_paper_frozen ON records_consentpaper;
    DROP FUNCTION records_paper_frozen();
    CREATE OR REPLACE FUNCTION records_consent_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_name_sounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("treating", "Treating provider"), ("payer", "Health plan or payer")],
                        max_length=10,
                    ),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("confirmed_by", models.UUIDField()),
                ("confirmed_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ConsentPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("ours", "Our own text, printed here"),
                            ("theirs", "Another organisation's form"),
                        ],
                        max_length=6,
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("text_sha256", records.fields.EncryptedText(editable=True, null=True)),
                ("signed_on", records.fields.EncryptedText(editable=True)),
                ("signed_name", records.fields.EncryptedText(editable=True)),
                ("second_name", records.fields.EncryptedText(editable=True, null=True)),
                ("attested_by", models.UUIDField()),
                ("attested_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("checklist", records.fields.EncryptedJSON(editable=True, null=True)),
                (
                    "lacking",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waits for a second person"),
                            ("accepted", "Checked, and in force"),
                            ("rejected", "Not usable"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reviewed_by", models.UUIDField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="records_consent_signed_is_complete",
        ),
        migrations.RemoveConstraint(
            model_name="consentsignature",
            name="records_consentsignature_how",
        ),
        migrations.AddField(
            model_name="consent",
            name="cosigned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="cosigner",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="consent",
            name="evidence_document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.document",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="interpreter",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="matter",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="minor_rule",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="consent",
            name="signer_evidence",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="signer_name",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="consentsignature",
            name="checked_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="consentsignature",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.document",
            ),
        ),
        migrations.AddField(
            model_name="consentsignature",
            name="role",
            field=models.CharField(
                choices=[
                    ("person", "The person"),
                    ("parent", "A parent"),
                    ("guardian", "A guardian"),
                    ("representative", "A personal representative"),
                    ("court", "Somebody appointed by a court"),
                ],
                default="person",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="offered",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purposes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("treatment", "Treatment and coordination of care"),
                        ("payment", "Payment"),
                        ("operations", "Running the program"),
                        ("family", "Keeping family or a helper informed"),
                        ("request", "At my request"),
                        ("proceedings", "A legal proceeding"),
                        ("criminal_justice", "Criminal justice supervision"),
                        ("research", "Research"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Not signed yet"),
                    ("incomplete", "One signature is missing"),
                    ("review", "A second person must check it"),
                    ("signed", "On file"),
                    ("revoked", "Withdrawn"),
                    ("expired", "Ended"),
                    ("discarded", "Set aside"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="consentsignature",
            name="consent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="records.consent"
            ),
        ),
        migrations.AlterField(
            model_name="consentsignature",
            name="method",
            field=models.CharField(
                choices=[
                    ("on_screen", "On our screen, with staff present"),
                    ("at_distance", "On the person's own phone"),
                    ("paper", "On paper"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("emergency", "Medical emergency"),
                    ("proceedings", "A legal proceeding"),
                    ("service", "A service for the program"),
                    ("audit", "Audit or evaluation"),
                    ("research", "Research"),
                    ("report", "A report that the law allows"),
                    ("own_access", "The person's own access"),
                    ("treatment", "Treatment and coordination of care"),
                    ("payment", "Payment"),
                    ("operations", "Running the program"),
                    ("family", "Keeping family or a helper informed"),
                    ("request", "At my request"),
                    ("criminal_justice", "Criminal justice supervision"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="recipient",
            name="kind",
            field=models.CharField(
                choices=[
                    ("facility", "Treatment facility"),
                    ("prescriber", "Prescriber or clinic"),
                    ("payer", "Insurance or payer"),
                    ("helper", "Family or helper"),
                    ("court", "Court, probation or lawyer"),
                    ("exchange", "Health information exchange"),
                    ("researcher", "Research study"),
                    ("other", "Someone else"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sha256", ""),
                        ("signed_at__isnull", True),
                        ("status__in", ("draft", "discarded", "review")),
                    ),
                    models.Q(
                        ("categories__len__gt", 0),
                        ("elements__isnull", False),
                        ("purposes__len__gt", 0),
                        ("sha256__regex", "^[0-9a-f]{64}$"),
                        ("signature__isnull", False),
                        ("signed_at__isnull", False),
                        ("status__in", ("incomplete", "signed", "revoked", "expired")),
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
                    models.Q(("kind", "proceedings"), ("purposes", ["proceedings"])),
                    models.Q(
                        models.Q(("kind", "proceedings"), _negated=True),
                        models.Q(("purposes__contains", ["proceedings"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_consent_proceedings_alone",
                violation_error_message="This purpose needs a consent of its own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "criminal_justice"), ("purposes", ["criminal_justice"])),
                    models.Q(
                        models.Q(("kind", "criminal_justice"), _negated=True),
                        models.Q(("purposes__contains", ["criminal_justice"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_consent_criminal_justice_alone",
                violation_error_message="This purpose needs a consent of its own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "research"), ("purposes", ["research"])),
                    models.Q(
                        models.Q(("kind", "research"), _negated=True),
                        models.Q(("purposes__contains", ["research"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_consent_research_alone",
                violation_error_message="This purpose needs a consent of its own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("categories__contained_by", ["counseling_notes"]),
                        ("kind", "counseling_notes"),
                        ("offered", ["counseling_notes"]),
                        ("purposes__contained_by", ["treatment", "request"]),
                        ("purposes__len", 1),
                    ),
                    models.Q(
                        models.Q(("kind", "counseling_notes"), _negated=True),
                        models.Q(("offered__contains", ["counseling_notes"]), _negated=True),
                        models.Q(("categories__contains", ["counseling_notes"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="records_consent_notes_alone",
                violation_error_message="Counseling notes need a consent of their own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "confirm_presence"), _negated=True),
                    models.Q(
                        ("categories__contained_by", ["presence"]),
                        ("offered", ["presence"]),
                        ("purposes", ["family"]),
                    ),
                    _connector="OR",
                ),
                name="records_consent_presence_alone",
                violation_error_message="This consent lets somebody know of the contact, and nothing more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "tpo_single"), _negated=True),
                    models.Q(
                        models.Q(("recipient_class", ""), _negated=True),
                        ("purposes__contained_by", ["treatment", "payment", "operations"]),
                    ),
                    _connector="OR",
                ),
                name="records_consent_tpo_class",
                violation_error_message="A single consent for treatment, payment and operations names its class and no other purpose.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "intermediary"), _negated=True),
                    models.Q(models.Q(("intermediary", ""), _negated=True), ("participants__len__gt", 0)),
                    _connector="OR",
                ),
                name="records_consent_exchange_named",
                violation_error_message="A consent through an exchange names the exchange and who receives it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["proceedings", "criminal_justice", "research"]), _negated=True),
                    ("matter__isnull", False),
                    _connector="OR",
                ),
                name="records_consent_matter_named",
                violation_error_message="Say which proceeding, case or study it is about.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "criminal_justice"), _negated=True),
                    ("expires_event__isnull", False),
                    _connector="OR",
                ),
                name="records_consent_duration_named",
                violation_error_message="Say until which event the supervision needs it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("expires_on__isnull", False)),
                    ("kind__in", ("tpo_single", "research")),
                    _connector="OR",
                ),
                name="records_consent_last_day",
                violation_error_message="Only a consent for all treatment, or for a study, may end without a last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("incomplete", "signed", "revoked", "expired")), _negated=True),
                    models.Q(
                        ("statements__contains", ["revocation"]),
                        models.Q(
                            models.Q(
                                ("purposes__overlap", ["treatment", "payment", "operations"]), _negated=True
                            ),
                            ("statements__contains", ["potential_redisclosure", "refusal_consequences"]),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("kind", "counseling_notes"), _negated=True),
                            ("statements__contains", ["notes_no_condition"]),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("kind", "criminal_justice"), _negated=True),
                            ("statements__contains", ["supervision_limits"]),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="records_consent_statements_made",
                violation_error_message="A signed consent makes every statement that its kind needs.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signer__in", ["", "person", "representative", "court"]),
                    ("cosigner__in", ["", "parent", "guardian"]),
                    models.Q(("cosigner", ""), ("signer__in", ["", "person"]), _connector="OR"),
                    models.Q(
                        models.Q(
                            ("status__in", ("incomplete", "signed", "revoked", "expired")), _negated=True
                        ),
                        models.Q(("signer", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="records_consent_signer_known",
                violation_error_message="Select who signs.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cosigner", ""), ("signer__in", ["", "person"])),
                    models.Q(("signer_evidence__isnull", False), ("signer_name__isnull", False)),
                    _connector="OR",
                ),
                name="records_consent_signer_evidence",
                violation_error_message="Write down who signs for the person and how we know that they may.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("status", "signed"), _negated=True),
                        ("cosigner", ""),
                        ("cosigned_at__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("status", "incomplete"), _negated=True),
                        models.Q(("cosigner", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="records_consent_both_signed",
                violation_error_message="This consent counts when both have signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("minor_rule__startswith", "minor_alone"), _negated=True),
                        models.Q(("cosigner", ""), ("signer__in", ["", "person"])),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("minor_rule__startswith", "minor_and_parent"), _negated=True),
                        models.Q(("cosigner", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="records_consent_minor_rule",
                violation_error_message="The rule for minors says who signs.",
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
                    models.Q(
                        models.Q(("checked_by", models.F("witness_id")), _negated=True),
                        ("checked_by__isnull", False),
                        ("document__isnull", False),
                        ("invitation__isnull", True),
                        ("method", "paper"),
                        ("witness_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_consentsignature_how",
                violation_error_message="A signature names its witness, its invitation or its scan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.UniqueConstraint(
                fields=("consent", "role"),
                name="records_consentsignature_once",
                violation_error_message="This signature is on the consent already.",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.recipient"
            ),
        ),
        migrations.AddField(
            model_name="consentpaper",
            name="consent",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="paper", to="records.consent"
            ),
        ),
        migrations.AddField(
            model_name="consentpaper",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="consentpaper",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.document"
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("person", "recipient"),
                name="records_confirmation_once",
                violation_error_message="This receiver is confirmed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["treating", "payer"])),
                name="records_confirmation_role_known",
                violation_error_message="Select what the receiver is to the person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="records_confirmation_ended",
                violation_error_message="An ended confirmation says who ended it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lacking", []),
                        ("outcome", ""),
                        ("reviewed_at__isnull", True),
                        ("reviewed_by__isnull", True),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("lacking", []), ("outcome", "accepted")),
                            ("outcome", "rejected"),
                            _connector="OR",
                        ),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="records_consentpaper_outcome",
                violation_error_message="A check says who made it and what is lacking.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True),
                    models.Q(("reviewed_by", models.F("attested_by")), _negated=True),
                    _connector="OR",
                ),
                name="records_consentpaper_second_person",
                violation_error_message="A second person must check it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "ours"), ("text_sha256__isnull", False)),
                    models.Q(
                        models.Q(("origin", "theirs")),
                        models.Q(
                            models.Q(("outcome", "accepted"), _negated=True),
                            ("checklist__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="records_consentpaper_checked",
                violation_error_message="Our paper carries our text; other forms are checked by element.",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="courtorder",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="restriction",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
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
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="restriction",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("facility", "Treatment facility"),
                        ("prescriber", "Prescriber or clinic"),
                        ("payer", "Insurance or payer"),
                        ("helper", "Family or helper"),
                        ("court", "Court, probation or lawyer"),
                        ("exchange", "Health information exchange"),
                        ("researcher", "Research study"),
                        ("other", "Someone else"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
    ]
