"""Step-down reviews: one due for each stay under way, each signed once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import records.fields
from audit.sql import never_deleted

ONCE = """
    CREATE TRIGGER programs_stepreview_keep BEFORE UPDATE ON programs_stepreview FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('move', 'done_at', 'done_by_id', 'said');
    CREATE TRIGGER programs_stepreview_done_once BEFORE UPDATE ON programs_stepreview FOR EACH ROW
        WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE FUNCTION programs_stepreview_by_clinician() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.done_by_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.done_by_id AND role = 'clinician' AND is_active) THEN
            PERFORM programs_refuse('review_by_clinician', 'A clinician signs a step-down review.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_stepreview_by_clinician() FROM PUBLIC;
    CREATE TRIGGER programs_stepreview_signed BEFORE INSERT OR UPDATE ON programs_stepreview
        FOR EACH ROW EXECUTE FUNCTION programs_stepreview_by_clinician();
"""
ONCE_REVERSE = """
    DROP TRIGGER programs_stepreview_signed ON programs_stepreview;
    DROP FUNCTION programs_stepreview_by_clinician();
    DROP TRIGGER programs_stepreview_done_once ON programs_stepreview;
    DROP TRIGGER programs_stepreview_keep ON programs_stepreview;
"""
# Stays that are under way get their first review two weeks from now.
UNDER_WAY = """
    INSERT INTO programs_stepreview (id, data_key_id, admission_id, due_at, move)
    SELECT gen_random_uuid(), data_key_id, id, app_now() + interval '14 days', ''
    FROM programs_admission WHERE discharged_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0016_program_history"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StepReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        blank=True,
                        choices=[("stay", "Stay at this level"), ("down", "Step down"), ("up", "Step up")],
                        max_length=4,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("said", records.fields.EncryptedJSON(editable=True, null=True)),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="step_reviews",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["due_at", "id"],
                        name="programs_stepreview_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("admission",),
                        name="programs_stepreview_one_open",
                        violation_error_message="A review of this stay is due already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_at__isnull", True),
                                ("done_by__isnull", True),
                                ("move", ""),
                                ("said__isnull", True),
                            ),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                ("move__in", ["stay", "down", "up"]),
                                ("said__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="programs_stepreview_complete",
                        violation_error_message="A review that is signed says what was seen, by whom and when.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(UNDER_WAY, "DELETE FROM programs_stepreview"),
        migrations.RunSQL(ONCE, ONCE_REVERSE),
        never_deleted("programs_stepreview"),
    ]
