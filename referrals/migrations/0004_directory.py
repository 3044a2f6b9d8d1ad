"""The directory in full: places, contacts, agreements, history, and what a filter can find fast."""

import uuid
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import config.clock
import referrals.sql
from audit.sql import append_only, never_deleted

NPI = """
    CREATE FUNCTION referrals_npi_fits(npi text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN npi ~ '^[0-9]{10}$' THEN (24 + (
            SELECT sum(CASE WHEN i % 2 = 1 THEN (ARRAY[0, 2, 4, 6, 8, 1, 3, 5, 7, 9])[digit + 1] ELSE digit END)
            FROM (SELECT i, substr(npi, i, 1)::int AS digit FROM generate_series(1, 10) i) digits)) % 10 = 0
        ELSE false END
    $$;
"""
NPI_REVERSE = "DROP FUNCTION referrals_npi_fits(text);"

# What is not known is not refused: it is on the list, and a question to ask by phone.
CAN = """
    CREATE FUNCTION referrals_facility_can(levels text[], withdrawal_no text[], medications text[],
        medications_no text[], payers text[], complete boolean, pregnancy text, unit text)
        RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ARRAY(SELECT 'level:' || x FROM unnest(levels) x)
            || ARRAY(SELECT 'withdrawal:' || x FROM unnest('{alcohol,benzo,barb,gabab,gabapentinoid,opioid,
                kratom,stimulant,cannabis,other}'::text[]) x WHERE x <> ALL (withdrawal_no))
            || ARRAY(SELECT 'medication:' || x FROM unnest('{buprenorphine,buprenorphine_er,methadone,naltrexone,
                naltrexone_er}'::text[]) x WHERE x <> ALL (medications_no)
                AND (NOT complete OR cardinality(medications) = 0 OR x = ANY (medications)))
            || ARRAY(SELECT 'payer:' || x FROM unnest('{aetna,anthem,cigna,united,medicaid,medicare,tricare,
                private,state_plan,self_pay}'::text[]) x
                WHERE NOT complete OR cardinality(payers) = 0 OR x = ANY (payers)
                OR x = ANY ('{aetna,anthem,cigna,united}'::text[]) AND 'private' = ANY (payers)
                OR x = 'private' AND payers && '{aetna,anthem,cigna,united}'::text[])
            || CASE WHEN pregnancy = 'no' THEN '{}'::text[] ELSE '{pregnant}'::text[] END
            || CASE unit WHEN 'any' THEN '{sex:female,sex:male}'::text[] ELSE ARRAY['sex:' || unit] END
    $$;
"""
CAN_REVERSE = """
    DROP FUNCTION referrals_facility_can(text[], text[], text[], text[], text[], boolean, text, text);
"""

# Not part of the facts: what is about the change itself, what PostgreSQL computes, and what reports say.
ASIDE = (
    "'{id,revision,changed_by_id,can,beds_open,beds_women,beds_men,beds_at,beds_source,beds_said_by}'::text[]"
)
COPY = f"""
    INSERT INTO referrals_facilityrevision (id, facility_id, number, facts, source, changed_by_id, at)
    SELECT gen_random_uuid(), f.id, f.revision,
           to_jsonb(f) - {ASIDE} - '{{recipient_id,source,import_key}}'::text[]
           || jsonb_build_object('name', r.name, 'legal_status', r.legal_status, 'active', r.active),
           f.source, f.changed_by_id, app_now()
    FROM referrals_facility f JOIN records_recipient r ON r.id = f.recipient_id"""

