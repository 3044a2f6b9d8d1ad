"""A disclosure made with consent fits that consent in the database too: live, purpose, categories, receiver."""

from django.db import migrations

FITS = """
    CREATE FUNCTION records_disclosure_within_consent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.basis <> 'consent' THEN
            RETURN NEW;
        END IF;
        PERFORM 1 FROM records_consent c
            WHERE c.id = NEW.consent_id AND c.person_id = NEW.person_id AND c.status = 'signed'
                AND (c.expires_at IS NULL OR c.expires_at > app_now())
                AND NEW.purpose = ANY (c.purposes) AND NEW.categories <@ c.categories
                AND (NEW.purpose = 'proceedings') = (c.kind = 'proceedings')
                AND NOT EXISTS (
                    SELECT 1 FROM records_consentrecipient r
                    WHERE r.consent_id = c.id AND r.recipient_id = NEW.recipient_id
                        AND r.revoked_at IS NOT NULL
                )
            FOR SHARE OF c;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A disclosure made with consent stays within a live consent of that person.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_disclosure_within_consent';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE EXECUTE ON FUNCTION records_disclosure_within_consent() FROM PUBLIC;
    CREATE TRIGGER records_disclosure_within_consent BEFORE INSERT ON records_disclosure
        FOR EACH ROW EXECUTE FUNCTION records_disclosure_within_consent();
"""
FITS_REVERSE = """
    DROP TRIGGER records_disclosure_within_consent ON records_disclosure;
    DROP FUNCTION records_disclosure_within_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0020_words_for_staff")]

    operations = [migrations.RunSQL(sql=FITS, reverse_sql=FITS_REVERSE)]
