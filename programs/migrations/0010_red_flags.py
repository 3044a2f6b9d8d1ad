"""Nobody is admitted by an examination from before a red flag: no paper overrides an emergency."""

from django.db import migrations

RED_FLAGS = """
    CREATE FUNCTION programs_admission_red_flags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        -- The gate before this one has locked the episode, as every asking of the safety questions does.
        PERFORM 1 FROM intake_safetycheck s JOIN programs_medicalclearance c ON c.id = NEW.clearance_id
            WHERE s.episode_id = NEW.episode_id AND s.emergency AND s.asked_at > c.examined_at
              AND (NOT NEW.late_entry OR s.asked_at <= NEW.admitted_at);
        IF FOUND THEN
            PERFORM programs_refuse('red_flag_since_exam',
                'A safety question was answered with yes after the examination.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_red_flags() FROM PUBLIC;
    CREATE TRIGGER programs_admission_zz_red_flags BEFORE INSERT ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_red_flags();
"""
RED_FLAGS_REVERSE = """
    DROP TRIGGER programs_admission_zz_red_flags ON programs_admission;
    DROP FUNCTION programs_admission_red_flags();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0009_below_rules"),
        ("intake", "0020_emergencies_waiting"),
    ]

    operations = [migrations.RunSQL(RED_FLAGS, RED_FLAGS_REVERSE)]