HISTORY = f"""
    CREATE FUNCTION referrals_facility_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.revision <> 1 THEN
                RAISE EXCEPTION 'A partner begins with revision 1.'
                    USING ERRCODE = '23514', CONSTRAINT = 'referrals_facility_revision';
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - {ASIDE} = to_jsonb(OLD) - {ASIDE} AND NEW.revision = OLD.revision THEN
            RETURN NEW;
        END IF;
        IF NEW.id <> OLD.id OR NEW.recipient_id <> OLD.recipient_id OR NEW.revision <> OLD.revision + 1 THEN
            RAISE EXCEPTION 'A change of a partner is its next revision.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_facility_revision';
        END IF;
        IF NOT (programs_has_role(NEW.changed_by_id, 'supervisor')
                OR programs_has_role(NEW.changed_by_id, 'administrator')) THEN
            RAISE EXCEPTION 'Only a supervisor or an administrator changes a partner.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_facility_by_manager';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION referrals_facility_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' OR NEW.revision <> OLD.revision THEN
            {COPY} WHERE f.id = NEW.id;
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION referrals_capacity_latest() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        UPDATE referrals_facility SET beds_open = NEW.beds_open, beds_women = NEW.women_only,
            beds_men = NEW.men_only, beds_at = NEW.reported_at, beds_source = NEW.source,
            beds_said_by = NEW.said_by
        WHERE id = NEW.facility_id AND (beds_at IS NULL OR beds_at <= NEW.reported_at);
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION referrals_facility_next(), referrals_facility_keep(), referrals_capacity_latest()
        FROM PUBLIC;
    CREATE TRIGGER referrals_facility_next BEFORE INSERT OR UPDATE ON referrals_facility
        FOR EACH ROW EXECUTE FUNCTION referrals_facility_next();
    CREATE TRIGGER referrals_facility_keep AFTER INSERT OR UPDATE ON referrals_facility
        FOR EACH ROW EXECUTE FUNCTION referrals_facility_keep();
    CREATE TRIGGER referrals_capacity_latest AFTER INSERT ON referrals_capacityreport
        FOR EACH ROW EXECUTE FUNCTION referrals_capacity_latest();
    REVOKE INSERT ON referrals_facilityrevision FROM clearway_app;
"""
HISTORY_REVERSE = """
    GRANT INSERT ON referrals_facilityrevision TO clearway_app;
    DROP TRIGGER referrals_capacity_latest ON referrals_capacityreport;
    DROP TRIGGER referrals_facility_keep ON referrals_facility;
    DROP TRIGGER referrals_facility_next ON referrals_facility;
    DROP FUNCTION referrals_capacity_latest();
    DROP FUNCTION referrals_facility_keep();
    DROP FUNCTION referrals_facility_next();
"""

# What is there already: the latest report of each partner, and each partner as its first revision.
FIRST = f"""
    UPDATE referrals_facility f SET beds_open = c.beds_open, beds_at = c.reported_at,
        beds_source = c.source, beds_said_by = c.said_by
    FROM (SELECT DISTINCT ON (facility_id) * FROM referrals_capacityreport
          ORDER BY facility_id, reported_at DESC, id DESC) c
    WHERE c.facility_id = f.id;
    {COPY};
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""

# A contact or an agreement ends once; everything else of it stays as it was written.
ENDS = """
    CREATE FUNCTION referrals_ends_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF to_jsonb(NEW) - 'ended_at' <> to_jsonb(OLD) - 'ended_at' OR OLD.ended_at IS NOT NULL THEN
            RAISE EXCEPTION 'It is ended and written anew, not changed.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_ends_once';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION referrals_ends_once() FROM PUBLIC;
    CREATE TRIGGER referrals_contact_ends BEFORE UPDATE ON referrals_facilitycontact
        FOR EACH ROW EXECUTE FUNCTION referrals_ends_once();
    CREATE TRIGGER referrals_agreement_ends BEFORE UPDATE ON referrals_facilityagreement
        FOR EACH ROW EXECUTE FUNCTION referrals_ends_once();
"""
ENDS_REVERSE = """
    DROP TRIGGER referrals_agreement_ends ON referrals_facilityagreement;
    DROP TRIGGER referrals_contact_ends ON referrals_facilitycontact;
    DROP FUNCTION referrals_ends_once();
