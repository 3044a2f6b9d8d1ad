"""The gate: hand-written SQL that judges every admission, and keeps what it judges by from changing.

Each refusal is a check violation whose constraint name is the code that the admission page explains
(`programs.rules.readiness`). Locks are taken in one order: episode, clearance, determination, program, bed.
"""

from django.db import migrations

from audit.sql import append_only

REFUSE = """
    CREATE FUNCTION programs_refuse(code text, why text) RETURNS void LANGUAGE plpgsql
        SET search_path = public, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION '%', why USING ERRCODE = '23514', CONSTRAINT = code;
    END $$;

    CREATE FUNCTION programs_has_role(who uuid, wanted text) RETURNS boolean LANGUAGE sql STABLE
        SET search_path = public, pg_temp AS $$
        SELECT EXISTS (SELECT FROM accounts_user WHERE id = who AND role = wanted AND is_active) $$;
"""
PRIVATE = """
    REVOKE EXECUTE ON FUNCTION programs_judge_papers(programs_admission), programs_judge_place(programs_admission),
        programs_take_bed(uuid, uuid, timestamptz, uuid), programs_end_stay(uuid, timestamptz) FROM clearway_app;
"""
PRIVATE_REVERSE = """
    GRANT EXECUTE ON FUNCTION programs_judge_papers(programs_admission), programs_judge_place(programs_admission),
        programs_take_bed(uuid, uuid, timestamptz, uuid), programs_end_stay(uuid, timestamptz) TO clearway_app;
"""
REFUSE_REVERSE = """
    DROP FUNCTION programs_has_role(uuid, text);
    DROP FUNCTION programs_refuse(text, text);
"""

# Judges one admission: who, by which documents, when. Takes the locks that revocation takes too.
JUDGE = """
    CREATE FUNCTION programs_judge_papers(a programs_admission) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        e intake_episode%ROWTYPE;
        c programs_medicalclearance%ROWTYPE;
        d programs_determination%ROWTYPE;
        present timestamptz;
        judged_at timestamptz;
    BEGIN
        SELECT * INTO e FROM intake_episode WHERE id = a.episode_id FOR NO KEY UPDATE;
        SELECT * INTO c FROM programs_medicalclearance WHERE id = a.clearance_id FOR UPDATE;
        SELECT * INTO d FROM programs_determination WHERE id = a.determination_id FOR UPDATE;
        present := app_now();

        IF a.late_entry THEN
            IF a.late_entry_reason IS NULL OR NOT programs_has_role(a.late_entry_by_id, 'supervisor')
               OR a.admitted_at IS NULL OR a.admitted_at > present + interval '5 minutes' THEN
                PERFORM programs_refuse('admitted_at_not_now',
                    'A late entry needs a supervisor, a reason and a time that has passed.');
            END IF;
            judged_at := a.admitted_at;
        ELSE
            IF a.admitted_at IS NULL OR a.admitted_at NOT BETWEEN present - interval '5 minutes'
                                                              AND present + interval '5 minutes' THEN
                PERFORM programs_refuse('admitted_at_not_now', 'The time of admission is not now.');
            END IF;
            judged_at := greatest(a.admitted_at, present);
        END IF;

        IF e.id IS NULL OR e.status <> 'open' THEN
            PERFORM programs_refuse('episode_closed', 'The episode is not open.');
        END IF;
        IF EXISTS (SELECT FROM programs_admission WHERE episode_id = a.episode_id AND id <> a.id
                   AND discharged_at IS NULL) THEN
            PERFORM programs_refuse('already_admitted', 'The person is already admitted.');
        END IF;
        IF e.ob_contact_needed AND e.ob_contact_recorded_at IS NULL THEN
            PERFORM programs_refuse('needs_ob_contact', 'No contact with obstetric care is recorded.');
        END IF;

        IF c.id IS NULL THEN
            PERFORM programs_refuse('no_clearance', 'There is no medical clearance.');
        END IF;
        IF c.episode_id <> a.episode_id THEN
            PERFORM programs_refuse('clearance_other_episode', 'The clearance is of another episode.');
        END IF;
        IF c.status IN ('needed', 'requested', 'rejected') THEN
            PERFORM programs_refuse('clearance_not_accepted', 'The clearance was not accepted.');
        END IF;
        IF c.revoked_at IS NOT NULL AND (NOT a.late_entry OR c.revoked_at <= a.admitted_at) THEN
            PERFORM programs_refuse('clearance_revoked', 'The clearance was revoked.');
        END IF;
        IF c.decision NOT IN ('cleared', 'cleared_with_limits') OR EXISTS (
            SELECT FROM programs_medicalclearance newer
            WHERE newer.episode_id = a.episode_id AND newer.decision = 'not_cleared'
              AND newer.status <> 'rejected' AND newer.examined_at > c.examined_at) THEN
            PERFORM programs_refuse('not_cleared', 'The latest examination did not clear the person.');
        END IF;
        IF c.stable IS NOT TRUE THEN
            PERFORM programs_refuse('clearance_not_stable', 'The clearance does not say stable.');
        END IF;
        IF c.accepted_by_id IS NULL THEN
            PERFORM programs_refuse('clearance_not_accepted', 'No clinician accepted the clearance.');
        END IF;
        IF c.decision = 'cleared_with_limits' AND NOT EXISTS (
            SELECT FROM programs_clearancelimit WHERE clearance_id = c.id)
           OR EXISTS (
            SELECT FROM programs_clearancelimit WHERE clearance_id = c.id AND accepted_by_id IS NULL) THEN
            PERFORM programs_refuse('limits_not_accepted', 'Not every limit was accepted.');
        END IF;
        IF c.verified_by_id IS NULL OR c.verified_by_id = c.accepted_by_id
           OR c.verified_by_id = c.recorded_by_id THEN
            PERFORM programs_refuse('needs_second_verifier', 'No second person verified the clearance.');
        END IF;
        IF c.examined_at IS NULL OR c.examined_at > judged_at OR c.examined_at <= e.last_use_latest THEN
            PERFORM programs_refuse('exam_before_last_use', 'The examination is not after the last use.');
        END IF;
        IF c.valid_until IS NULL OR c.valid_until <= judged_at
           OR (c.status = 'expired' AND NOT a.late_entry) THEN
            PERFORM programs_refuse('clearance_expired', 'The clearance is not valid at that time.');
        END IF;

        IF d.id IS NULL OR d.episode_id <> a.episode_id OR d.superseded_at IS NOT NULL
           OR d.signed_at IS NULL OR d.signed_by_id IS NULL THEN
            PERFORM programs_refuse('no_determination', 'There is no signed decision in force.');
        END IF;
        IF d.level = 'detox' THEN
            PERFORM programs_refuse('detox_not_offered', 'This center does not give medical detox.');
        END IF;
    END $$;
"""

