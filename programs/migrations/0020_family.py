"""The family program: relatives of an episode, sessions of the center, and who came."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only, never_deleted

RULES = """
    CREATE TRIGGER programs_familymember_keep BEFORE UPDATE ON programs_familymember FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('ended_at', 'ended_by_id');
    CREATE TRIGGER programs_familymember_ended_once BEFORE UPDATE ON programs_familymember FOR EACH ROW
        WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER programs_familysession_keep BEFORE UPDATE ON programs_familysession FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('off_at', 'off_by_id');
    CREATE TRIGGER programs_familysession_off_once BEFORE UPDATE ON programs_familysession FOR EACH ROW
        WHEN (OLD.off_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION programs_familymember_helper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.recipient_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM records_recipient r
                JOIN records_person helped ON helped.id = r.person_id
                JOIN intake_episode e ON e.id = NEW.episode_id
                JOIN records_person p ON p.id = e.person_id
            WHERE r.id = NEW.recipient_id AND r.kind = 'helper' AND helped.whole = p.whole) THEN
            PERFORM programs_refuse('family_of_person', 'A relative is a helper of this person.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_familymember_helper() FROM PUBLIC;
    CREATE TRIGGER programs_familymember_of_person BEFORE INSERT ON programs_familymember
        FOR EACH ROW EXECUTE FUNCTION programs_familymember_helper();

    CREATE FUNCTION programs_familyattendance_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM FROM programs_familymember WHERE id = NEW.member_id AND ended_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('family_ended', 'This relative is not on the list any more.');
        END IF;
        PERFORM FROM programs_familysession
            WHERE id = NEW.session_id AND off_at IS NULL AND starts_at <= app_now() FOR SHARE;
        IF NOT FOUND THEN
            PERFORM programs_refuse('family_session_held', 'Attendance is of a session that was held.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_familyattendance_held() FROM PUBLIC;
    CREATE TRIGGER programs_familyattendance_of_held BEFORE INSERT ON programs_familyattendance
        FOR EACH ROW EXECUTE FUNCTION programs_familyattendance_held();

    CREATE FUNCTION programs_familysession_off() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.off_at IS NOT NULL
           AND EXISTS (SELECT FROM programs_familyattendance WHERE session_id = NEW.id) THEN
            PERFORM programs_refuse('family_session_attended', 'This session was held: attendance is written.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_familysession_off() FROM PUBLIC;
    CREATE TRIGGER programs_familysession_unattended BEFORE UPDATE ON programs_familysession
        FOR EACH ROW EXECUTE FUNCTION programs_familysession_off();
"""
RULES_REVERSE = """
    DROP TRIGGER programs_familysession_unattended ON programs_familysession;
    DROP FUNCTION programs_familysession_off();
    DROP TRIGGER programs_familyattendance_of_held ON programs_familyattendance;
    DROP FUNCTION programs_familyattendance_held();
    DROP TRIGGER programs_familymember_of_person ON programs_familymember;
    DROP FUNCTION programs_familymember_helper();
    DROP TRIGGER programs_familysession_off_once ON programs_familysession;
    DROP TRIGGER programs_familysession_keep ON programs_familysession;
    DROP TRIGGER programs_familymember_ended_once ON programs_familymember;
    DROP TRIGGER programs_familymember_keep ON programs_familymember;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0025_rules_of_paying"),
        ("programs", "0019_bed_plans"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyMember",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
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
                        related_name="family",
                        to="intake.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.recipient",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FamilySession",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("starts_at", models.DateTimeField()),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("dependence", "How dependence comes about, and what treatment does"),
                            ("talking", "Talking with each other"),
                            ("boundaries", "Help and boundaries"),
                            ("return_to_use", "When use comes back: early signs, naloxone, what to do"),
                            ("own_support", "Looking after yourself, and groups for families"),
                            ("after", "Life at home after a stay"),
                            ("exchange", "Families among themselves"),
                        ],
                        max_length=13,
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("off_at", models.DateTimeField(null=True)),
                (
                    "led_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "off_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FamilyAttendance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "came",
                    models.CharField(
                        choices=[("came", "Came"), ("not", "Did not come"), ("excused", "Excused")],
                        max_length=7,
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="programs.familymember",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.familysession",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("episode", "recipient"),
                name="programs_familymember_once",
                violation_error_message="This helper is in the family program already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="programs_familymember_ended",
                violation_error_message="Who leaves the list was taken off it by somebody.",
            ),
        ),
        migrations.AddIndex(
            model_name="familysession",
            index=models.Index(fields=["-starts_at", "id"], name="programs_familysession_newest"),
        ),
        migrations.AddConstraint(
            model_name="familysession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("off_at__isnull", True)),
                fields=("starts_at", "led_by"),
                name="programs_familysession_once",
                violation_error_message="This colleague leads another session at that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="familysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "topic__in",
                        [
                            "dependence",
                            "talking",
                            "boundaries",
                            "return_to_use",
                            "own_support",
                            "after",
                            "exchange",
                        ],
                    )
                ),
                name="programs_familysession_topic",
                violation_error_message="This topic is not on the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="familysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("off_at__isnull", True), ("off_by__isnull", True)),
                    models.Q(("off_at__isnull", False), ("off_by__isnull", False)),
                    _connector="OR",
                ),
                name="programs_familysession_off",
                violation_error_message="A session is called off by somebody.",
            ),
        ),
        migrations.AddConstraint(
            model_name="familyattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("came__in", ["came", "not", "excused"])),
                name="programs_familyattendance_came",
                violation_error_message="Say whether they came.",
            ),
        ),
        migrations.RunSQL(RULES, RULES_REVERSE),
        never_deleted("programs_familymember"),
        never_deleted("programs_familysession"),
        append_only("programs_familyattendance"),
    ]
