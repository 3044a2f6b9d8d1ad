"""A place is kept for a return only for who goes to detox first, and no stay ends before its last move."""

from django.db import migrations

# Both names come after `comes_in`, which locks the episode and then the place: locks go in that order.
RETURNS = """
    CREATE FUNCTION programs_return_from_detox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM programs_determination
            WHERE episode_id = NEW.episode_id AND superseded_at IS NULL AND detox_first FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('return_not_from_detox',
                'A place is kept for the return of who goes to detox first.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_return_from_detox() FROM PUBLIC;
    CREATE TRIGGER programs_beduse_return BEFORE INSERT ON programs_beduse
        FOR EACH ROW WHEN (NEW.kind = 'return') EXECUTE FUNCTION programs_return_from_detox();
    CREATE TRIGGER programs_slothold_return BEFORE INSERT ON programs_slothold
        FOR EACH ROW WHEN (NEW.kind = 'return') EXECUTE FUNCTION programs_return_from_detox();
"""
RETURNS_REVERSE = """
    DROP TRIGGER programs_slothold_return ON programs_slothold;
    DROP TRIGGER programs_beduse_return ON programs_beduse;
    DROP FUNCTION programs_return_from_detox();
"""

LEAVES = """
    CREATE FUNCTION programs_admission_after_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM programs_staymove
                   WHERE admission_id = NEW.id AND moved_at > NEW.discharged_at) THEN
            PERFORM programs_refuse('discharge_before_move', 'A stay ends after its last move.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_after_moves() FROM PUBLIC;
    CREATE TRIGGER programs_admission_after_moves BEFORE UPDATE OF discharged_at ON programs_admission
        FOR EACH ROW WHEN (NEW.discharged_at IS NOT NULL AND OLD.discharged_at IS NULL)
        EXECUTE FUNCTION programs_admission_after_moves();
"""
LEAVES_REVERSE = """
    DROP TRIGGER programs_admission_after_moves ON programs_admission;
    DROP FUNCTION programs_admission_after_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0027_passing")]

    operations = [
        migrations.RunSQL(RETURNS, RETURNS_REVERSE),
        migrations.RunSQL(LEAVES, LEAVES_REVERSE),
    ]