PLACE = """
    CREATE FUNCTION programs_judge_place(a programs_admission) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        p programs_program%ROWTYPE;
        d programs_determination%ROWTYPE;
    BEGIN
        -- One lock, strong enough from the start: slots are counted under it.
        IF (SELECT slots FROM programs_program WHERE id = a.program_id) IS NULL THEN
            SELECT * INTO p FROM programs_program WHERE id = a.program_id FOR SHARE;
        ELSE
            SELECT * INTO p FROM programs_program WHERE id = a.program_id FOR UPDATE;
        END IF;
        SELECT * INTO d FROM programs_determination WHERE id = a.determination_id;
        IF p.id IS NULL OR NOT p.active THEN
            PERFORM programs_refuse('program_closed', 'The program takes nobody.');
        END IF;
        IF p.level = 'detox' THEN
            PERFORM programs_refuse('detox_not_offered', 'This center does not give medical detox.');
        END IF;
        IF d.level IS DISTINCT FROM p.level THEN
            PERFORM programs_refuse('determination_other_level', 'The decision is for another level of care.');
        END IF;
        IF p.slots IS NULL AND a.bed_id IS NULL THEN
            PERFORM programs_refuse('no_bed', 'This program needs a bed.');
        END IF;
        IF a.bed_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM programs_bed WHERE id = a.bed_id AND program_id = a.program_id) THEN
            PERFORM programs_refuse('bed_other_program', 'The bed belongs to another program.');
        END IF;
        IF p.slots IS NOT NULL AND p.slots <= (
            SELECT count(*) FROM programs_admission x
            WHERE x.program_id = p.id AND x.id <> a.id
              AND (x.discharged_at IS NULL OR x.discharged_at > a.admitted_at)) THEN
            PERFORM programs_refuse('program_full', 'Every slot of the program is taken.');
        END IF;
    END $$;

    CREATE FUNCTION programs_take_bed(for_bed uuid, for_episode uuid, since timestamptz, who uuid)
        RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        b programs_bed%ROWTYPE;
        other text;
        stay uuid := gen_random_uuid();
    BEGIN
        SELECT * INTO b FROM programs_bed WHERE id = for_bed FOR UPDATE;
        IF b.id IS NULL OR NOT b.active THEN
            PERFORM programs_refuse('bed_out_of_service', 'The bed is out of use.');
        END IF;
        SELECT u.kind INTO other FROM programs_beduse u
            WHERE u.bed_id = b.id AND u.period && tstzrange(since, NULL)
              AND NOT (u.kind IN ('hold', 'return') AND u.episode_id = for_episode)
            ORDER BY lower(u.period) LIMIT 1;
        IF other = 'out' THEN
            PERFORM programs_refuse('bed_out_of_service', 'The bed is out of use.');
        ELSIF other = 'stay' THEN
            PERFORM programs_refuse('bed_occupied', 'The bed is in use.');
        ELSIF other IS NOT NULL THEN
            PERFORM programs_refuse('bed_held_for_other', 'The bed is held for someone else.');
        END IF;
        UPDATE programs_beduse u
            SET period = CASE WHEN lower(u.period) < since THEN tstzrange(lower(u.period), since)
                              ELSE 'empty'::tstzrange END,
                released_at = since, released_by_id = who
            WHERE u.bed_id = b.id AND u.kind IN ('hold', 'return') AND u.episode_id = for_episode
              AND u.period && tstzrange(since, NULL);
        INSERT INTO programs_beduse (id, bed_id, period, kind, episode_id, made_by_id)
            VALUES (stay, b.id, tstzrange(since, NULL), 'stay', for_episode, who);
        RETURN stay;
    END $$;

    CREATE FUNCTION programs_end_stay(stay uuid, ended timestamptz) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        UPDATE programs_beduse
            SET period = CASE WHEN lower(period) < ended THEN tstzrange(lower(period), ended)
                              ELSE 'empty'::tstzrange END,
                released_at = ended
            WHERE id = stay;
    END $$;
"""
PLACE_REVERSE = """
    DROP FUNCTION programs_end_stay(uuid, timestamptz);
    DROP FUNCTION programs_take_bed(uuid, uuid, timestamptz, uuid);
    DROP FUNCTION programs_judge_place(programs_admission);
"""

