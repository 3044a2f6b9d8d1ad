"""A code may be mailed: to a contact of that partner, and never to the mailbox that got the link."""

import django.db.models.deletion
from django.db import migrations, models

ELSEWHERE = r"""
    CREATE FUNCTION referrals_mailbox(address text) RETURNS text LANGUAGE sql IMMUTABLE
        SET search_path = public, pg_temp AS $$
        SELECT regexp_replace(lower(btrim(address)), '\+[^@]*@', '@')
    $$;
    CREATE FUNCTION referrals_code_elsewhere() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF (NEW.mailed_to, NEW.code_contact_id) IS DISTINCT FROM (OLD.mailed_to, OLD.code_contact_id) THEN
                RAISE EXCEPTION 'Where a link and its code went is kept as it was.'
                    USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_ways_kept';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.code_contact_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM referrals_facilitycontact c JOIN referrals_offer o ON o.id = NEW.offer_id
            WHERE c.id = NEW.code_contact_id AND c.facility_id = o.facility_id AND c.channel = 'email'
                AND c.ended_at IS NULL AND NEW.mailed_to <> ''
                AND referrals_mailbox(c.reach) <> referrals_mailbox(NEW.mailed_to)) THEN
            RAISE EXCEPTION 'A code goes to another mailbox of the partner than the link.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_code_elsewhere';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_partnerlink_code BEFORE INSERT OR UPDATE ON referrals_partnerlink
        FOR EACH ROW EXECUTE FUNCTION referrals_code_elsewhere();
"""
ELSEWHERE_REVERSE = """
    DROP TRIGGER referrals_partnerlink_code ON referrals_partnerlink;
    DROP FUNCTION referrals_code_elsewhere();
    DROP FUNCTION referrals_mailbox(text);
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0010_undone_admission")]

    operations = [
        migrations.AddField(
            model_name="partnerlink",
            name="mailed_to",
            field=models.CharField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="partnerlink",
            name="code_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.facilitycontact",
            ),
        ),
        migrations.RunSQL(ELSEWHERE, ELSEWHERE_REVERSE),
    ]
