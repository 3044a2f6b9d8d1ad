"""Moves of a stay, each with its reason: to another bed, and into another program too."""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

_function = import_module("programs.migrations.0005_versions")._function
_GATE = import_module("programs.migrations.0002_gate").GATE
GATE_BEFORE = _function(_GATE, "programs_admission_gate")
PLACE_BEFORE = import_module("programs.migrations.0011_programs_offer").PLACE
CALLS_BEFORE = _function(
    import_module("programs.migrations.0014_follow_ups").DEMANDED, "programs_admission_follow_ups"
)


def _put(sql: str, old: str, new: str) -> str:
    """Replace what stands in a function once; a text that does not is an error."""
    if sql.count(old) != 1:
        raise ValueError(old)
    return sql.replace(old, new)


_DECIDED = """        IF d.level IS DISTINCT FROM p.level THEN
            PERFORM programs_refuse('determination_other_level', 'The decision is for another level of care.');
        END IF;
"""
# The place alone, at a moment: of an admission, or of a stay that moves.
_ROOM = _put(
    PLACE_BEFORE,
    "programs_judge_place(a programs_admission)",
    "programs_judge_room(a programs_admission, at timestamptz)",
)
_ROOM = _put(_ROOM, _DECIDED, "")
_ROOM = _put(_ROOM, "        d programs_determination%ROWTYPE;\n", "")
_ROOM = _put(
    _ROOM, "        SELECT * INTO d FROM programs_determination WHERE id = a.determination_id;\n", ""
)
ROOM = _put(_ROOM, "x.discharged_at > a.admitted_at", "x.discharged_at > at")
PLACE = f"""
    {ROOM}
    REVOKE ALL ON FUNCTION programs_judge_room(programs_admission, timestamptz) FROM PUBLIC;
    CREATE OR REPLACE FUNCTION programs_judge_place(a programs_admission) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM programs_judge_room(a, a.admitted_at);
        IF (SELECT level FROM programs_determination WHERE id = a.determination_id)
           IS DISTINCT FROM (SELECT level FROM programs_program WHERE id = a.program_id) THEN
            PERFORM programs_refuse('determination_other_level', 'The decision is for another level of care.');
        END IF;
    END $$;
"""
PLACE_REVERSE = f"""
    {PLACE_BEFORE}
    DROP FUNCTION programs_judge_room(programs_admission, timestamptz);
"""

_KEPT = "(to_jsonb({row}) - 'bed_id' - 'bed_use_id' - 'discharged_at'"
GATE = _put(
    GATE_BEFORE,
    "        present timestamptz;\n",
    "        present timestamptz;\n        moves text := '';\n        who uuid := NEW.admitted_by_id;\n",
)
GATE = _put(
    GATE,
    f"        IF {_KEPT.format(row='NEW')})\n           <> {_KEPT.format(row='OLD')}) THEN",
    f"""        -- Another program comes from programs_staymove alone, whose trigger judged it: this is then at depth two.
        IF pg_trigger_depth() > 1 AND EXISTS (
            SELECT FROM programs_staymove WHERE admission_id = NEW.id AND to_program_id = NEW.program_id) THEN
            moves := 'program_id';
            SELECT moved_by_id INTO who FROM programs_staymove WHERE admission_id = NEW.id
                ORDER BY moved_at DESC, id LIMIT 1;
        END IF;
        IF {_KEPT.format(row="NEW")} - moves)
           <> {_KEPT.format(row="OLD")} - moves) THEN""",
)
GATE = _put(
    GATE,
    """        IF NEW.bed_id IS DISTINCT FROM OLD.bed_id THEN
            PERFORM programs_judge_place(NEW);""",
    """        IF (NEW.bed_id, NEW.program_id) IS DISTINCT FROM (OLD.bed_id, OLD.program_id) THEN
            PERFORM programs_judge_room(NEW, present);""",
)
GATE = _put(
    GATE,
    "programs_take_bed(NEW.bed_id, NEW.episode_id, present, NEW.admitted_by_id)",
    "programs_take_bed(NEW.bed_id, NEW.episode_id, present, who)",
)
CALLS = _put(
    CALLS_BEFORE,
    """AND EXISTS (SELECT FROM programs_program
                       WHERE id = NEW.program_id AND level IN ('inpatient', 'residential'))""",
    """AND EXISTS (SELECT FROM programs_program
                       WHERE level IN ('inpatient', 'residential')
                         AND (id = NEW.program_id OR id IN (
                             SELECT from_program_id FROM programs_staymove WHERE admission_id = NEW.id)))""",
)

