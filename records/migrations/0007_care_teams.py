"""Care teams: whose record a member of staff may open. Rows are ended, never changed or deleted."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock

# app_now() is volatile, so that a trigger always reads the clock; inside EXISTS that would forbid a join.
NOW_OF_QUERY = """
    CREATE FUNCTION app_now_of_query() RETURNS timestamptz LANGUAGE sql STABLE
        SET search_path = public, pg_temp AS $$ SELECT app_now() $$;
    REVOKE ALL ON FUNCTION app_now_of_query() FROM PUBLIC;
"""
FROZEN = """
    CREATE FUNCTION records_careteam_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        ending constant text[] := ARRAY['ended_at', 'ended_by_id'];
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
            AND to_jsonb(OLD) - ending = to_jsonb(NEW) - ending
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A membership of a care team is ended once, and never changed or deleted.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_careteam_frozen';
    END $$;
    REVOKE ALL ON FUNCTION records_careteam_frozen() FROM PUBLIC;
    CREATE TRIGGER records_careteam_frozen BEFORE UPDATE OR DELETE ON records_careteam
        FOR EACH ROW EXECUTE FUNCTION records_careteam_frozen();
"""
THAWED = """
    DROP TRIGGER records_careteam_frozen ON records_careteam;
    DROP FUNCTION records_careteam_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_emergencies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CareTeam",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("admissions", "Admissions"),
                            ("clinician", "Clinician"),
                            ("supervisor", "Supervisor"),
                            ("privacy", "Privacy officer"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("created", "Made the record"),
                            ("episode", "Started the episode"),
                            ("request", "Took the call"),
                            ("review", "Assessment sent to the clinicians"),
                            ("added", "Added by a colleague"),
                            ("handed_over", "Handed over"),
                            ("calling_now", "The person is calling now"),
                            ("before", "Worked with the person before care teams"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="team", to="records.person"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["user", "person"],
                        name="records_careteam_of_user",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["role", "person"],
                        name="records_careteam_of_role",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("user__isnull", False)),
                        fields=("person", "user"),
                        name="records_careteam_one_user",
                        violation_error_message="This colleague is on the team already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), models.Q(("role", ""), _negated=True)),
                        fields=("person", "role"),
                        name="records_careteam_one_role",
                        violation_error_message="This role is on the team already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", ""), ("user__isnull", False)),
                            models.Q(
                                (
                                    "role__in",
                                    [
                                        "admissions",
                                        "clinician",
                                        "supervisor",
                                        "privacy",
                                        "auditor",
                                        "administrator",
                                    ],
                                ),
                                ("user__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="records_careteam_user_or_role",
                        violation_error_message="A member is either a colleague or a role.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "created",
                                    "episode",
                                    "request",
                                    "review",
                                    "added",
                                    "handed_over",
                                    "calling_now",
                                    "before",
                                ],
                            )
                        ),
                        name="records_careteam_reason_known",
                        violation_error_message="This reason is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                        ),
                        name="records_careteam_until_later",
                        violation_error_message="The end must be later than the beginning.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", False), ("ended_by__isnull", True), _connector="OR"
                        ),
                        name="records_careteam_end_complete",
                        violation_error_message="Who ended it goes with when.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(NOW_OF_QUERY, "DROP FUNCTION app_now_of_query()"),
        migrations.RunSQL(FROZEN, THAWED),
    ]
