"""After a stay a bed is being cleaned until somebody says that it is ready."""

from django.db import migrations, models

TAKE = """
    CREATE OR REPLACE FUNCTION programs_take_bed(for_bed uuid, for_episode uuid, since timestamptz, who uuid)
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
              AND NOT ({ended_cleaning})
            ORDER BY lower(u.period) LIMIT 1;
        IF other = 'out' THEN
            PERFORM programs_refuse('bed_out_of_service', 'The bed is out of use.');
        ELSIF other = 'stay' THEN
            PERFORM programs_refuse('bed_occupied', 'The bed is in use.');
        {being_cleaned}
        ELSIF other IS NOT NULL THEN
            PERFORM programs_refuse('bed_held_for_other', 'The bed is held for someone else.');
        END IF;
        UPDATE programs_beduse u
            SET period = CASE WHEN lower(u.period) < since THEN tstzrange(lower(u.period), since)
                              ELSE 'empty'::tstzrange END,
                released_at = {released_at}, released_by_id = {released_by}
            WHERE u.bed_id = b.id AND u.period && tstzrange(since, NULL)
              AND (u.kind IN ('hold', 'return') AND u.episode_id = for_episode OR {ended_cleaning});
        INSERT INTO programs_beduse (id, bed_id, period, kind, episode_id, made_by_id)
            VALUES (stay, b.id, tstzrange(since, NULL), 'stay', for_episode, who);
        RETURN stay;
    END $$;
"""
END = """
    CREATE OR REPLACE FUNCTION programs_end_stay(stay uuid, ended timestamptz) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        UPDATE programs_beduse
            SET period = CASE WHEN lower(period) < ended THEN tstzrange(lower(period), ended)
                              ELSE 'empty'::tstzrange END,
                released_at = ended
            WHERE id = stay;
        {cleaning}
    END $$;
"""
# An admission that is taken back leaves nothing to clean: it was a mistake, and within an hour somebody else
# may be meant to lie there.
CLEANING = """
        INSERT INTO programs_beduse (id, bed_id, period, kind, review_at)
            SELECT gen_random_uuid(), u.bed_id, tstzrange(ended, NULL), 'cleaning', ended + interval '30 minutes'
            FROM programs_beduse u WHERE u.id = stay AND NOT EXISTS (
                SELECT FROM programs_admissionundo n JOIN programs_admission a ON a.id = n.admission_id
                WHERE a.bed_use_id = stay);
"""
# A late entry may fall into a cleaning that has ended: the bed was ready then, so the cleaning is cut.
NOW = TAKE.format(
    ended_cleaning="u.kind = 'cleaning' AND upper(u.period) IS NOT NULL",
    being_cleaned="""ELSIF other = 'cleaning' THEN
            PERFORM programs_refuse('bed_being_cleaned', 'The bed is being cleaned.');""",
    released_at="COALESCE(u.released_at, since)",
    released_by="COALESCE(u.released_by_id, who)",
) + END.format(cleaning=CLEANING)
BEFORE = TAKE.format(
    ended_cleaning="false", being_cleaned="", released_at="since", released_by="who"
) + END.format(cleaning="")
# Before, there was no cleaning: what was one goes on as a time out of use, and a supervisor puts the bed back.
BEFORE += """
    ALTER TABLE programs_beduse DISABLE TRIGGER programs_beduse_guard;
    UPDATE programs_beduse SET kind = 'out' WHERE kind = 'cleaning';
    ALTER TABLE programs_beduse ENABLE TRIGGER programs_beduse_guard;
"""
KINDS = ["hold", "return", "stay", "cleaning", "out"]


class Migration(migrations.Migration):
    dependencies = [("programs", "0012_clearance_warnings")]

    operations = [
        migrations.AlterField(
            model_name="beduse",
            name="kind",
            field=models.CharField(
                max_length=8,
                choices=[
                    ("hold", "Held"),
                    ("return", "Held for a return from detox"),
                    ("stay", "In use"),
                    ("cleaning", "Cleaning"),
                    ("out", "Out of use"),
                ],
            ),
        ),
        migrations.RemoveConstraint(model_name="beduse", name="programs_beduse_kind_known"),
        migrations.RemoveConstraint(model_name="beduse", name="programs_beduse_for_someone"),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=KINDS),
                name="programs_beduse_kind_known",
                violation_error_message="This kind of use is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["cleaning", "out"], episode__isnull=True)
                | ~models.Q(kind__in=["cleaning", "out"]) & models.Q(episode__isnull=False),
                name="programs_beduse_for_someone",
                violation_error_message="A bed is held for an episode; cleaning and out of use are for none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=~models.Q(kind="cleaning")
                | models.Q(period__isempty=True)
                | models.Q(period__endswith__isnull=True, released_by__isnull=True)
                | models.Q(period__endswith__isnull=False, released_by__isnull=False),
                name="programs_beduse_ready_by_someone",
                violation_error_message="Cleaning ends when somebody says that the bed is ready.",
            ),
        ),
        migrations.RunSQL(NOW, BEFORE),
    ]
