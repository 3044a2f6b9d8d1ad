"""Versions of an assessment: corrections of a signed one, and clinicians' questions tied to fields.

What a clinician asked before questions were rows stays in `review_question`: it is sealed, so SQL can't move
it. Reversing drops the rows; what they say is lost with them.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

_BEFORE = import_module("intake.migrations.0002_episodes")


def _function(sql: str, name: str) -> str:
    """Return the statement of one function, as one that replaces it in place."""
    start = sql.index(f"CREATE FUNCTION {name}()")
    return sql[start : sql.index("END $$;", start) + len("END $$;")].replace("CREATE", "CREATE OR REPLACE", 1)


# A signed version and a correction that was given up stay as they are; what a version is never changes.
KEPT = """
    CREATE OR REPLACE FUNCTION intake_keep_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF OLD.status IN ('decided', 'dropped') THEN
            RAISE EXCEPTION 'A decided assessment stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_assessment_decided';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF (NEW.id, NEW.episode_id, NEW.number, NEW.corrects_id, NEW.correction_reason, NEW.corrected_by_id)
            IS DISTINCT FROM (OLD.id, OLD.episode_id, OLD.number, OLD.corrects_id, OLD.correction_reason,
                OLD.corrected_by_id) THEN
            RAISE EXCEPTION 'Which version this is, and why, stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_version_kept';
        END IF;
        RETURN NEW;
    END $$;

    CREATE FUNCTION intake_check_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM intake_episode WHERE id = NEW.episode_id FOR SHARE;
        IF NOT EXISTS (
            SELECT FROM intake_assessment a JOIN intake_episode e ON e.id = a.episode_id
            WHERE a.id = NEW.corrects_id AND a.episode_id = NEW.episode_id AND a.status = 'decided'
                AND a.number < NEW.number AND e.status = 'open' AND NOT EXISTS (
                    SELECT FROM intake_assessment b
                    WHERE b.episode_id = a.episode_id AND b.status = 'decided' AND b.number > a.number)
        ) THEN
            RAISE EXCEPTION 'A correction follows the signed version of its own open episode.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_correction_of_signed';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_assessment_correction BEFORE INSERT ON intake_assessment
        FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION intake_check_correction();

    CREATE FUNCTION intake_keep_decided_revisions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        found text;
    BEGIN
        SELECT a.status INTO found FROM intake_assessment a
            JOIN intake_assessmentsection s ON s.assessment_id = a.id
            WHERE s.id = NEW.section_id FOR SHARE OF a;
        IF found IN ('decided', 'dropped') THEN
            RAISE EXCEPTION 'The history of a decided assessment stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_assessment_decided';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_revision_decided BEFORE INSERT ON intake_sectionrevision
        FOR EACH ROW EXECUTE FUNCTION intake_keep_decided_revisions();
"""
KEPT_REVERSE = """
    DROP TRIGGER intake_revision_decided ON intake_sectionrevision;
    DROP FUNCTION intake_keep_decided_revisions();
    DROP TRIGGER intake_assessment_correction ON intake_assessment;
    DROP FUNCTION intake_check_correction();
""" + _function(_BEFORE.DECIDED, "intake_keep_decided")

_ANSWERS_BEFORE = _function(_BEFORE.DECIDED, "intake_keep_decided_answers")
ANSWERS = _ANSWERS_BEFORE.replace("status = 'decided'", "status IN ('decided', 'dropped')")

QUESTIONS = """
    CREATE FUNCTION intake_keep_question() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        found text;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A question is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_question_kept';
        END IF;
        SELECT status INTO found FROM intake_assessment WHERE id = NEW.assessment_id FOR SHARE;
        IF found IN ('decided', 'dropped') THEN
            RAISE EXCEPTION 'The questions of a decided assessment stay as they are.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_assessment_decided';
        END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.answered_at IS NOT NULL THEN
                RAISE EXCEPTION 'A question is asked first, then answered.'
                    USING ERRCODE = '23514', CONSTRAINT = 'intake_question_kept';
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.answered_at IS NOT NULL THEN
            RAISE EXCEPTION 'A question is answered once.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_question_answered';
        END IF;
        IF (NEW.id, NEW.data_key_id, NEW.assessment_id, NEW.section, NEW.field, NEW.text, NEW.asked_by_id,
                NEW.asked_at, NEW.due_at)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.assessment_id, OLD.section, OLD.field, OLD.text,
                OLD.asked_by_id, OLD.asked_at, OLD.due_at) THEN
            RAISE EXCEPTION 'What was asked stays as it is.'
                USING ERRCODE = '23514', CONSTRAINT = 'intake_question_kept';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER intake_reviewquestion_kept BEFORE INSERT OR UPDATE OR DELETE ON intake_reviewquestion
        FOR EACH ROW EXECUTE FUNCTION intake_keep_question();
"""
QUESTIONS_REVERSE = """
    DROP TRIGGER intake_reviewquestion_kept ON intake_reviewquestion;
    DROP FUNCTION intake_keep_question();
