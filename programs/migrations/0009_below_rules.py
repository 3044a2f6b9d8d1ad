"""The database itself judges whether a decision goes below the rules, and then asks for a second view."""

from django.db import migrations, models

BELOW = """
    CREATE FUNCTION programs_highest_step(level text) RETURNS integer LANGUAGE sql IMMUTABLE
        SET search_path = public, pg_temp AS $$
        SELECT CASE level WHEN 'continuing' THEN -1 WHEN 'outpatient' THEN 1 WHEN 'iop' THEN 2 WHEN 'php' THEN 3
                          WHEN 'residential' THEN 5 WHEN 'inpatient' THEN 7 WHEN 'detox' THEN 7 END $$;

    CREATE FUNCTION programs_determination_below() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        r programs_recommendation%ROWTYPE;
    BEGIN
        SELECT * INTO r FROM programs_recommendation WHERE id = NEW.recommendation_id;
        -- What a row from before does not say counts as below.
        IF NEW.outcome <> 'refer' AND NOT NEW.needs_second AND (
            r.calls_detox IS NULL
            OR (r.calls_detox AND NOT NEW.detox_first)
            OR (NOT r.calls_detox AND programs_highest_step(NEW.level) < r.lowest_step)) THEN
            PERFORM programs_refuse('below_needs_second',
                'A decision below what the rules call safe needs a second view.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_determination_below() FROM PUBLIC;
    CREATE TRIGGER programs_determination_zz_below BEFORE INSERT ON programs_determination
        FOR EACH ROW EXECUTE FUNCTION programs_determination_below();
"""
BELOW_REVERSE = """
    DROP TRIGGER programs_determination_zz_below ON programs_determination;
    DROP FUNCTION programs_determination_below();
    DROP FUNCTION programs_highest_step(text);
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0008_next_step")]

    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="calls_detox",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="lowest_step",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.RunSQL(BELOW, BELOW_REVERSE),
    ]
