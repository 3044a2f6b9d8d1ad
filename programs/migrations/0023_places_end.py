"""A closed episode keeps no place, and what is closed is held for nobody: also by raw SQL."""

from django.db import migrations

LETS_GO = """
    CREATE OR REPLACE FUNCTION programs_episode_lets_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM programs_waitlistentry WHERE episode_id = NEW.id AND ended_at IS NULL) THEN
            PERFORM programs_refuse('episode_waits', 'A closed episode waits for no place.');
        END IF;
        {places}
        RETURN NEW;
    END $$;
"""
PLACES = """
        IF EXISTS (SELECT FROM programs_admission WHERE episode_id = NEW.id AND discharged_at IS NULL) THEN
            PERFORM programs_refuse('episode_has_stay', 'Somebody who is here has an open episode.');
        END IF;
        IF EXISTS (SELECT FROM programs_beduse u
                   WHERE u.episode_id = NEW.id AND u.kind IN ('hold', 'return') AND NOT isempty(u.period)
                     AND (upper_inf(u.period) OR upper(u.period) > app_now())) THEN
            PERFORM programs_refuse('episode_holds_bed', 'A closed episode holds no bed.');
        END IF;
"""

# Its name comes before `programs_beduse_guard`, which locks the bed: locks go episode, program, bed.
COMES_IN = """
    CREATE FUNCTION programs_beduse_comes_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM intake_episode WHERE id = NEW.episode_id AND status = 'open' FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('episode_closed', 'A bed is held for an open episode.');
        END IF;
        PERFORM 1 FROM programs_program WHERE active
            AND id = (SELECT program_id FROM programs_bed WHERE id = NEW.bed_id AND active) FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('bed_out_of_service', 'The bed is out of use.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_beduse_comes_in() FROM PUBLIC;
    CREATE TRIGGER programs_beduse_comes_in BEFORE INSERT ON programs_beduse
        FOR EACH ROW WHEN (NEW.kind IN ('hold', 'return')) EXECUTE FUNCTION programs_beduse_comes_in();
"""
COMES_IN_REVERSE = """
    DROP TRIGGER programs_beduse_comes_in ON programs_beduse;
    DROP FUNCTION programs_beduse_comes_in();
"""

# Whoever comes in waits for the lock of the row that closes, or is seen by it.
CLOSES = """
    CREATE FUNCTION programs_bed_in_use(room uuid) RETURNS boolean LANGUAGE sql STABLE
        SET search_path = public, pg_temp AS $$
        SELECT EXISTS (SELECT FROM programs_beduse u
                       WHERE u.bed_id = room AND u.kind IN ('hold', 'return', 'stay') AND NOT isempty(u.period)
                         AND (upper_inf(u.period) OR upper(u.period) > app_now())) $$;
    CREATE FUNCTION programs_bed_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF programs_bed_in_use(NEW.id) THEN
            PERFORM programs_refuse('bed_in_use', 'Somebody is in this bed, or it is held.');
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION programs_program_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM programs_admission WHERE program_id = NEW.id AND discharged_at IS NULL)
           OR EXISTS (SELECT FROM programs_bed WHERE program_id = NEW.id AND programs_bed_in_use(id)) THEN
            PERFORM programs_refuse('program_in_use', 'Somebody is in this program, or a bed of it is held.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_bed_in_use(uuid), programs_bed_closes(), programs_program_closes() FROM PUBLIC;
    CREATE TRIGGER programs_bed_closes AFTER UPDATE OF active ON programs_bed
        FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION programs_bed_closes();
    CREATE TRIGGER programs_program_closes AFTER UPDATE OF active ON programs_program
        FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION programs_program_closes();
"""
CLOSES_REVERSE = """
    DROP TRIGGER programs_program_closes ON programs_program;
    DROP TRIGGER programs_bed_closes ON programs_bed;
    DROP FUNCTION programs_program_closes();
    DROP FUNCTION programs_bed_closes();
    DROP FUNCTION programs_bed_in_use(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0022_measured_since")]

    operations = [
        migrations.RunSQL(LETS_GO.format(places=PLACES), LETS_GO.format(places="")),
        migrations.RunSQL(COMES_IN, COMES_IN_REVERSE),
        migrations.RunSQL(CLOSES, CLOSES_REVERSE),
    ]