"""
CENTROIDS = Path(__file__).resolve().parent.parent / "data" / "zip_centroids.csv"


def load_centroids(apps: Any, schema_editor: Any) -> None:
    """Fill the table of ZIP centroids from the file in the repository."""
    with schema_editor.connection.cursor() as cursor, CENTROIDS.open() as rows:
        cursor.copy_expert(
            "COPY referrals_zipcentroid (zip, latitude, longitude) FROM STDIN CSV HEADER", rows
        )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_consent_of_either"),
        ("programs", "0021_prescriber_calls"),
        ("referrals", "0003_outcome_paused"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NPI, NPI_REVERSE),
        migrations.RunSQL(CAN, CAN_REVERSE),
        migrations.CreateModel(
            name="FacilityAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("transfer", "Transfer agreement"),
                            ("qso", "Qualified service organization agreement"),
                            ("business_associate", "Business associate agreement"),
                            ("understanding", "Memorandum of understanding"),
                        ],
                        max_length=20,
                    ),
                ),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("added_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FacilityContact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("intake", "Intake"),
                            ("night", "Nights and weekends"),
                            ("nurse", "Nursing"),
                            ("physician", "Physician"),
                            ("payment", "Payment questions"),
                            ("records", "Records and privacy"),
                            ("manager", "Management"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                (
                    "channel",
                    models.CharField(
                        choices=[("phone", "Phone"), ("fax", "Fax"), ("email", "E-mail")], max_length=5
                    ),
                ),
                ("reach", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FacilityRevision",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("facts", models.JSONField()),
                ("source", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ZipCentroid",
            fields=[
                (
                    "zip",
                    models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name="ZIP"),
                ),
                ("latitude", models.FloatField()),
                ("longitude", models.FloatField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="facility",
            name="referrals_facility_npi",
        ),
        migrations.RemoveConstraint(
            model_name="facility",
            name="referrals_facility_ages",
        ),
        migrations.AddField(
            model_name="capacityreport",
            name="men_only",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="capacityreport",
            name="women_only",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="access",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("wheelchair", "Wheelchair access"),
                        ("sign_language", "Sign language"),
                        ("low_vision", "Help for low vision"),
                        ("lifting", "Help with lifting or bathing"),
                        ("service_animal", "Service animals"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="admits_from",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="admits_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_men",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_open",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_said_by",
            field=models.CharField(blank=True, editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_source",
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="facility",
            name="beds_women",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="changed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="lists_complete",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="medications_no",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("buprenorphine", "Buprenorphine"),
                        ("buprenorphine_er", "Buprenorphine injection"),
                        ("methadone", "Methadone"),
                        ("naltrexone", "Naltrexone"),
                        ("naltrexone_er", "Naltrexone injection"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="city",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="facility",
            name="co_occurring",
            field=models.CharField(
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                default="unknown",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="import_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="facility",
            name="revision",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="facility",
            name="services",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=6), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="source",
            field=models.CharField(
                choices=[("staff", "Our staff"), ("import", "An imported directory")],
                default="staff",
                editable=False,
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="state",
            field=models.CharField(blank=True, max_length=2),
        ),
        migrations.AddField(
            model_name="facility",
            name="zip",
            field=models.CharField(blank=True, max_length=5, verbose_name="ZIP"),
        ),
        migrations.AlterField(
            model_name="facility",
            name="age_min",
            field=models.PositiveSmallIntegerField(blank=True, default=18, null=True),
        ),
        migrations.AlterField(
            model_name="facility",
            name="medications",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("buprenorphine", "Buprenorphine"),
                        ("buprenorphine_er", "Buprenorphine injection"),
                        ("methadone", "Methadone"),
                        ("naltrexone", "Naltrexone"),
                        ("naltrexone_er", "Naltrexone injection"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="facility",
            name="payers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("aetna", "Aetna"),
                        ("anthem", "Anthem"),
                        ("cigna", "Cigna"),
                        ("united", "UnitedHealthcare"),
                        ("medicaid", "Medicaid"),
                        ("medicare", "Medicare"),
                        ("tricare", "TRICARE"),
                        ("private", "Private insurance"),
                        ("state_plan", "State plan other than Medicaid"),
                        ("self_pay", "Self-pay"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "beds_open__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("women_only"), models.Value(0)
                            ),
                            "+",
                            django.db.models.functions.comparison.Coalesce(
                                models.F("men_only"), models.Value(0)
                            ),
                        ),
                    )
                ),
                name="referrals_capacityreport_kinds",
                violation_error_message="Beds for women and men can't be more than all open beds.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.UniqueConstraint(
                condition=models.Q(("import_key", ""), _negated=True),
                fields=("import_key",),
                name="referrals_facility_import_key",
                violation_error_message="This row of a directory is here already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("npi", ""), referrals.sql.NpiFits(models.F("npi")), _connector="OR"),
                name="referrals_facility_npi",
                violation_error_message="An NPI has 10 digits and the right last digit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_max__isnull", True),
                    ("age_min__isnull", True),
                    ("age_max__gte", models.F("age_min")),
                    _connector="OR",
                ),
                name="referrals_facility_ages",
                violation_error_message="The oldest age can't be below the youngest.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("zip", ""), ("zip__regex", "^[0-9]{5}$"), _connector="OR"),
                name="referrals_facility_zip",
                violation_error_message="A ZIP code has 5 digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", ""), ("state__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="referrals_facility_state",
                violation_error_message="A state is two letters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("admits_from__isnull", True), ("admits_until__isnull", True)),
                    models.Q(("admits_from__isnull", False), ("admits_until__isnull", False)),
                    _connector="OR",
                ),
                name="referrals_facility_hours",
                violation_error_message="Hours have a beginning and an end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawal_yes__overlap", models.F("withdrawal_no")), _negated=True),
                name="referrals_facility_withdrawal",
                violation_error_message="One kind of withdrawal can't be in both lists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("medications__overlap", models.F("medications_no")), _negated=True),
                name="referrals_facility_medications",
                violation_error_message="One medicine can't be in both lists.",
            ),
        ),
        migrations.AddField(
            model_name="facilityagreement",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="facilityagreement",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="referrals.facility",
            ),
        ),
        migrations.AddField(
            model_name="facilitycontact",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="facilitycontact",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="referrals.facility"
            ),
        ),
        migrations.AddField(
            model_name="facilityrevision",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="facilityrevision",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="referrals.facility"
            ),
        ),
        migrations.AddConstraint(
            model_name="zipcentroid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("zip__regex", "^[0-9]{5}$"),
                    ("latitude__range", (-90, 90)),
                    ("longitude__range", (-180, 180)),
                    models.Q(("latitude", 0), ("longitude", 0), _negated=True),
                ),
                name="referrals_zipcentroid_place",
                violation_error_message="A ZIP has 5 digits, and a place on the earth.",
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="can",
            field=models.GeneratedField(
                db_persist=True,
                expression=referrals.sql.Can(
                    models.F("levels"),
                    models.F("withdrawal_no"),
                    models.F("medications"),
                    models.F("medications_no"),
                    models.F("payers"),
                    models.F("lists_complete"),
                    models.F("pregnancy"),
                    models.F("unit"),
                ),
                output_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), size=None
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="facilityagreement",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["facility"], name="referrals_agreement_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("begins_on")), _connector="OR"
                ),
                name="referrals_facilityagreement_days",
                violation_error_message="An agreement can't end before it begins.",
            ),
        ),
        migrations.AddIndex(
            model_name="facilitycontact",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["facility"], name="referrals_contact_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitycontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("reach", ""), _negated=True),
                name="referrals_facilitycontact_reach",
                violation_error_message="A contact has a number or an address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrevision",
            constraint=models.UniqueConstraint(
                fields=("facility", "number"),
                name="referrals_facilityrevision_number",
                violation_error_message="This revision exists.",
            ),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=django.contrib.postgres.indexes.GinIndex(fields=["can"], name="referrals_facility_can"),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, HISTORY_REVERSE),
        migrations.RunSQL(ENDS, ENDS_REVERSE),
        migrations.RunPython(load_centroids, migrations.RunPython.noop),
        append_only("referrals_facilityrevision"),
        never_deleted("referrals_facility"),
        never_deleted("referrals_facilitycontact"),
        never_deleted("referrals_facilityagreement"),
    ]
