"""Counting and ranking a large directory: an index that holds what counts, and where each partner is.

The history of many partners at once is written by one statement, not one for each.
"""

from importlib import import_module

from django.db import migrations, models

earlier = import_module("referrals.migrations.0008_capability_bits")
FUNCTIONS = earlier.NEW_FACTS
TRIGGERS = """
    CREATE TRIGGER referrals_facility_keep AFTER INSERT OR UPDATE ON referrals_facility
        FOR EACH ROW EXECUTE FUNCTION referrals_facility_keep();
"""
ASIDE = "can_bits,x,y,z,"

NEXT = (
    FUNCTIONS.split("    CREATE OR REPLACE FUNCTION referrals_facility_keep")[0]
    .replace("can_bits,", ASIDE)
    .replace(
        "IF to_jsonb(NEW) - ",
        "-- Cheap first: two rows as JSON are compared only when no new revision is asked for.\n        "
        "IF NEW.revision = OLD.revision AND to_jsonb(NEW) - ",
    )
    .replace(" AND NEW.revision = OLD.revision THEN", " THEN")
)
# What every new revision says, for all rows of a statement at once.
KEEP = """
    DROP TRIGGER referrals_facility_keep ON referrals_facility;
    CREATE OR REPLACE FUNCTION referrals_facility_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO referrals_facilityrevision (id, facility_id, number, facts, source, changed_by_id, at)
            SELECT gen_random_uuid(), f.id, f.revision, referrals_facility_told(to_jsonb(f), r),
                   f.source, f.changed_by_id, app_now()
            FROM fresh f JOIN records_recipient r ON r.id = f.recipient_id;
        ELSE
            INSERT INTO referrals_facilityrevision (id, facility_id, number, facts, source, changed_by_id, at)
            SELECT gen_random_uuid(), f.id, f.revision, referrals_facility_told(to_jsonb(f), r),
                   f.source, f.changed_by_id, app_now()
            FROM fresh f JOIN stale s ON s.id = f.id AND s.revision <> f.revision
                JOIN records_recipient r ON r.id = f.recipient_id;
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION referrals_facility_told(facts jsonb, r records_recipient) RETURNS jsonb
        LANGUAGE sql STABLE AS $$
        SELECT facts - '{id,revision,changed_by_id,can_bits,x,y,z,beds_open,beds_women,beds_men,beds_at,
                beds_source,beds_said_by,recipient_id,source,import_key}'::text[]
            || jsonb_build_object('name', r.name, 'legal_status', r.legal_status, 'active', r.active)
    $$;
    REVOKE ALL ON FUNCTION referrals_facility_told(jsonb, records_recipient) FROM PUBLIC;
    CREATE TRIGGER referrals_facility_added AFTER INSERT ON referrals_facility
        REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION referrals_facility_keep();
    CREATE TRIGGER referrals_facility_changed AFTER UPDATE ON referrals_facility
        REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION referrals_facility_keep();
"""
KEEP_REVERSE = f"""
    DROP TRIGGER referrals_facility_added ON referrals_facility;
    DROP TRIGGER referrals_facility_changed ON referrals_facility;
    DROP FUNCTION referrals_facility_told(jsonb, records_recipient);
    {FUNCTIONS}
    {TRIGGERS}
"""
# A partner is where the middle of its ZIP is, whoever writes the row, and again when the table of ZIPs changes.
PLACE = """
    CREATE FUNCTION referrals_facility_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        SELECT c.x, c.y, c.z INTO NEW.x, NEW.y, NEW.z FROM referrals_zipcentroid c WHERE c.zip = NEW.zip;
        RETURN NEW;
    END $$;
    CREATE FUNCTION referrals_zip_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        UPDATE referrals_facility SET zip = zip WHERE zip IN (SELECT zip FROM moved);
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION referrals_facility_place(), referrals_zip_moved() FROM PUBLIC;
    CREATE TRIGGER referrals_facility_place BEFORE INSERT OR UPDATE ON referrals_facility
        FOR EACH ROW EXECUTE FUNCTION referrals_facility_place();
    CREATE TRIGGER referrals_zip_added AFTER INSERT ON referrals_zipcentroid
        REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION referrals_zip_moved();
    CREATE TRIGGER referrals_zip_changed AFTER UPDATE ON referrals_zipcentroid
        REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION referrals_zip_moved();
    CREATE TRIGGER referrals_zip_gone AFTER DELETE ON referrals_zipcentroid
        REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION referrals_zip_moved();
    UPDATE referrals_facility SET zip = zip;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""
PLACE_REVERSE = """
    DROP TRIGGER referrals_zip_gone ON referrals_zipcentroid;
    DROP TRIGGER referrals_zip_changed ON referrals_zipcentroid;
    DROP TRIGGER referrals_zip_added ON referrals_zipcentroid;
    DROP TRIGGER referrals_facility_place ON referrals_facility;
    DROP FUNCTION referrals_zip_moved();
    DROP FUNCTION referrals_facility_place();
"""


def _place() -> models.FloatField:
    return models.FloatField(editable=False, null=True)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0024_out_of_use"),
        ("referrals", "0012_partner_asks"),
    ]

    operations = [
        migrations.AddField(model_name="facility", name="x", field=_place()),
        migrations.AddField(model_name="facility", name="y", field=_place()),
        migrations.AddField(model_name="facility", name="z", field=_place()),
        migrations.RunSQL(NEXT, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
        migrations.RunSQL(PLACE, PLACE_REVERSE),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(
                fields=["can_bits"],
                include=["age_min", "age_max", "x", "y", "z", "recipient"],
                name="referrals_facility_tally",
            ),
        ),
    ]
