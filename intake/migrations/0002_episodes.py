"""Episodes, safety checks and assessments, with what the database itself refuses about them."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

SAFETY = """
    CREATE FUNCTION intake_keep_safety_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A safety check is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetycheck_kept';
        END IF;
        IF OLD.emergency AND NEW.emergency IS NOT TRUE THEN
            RAISE EXCEPTION 'An emergency is never taken back.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_emergency_stays';
        END IF;
        IF (NEW.id, NEW.data_key_id, NEW.episode_id, NEW.asked_at, NEW.asked_by_id, NEW.answers,
                NEW.emergency, NEW.unsure, NEW.complete)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.episode_id, OLD.asked_at, OLD.asked_by_id, OLD.answers,
                OLD.emergency, OLD.unsure, OLD.complete) THEN
            RAISE EXCEPTION 'A safety check stays as it was asked; ask again instead.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_safetycheck_kept';
        END IF;
        IF OLD.disposition_at IS NOT NULL THEN
            RAISE EXCEPTION 'What was done about an emergency is written once.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_disposition_kept';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_safetycheck_kept BEFORE UPDATE OR DELETE ON intake_safetycheck
        FOR EACH ROW EXECUTE FUNCTION intake_keep_safety_check();

    CREATE FUNCTION intake_refuse_open_emergency() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM intake_episode WHERE id = NEW.episode_id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM intake_safetycheck
                   WHERE episode_id = NEW.episode_id AND emergency AND disposition_at IS NULL) THEN
            RAISE EXCEPTION 'An emergency of this episode waits for what was done about it.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_emergency_open';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_assessment_no_open_emergency BEFORE UPDATE OF status ON intake_assessment
        FOR EACH ROW WHEN (NEW.status = 'ready_for_review' AND OLD.status <> NEW.status)
        EXECUTE FUNCTION intake_refuse_open_emergency();
"""
SAFETY_REVERSE = """
    DROP TRIGGER intake_assessment_no_open_emergency ON intake_assessment;
    DROP FUNCTION intake_refuse_open_emergency();
    DROP TRIGGER intake_safetycheck_kept ON intake_safetycheck;
    DROP FUNCTION intake_keep_safety_check();
"""

DECIDED = """
    CREATE FUNCTION intake_keep_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF OLD.status = 'decided' THEN
            RAISE EXCEPTION 'A decided assessment stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_assessment_decided';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_assessment_decided BEFORE UPDATE OR DELETE ON intake_assessment
        FOR EACH ROW EXECUTE FUNCTION intake_keep_decided();

    CREATE FUNCTION intake_keep_decided_answers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        touched uuid[];
    BEGIN
        IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'intake_substanceuse' THEN
            RAISE EXCEPTION 'A substance row is taken off the list, never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_substanceuse_kept';
        END IF;
        touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.assessment_id]
            WHEN 'DELETE' THEN ARRAY[OLD.assessment_id] ELSE ARRAY[OLD.assessment_id, NEW.assessment_id] END;
        PERFORM 1 FROM intake_assessment WHERE id = ANY (touched) ORDER BY id FOR SHARE;
        IF EXISTS (SELECT 1 FROM intake_assessment WHERE id = ANY (touched) AND status = 'decided') THEN
            RAISE EXCEPTION 'The answers of a decided assessment stay as they are.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_assessment_decided';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_section_decided BEFORE INSERT OR UPDATE OR DELETE ON intake_assessmentsection
        FOR EACH ROW EXECUTE FUNCTION intake_keep_decided_answers();
    CREATE TRIGGER intake_substance_decided BEFORE INSERT OR UPDATE OR DELETE ON intake_substanceuse
        FOR EACH ROW EXECUTE FUNCTION intake_keep_decided_answers();
"""
DECIDED_REVERSE = """
    DROP TRIGGER intake_substance_decided ON intake_substanceuse;
    DROP TRIGGER intake_section_decided ON intake_assessmentsection;
    DROP FUNCTION intake_keep_decided_answers();
    DROP TRIGGER intake_assessment_decided ON intake_assessment;
    DROP FUNCTION intake_keep_decided();