GATE = """
    CREATE FUNCTION programs_admission_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        present timestamptz;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.discharged_at IS NOT NULL THEN
                PERFORM programs_refuse('discharge_at_once', 'A discharge is recorded after the admission.');
            END IF;
            PERFORM programs_judge_papers(NEW);
            PERFORM programs_judge_place(NEW);
            NEW.bed_use_id := NULL;
            IF NEW.bed_id IS NOT NULL THEN
                NEW.bed_use_id := programs_take_bed(NEW.bed_id, NEW.episode_id, NEW.admitted_at, NEW.admitted_by_id);
            END IF;
            RETURN NEW;
        END IF;

        IF (to_jsonb(NEW) - 'bed_id' - 'bed_use_id' - 'discharged_at')
           <> (to_jsonb(OLD) - 'bed_id' - 'bed_use_id' - 'discharged_at') THEN
            PERFORM programs_judge_papers(NEW);
            PERFORM programs_judge_place(NEW);
            PERFORM programs_refuse('admission_is_fixed', 'What an admission rests on never changes.');
        END IF;
        IF OLD.discharged_at IS NOT NULL AND to_jsonb(NEW) <> to_jsonb(OLD) THEN
            PERFORM programs_refuse('already_discharged', 'The person was discharged.');
        END IF;
        present := app_now();
        NEW.bed_use_id := OLD.bed_use_id;
        IF NEW.bed_id IS DISTINCT FROM OLD.bed_id THEN
            PERFORM programs_judge_place(NEW);
            PERFORM programs_end_stay(OLD.bed_use_id, present);
            NEW.bed_use_id := NULL;
            IF NEW.bed_id IS NOT NULL THEN
                NEW.bed_use_id := programs_take_bed(NEW.bed_id, NEW.episode_id, present, NEW.admitted_by_id);
            END IF;
        END IF;
        IF NEW.discharged_at IS NOT NULL AND OLD.discharged_at IS NULL THEN
            IF NEW.discharged_at > present + interval '5 minutes' THEN
                PERFORM programs_refuse('discharge_in_future', 'A discharge is recorded when it happened.');
            END IF;
            PERFORM programs_end_stay(NEW.bed_use_id, NEW.discharged_at);
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER programs_admission_gate BEFORE INSERT OR UPDATE ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_gate();
"""
GATE_REVERSE = """
    DROP TRIGGER programs_admission_gate ON programs_admission;
    DROP FUNCTION programs_admission_gate();
"""

