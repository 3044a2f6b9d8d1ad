"""Plans that may pay for an episode, and what was learned by asking them: kept as it was written."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

KEEP = """
    CREATE FUNCTION intake_keep_but() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF (to_jsonb(NEW) - TG_ARGV::text[]) <> (to_jsonb(OLD) - TG_ARGV::text[]) THEN
            RAISE EXCEPTION 'What was written stays.' USING ERRCODE = '23514', CONSTRAINT = 'row_is_fixed';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_keep_but() FROM PUBLIC;
    CREATE TRIGGER intake_policy_keep BEFORE UPDATE ON intake_policy
        FOR EACH ROW EXECUTE FUNCTION intake_keep_but('ended_at', 'ended_by_id');
    CREATE TRIGGER intake_policy_ended_once BEFORE UPDATE ON intake_policy FOR EACH ROW
        WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    REVOKE DELETE ON intake_policy FROM clearway_app;
    CREATE TRIGGER intake_policy_never_deleted BEFORE DELETE ON intake_policy
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
KEEP_REVERSE = """
    GRANT DELETE ON intake_policy TO clearway_app;
    DROP TRIGGER intake_policy_never_deleted ON intake_policy;
    DROP TRIGGER intake_policy_ended_once ON intake_policy;
    DROP TRIGGER intake_policy_keep ON intake_policy;
    DROP FUNCTION intake_keep_but();
"""

# The newest row decides how an episode stands: so its time is now, whoever writes it.
JUDGE = """
    CREATE FUNCTION intake_benefitcheck_judge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        NEW.made_at := app_now();
        IF NEW.policy_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM intake_policy
            WHERE id = NEW.policy_id AND episode_id = NEW.episode_id AND ended_at IS NULL) THEN
            RAISE EXCEPTION 'This plan is of another episode, or it was ended.'
                USING ERRCODE = '23514', CONSTRAINT = 'benefits_other_policy';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_benefitcheck_judge() FROM PUBLIC;
    CREATE TRIGGER intake_benefitcheck_judge BEFORE INSERT ON intake_benefitcheck
        FOR EACH ROW EXECUTE FUNCTION intake_benefitcheck_judge();
"""
JUDGE_REVERSE = """
    DROP TRIGGER intake_benefitcheck_judge ON intake_benefitcheck;
    DROP FUNCTION intake_benefitcheck_judge();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0021_flags_when_sent"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Pays first"), (2, "Pays second"), (3, "Pays third")]
                    ),
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
                        related_name="policies",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BenefitCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked, no answer yet"),
                            ("verified", "Verified"),
                            ("prior_auth", "Prior authorization needed"),
                            ("denied", "Denied"),
                            ("not_covered", "Not covered"),
                            ("out_of_network", "Out of network"),
                            ("waived", "Waived"),
                        ],
                        max_length=14,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("again_on", models.DateField(null=True)),
                ("spoken_to", records.fields.EncryptedText(editable=True, null=True)),
                ("reference", records.fields.EncryptedText(editable=True, null=True)),
                ("said", records.fields.EncryptedText(editable=True, null=True)),
                ("terms", records.fields.EncryptedJSON(editable=True, null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="benefit_checks",
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
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="intake.policy",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("episode", "position"),
                name="intake_policy_one_each",
                violation_error_message="Another plan already stands in this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__in", [1, 2, 3])),
                name="intake_policy_position_known",
                violation_error_message="A plan pays first, second or third.",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="intake_policy_ended_by_someone",
                violation_error_message="A plan that ended says when and by whom.",
            ),
        ),
        migrations.AddIndex(
            model_name="benefitcheck",
            index=models.Index(fields=["episode", "-made_at"], name="intake_benefitcheck_newest"),
        ),
        migrations.AddIndex(
            model_name="benefitcheck",
            index=models.Index(
                condition=models.Q(("again_on__isnull", False)),
                fields=["again_on"],
                name="intake_benefits_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "asked",
                            "verified",
                            "prior_auth",
                            "denied",
                            "not_covered",
                            "out_of_network",
                            "waived",
                        ],
                    )
                ),
                name="intake_benefitcheck_state_known",
                violation_error_message="This answer of a plan is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("again_on", None),
                        ("asked_at", None),
                        ("policy", None),
                        ("state", "waived"),
                        ("said__isnull", False),
                    ),
                    models.Q(
                        ("asked_at__isnull", False),
                        ("policy__isnull", False),
                        (
                            "state__in",
                            ("asked", "verified", "prior_auth", "denied", "not_covered", "out_of_network"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="intake_benefitcheck_about",
                violation_error_message="An answer names a plan and its time; a waiver has its reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "waived"]),
                    models.Q(
                        ("reference__isnull", False), ("said__isnull", False), ("spoken_to__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="intake_benefitcheck_proven",
                violation_error_message="An answer has who gave it, its reference, and what was said.",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["denied", "not_covered", "out_of_network", "waived"]),
                    ("again_on__isnull", False),
                    _connector="OR",
                ),
                name="intake_benefitcheck_again",
                violation_error_message="Say on which day to ask again.",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_at", None), ("asked_at__lte", models.F("made_at")), _connector="OR"
                ),
                name="intake_benefitcheck_not_ahead",
                violation_error_message="A plan was asked before it is written down.",
            ),
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
        migrations.RunSQL(JUDGE, JUDGE_REVERSE),
        append_only("intake_benefitcheck"),
    ]
