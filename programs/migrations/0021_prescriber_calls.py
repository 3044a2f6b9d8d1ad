"""Calls to who prescribes a person's medicines: one for each prescriber of a stay, each ended once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only, never_deleted

ONCE = """
    CREATE TRIGGER programs_prescribercall_keep BEFORE UPDATE ON programs_prescribercall FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but(
            'owner_id', 'due_at', 'outcome', 'done_at', 'done_by_id', 'said', 'disclosure_id');
    CREATE TRIGGER programs_prescribercall_done_once BEFORE UPDATE ON programs_prescribercall FOR EACH ROW
        WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE FUNCTION programs_prescribercall_judge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM programs_carecontact c JOIN records_person theirs ON theirs.id = c.person_id
            JOIN programs_admission a ON a.id = NEW.admission_id
            JOIN intake_episode e ON e.id = a.episode_id JOIN records_person p ON p.id = e.person_id
            WHERE c.id = NEW.contact_id AND c.kind = 'prescriber' AND theirs.whole = p.whole) THEN
            PERFORM programs_refuse('not_their_prescriber', 'Only a prescriber of this person is called.');
        END IF;
        IF NEW.disclosure_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM records_disclosure WHERE id = NEW.disclosure_id AND basis = 'consent'
                AND subject = 'prescriber_call:' || NEW.id) THEN
            PERFORM programs_refuse('told_otherwise', 'What was told is accounted for as this call.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_prescribercall_judge() FROM PUBLIC;
    CREATE TRIGGER programs_prescribercall_judged BEFORE INSERT OR UPDATE OF disclosure_id
        ON programs_prescribercall FOR EACH ROW EXECUTE FUNCTION programs_prescribercall_judge();
"""
ONCE_REVERSE = """
    DROP TRIGGER programs_prescribercall_judged ON programs_prescribercall;
    DROP FUNCTION programs_prescribercall_judge();
    DROP TRIGGER programs_prescribercall_done_once ON programs_prescribercall;
    DROP TRIGGER programs_prescribercall_keep ON programs_prescribercall;
"""
# Stays that are under way get a call to each prescriber who is known, a day from now.
UNDER_WAY = """
    INSERT INTO programs_prescribercall (id, data_key_id, admission_id, contact_id, owner_id, due_at, outcome)
    SELECT gen_random_uuid(), a.data_key_id, a.id, c.id, a.admitted_by_id, app_now() + interval '24 hours', ''
    FROM programs_admission a
    JOIN intake_episode e ON e.id = a.episode_id
    JOIN records_person p ON p.id = e.person_id
    JOIN records_person theirs ON theirs.whole = p.whole
    JOIN programs_carecontact c ON c.person_id = theirs.id AND c.kind = 'prescriber' AND c.ended_at IS NULL
    WHERE a.discharged_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0020_family"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrescriberCall",
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
                            ("confirmed", "Reached: medicines confirmed"),
                            ("changed", "Reached: medicines changed"),
                            ("no_consent", "No consent: nothing was told"),
                            ("not_needed", "Not needed"),
                            ("ended", "Ended with the stay, or taken off the list"),
                        ],
                        max_length=10,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("said", records.fields.EncryptedJSON(editable=True, null=True)),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriber_calls",
                        to="programs.admission",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programs.carecontact",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.disclosure",
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
                    "owner",
                    models.ForeignKey(
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
            name="PrescriberTry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("next_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="programs.prescribercall",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="prescribercall",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["due_at", "id"],
                name="programs_prescribercall_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescribercall",
            constraint=models.UniqueConstraint(
                fields=("admission", "contact"),
                name="programs_prescribercall_once",
                violation_error_message="This call is on the list already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescribercall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("done_at__isnull", False),
                        ("outcome__in", ["confirmed", "changed", "no_consent", "not_needed", "ended"]),
                    ),
                    _connector="OR",
                ),
                name="programs_prescribercall_ends_once",
                violation_error_message="A call that is over says when and how it ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescribercall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_by__isnull", False),
                        ("outcome__in", ("confirmed", "changed", "no_consent", "not_needed")),
                        ("said__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            ("outcome__in", ("confirmed", "changed", "no_consent", "not_needed")),
                            _negated=True,
                        ),
                        ("done_by__isnull", True),
                        ("said__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="programs_prescribercall_by_someone",
                violation_error_message="Say who wrote the outcome, and in words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescribercall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disclosure__isnull", False), ("outcome__in", ("confirmed", "changed"))),
                    models.Q(
                        models.Q(("outcome__in", ("confirmed", "changed")), _negated=True),
                        ("disclosure__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="programs_prescribercall_accounted",
                violation_error_message="What is told to a prescriber is accounted for, and only that.",
            ),
        ),
        migrations.AddIndex(
            model_name="prescribertry",
            index=models.Index(fields=["call", "-at"], name="programs_prescribertry_newest"),
        ),
        migrations.AddConstraint(
            model_name="prescribertry",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_at__gt", models.F("at"))),
                name="programs_prescribertry_next_later",
                violation_error_message="The next try is later than this one.",
            ),
        ),
        migrations.RunSQL(UNDER_WAY, "DELETE FROM programs_prescribercall"),
        migrations.RunSQL(ONCE, ONCE_REVERSE),
        never_deleted("programs_prescribercall"),
        append_only("programs_prescribertry"),
    ]