"""

# The bound never falls behind the signed version in force, nor behind one that is open after it.
_LAST_USE_BEFORE = _function(_BEFORE.LAST_USE, "intake_check_last_use")
_ONE_VERSION = """JOIN intake_substanceuse s ON s.assessment_id =
                (SELECT a.id FROM intake_assessment a WHERE a.episode_id = e.id ORDER BY a.created_at DESC LIMIT 1)"""
_VERSIONS_THAT_COUNT = """JOIN intake_assessment a ON a.episode_id = e.id AND a.status <> 'dropped'
                AND NOT EXISTS (SELECT FROM intake_assessment b WHERE b.episode_id = e.id
                    AND b.status = 'decided' AND b.number > a.number)
            JOIN intake_substanceuse s ON s.assessment_id = a.id"""
LAST_USE = _LAST_USE_BEFORE.replace(_ONE_VERSION, _VERSIONS_THAT_COUNT)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0008_saving"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("section", models.CharField(blank=True, max_length=12)),
                ("field", models.CharField(blank=True, max_length=90)),
                ("text", records.fields.EncryptedText(editable=True)),
                ("asked_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("due_at", models.DateTimeField()),
                (
                    "answer_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not answered yet"),
                            ("said", "Answered in words"),
                            ("changed", "The answer was changed"),
                            ("not_reached", "The person can't be reached"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answer", records.fields.EncryptedText(editable=True, null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="intake_assessment_one_open",
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="intake_assessment_status_known",
        ),
        migrations.AddField(
            model_name="assessment",
            name="corrected_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="correction_reason",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="intake.assessment",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="number",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="assessment",
            name="review_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="substanceuse",
            name="copied_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="intake.substanceuse",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="status",
            field=models.CharField(
                choices=[
                    ("not_started", "Not started"),
                    ("in_progress", "In progress"),
                    ("on_hold", "On hold"),
                    ("ready_for_review", "Ready for review"),
                    ("in_review", "In review"),
                    ("needs_answers", "Needs answers"),
                    ("decided", "Decided"),
                    ("dropped", "Correction given up"),
                ],
                default="not_started",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="assessmentstatuschange",
            name="new",
            field=models.CharField(
                choices=[
                    ("not_started", "Not started"),
                    ("in_progress", "In progress"),
                    ("on_hold", "On hold"),
                    ("ready_for_review", "Ready for review"),
                    ("in_review", "In review"),
                    ("needs_answers", "Needs answers"),
                    ("decided", "Decided"),
                    ("dropped", "Correction given up"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="assessmentstatuschange",
            name="old",
            field=models.CharField(
                choices=[
                    ("not_started", "Not started"),
                    ("in_progress", "In progress"),
                    ("on_hold", "On hold"),
                    ("ready_for_review", "Ready for review"),
                    ("in_review", "In review"),
                    ("needs_answers", "Needs answers"),
                    ("decided", "Decided"),
                    ("dropped", "Correction given up"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["decided", "dropped"]), _negated=True),
                fields=("episode",),
                name="intake_assessment_one_open",
                violation_error_message="This episode already has an open assessment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("episode", "number"),
                name="intake_assessment_one_per_number",
                violation_error_message="This version exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("corrected_by__isnull", True),
                        ("corrects__isnull", True),
                        ("number", 1),
                        ("correction_reason__isnull", True),
                    ),
                    models.Q(
                        ("corrected_by__isnull", False),
                        ("corrects__isnull", False),
                        ("number__gt", 1),
                        ("correction_reason__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="intake_assessment_correction_complete",
                violation_error_message="A correction says what it corrects, why, and who began it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "dropped"), _negated=True), ("number__gt", 1), _connector="OR"
                ),
                name="intake_assessment_only_corrections_dropped",
                violation_error_message="Only a correction can be given up.",
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
                            "dropped",
                        ],
                    )
                ),
                name="intake_assessment_status_known",
                violation_error_message="This status is not known.",
            ),
        ),
        migrations.AddField(
            model_name="reviewquestion",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewquestion",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewquestion",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review_questions",
                to="intake.assessment",
            ),
        ),
        migrations.AddField(
            model_name="reviewquestion",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddIndex(
            model_name="reviewquestion",
            index=models.Index(fields=["assessment", "asked_at"], name="intake_question_in_order"),
        ),
        migrations.AddIndex(
            model_name="reviewquestion",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["due_at"],
                name="intake_question_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer_kind", ""),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("answer__isnull", True),
                    ),
                    models.Q(
                        ("answer_kind__in", ["said", "changed", "not_reached"]),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="intake_reviewquestion_answer_complete",
                violation_error_message="An answer says what, when and who.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_kind", "said"), _negated=True),
                    ("answer__isnull", False),
                    _connector="OR",
                ),
                name="intake_reviewquestion_answer_in_words",
                violation_error_message="Write the answer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("field", ""), models.Q(("section", ""), _negated=True), _connector="OR"),
                name="intake_reviewquestion_field_in_section",
                violation_error_message="A question about a field names its section.",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        migrations.RunSQL(ANSWERS, _ANSWERS_BEFORE),
        migrations.RunSQL(QUESTIONS, QUESTIONS_REVERSE),
        migrations.RunSQL(LAST_USE, _LAST_USE_BEFORE),
    ]
