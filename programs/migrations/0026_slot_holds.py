"""Slots of day programs are held and offered like beds, and the gate counts what is held."""

import uuid
from importlib import import_module

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock

_GATE = import_module("programs.migrations.0002_gate")
_OFFERS = import_module("programs.migrations.0011_programs_offer")
_WAITLIST = import_module("programs.migrations.0015_waitlist")
_END = import_module("programs.migrations.0023_places_end")
_MOVES = import_module("programs.migrations.0024_stay_moves")
_function = import_module("programs.migrations.0005_versions")._function
_put = _MOVES._put

ROOM_BEFORE = _MOVES.ROOM
KIND_BEFORE = _function(_OFFERS.KIND, "programs_program_kind")
CLOSES_BEFORE = _function(_END.CLOSES, "programs_program_closes")
LETS_GO_BEFORE = _END.LETS_GO.format(places=_END.PLACES)
OFFER_BEFORE = _function(_WAITLIST.OFFER, "programs_placeoffer_guard")
_READY = _WAITLIST.OFFER[: _WAITLIST.OFFER.index("    CREATE FUNCTION programs_placeoffer_guard")]
READY_BEFORE = _put(_READY, "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

# What is held now or later: a period that ended, or was cut to nothing, overlaps no time from now on.
_LIVE = "{row}period && tstzrange(app_now(), NULL)"

HELD = f"""
    CREATE FUNCTION programs_slots_held(of_program uuid, but_for uuid) RETURNS bigint LANGUAGE sql STABLE
        SET search_path = public, pg_temp AS $$
        SELECT count(*) FROM programs_slothold h
        WHERE h.program_id = of_program AND h.episode_id <> but_for AND {_LIVE.format(row="h.")} $$;
    REVOKE ALL ON FUNCTION programs_slots_held(uuid, uuid) FROM PUBLIC;
"""
HELD_REVERSE = "DROP FUNCTION programs_slots_held(uuid, uuid);"

# Somebody's own hold lets them in; what is held for others is taken. Holds count as they stand now, also for
# a late entry: one that has ended meanwhile keeps nobody out.
ROOM = _put(
    ROOM_BEFORE,
    "x.discharged_at > at)) THEN",
    "x.discharged_at > at)) + programs_slots_held(p.id, a.episode_id) THEN",
)

# Locks go episode, program: the slots are counted under the lock that the gate takes too.
COMES_IN = """
    CREATE FUNCTION programs_slothold_comes_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        p programs_program%ROWTYPE;
    BEGIN
        PERFORM 1 FROM intake_episode WHERE id = NEW.episode_id AND status = 'open' FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('episode_closed', 'A slot is held for an open episode.');
        END IF;
        SELECT * INTO p FROM programs_program WHERE id = NEW.program_id FOR UPDATE;
        IF p.slots IS NULL THEN
            PERFORM programs_refuse('program_has_no_slots', 'Only a day program of this center has slots.');
        END IF;
        IF NOT p.active THEN
            PERFORM programs_refuse('program_closed', 'The program takes nobody.');
        END IF;
        IF EXISTS (SELECT FROM programs_admission WHERE program_id = p.id AND episode_id = NEW.episode_id
                   AND discharged_at IS NULL) THEN
            PERFORM programs_refuse('already_in_program', 'The person has a slot of this program.');
        END IF;
        IF p.slots <= (SELECT count(*) FROM programs_admission WHERE program_id = p.id AND discharged_at IS NULL)
                      + programs_slots_held(p.id, NEW.episode_id) THEN
            PERFORM programs_refuse('program_full', 'Every slot of the program is taken.');
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION programs_slothold_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF (to_jsonb(NEW) - 'period' - 'released_at' - 'released_by_id')
           <> (to_jsonb(OLD) - 'period' - 'released_at' - 'released_by_id')
           OR NOT NEW.period <@ OLD.period
           OR OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at THEN
            PERFORM programs_refuse('slot_hold_is_fixed', 'A hold of a slot can only end sooner.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_slothold_comes_in(), programs_slothold_guard() FROM PUBLIC;
    CREATE TRIGGER programs_slothold_comes_in BEFORE INSERT ON programs_slothold
        FOR EACH ROW EXECUTE FUNCTION programs_slothold_comes_in();
    CREATE TRIGGER programs_slothold_guard BEFORE UPDATE ON programs_slothold
        FOR EACH ROW EXECUTE FUNCTION programs_slothold_guard();
"""
COMES_IN_REVERSE = """
    DROP TRIGGER programs_slothold_guard ON programs_slothold;
    DROP TRIGGER programs_slothold_comes_in ON programs_slothold;
    DROP FUNCTION programs_slothold_guard();
    DROP FUNCTION programs_slothold_comes_in();
"""

# Whoever came in, or moved into another program, has a place: what was held for them is free.
ARRIVES = f"""
    CREATE FUNCTION programs_admission_takes_slot() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        since timestamptz := CASE TG_OP WHEN 'INSERT' THEN NEW.admitted_at ELSE app_now() END;
        who uuid := NEW.admitted_by_id;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            SELECT moved_by_id INTO who FROM programs_staymove WHERE admission_id = NEW.id
                ORDER BY moved_at DESC, id LIMIT 1;
        END IF;
        UPDATE programs_slothold h
            SET period = CASE WHEN lower(h.period) < since THEN tstzrange(lower(h.period), since)
                              ELSE 'empty'::tstzrange END,
                released_at = since, released_by_id = who
            WHERE h.episode_id = NEW.episode_id AND h.released_at IS NULL AND h.period && tstzrange(since, NULL)
              AND {_LIVE.format(row="h.")};
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_takes_slot() FROM PUBLIC;
    CREATE TRIGGER programs_admission_takes_slot AFTER INSERT OR UPDATE OF program_id ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_takes_slot();
"""
ARRIVES_REVERSE = """
    DROP TRIGGER programs_admission_takes_slot ON programs_admission;
    DROP FUNCTION programs_admission_takes_slot();
"""

KIND = _put(
    KIND_BEFORE,
    "AND EXISTS (SELECT FROM programs_admission WHERE program_id = OLD.id) THEN",
    """AND (EXISTS (SELECT FROM programs_admission WHERE program_id = OLD.id)
                OR EXISTS (SELECT FROM programs_slothold WHERE program_id = OLD.id)) THEN""",
)
CLOSES = _put(
    CLOSES_BEFORE,
    "WHERE program_id = NEW.id AND programs_bed_in_use(id)) THEN",
    f"""WHERE program_id = NEW.id AND programs_bed_in_use(id))
           OR EXISTS (SELECT FROM programs_slothold WHERE program_id = NEW.id AND {_LIVE.format(row="")}) THEN""",
)
LETS_GO = _END.LETS_GO.format(
    places=_END.PLACES
    + f"""
        IF EXISTS (SELECT FROM programs_slothold WHERE episode_id = NEW.id AND {_LIVE.format(row="")}) THEN
            PERFORM programs_refuse('episode_holds_slot', 'A closed episode holds no slot.');
        END IF;
"""
)

# The same order as `programs.rules.waiting`: a test compares them.
READY = _put(
    READY_BEFORE,
    "           AND NOT EXISTS (SELECT FROM programs_placeoffer o",
    f"""           AND NOT EXISTS (SELECT FROM programs_slothold h
                           WHERE h.episode_id = entry.episode_id AND h.released_at IS NULL
                             AND {_LIVE.format(row="h.")})
           AND NOT EXISTS (SELECT FROM programs_placeoffer o""",
)
OFFER = _put(
    OFFER_BEFORE,
    "AND u.period @> app_now() AND p.level = mine.level) THEN",
    """AND u.period @> app_now() AND p.level = mine.level)
           AND NOT EXISTS (SELECT FROM programs_slothold h JOIN programs_program p ON p.id = h.program_id
                       WHERE h.id = NEW.slot_hold_id AND h.kind = 'hold' AND h.episode_id = mine.episode_id
                         AND h.released_at IS NULL AND upper(h.period) = NEW.expires_at
                         AND h.period @> app_now() AND p.level = mine.level) THEN""",
)
OFFER = _put(
    OFFER, "An offered place is a bed of that level,", "An offered place is a bed or slot of that level,"
)

# Before, there were no offers of slots, and no holds to keep them by: what was offered goes with its table.
NO_OFFERS = """
    ALTER TABLE programs_placeoffer DISABLE TRIGGER programs_placeoffer_guard;
    DELETE FROM programs_placeoffer WHERE slot_hold_id IS NOT NULL;
    ALTER TABLE programs_placeoffer ENABLE TRIGGER programs_placeoffer_guard;
"""


def _to(model: str, related: str = "+", **more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0025_back_on_the_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SlotHold",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("hold", "Held"), ("return", "Held for a return from detox")], max_length=8
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("review_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("released_at", models.DateTimeField(null=True)),
                ("episode", _to("intake.episode", "slot_holds")),
                ("made_by", _to(settings.AUTH_USER_MODEL, null=True)),
                ("program", _to("programs.program", "slot_holds")),
                ("released_by", _to(settings.AUTH_USER_MODEL, null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="slothold",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["program", "period"], name="programs_slothold_of_program"
            ),
        ),
        migrations.AddConstraint(
            model_name="slothold",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("episode", "="), ("period", "&&")],
                name="programs_slothold_one_place",
                violation_error_message="A slot is held for this person at that time already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slothold",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["hold", "return"]),
                name="programs_slothold_kind_known",
                violation_error_message="This kind of hold is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slothold",
            constraint=models.CheckConstraint(
                condition=models.Q(period__isempty=True) | models.Q(period__startswith__isnull=False),
                name="programs_slothold_has_start",
                violation_error_message="Say from when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slothold",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="return")
                | models.Q(period__isempty=True)
                | models.Q(period__endswith__isnull=False),
                name="programs_slothold_hold_ends",
                violation_error_message="A hold needs an end time.",
            ),
        ),
        _GATE.never_deleted("programs_slothold"),
        migrations.AlterField(
            model_name="placeoffer",
            name="bed_use",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer",
                to="programs.beduse",
            ),
        ),
        migrations.AddField(
            model_name="placeoffer",
            name="slot_hold",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer",
                to="programs.slothold",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(bed_use__isnull=False, slot_hold__isnull=True)
                | models.Q(bed_use__isnull=True, slot_hold__isnull=False),
                name="programs_placeoffer_one_place",
                violation_error_message="An offered place is a bed or a slot.",
            ),
        ),
        migrations.RunSQL(HELD, HELD_REVERSE),
        migrations.RunSQL(ROOM, ROOM_BEFORE),
        migrations.RunSQL(COMES_IN, COMES_IN_REVERSE),
        migrations.RunSQL(ARRIVES, ARRIVES_REVERSE),
        migrations.RunSQL(KIND, KIND_BEFORE),
        migrations.RunSQL(CLOSES, CLOSES_BEFORE),
        migrations.RunSQL(LETS_GO, LETS_GO_BEFORE),
        migrations.RunSQL(READY, READY_BEFORE),
        migrations.RunSQL(OFFER, OFFER_BEFORE),
        migrations.RunSQL(migrations.RunSQL.noop, NO_OFFERS),
    ]
