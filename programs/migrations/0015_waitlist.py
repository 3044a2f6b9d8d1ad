"""The waitlist: who waits, what is offered in the stated order, and the calls meanwhile."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

ENTRY = """
    CREATE FUNCTION programs_waitlistentry_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM programs_refuse('waitlist_is_kept', 'Who waited stays on file.');
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.ended_at IS NOT NULL
               OR (NEW.id, NEW.episode_id, NEW.data_key_id, NEW.level, NEW.since, NEW.added_by_id)
               IS DISTINCT FROM
                  (OLD.id, OLD.episode_id, OLD.data_key_id, OLD.level, OLD.since, OLD.added_by_id) THEN
                PERFORM programs_refuse('waitlist_is_kept', 'Who waits for what, and since when, stays.');
            END IF;
            RETURN NEW;
        END IF;
        PERFORM 1 FROM intake_episode WHERE id = NEW.episode_id AND status = 'open' FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('episode_closed', 'Only an open episode waits for a place.');
        END IF;
        NEW.since := app_now();
        IF NOT EXISTS (SELECT FROM programs_determination
                       WHERE episode_id = NEW.episode_id AND level = NEW.level AND superseded_at IS NULL
                         AND (NOT needs_second OR second_agrees)) THEN
            PERFORM programs_refuse('waitlist_not_decided', 'Nobody has decided on this level.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_waitlistentry_guard() FROM PUBLIC;
    CREATE TRIGGER programs_waitlistentry_guard BEFORE INSERT OR UPDATE OR DELETE ON programs_waitlistentry
        FOR EACH ROW EXECUTE FUNCTION programs_waitlistentry_guard();

    CREATE FUNCTION programs_episode_lets_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM programs_waitlistentry WHERE episode_id = NEW.id AND ended_at IS NULL) THEN
            PERFORM programs_refuse('episode_waits', 'A closed episode waits for no place.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_episode_lets_go() FROM PUBLIC;
    CREATE TRIGGER programs_episode_lets_go AFTER UPDATE OF status ON intake_episode
        FOR EACH ROW WHEN (NEW.status = 'closed') EXECUTE FUNCTION programs_episode_lets_go();
"""
ENTRY_REVERSE = """
    DROP TRIGGER programs_episode_lets_go ON intake_episode;
    DROP FUNCTION programs_episode_lets_go();
    DROP TRIGGER programs_waitlistentry_guard ON programs_waitlistentry;
    DROP FUNCTION programs_waitlistentry_guard();
"""

# The same order as `programs.rules.waiting`: a test compares them.
OFFER = """
    CREATE FUNCTION programs_is_ready(entry programs_waitlistentry) RETURNS boolean LANGUAGE sql STABLE
        SET search_path = public, pg_temp AS $$
        SELECT NOT EXISTS (SELECT FROM intake_episode WHERE id = entry.episode_id AND stage = 'detox')
           AND NOT EXISTS (SELECT FROM programs_beduse u
                           WHERE u.episode_id = entry.episode_id AND u.kind IN ('hold', 'return')
                             AND u.released_at IS NULL AND NOT isempty(u.period)
                             AND (upper_inf(u.period) OR upper(u.period) > app_now()))
           AND NOT EXISTS (SELECT FROM programs_placeoffer o
                           WHERE o.entry_id = entry.id AND o.state IN ('declined', 'expired')
                             AND o.ended_at > app_now() - interval '24 hours') $$;

    CREATE FUNCTION programs_placeoffer_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        mine programs_waitlistentry%ROWTYPE;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM programs_refuse('waitlist_is_kept', 'What was offered stays on file.');
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.state <> 'open' OR (to_jsonb(NEW) - 'state' - 'ended_at' - 'ended_by_id' - 'words')
               <> (to_jsonb(OLD) - 'state' - 'ended_at' - 'ended_by_id' - 'words') THEN
                PERFORM programs_refuse('waitlist_is_kept', 'An offer is answered once, and stays.');
            END IF;
            RETURN NEW;
        END IF;
        SELECT * INTO mine FROM programs_waitlistentry WHERE id = NEW.entry_id AND ended_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('waitlist_is_over', 'This person waits no more.');
        END IF;
        IF NOT EXISTS (SELECT FROM programs_beduse u JOIN programs_bed b ON b.id = u.bed_id
                       JOIN programs_program p ON p.id = b.program_id
                       WHERE u.id = NEW.bed_use_id AND u.kind = 'hold' AND u.episode_id = mine.episode_id
                         AND u.released_at IS NULL AND upper(u.period) = NEW.expires_at
                         AND u.period @> app_now() AND p.level = mine.level) THEN
            PERFORM programs_refuse('offer_without_hold',
                'An offered place is a bed of that level, held for this person until the offer ends.');
        END IF;
        IF NEW.passed_over IS NULL AND EXISTS (
            SELECT FROM programs_waitlistentry e
            WHERE e.level = mine.level AND e.ended_at IS NULL
              AND (e.rank, e.since, e.id) < (mine.rank, mine.since, mine.id) AND programs_is_ready(e)) THEN
            PERFORM programs_refuse('waitlist_out_of_order',
                'Whoever is first is offered the place, unless somebody wrote why not.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_placeoffer_guard(), programs_is_ready(programs_waitlistentry) FROM PUBLIC;
    CREATE TRIGGER programs_placeoffer_guard BEFORE INSERT OR UPDATE OR DELETE ON programs_placeoffer
        FOR EACH ROW EXECUTE FUNCTION programs_placeoffer_guard();
"""
OFFER_REVERSE = """
    DROP TRIGGER programs_placeoffer_guard ON programs_placeoffer;
    DROP FUNCTION programs_placeoffer_guard();
    DROP FUNCTION programs_is_ready(programs_waitlistentry);
"""

CHECK = """
    CREATE FUNCTION programs_waitingcheck_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.outcome <> ''
           OR (NEW.id, NEW.entry_id, NEW.data_key_id, NEW.due_at) IS DISTINCT FROM
              (OLD.id, OLD.entry_id, OLD.data_key_id, OLD.due_at) THEN
            PERFORM programs_refuse('waitlist_is_kept', 'A call is noted once, and stays.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_waitingcheck_guard() FROM PUBLIC;
    CREATE TRIGGER programs_waitingcheck_guard BEFORE UPDATE OR DELETE ON programs_waitingcheck
        FOR EACH ROW EXECUTE FUNCTION programs_waitingcheck_guard();
"""
CHECK_REVERSE = """
    DROP TRIGGER programs_waitingcheck_guard ON programs_waitingcheck;
    DROP FUNCTION programs_waitingcheck_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0023_pauses"),
        ("programs", "0014_follow_ups"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("inpatient", "Inpatient"),
                            ("residential", "Residential"),
                            ("php", "Partial hospitalization (PHP)"),
                            ("iop", "Intensive outpatient (IOP)"),
                            ("outpatient", "Outpatient"),
                            ("continuing", "Continuing care"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Pregnancy"), (2, "Safety"), (3, "In order of time")]
                    ),
                ),
                ("said", records.fields.EncryptedJSON(editable=True)),
                ("since", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("admitted", "Admitted"),
                            ("person", "The person does not want to wait"),
                            ("other_level", "Another level of care fits"),
                            ("elsewhere", "A place elsewhere"),
                            ("closed", "The episode ended"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waitlist_entries",
                        to="intake.episode",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="WaitingCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Due"),
                            ("steady", "Reached: nothing new"),
                            ("news", "Reached: a symptom or a use is new"),
                            ("stops", "Reached: does not want to wait any more"),
                            ("not_reached", "Not reached"),
                            ("missed", "Nobody called"),
                        ],
                        max_length=11,
                    ),
                ),
                ("said", records.fields.EncryptedJSON(editable=True, null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="programs.waitlistentry",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PlaceOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Not taken"),
                            ("expired", "Ended without an answer"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("passed_over", records.fields.EncryptedText(editable=True, null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("words", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "bed_use",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offer",
                        to="programs.beduse",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="programs.waitlistentry",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["level", "rank", "since", "id"],
                name="programs_waitlist_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("episode", "level"),
                name="programs_waitlistentry_one_open",
                violation_error_message="This person waits for this level already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ("inpatient", "residential", "php", "iop", "outpatient", "continuing")),
                    ("rank__in", [1, 2, 3]),
                ),
                name="programs_waitlistentry_known",
                violation_error_message="Nobody waits here for this level, or by this rank.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("end_reason__in", ["admitted", "person", "other_level", "elsewhere", "closed"]),
                        ("ended_at__isnull", False),
                        ("escalated_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="programs_waitlistentry_end_complete",
                violation_error_message="Who waits no more has a reason for it, and nobody to ask.",
            ),
        ),
        migrations.AddIndex(
            model_name="waitingcheck",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["due_at", "id"], name="programs_waitingcheck_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingcheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("entry",),
                name="programs_waitingcheck_one_due",
                violation_error_message="The next call is due already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("outcome", "")),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", True), ("outcome", "missed")),
                    models.Q(
                        ("outcome__in", ["steady", "news", "stops", "not_reached"]),
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_waitingcheck_complete",
                violation_error_message="A call says when and who, and how it went.",
            ),
        ),
        migrations.AddIndex(
            model_name="placeoffer",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["expires_at", "id"],
                name="programs_placeoffer_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("entry",),
                name="programs_placeoffer_one_open",
                violation_error_message="A place is offered to this person already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("state", "open")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["open", "accepted", "declined", "expired", "withdrawn"]),
                        models.Q(("state", "open"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="programs_placeoffer_end_complete",
                violation_error_message="An offer that ended says when; an open one does not.",
            ),
        ),
        migrations.RunSQL(ENTRY, ENTRY_REVERSE),
        migrations.RunSQL(OFFER, OFFER_REVERSE),
        migrations.RunSQL(CHECK, CHECK_REVERSE),
    ]