BED_USE = """
    CREATE FUNCTION programs_beduse_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        -- Stays come from the gate, which is a trigger itself: this one is then at depth two.
        IF pg_trigger_depth() < 2 AND (NEW.kind = 'stay' OR (TG_OP = 'UPDATE' AND OLD.kind = 'stay')) THEN
            PERFORM programs_refuse('stay_by_admission_only', 'A stay begins and ends with an admission.');
        END IF;
        PERFORM 1 FROM programs_bed WHERE id = NEW.bed_id FOR UPDATE;
        IF TG_OP = 'UPDATE' AND (
            (NEW.id, NEW.bed_id, NEW.kind, NEW.episode_id, NEW.made_by_id, NEW.made_at) IS DISTINCT FROM
            (OLD.id, OLD.bed_id, OLD.kind, OLD.episode_id, OLD.made_by_id, OLD.made_at)
            OR NOT NEW.period <@ OLD.period
            OR (OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at)) THEN
            PERFORM programs_refuse('bed_use_is_fixed', 'A use of a bed can only end sooner.');
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER programs_beduse_guard BEFORE INSERT OR UPDATE ON programs_beduse
        FOR EACH ROW EXECUTE FUNCTION programs_beduse_guard();
"""
BED_USE_REVERSE = """
    DROP TRIGGER programs_beduse_guard ON programs_beduse;
    DROP FUNCTION programs_beduse_guard();
"""

DETERMINATION = """
    CREATE FUNCTION programs_determination_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NOT programs_has_role(NEW.signed_by_id, 'clinician') THEN
                PERFORM programs_refuse('needs_clinician', 'Only a clinician signs a decision.');
            END IF;
            IF NOT EXISTS (SELECT FROM intake_assessment
                           WHERE id = NEW.assessment_id AND episode_id = NEW.episode_id)
               OR NOT EXISTS (SELECT FROM programs_recommendation
                              WHERE id = NEW.recommendation_id AND episode_id = NEW.episode_id) THEN
                PERFORM programs_refuse('other_episode', 'A decision rests on papers of its own episode.');
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at'
           OR OLD.superseded_at IS NOT NULL THEN
            PERFORM programs_refuse('determination_is_signed', 'A signed decision never changes.');
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER programs_determination_guard BEFORE INSERT OR UPDATE ON programs_determination
        FOR EACH ROW EXECUTE FUNCTION programs_determination_guard();
"""
DETERMINATION_REVERSE = """
    DROP TRIGGER programs_determination_guard ON programs_determination;
    DROP FUNCTION programs_determination_guard();
"""

