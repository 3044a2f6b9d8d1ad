"""Registers of court orders, subpoenas, legal requests and written agreements; the accounting names them."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

import config.clock
import records.fields
from records.proof_sql import ends_once, ends_once_function, proof_of_same_person

FITS = """
    CREATE FUNCTION records_legal_paper_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM records_document d WHERE d.id = NEW.document_id AND d.person_id = NEW.person_id
        ) THEN
            RAISE EXCEPTION 'The scanned copy belongs to the same person.'
                USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_document_fits';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE EXECUTE ON FUNCTION records_legal_paper_fits() FROM PUBLIC;
    CREATE TRIGGER records_courtorder_document_fits BEFORE INSERT ON records_courtorder
        FOR EACH ROW EXECUTE FUNCTION records_legal_paper_fits();
    CREATE TRIGGER records_mandate_document_fits BEFORE INSERT ON records_mandate
        FOR EACH ROW EXECUTE FUNCTION records_legal_paper_fits();

    CREATE FUNCTION records_mandate_order_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.order_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM records_courtorder o WHERE o.id = NEW.order_id
                AND o.person_id = NEW.person_id AND o.recipient_id = NEW.recipient_id
        ) OR TG_OP = 'UPDATE' AND OLD.order_id IS NOT NULL AND OLD.order_id IS DISTINCT FROM NEW.order_id THEN
            RAISE EXCEPTION 'A subpoena goes with one order about the same person, for the same receiver.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_mandate_order_fits';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE EXECUTE ON FUNCTION records_mandate_order_fits() FROM PUBLIC;
    CREATE TRIGGER records_mandate_order_fits BEFORE INSERT OR UPDATE ON records_mandate
        FOR EACH ROW EXECUTE FUNCTION records_mandate_order_fits();
"""
FITS_REVERSE = """
    DROP TRIGGER records_mandate_order_fits ON records_mandate;
    DROP FUNCTION records_mandate_order_fits();
    DROP TRIGGER records_mandate_document_fits ON records_mandate;
    DROP TRIGGER records_courtorder_document_fits ON records_courtorder;
    DROP FUNCTION records_legal_paper_fits();
"""
AGREED = """
    CREATE FUNCTION records_disclosure_agreement_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.agreement_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM records_agreement a WHERE a.id = NEW.agreement_id AND a.kind = NEW.basis
                AND a.recipient_id = NEW.recipient_id AND a.ended_at IS NULL
                AND NEW.at < a.ends_on + 2 AND NEW.at > a.starts_on - 1
        ) THEN
            RAISE EXCEPTION 'A disclosure rests on a live agreement of its kind with its receiver.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_disclosure_agreement_fits';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE EXECUTE ON FUNCTION records_disclosure_agreement_fits() FROM PUBLIC;
    CREATE TRIGGER records_disclosure_agreement_fits BEFORE INSERT ON records_disclosure
        FOR EACH ROW EXECUTE FUNCTION records_disclosure_agreement_fits();
