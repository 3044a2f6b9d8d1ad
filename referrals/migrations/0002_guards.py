"""What PostgreSQL itself refuses about offers and links, whoever asks."""

from django.db import migrations

from audit.sql import append_only

OFFER = """
    CREATE FUNCTION referrals_keep_offer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        need text;
        ended text[] := ARRAY['declined', 'declined_by_person', 'returned', 'closed', 'withdrawn', 'expired'];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'An offer is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_offer_kept';
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF (NEW.id, NEW.data_key_id, NEW.referral_id, NEW.facility_id, NEW.made_at)
                IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.referral_id, OLD.facility_id, OLD.made_at) THEN
                RAISE EXCEPTION 'An offer stays with its referral and facility.'
                    USING ERRCODE = '23514', CONSTRAINT = 'referrals_offer_fixed';
            END IF;
            IF OLD.status = ANY (ended) AND NEW.status <> OLD.status THEN
                RAISE EXCEPTION 'An offer that has ended does not come back; make a new one.'
                    USING ERRCODE = '23514', CONSTRAINT = 'referrals_offer_ended_stays';
            END IF;
        END IF;
        IF NEW.status <> ALL (ended) THEN
            SELECT status INTO need FROM referrals_referral WHERE id = NEW.referral_id FOR SHARE;
            IF need <> 'open' THEN
                RAISE EXCEPTION 'A closed referral has no live offer.'
                    USING ERRCODE = '23514', CONSTRAINT = 'referrals_offer_needs_open_referral';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_offer_keep BEFORE INSERT OR UPDATE OR DELETE ON referrals_offer
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_offer();
"""
OFFER_REVERSE = """
    DROP TRIGGER referrals_offer_keep ON referrals_offer;
    DROP FUNCTION referrals_keep_offer();
"""

REFERRAL = """
    CREATE FUNCTION referrals_keep_referral() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A referral is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_referral_kept';
        END IF;
        IF OLD.status = 'closed' AND NEW.status <> 'closed' THEN
            RAISE EXCEPTION 'A closed referral stays closed; open a new one.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_referral_closed_stays';
        END IF;
        IF NEW.status = 'closed' AND OLD.status = 'open' AND EXISTS (
            SELECT 1 FROM referrals_offer WHERE referral_id = NEW.id AND status NOT IN
                ('declined', 'declined_by_person', 'returned', 'closed', 'withdrawn', 'expired')) THEN
            RAISE EXCEPTION 'A referral closes when its offers have ended.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_referral_offers_ended';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_referral_keep BEFORE UPDATE OR DELETE ON referrals_referral
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_referral();
"""
REFERRAL_REVERSE = """
    DROP TRIGGER referrals_referral_keep ON referrals_referral;
    DROP FUNCTION referrals_keep_referral();
"""

LINK = """
    CREATE FUNCTION referrals_keep_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A link is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_kept';
        END IF;
        IF (NEW.id, NEW.offer_id, NEW.token_hash, NEW.code_hash, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.offer_id, OLD.token_hash, OLD.code_hash, OLD.made_at) THEN
            RAISE EXCEPTION 'A link stays with its offer, token and code.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_fixed';
        END IF;
        IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
            RAISE EXCEPTION 'A revoked link stays revoked.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_revoked_stays';
        END IF;
        IF OLD.tries >= 5 AND NEW.tries < OLD.tries THEN
            RAISE EXCEPTION 'A locked link stays locked.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_partnerlink_locked_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_partnerlink_keep BEFORE UPDATE OR DELETE ON referrals_partnerlink
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_link();
"""
LINK_REVERSE = """
    DROP TRIGGER referrals_partnerlink_keep ON referrals_partnerlink;
    DROP FUNCTION referrals_keep_link();
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_referrals")]

    operations = [
        append_only("referrals_offerstatuschange"),
        append_only("referrals_offermessage"),
        append_only("referrals_capacityreport"),
        migrations.RunSQL(OFFER, OFFER_REVERSE),
        migrations.RunSQL(REFERRAL, REFERRAL_REVERSE),
        migrations.RunSQL(LINK, LINK_REVERSE),
    ]