# The same steps as `programs.rules.transitions`: a test compares them for every pair.
MOVE = """
    CREATE FUNCTION programs_may_follow(earlier text, later text) RETURNS boolean LANGUAGE sql IMMUTABLE
        SET search_path = public, pg_temp AS $$
        SELECT earlier = later OR (earlier, later) IN (
            ('inpatient', 'residential'), ('inpatient', 'php'), ('inpatient', 'iop'), ('inpatient', 'outpatient'),
            ('residential', 'inpatient'), ('residential', 'php'), ('residential', 'iop'),
            ('residential', 'outpatient'),
            ('php', 'inpatient'), ('php', 'residential'), ('php', 'iop'), ('php', 'outpatient'),
            ('iop', 'inpatient'), ('iop', 'residential'), ('iop', 'php'), ('iop', 'outpatient'),
            ('outpatient', 'inpatient'), ('outpatient', 'residential'), ('outpatient', 'php'),
            ('outpatient', 'iop'), ('outpatient', 'continuing'),
            ('continuing', 'inpatient'), ('continuing', 'residential'), ('continuing', 'php'),
            ('continuing', 'iop'), ('continuing', 'outpatient')) $$;

    CREATE FUNCTION programs_staymove_judge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        a programs_admission%ROWTYPE;
        before_level text;
        after_level text;
    BEGIN
        PERFORM 1 FROM intake_episode e JOIN programs_admission x ON x.episode_id = e.id
            WHERE x.id = NEW.admission_id FOR NO KEY UPDATE OF e;
        PERFORM 1 FROM programs_determination WHERE id = NEW.determination_id FOR UPDATE;
        SELECT * INTO a FROM programs_admission WHERE id = NEW.admission_id FOR UPDATE;
        IF a.discharged_at IS NOT NULL THEN
            PERFORM programs_refuse('move_after_leaving', 'The person was discharged.');
        END IF;
        NEW.from_program_id := a.program_id;
        NEW.from_bed_id := a.bed_id;
        NEW.moved_at := app_now();
        IF (NEW.to_program_id, NEW.to_bed_id) IS NOT DISTINCT FROM (a.program_id, a.bed_id) THEN
            PERFORM programs_refuse('move_nowhere', 'The person is there already.');
        END IF;
        SELECT level INTO before_level FROM programs_program WHERE id = a.program_id;
        SELECT level INTO after_level FROM programs_program WHERE id = NEW.to_program_id;
        IF NOT programs_may_follow(before_level, after_level) THEN
            PERFORM programs_refuse('move_not_next', 'This level does not follow the present one.');
        END IF;
        IF before_level NOT IN ('inpatient', 'residential') AND after_level IN ('inpatient', 'residential') THEN
            PERFORM programs_refuse('move_needs_admission',
                'Who comes from home into a bed is admitted, with a medical clearance of now.');
        END IF;
        IF before_level = after_level THEN
            NEW.determination_id := NULL;
        ELSIF NOT EXISTS (
            SELECT FROM programs_determination d
            WHERE d.id = NEW.determination_id AND d.episode_id = a.episode_id AND d.level = after_level
              AND d.superseded_at IS NULL AND (NOT d.needs_second OR d.second_agrees IS TRUE)) THEN
            PERFORM programs_refuse('move_not_decided', 'No decision in force is for this level.');
        END IF;
        SELECT r.id INTO NEW.program_revision_id FROM programs_programrevision r
            JOIN programs_program p ON p.id = r.program_id AND r.number = p.revision
            WHERE p.id = NEW.to_program_id;
        RETURN NEW;
    END $$;
    -- The row is there first: the gate reads from it who moved the person.
    CREATE FUNCTION programs_staymove_apply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        UPDATE programs_admission SET program_id = NEW.to_program_id, bed_id = NEW.to_bed_id
            WHERE id = NEW.admission_id;
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION programs_may_follow(text, text), programs_staymove_judge(),
        programs_staymove_apply() FROM PUBLIC;
    CREATE TRIGGER programs_staymove_judge BEFORE INSERT ON programs_staymove
        FOR EACH ROW EXECUTE FUNCTION programs_staymove_judge();
    CREATE TRIGGER programs_staymove_apply AFTER INSERT ON programs_staymove
        FOR EACH ROW EXECUTE FUNCTION programs_staymove_apply();
"""
MOVE_REVERSE = """
    DROP TRIGGER programs_staymove_apply ON programs_staymove;
    DROP TRIGGER programs_staymove_judge ON programs_staymove;
    DROP FUNCTION programs_staymove_apply();
    DROP FUNCTION programs_staymove_judge();
    DROP FUNCTION programs_may_follow(text, text);
"""


def _to(model: str, related: str = "+", **more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0023_places_end"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StayMove",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", records.fields.EncryptedText(editable=True)),
                ("moved_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("data_key", _to("records.datakey")),
                ("admission", _to("programs.admission", "moves")),
                ("determination", _to("programs.determination", null=True)),
                ("from_bed", _to("programs.bed", null=True, editable=False)),
                ("from_program", _to("programs.program", editable=False)),
                ("moved_by", _to(settings.AUTH_USER_MODEL)),
                ("program_revision", _to("programs.programrevision", null=True, editable=False)),
                ("to_bed", _to("programs.bed", null=True)),
                ("to_program", _to("programs.program")),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddIndex(
            model_name="staymove",
            index=models.Index(fields=["admission", "-moved_at"], name="programs_staymove_newest"),
        ),
        append_only("programs_staymove"),
        migrations.RunSQL(PLACE, PLACE_REVERSE),
        migrations.RunSQL(MOVE, MOVE_REVERSE),
        migrations.RunSQL(GATE, GATE_BEFORE),
        migrations.RunSQL(CALLS, CALLS_BEFORE),
    ]
