"""What holds about paying, whoever writes: a no is no dead end, and nothing is used that was not granted."""

from django.db import migrations

from audit.sql import append_only

# Ending an episode for money needs another way that was offered; so does losing somebody after a no that stands.
CLOSE = """
    CREATE FUNCTION intake_plan_said_no(of_episode uuid) RETURNS boolean LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        WITH newest AS (
            SELECT DISTINCT ON (policy_id) state, made_at FROM intake_benefitcheck
            WHERE episode_id = of_episode AND policy_id IS NOT NULL
            ORDER BY policy_id, made_at DESC, id DESC
        )
        SELECT NOT EXISTS (SELECT FROM newest WHERE state = 'verified') AND EXISTS (
            SELECT FROM newest WHERE state IN ('denied', 'not_covered', 'out_of_network') AND NOT EXISTS (
                SELECT FROM intake_benefitcheck AS waiver
                WHERE waiver.episode_id = of_episode AND waiver.state = 'waived'
                  AND waiver.made_at > newest.made_at))
    $$;
    REVOKE ALL ON FUNCTION intake_plan_said_no(uuid) FROM PUBLIC;
    CREATE FUNCTION intake_episode_other_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.status = 'closed'
           AND (NEW.close_reason = 'financial'
                OR (NEW.close_reason IN ('lost_contact', 'not_a_fit') AND intake_plan_said_no(NEW.id)))
           AND NOT EXISTS (SELECT FROM intake_otherway WHERE episode_id = NEW.id) THEN
            RAISE EXCEPTION 'Write down first which other way to pay was offered.'
                USING ERRCODE = '23514', CONSTRAINT = 'no_other_way';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_episode_other_way() FROM PUBLIC;
    CREATE TRIGGER intake_episode_other_way BEFORE INSERT OR UPDATE OF status, close_reason ON intake_episode
        FOR EACH ROW EXECUTE FUNCTION intake_episode_other_way();
"""
CLOSE_REVERSE = """
    DROP TRIGGER intake_episode_other_way ON intake_episode;
    DROP FUNCTION intake_episode_other_way();
    DROP FUNCTION intake_plan_said_no(uuid);
"""

KEEP = """
    CREATE TRIGGER intake_otherway_keep BEFORE UPDATE ON intake_otherway
        FOR EACH ROW EXECUTE FUNCTION intake_keep_but('outcome', 'done_at', 'done_by_id');
    CREATE TRIGGER intake_otherway_done_once BEFORE UPDATE ON intake_otherway FOR EACH ROW
        WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER intake_authorization_keep BEFORE UPDATE ON intake_authorization FOR EACH ROW
        WHEN (OLD.state = 'asked') EXECUTE FUNCTION intake_keep_but('state', 'answer', 'units_granted',
            'starts_on', 'ends_on', 'decided_at', 'decided_by_id', 'closed_at', 'closed_by_id');
    CREATE TRIGGER intake_authorization_answered_once BEFORE UPDATE ON intake_authorization FOR EACH ROW
        WHEN (OLD.state <> 'asked') EXECUTE FUNCTION intake_keep_but('closed_at', 'closed_by_id');
    CREATE TRIGGER intake_authorization_closed_once BEFORE UPDATE ON intake_authorization FOR EACH ROW
        WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
KEEP_REVERSE = """
    DROP TRIGGER intake_authorization_closed_once ON intake_authorization;
    DROP TRIGGER intake_authorization_answered_once ON intake_authorization;
    DROP TRIGGER intake_authorization_keep ON intake_authorization;
    DROP TRIGGER intake_otherway_done_once ON intake_otherway;
    DROP TRIGGER intake_otherway_keep ON intake_otherway;
"""

USE = """
    CREATE FUNCTION intake_authorizationuse_judge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        a intake_authorization%ROWTYPE;
        used bigint;
    BEGIN
        SELECT * INTO a FROM intake_authorization WHERE id = NEW.authorization_id FOR UPDATE;
        SELECT coalesce(sum(units), 0) + NEW.units INTO used FROM intake_authorizationuse
            WHERE authorization_id = a.id;
        IF a.state <> 'granted' OR NEW.used_on NOT BETWEEN a.starts_on AND a.ends_on THEN
            RAISE EXCEPTION 'Nothing was granted for that day.'
                USING ERRCODE = '23514', CONSTRAINT = 'authorization_not_granted';
        END IF;
        IF used > a.units_granted OR used < 0 THEN
            RAISE EXCEPTION 'More would be used than was granted.'
                USING ERRCODE = '23514', CONSTRAINT = 'authorization_used_up';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_authorizationuse_judge() FROM PUBLIC;
    CREATE TRIGGER intake_authorizationuse_judge BEFORE INSERT ON intake_authorizationuse
        FOR EACH ROW EXECUTE FUNCTION intake_authorizationuse_judge();
    CREATE FUNCTION intake_selfpayrate_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        NEW.made_at := app_now();
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_selfpayrate_now() FROM PUBLIC;
    CREATE TRIGGER intake_selfpayrate_now BEFORE INSERT ON intake_selfpayrate
        FOR EACH ROW EXECUTE FUNCTION intake_selfpayrate_now();
"""
USE_REVERSE = """
    DROP TRIGGER intake_selfpayrate_now ON intake_selfpayrate;
    DROP FUNCTION intake_selfpayrate_now();
    DROP TRIGGER intake_authorizationuse_judge ON intake_authorizationuse;
    DROP FUNCTION intake_authorizationuse_judge();
"""


def never_deleted(table: str) -> migrations.RunSQL:
    """Let nobody delete rows of `table`: by privilege for the app, by trigger for everyone."""
    return migrations.RunSQL(
        f"""
            REVOKE DELETE ON {table} FROM clearway_app;
            CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_never_deleted ON {table}; GRANT DELETE ON {table} TO clearway_app;",
    )


class Migration(migrations.Migration):
    dependencies = [("intake", "0024_other_ways")]

    operations = [
        migrations.RunSQL(CLOSE, CLOSE_REVERSE),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
        migrations.RunSQL(USE, USE_REVERSE),
        never_deleted("intake_otherway"),
        never_deleted("intake_authorization"),
        append_only("intake_authorizationuse"),
        append_only("intake_selfpayrate"),
        append_only("intake_selfpayestimate"),
    ]