"""

# The admission gate compares an examination with the episode's bound: it may never fall behind the rows.
LAST_USE = """
    CREATE FUNCTION intake_check_last_use() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        episode uuid;
    BEGIN
        IF TG_TABLE_NAME = 'intake_episode' THEN
            episode := NEW.id;
        ELSE
            SELECT episode_id INTO episode FROM intake_assessment WHERE id = NEW.assessment_id;
        END IF;
        IF EXISTS (
            SELECT 1 FROM intake_episode e
            JOIN intake_substanceuse s ON s.assessment_id =
                (SELECT a.id FROM intake_assessment a WHERE a.episode_id = e.id ORDER BY a.created_at DESC LIMIT 1)
            WHERE e.id = episode AND s.removed_at IS NULL AND s.last_use_latest IS NOT NULL
                AND (e.last_use_latest IS NULL OR e.last_use_latest < s.last_use_latest)
        ) THEN
            RAISE EXCEPTION 'The last use of the episode is earlier than one that was reported.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_episode_last_use_behind';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER intake_substance_last_use AFTER INSERT OR UPDATE ON intake_substanceuse
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION intake_check_last_use();
    CREATE CONSTRAINT TRIGGER intake_episode_last_use AFTER UPDATE OF last_use_latest ON intake_episode
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION intake_check_last_use();
"""
LAST_USE_REVERSE = """
    DROP TRIGGER intake_episode_last_use ON intake_episode;
    DROP TRIGGER intake_substance_last_use ON intake_substanceuse;
    DROP FUNCTION intake_check_last_use();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("records", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("ready_for_review", "Ready for review"),
                            ("in_review", "In review"),
                            ("needs_answers", "Needs answers"),
                            ("decided", "Decided"),
                        ],
                        default="not_started",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "hold_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hung_up", "The caller hung up"),
                            ("will_call_back", "The caller will call back"),
                            ("waiting_for_family", "Waiting for family"),
                            ("emergency", "An emergency"),
                            ("shift_end", "End of shift"),
                        ],
                        max_length=20,
                    ),
                ),
                ("held_at", models.DateTimeField(null=True)),
                ("hold_until", models.DateTimeField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
                ("review_question", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AssessmentSection",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("substances", "Substances and last use"),
                            ("withdrawal", "Withdrawal"),
                            ("health", "Health and medicines"),
                            ("mental", "Mental health"),
                            ("social", "Home, people, work and paying"),
                            ("goals", "Goals and wishes"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answers", records.fields.EncryptedJSON(editable=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("completed", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sections",
                        to="intake.assessment",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AssessmentStatusChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "old",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("ready_for_review", "Ready for review"),
                            ("in_review", "In review"),
                            ("needs_answers", "Needs answers"),
                            ("decided", "Decided"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "new",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("ready_for_review", "Ready for review"),
                            ("in_review", "In review"),
                            ("needs_answers", "Needs answers"),
                            ("decided", "Decided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_changes",
                        to="intake.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=10
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("assessment", "Assessment"),
                            ("review", "Review"),
                            ("detox", "Out at detox"),
                            ("clearance", "Medical clearance"),
                            ("admitted", "Admitted"),
                            ("closed", "Closed"),
                        ],
                        default="assessment",
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "Care completed"),
                            ("declined_by_person", "The person chose not to go on"),
                            ("lost_contact", "Lost contact"),
                            ("care_elsewhere", "Care elsewhere"),
                            ("not_a_fit", "The center is not a fit"),
                            ("opened_by_mistake", "Opened by mistake"),
                        ],
                        max_length=20,
                    ),
                ),
                ("last_use_latest", models.DateTimeField(null=True)),
                ("ob_contact_needed", models.BooleanField(default=False)),
                ("ob_contact_recorded_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="episodes",
                        to="records.person",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="episode",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="intake.episode"
            ),
        ),
        migrations.CreateModel(
            name="SafetyCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("answers", records.fields.EncryptedJSON(editable=True)),
                ("emergency", models.BooleanField()),
                ("unsure", models.BooleanField()),
                ("complete", models.BooleanField()),
                ("disposition", records.fields.EncryptedJSON(editable=True, null=True)),
                ("disposition_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
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
                    "disposition_by",
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
                        related_name="safety_checks",
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
            name="SectionRevision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("saved", "Saved"),
                            ("not_kept", "Sent, but somebody else's answer was kept"),
                        ],
                        default="saved",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("answers", records.fields.EncryptedJSON(editable=True)),
                (
                    "field_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=90), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "by",
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
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="intake.assessmentsection",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SubstanceUse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveIntegerField()),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("last_use_latest", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substance_rows",
                        to="intake.assessment",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="assessmentsection",
            constraint=models.UniqueConstraint(
                fields=("assessment", "key"),
                name="intake_section_one_per_key",
                violation_error_message="This assessment already has this section.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentsection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("key__in", ["substances", "withdrawal", "health", "mental", "social", "goals"])
                ),
                name="intake_section_key_known",
                violation_error_message="This section is not known.",
            ),
        ),
        migrations.AddIndex(
            model_name="assessmentstatuschange",
            index=models.Index(fields=["assessment", "at"], name="intake_statuschange_in_order"),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(fields=["-opened_at", "id"], name="intake_episode_newest"),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("person",),
                name="intake_episode_one_open",
                violation_error_message="This person already has an open episode.",
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "closed"])),
                name="intake_episode_status_known",
                violation_error_message="An episode is open or closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage__in", ["assessment", "review", "detox", "clearance", "admitted", "closed"])
                ),
                name="intake_episode_stage_known",
                violation_error_message="This stage is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("close_reason", ""),
                        ("closed_at__isnull", True),
                        ("status", "open"),
                        models.Q(("stage", "closed"), _negated=True),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("stage", "closed"),
                        ("status", "closed"),
                        (
                            "close_reason__in",
                            [
                                "completed",
                                "declined_by_person",
                                "lost_contact",
                                "care_elsewhere",
                                "not_a_fit",
                                "opened_by_mistake",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="intake_episode_close_complete",
                violation_error_message="A closed episode says when and why; an open one does not.",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["status", "submitted_at"], name="intake_assessment_by_status"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "decided"), _negated=True),
                fields=("episode",),
                name="intake_assessment_one_open",
                violation_error_message="This episode already has an open assessment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "not_started",
                            "in_progress",
                            "on_hold",
                            "ready_for_review",
                            "in_review",
                            "needs_answers",
                            "decided",
                        ],
                    )
                ),
                name="intake_assessment_status_known",
                violation_error_message="This status is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held_at__isnull", False),
                        ("held_by__isnull", False),
                        ("status", "on_hold"),
                        (
                            "hold_reason__in",
                            ["hung_up", "will_call_back", "waiting_for_family", "emergency", "shift_end"],
                        ),
                    ),
                    models.Q(
                        models.Q(("status", "on_hold"), _negated=True),
                        ("held_at__isnull", True),
                        ("hold_reason", ""),
                        ("hold_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="intake_assessment_hold_complete",
                violation_error_message="An assessment on hold says why; any other does not.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["ready_for_review", "in_review"]), _negated=True),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="intake_assessment_submitted_by_someone",
                violation_error_message="An assessment in review says who sent it and when.",
            ),
        ),
        migrations.AddIndex(
            model_name="safetycheck",
            index=models.Index(fields=["episode", "-asked_at"], name="intake_safety_latest"),
        ),
        migrations.AddConstraint(
            model_name="safetycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("disposition__isnull", True),
                        ("disposition_at__isnull", True),
                        ("disposition_by__isnull", True),
                    ),
                    models.Q(
                        ("disposition__isnull", False),
                        ("disposition_at__isnull", False),
                        ("disposition_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="intake_safetycheck_disposition_complete",
                violation_error_message="A disposition says what was done, when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("emergency", True), ("disposition__isnull", True), _connector="OR"),
                name="intake_safetycheck_disposition_of_emergency",
                violation_error_message="Only an emergency has a disposition.",
            ),
        ),
        migrations.AddIndex(
            model_name="sectionrevision",
            index=models.Index(fields=["section", "-at"], name="intake_revision_newest"),
        ),
        migrations.AddConstraint(
            model_name="sectionrevision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "saved")),
                fields=("section", "version"),
                name="intake_revision_one_per_version",
                violation_error_message="This version was saved before.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sectionrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["saved", "not_kept"])),
                name="intake_revision_kind_known",
                violation_error_message="This kind of revision is not known.",
            ),
        ),
        migrations.AddIndex(
            model_name="substanceuse",
            index=models.Index(fields=["assessment", "position"], name="intake_substance_in_order"),
        ),
        append_only("intake_sectionrevision"),
        append_only("intake_assessmentstatuschange"),
        migrations.RunSQL(SAFETY, SAFETY_REVERSE),
        migrations.RunSQL(DECIDED, DECIDED_REVERSE),
        migrations.RunSQL(LAST_USE, LAST_USE_REVERSE),
    ]
