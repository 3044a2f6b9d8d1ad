"""A second episode begins care anew: earlier consents open nothing, and a merged record gets none."""

from django.db import migrations

# The person's row is locked: a merge of it (FOR UPDATE) and a new episode never pass each other.
BEGINS = """
    CREATE FUNCTION intake_episode_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        one uuid;
    BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.status <> 'open' OR OLD.status = 'open') THEN
            RETURN NEW;
        END IF;
        SELECT whole INTO one FROM records_person
            WHERE id = NEW.person_id AND merged_into_id IS NULL FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'This record was merged into another one. Use that one.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_person_merged';
        END IF;
        IF EXISTS (SELECT FROM intake_episode e JOIN records_person p ON p.id = e.person_id
                   WHERE p.whole = one AND e.status = 'open' AND e.id <> NEW.id) THEN
            RAISE EXCEPTION 'This person already has an open episode.'
                USING ERRCODE = '23505', CONSTRAINT = 'intake_episode_one_open';
        END IF;
        IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM intake_episode e JOIN records_person p ON p.id = e.person_id
                                        WHERE p.whole = one) THEN
            UPDATE records_person SET care_since = NEW.opened_at WHERE id = NEW.person_id;
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_episode_begins() FROM PUBLIC;
    CREATE TRIGGER intake_episode_begins BEFORE INSERT OR UPDATE OF status ON intake_episode
        FOR EACH ROW EXECUTE FUNCTION intake_episode_begins();
"""
BEGINS_REVERSE = """
    DROP TRIGGER intake_episode_begins ON intake_episode;
    DROP FUNCTION intake_episode_begins();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0012_prefills"),
        ("records", "0022_merges"),
    ]

    operations = [migrations.RunSQL(BEGINS, BEGINS_REVERSE)]
