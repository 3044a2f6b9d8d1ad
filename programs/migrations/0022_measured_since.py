"""The gate: nor by an examination from before a score or a vital sign outside the limits for coming here."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("programs.migrations.0010_red_flags")
MEASURED = """
    CREATE OR REPLACE FUNCTION programs_admission_red_flags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        -- The gate before this one has locked the episode, as every saving of answers and results does.
        PERFORM 1 FROM (
            SELECT s.asked_at AS at FROM intake_safetycheck s
                WHERE s.episode_id = NEW.episode_id AND s.emergency
            UNION ALL
            SELECT r.observed_at FROM intake_instrumentrecord r
                WHERE r.episode_id = NEW.episode_id AND r.red_flag
                  AND NOT EXISTS (SELECT FROM intake_instrumentrecord newer WHERE newer.supersedes_id = r.id)
            UNION ALL
            SELECT v.red_flag_at FROM intake_assessmentsection v
                WHERE v.assessment_id = (SELECT id FROM intake_assessment WHERE episode_id = NEW.episode_id
                                         AND status <> 'dropped' ORDER BY number DESC LIMIT 1)
        ) flag JOIN programs_medicalclearance c ON c.id = NEW.clearance_id
            WHERE flag.at > c.examined_at AND (NOT NEW.late_entry OR flag.at <= NEW.admitted_at);
        IF FOUND THEN
            PERFORM programs_refuse('red_flag_since_exam',
                'An emergency sign, or a result outside the limits, came after the examination.');
        END IF;
        RETURN NEW;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0021_prescriber_calls"),
        ("intake", "0026_red_flags"),
    ]

    operations = [migrations.RunSQL(MEASURED, BEFORE.RED_FLAGS_REVERSE + BEFORE.RED_FLAGS)]