"""
AGREED_REVERSE = """
    DROP TRIGGER records_disclosure_agreement_fits ON records_disclosure;
    DROP FUNCTION records_disclosure_agreement_fits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_break_glass"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("clearance", "Medical clearance"),
                    ("consent", "Signed consent on paper"),
                    ("insurance", "Insurance card"),
                    ("letter", "Letter or report"),
                    ("court_order", "Court order"),
                    ("subpoena", "Subpoena or similar mandate"),
                    ("other", "Something else"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("qso", "Service organisation"),
                            ("audit", "Audit or evaluation"),
                            ("research", "Research"),
                        ],
                        max_length=12,
                    ),
                ),
                ("scope", records.fields.EncryptedText(editable=True)),
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
                (
                    "terms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("bound", "It is fully bound by 42 CFR part 2"),
                                (
                                    "resists",
                                    "It resists efforts to obtain records in proceedings, except as part 2 permits",
                                ),
                                (
                                    "lawful_body",
                                    "It may audit or evaluate under 2.53: a funder, a payer or a reviewing body",
                                ),
                                ("limits", "It uses and passes on records only as 2.53 permits"),
                                ("destroys", "It keeps copies as 2.16 says, and destroys them"),
                                (
                                    "protected",
                                    "The research is under HIPAA or the Common Rule, as documented",
                                ),
                                ("no_identities", "No report identifies anyone"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("media_type", models.CharField(max_length=20)),
                ("content", records.fields.EncryptedBytes(editable=True)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="agreement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.agreement",
            ),
        ),
        migrations.CreateModel(
            name="CourtOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("noncriminal", "2.64: not about a crime"),
                            ("criminal", "2.65: to investigate or prosecute the person"),
                            ("program", "2.66: to investigate the program or its staff"),
                            ("undercover", "2.67: undercover agents or informants"),
                        ],
                        max_length=12,
                    ),
                ),
                ("court", records.fields.EncryptedText(editable=True)),
                ("case_number", records.fields.EncryptedText(editable=True)),
                ("ordered_on", models.DateField()),
                ("valid_until", models.DateField()),
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
                ("notice_given", models.BooleanField(default=False)),
                ("opportunity_given", models.BooleanField(default=False)),
                ("covers_counseling_notes", models.BooleanField(default=False)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.document"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="court_orders",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.recipient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="order",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.courtorder",
            ),
        ),
        migrations.CreateModel(
            name="LegalRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subpoena", "A subpoena"),
                            ("order", "A court order"),
                            ("warrant", "A search warrant"),
                            ("letter", "A letter from a lawyer or agency"),
                            ("asked", "Somebody asked, without a paper"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asker", records.fields.EncryptedText(editable=True)),
                ("about", records.fields.EncryptedText(editable=True, null=True)),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
                ("answer_by", models.DateField(null=True)),
                ("received_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("taken_by", models.UUIDField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered with the regulation"),
                            ("registered", "Order and subpoena registered"),
                            ("counsel", "Passed to counsel"),
                            ("withdrawn", "Withdrawn by who asked"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subpoena", "Subpoena"),
                            ("warrant", "Search warrant"),
                            ("summons", "Summons or similar mandate"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", records.fields.EncryptedText(editable=True)),
                ("issued_on", models.DateField()),
                ("valid_until", models.DateField()),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.document"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="records.courtorder",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="records.person",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.recipient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="mandate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="records.mandate",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "court_order"), _negated=True),
                    models.Q(("for_proceedings", True), ("mandate__isnull", False), ("order__isnull", False)),
                    _connector="OR",
                ),
                name="records_disclosure_names_order",
                violation_error_message="A court order opens the door together with its subpoena.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis__in", ("qso", "audit", "research")), _negated=True),
                    ("agreement__isnull", False),
                    _connector="OR",
                ),
                name="records_disclosure_names_agreement",
                violation_error_message="A disclosure on an agreement names it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("for_proceedings", False), models.Q(("purpose", "proceedings"), _negated=True)),
                    models.Q(
                        ("basis__in", ("consent", "court_order")),
                        ("for_proceedings", True),
                        ("purpose", "proceedings"),
                    ),
                    _connector="OR",
                ),
                name="records_disclosure_proceedings",
                violation_error_message="Proceedings need their own consent, or an order and a subpoena.",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["ends_on", "id"], name="records_agreement_ending"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scope__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("scope"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("content__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("content"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("categories__len__gt", 0),
                ),
                name="records_agreement_facts",
                violation_error_message="An agreement says what it covers and holds the signed paper.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "qso"), ("terms__contains", ["bound", "resists"])),
                    models.Q(("kind", "audit"), ("terms__contains", ["lawful_body", "limits", "destroys"])),
                    models.Q(
                        ("kind", "research"), ("terms__contains", ["protected", "no_identities", "destroys"])
                    ),
                    _connector="OR",
                ),
                name="records_agreement_terms",
                violation_error_message="An agreement of this kind lacks a term that the law asks for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="records_agreement_dates",
                violation_error_message="The last day is not before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="records_agreement_ended",
                violation_error_message="An ended agreement says when and by whom.",
            ),
        ),
        migrations.AddIndex(
            model_name="courtorder",
            index=models.Index(fields=["person", "-recorded_at"], name="records_courtorder_of_person"),
        ),
        migrations.AddConstraint(
            model_name="courtorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("court__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("court"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("case_number__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("case_number"),
                            function="octet_length",
                            output_field=models.IntegerField(),
                        ),
                        45,
                    ),
                ),
                name="records_courtorder_facts",
                violation_error_message="A court order names its court and its case.",
            ),
        ),
        migrations.AddConstraint(
            model_name="courtorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["noncriminal", "criminal", "program", "undercover"])),
                name="records_courtorder_kind_known",
                violation_error_message="Select the section that the order is under.",
            ),
        ),
        migrations.AddConstraint(
            model_name="courtorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories__len__gt", 0)),
                name="records_courtorder_scope",
                violation_error_message="A court order says what may be disclosed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="courtorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("ordered_on"))),
                name="records_courtorder_dates",
                violation_error_message="The last day is not before the day of the order.",
            ),
        ),
        migrations.AddConstraint(
            model_name="courtorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="records_courtorder_ended",
                violation_error_message="An ended order says when and by whom.",
            ),
        ),
        migrations.AddIndex(
            model_name="legalrequest",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["answer_by", "received_at"],
                name="records_legal_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asker__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("asker"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                    ("kind__in", ["subpoena", "order", "warrant", "letter", "asked"]),
                ),
                name="records_legalrequest_facts",
                violation_error_message="Enter who asks, and select what arrived.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True), ("outcome", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("outcome__in", ["answered", "registered", "counsel", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="records_legalrequest_closed",
                violation_error_message="A closed request says how it ended, when and by whom.",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["person", "-recorded_at"], name="records_mandate_of_person"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__isnull", False),
                    django.db.models.lookups.GreaterThan(
                        models.Func(
                            models.F("number"), function="octet_length", output_field=models.IntegerField()
                        ),
                        45,
                    ),
                ),
                name="records_mandate_facts",
                violation_error_message="A subpoena has a number or a name to tell it by.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["subpoena", "warrant", "summons"])),
                name="records_mandate_kind_known",
                violation_error_message="Select what kind of mandate it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("issued_on"))),
                name="records_mandate_dates",
                violation_error_message="The last day is not before the day it was issued.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="records_mandate_ended",
                violation_error_message="An ended subpoena says when and by whom.",
            ),
        ),
        migrations.RunSQL(FITS, FITS_REVERSE),
        ends_once_function(),
        ends_once("records_courtorder", "ended_at", "ended_by"),
        ends_once("records_mandate", "ended_at", "ended_by", "order_id"),
        ends_once("records_agreement", "ended_at", "ended_by"),
        ends_once("records_legalrequest", "closed_at", "closed_by", "outcome"),
        proof_of_same_person(
            "order_id",
            "records_courtorder",
            "AND NEW.basis = 'court_order' AND proof.recipient_id = NEW.recipient_id AND proof.ended_at IS NULL"
            " AND NEW.at < proof.valid_until + 2",
        ),
        proof_of_same_person(
            "mandate_id",
            "records_mandate",
            "AND proof.order_id = NEW.order_id AND proof.recipient_id = NEW.recipient_id"
            " AND proof.ended_at IS NULL AND NEW.at < proof.valid_until + 2",
        ),
        migrations.RunSQL(AGREED, AGREED_REVERSE),
    ]
