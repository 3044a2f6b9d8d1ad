"""A disclosure may rest on the consent of a record that is merged with its own."""

from django.db import migrations

_FITS = """
    CREATE OR REPLACE FUNCTION records_disclosure_consent_fits() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.consent_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM records_consent proof
                WHERE proof.id = NEW.consent_id AND {} AND NEW.basis = 'consent'
        ) THEN
            RAISE EXCEPTION 'What a disclosure rests on must fit it.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_disclosure_consent_fits';
        END IF;
        RETURN NEW;
    END $$;
"""
OF_EITHER = """proof.person_id IN (SELECT other.id FROM records_person other JOIN records_person own
                    ON own.whole = other.whole WHERE own.id = NEW.person_id)"""


class Migration(migrations.Migration):
    dependencies = [("records", "0022_merges")]

    operations = [migrations.RunSQL(_FITS.format(OF_EITHER), _FITS.format("proof.person_id = NEW.person_id"))]
