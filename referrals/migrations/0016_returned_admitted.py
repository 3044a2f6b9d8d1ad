"""Somebody is back when we admitted them, and by nothing else."""

from django.db import migrations, models

# Referrals that were closed before they named the admission which closed them.
NAMED = """
    UPDATE referrals_referral r SET admission_id = (
        SELECT a.id FROM programs_admission a WHERE a.episode_id = r.episode_id
        ORDER BY a.admitted_at DESC, a.id DESC LIMIT 1)
    WHERE r.outcome = 'returned' AND r.admission_id IS NULL;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""
OFFER = """
    CREATE FUNCTION referrals_offer_returned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM referrals_referral r
            JOIN programs_admission a ON a.episode_id = r.episode_id
            LEFT JOIN programs_admissionundo u ON u.admission_id = a.id
            WHERE r.id = NEW.referral_id AND u.admission_id IS NULL) THEN
            RAISE EXCEPTION 'Who came back was admitted.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_offer_returned_admitted';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION referrals_offer_returned() FROM PUBLIC;
    CREATE TRIGGER referrals_offer_came BEFORE INSERT ON referrals_offer
        FOR EACH ROW WHEN (NEW.status = 'returned') EXECUTE FUNCTION referrals_offer_returned();
    CREATE TRIGGER referrals_offer_comes BEFORE UPDATE OF status ON referrals_offer
        FOR EACH ROW WHEN (NEW.status = 'returned' AND OLD.status <> 'returned')
        EXECUTE FUNCTION referrals_offer_returned();
"""
OFFER_REVERSE = """
    DROP TRIGGER referrals_offer_came ON referrals_offer;
    DROP TRIGGER referrals_offer_comes ON referrals_offer;
    DROP FUNCTION referrals_offer_returned();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0025_back_on_the_list"),
        ("referrals", "0015_outside"),
    ]

    operations = [
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "returned"), _negated=True)
                | models.Q(("admission__isnull", False)),
                name="referrals_referral_returned_admitted",
                violation_error_message="Who came back was admitted.",
            ),
        ),
        migrations.RunSQL(OFFER, OFFER_REVERSE),
    ]
