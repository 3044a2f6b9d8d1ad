"""Follow-ups after a stay with nights: nobody leaves without them, and each ends once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only, never_deleted

# Trigger names sort after the one that asks for the next step, so that the first refusal stays the same.
DEMANDED = """
    CREATE FUNCTION programs_admission_follow_ups() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.discharged_at IS NOT NULL AND OLD.discharged_at IS NULL
           AND EXISTS (SELECT FROM programs_program
                       WHERE id = NEW.program_id AND level IN ('inpatient', 'residential'))
           AND NOT EXISTS (SELECT FROM programs_admissionundo WHERE admission_id = NEW.id)
           AND EXISTS (
               SELECT FROM unnest(ARRAY['h24','h72','d7','d14','d30','d60','d90',
                                        'm4','m5','m6','m7','m8','m9','m10','m11','m12']) AS wanted
               WHERE NOT EXISTS (SELECT FROM programs_followup f
                                 WHERE f.admission_id = NEW.id AND f.step = wanted
                                   AND f.due_at > NEW.discharged_at)) THEN
            PERFORM programs_refuse('no_follow_up',
                'Leaving a 24-hour level needs the follow-ups of the year after it.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_follow_ups() FROM PUBLIC;
    CREATE TRIGGER programs_admission_zzz_follow_ups BEFORE UPDATE ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_follow_ups();
"""
DEMANDED_REVERSE = """
    DROP TRIGGER programs_admission_zzz_follow_ups ON programs_admission;
    DROP FUNCTION programs_admission_follow_ups();
"""
ONCE = """
    CREATE TRIGGER programs_followup_keep BEFORE UPDATE ON programs_followup FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('outcome', 'done_at', 'done_by_id', 'said');
    CREATE TRIGGER programs_followup_done_once BEFORE UPDATE ON programs_followup FOR EACH ROW
        WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
ONCE_REVERSE = """
    DROP TRIGGER programs_followup_done_once ON programs_followup;
    DROP TRIGGER programs_followup_keep ON programs_followup;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0013_cleaning"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("h24", "24 hours"),
                            ("h72", "72 hours"),
                            ("d7", "7 days"),
                            ("d14", "14 days"),
                            ("d30", "30 days"),
                            ("d60", "60 days"),
                            ("d90", "90 days"),
                            ("m4", "4 months"),
                            ("m5", "5 months"),
                            ("m6", "6 months"),
                            ("m7", "7 months"),
                            ("m8", "8 months"),
                            ("m9", "9 months"),
                            ("m10", "10 months"),
                            ("m11", "11 months"),
                            ("m12", "12 months"),
                        ],
                        max_length=3,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "Reached"),
                            ("declined", "Wants no more calls"),
                            ("died", "The person has died"),
                            ("readmitted", "Came back for another stay"),
                            ("in_care", "Was in care here at the time"),
                            ("not_reached", "Not reached"),
                            ("missed", "Nobody called"),
                        ],
                        max_length=11,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("said", records.fields.EncryptedJSON(editable=True, null=True)),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programs.admission",
                    ),
                ),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FollowUpTry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("no_answer", "No answer"),
                            ("someone_else", "Somebody else answered; nothing was said"),
                            ("wrong_number", "Wrong number"),
                            ("reached", "Reached"),
                            ("no_more_calls", "Reached, and wants no more calls"),
                            ("died", "The person has died"),
                        ],
                        max_length=13,
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
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="programs.followup",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["due_at", "id"], name="programs_followup_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                fields=("admission", "step"),
                name="programs_followup_once",
                violation_error_message="This follow-up is on the list already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "h24",
                            "h72",
                            "d7",
                            "d14",
                            "d30",
                            "d60",
                            "d90",
                            "m4",
                            "m5",
                            "m6",
                            "m7",
                            "m8",
                            "m9",
                            "m10",
                            "m11",
                            "m12",
                        ],
                    )
                ),
                name="programs_followup_step_known",
                violation_error_message="This is not one of the times to call.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("outcome", "")),
                    models.Q(
                        ("done_at__isnull", False),
                        (
                            "outcome__in",
                            ["reached", "declined", "died", "readmitted", "in_care", "not_reached", "missed"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="programs_followup_ends_once",
                violation_error_message="A follow-up that is over says when and how it ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_by__isnull", False),
                    models.Q(("outcome__in", ("reached", "declined", "died")), _negated=True),
                    _connector="OR",
                ),
                name="programs_followup_by_someone",
                violation_error_message="Say who made the call.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "reached"), ("said__isnull", False)),
                    models.Q(models.Q(("outcome", "reached"), _negated=True), ("said__isnull", True)),
                    _connector="OR",
                ),
                name="programs_followup_said",
                violation_error_message="A call that reached the person says what was talked about.",
            ),
        ),
        migrations.AddIndex(
            model_name="followuptry",
            index=models.Index(fields=["follow_up", "-at"], name="programs_followuptry_newest"),
        ),
        migrations.AddConstraint(
            model_name="followuptry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        ["no_answer", "someone_else", "wrong_number", "reached", "no_more_calls", "died"],
                    )
                ),
                name="programs_followuptry_known",
                violation_error_message="This result of a call is not known.",
            ),
        ),
        migrations.RunSQL(DEMANDED, DEMANDED_REVERSE),
        migrations.RunSQL(ONCE, ONCE_REVERSE),
        never_deleted("programs_followup"),
        append_only("programs_followuptry"),
    ]