CLEARANCE = """
    CREATE FUNCTION programs_medicalclearance_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.accepted_by_id IS NOT NULL OR NEW.verified_by_id IS NOT NULL THEN
                PERFORM programs_refuse('clearance_step', 'A clearance is received first, then accepted.');
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.status IN ('not_cleared', 'expired', 'revoked', 'rejected') AND NEW.status <> OLD.status
           AND NOT (OLD.status IN ('expired', 'not_cleared') AND NEW.status IN ('revoked', 'rejected')) THEN
            PERFORM programs_refuse('clearance_is_final', 'This clearance has ended.');
        END IF;
        IF OLD.episode_id <> NEW.episode_id OR OLD.data_key_id <> NEW.data_key_id
           OR OLD.created_at <> NEW.created_at
           OR (OLD.received_at IS NOT NULL AND
               (NEW.received_at, NEW.received_via, NEW.source_id, NEW.recorded_by_id, NEW.decision,
                NEW.stable, NEW.examined_at, NEW.signed_at, NEW.valid_until, NEW.content)
               IS DISTINCT FROM
               (OLD.received_at, OLD.received_via, OLD.source_id, OLD.recorded_by_id, OLD.decision,
                OLD.stable, OLD.examined_at, OLD.signed_at, OLD.valid_until, OLD.content))
           OR (OLD.accepted_by_id IS NOT NULL AND
               (NEW.accepted_by_id, NEW.accepted_at) IS DISTINCT FROM (OLD.accepted_by_id, OLD.accepted_at))
           OR (OLD.verified_by_id IS NOT NULL AND
               (NEW.verified_by_id, NEW.verified_at, NEW.verification) IS DISTINCT FROM
               (OLD.verified_by_id, OLD.verified_at, OLD.verification))
           OR (OLD.revoked_at IS NOT NULL AND
               (NEW.revoked_at, NEW.revoke_reason, NEW.revoked_by_id) IS DISTINCT FROM
               (OLD.revoked_at, OLD.revoke_reason, OLD.revoked_by_id)) THEN
            PERFORM programs_refuse('clearance_is_fixed', 'What a clearance says never changes.');
        END IF;
        IF NEW.accepted_by_id IS NOT NULL AND OLD.accepted_by_id IS NULL AND (
            OLD.status <> 'received' OR NOT programs_has_role(NEW.accepted_by_id, 'clinician')) THEN
            PERFORM programs_refuse('needs_clinician', 'Only a clinician accepts a clearance once received.');
        END IF;
        IF NEW.verified_by_id IS NOT NULL AND OLD.verified_by_id IS NULL AND OLD.status <> 'accepted' THEN
            PERFORM programs_refuse('clearance_step', 'A clearance is accepted first, then verified.');
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER programs_medicalclearance_guard BEFORE INSERT OR UPDATE ON programs_medicalclearance
        FOR EACH ROW EXECUTE FUNCTION programs_medicalclearance_guard();

    CREATE FUNCTION programs_clearancelimit_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM 1 FROM programs_medicalclearance WHERE id = NEW.clearance_id FOR UPDATE;
            IF EXISTS (SELECT FROM programs_medicalclearance
                       WHERE id = NEW.clearance_id AND accepted_by_id IS NOT NULL)
               OR NEW.accepted_by_id IS NOT NULL THEN
                PERFORM programs_refuse('clearance_is_fixed', 'What a clearance says never changes.');
            END IF;
            RETURN NEW;
        END IF;
        IF (NEW.id, NEW.clearance_id, NEW.position, NEW.text, NEW.data_key_id) IS DISTINCT FROM
           (OLD.id, OLD.clearance_id, OLD.position, OLD.text, OLD.data_key_id)
           OR OLD.accepted_by_id IS NOT NULL THEN
            PERFORM programs_refuse('clearance_is_fixed', 'What a clearance says never changes.');
        END IF;
        IF NEW.accepted_by_id IS NOT NULL AND NOT programs_has_role(NEW.accepted_by_id, 'clinician') THEN
            PERFORM programs_refuse('needs_clinician', 'Only a clinician accepts a limit.');
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER programs_clearancelimit_guard BEFORE INSERT OR UPDATE ON programs_clearancelimit
        FOR EACH ROW EXECUTE FUNCTION programs_clearancelimit_guard();
"""
CLEARANCE_REVERSE = """
    DROP TRIGGER programs_clearancelimit_guard ON programs_clearancelimit;
    DROP FUNCTION programs_clearancelimit_guard();
    DROP TRIGGER programs_medicalclearance_guard ON programs_medicalclearance;
    DROP FUNCTION programs_medicalclearance_guard();
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
    dependencies = [("programs", "0001_care")]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_REVERSE),
        migrations.RunSQL(JUDGE, "DROP FUNCTION programs_judge_papers(programs_admission)"),
        migrations.RunSQL(PLACE, PLACE_REVERSE),
        migrations.RunSQL(PRIVATE, PRIVATE_REVERSE),
        migrations.RunSQL(BED_USE, BED_USE_REVERSE),
        migrations.RunSQL(GATE, GATE_REVERSE),
        migrations.RunSQL(DETERMINATION, DETERMINATION_REVERSE),
        migrations.RunSQL(CLEARANCE, CLEARANCE_REVERSE),
        append_only("programs_recommendation"),
        append_only("programs_clearancestatuschange"),
        *(
            never_deleted(table)
            for table in (
                "programs_admission",
                "programs_determination",
                "programs_medicalclearance",
                "programs_clearancelimit",
                "programs_beduse",
            )
        ),
    ]
