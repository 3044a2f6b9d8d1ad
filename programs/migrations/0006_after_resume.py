"""After a pause nobody is admitted by an examination from before the episode was resumed."""

from django.db import migrations

RESUMED = """
    CREATE FUNCTION programs_admission_after_resume() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM intake_episode e JOIN programs_medicalclearance c ON c.id = NEW.clearance_id
            WHERE e.id = NEW.episode_id AND e.reopened_at IS NOT NULL AND c.examined_at <= e.reopened_at;
        IF FOUND THEN
            PERFORM programs_refuse('clearance_before_resume',
                'The examination was before the episode was resumed.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_after_resume() FROM PUBLIC;
    CREATE TRIGGER programs_admission_zz_after_resume BEFORE INSERT ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_after_resume();
"""
RESUMED_REVERSE = """
    DROP TRIGGER programs_admission_zz_after_resume ON programs_admission;
    DROP FUNCTION programs_admission_after_resume();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0005_versions"),
        ("intake", "0015_resume"),
    ]

    operations = [migrations.RunSQL(RESUMED, RESUMED_REVERSE)]
