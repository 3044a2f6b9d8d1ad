"""How a plan was asked, and the accounting row of what it was told."""

import django.db.models.deletion
from django.db import migrations, models

TOLD = """
    CREATE FUNCTION intake_plan_was_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM records_disclosure d
                       JOIN intake_policy p ON p.id = NEW.policy_id
                       JOIN intake_episode e ON e.id = p.episode_id AND e.person_id = d.person_id
                       WHERE d.id = NEW.disclosure_id AND d.purpose = 'payment') THEN
            RAISE EXCEPTION 'What a plan was told is a disclosure about this person for payment.'
                USING ERRCODE = '23514', CONSTRAINT = 'plan_told_of_other';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION intake_plan_was_told() FROM PUBLIC;
    CREATE TRIGGER intake_benefitcheck_told BEFORE INSERT ON intake_benefitcheck FOR EACH ROW
        WHEN (NEW.disclosure_id IS NOT NULL) EXECUTE FUNCTION intake_plan_was_told();
    CREATE TRIGGER intake_authorization_told BEFORE INSERT ON intake_authorization FOR EACH ROW
        WHEN (NEW.disclosure_id IS NOT NULL) EXECUTE FUNCTION intake_plan_was_told();
    CREATE TRIGGER intake_authorization_told_once BEFORE UPDATE ON intake_authorization FOR EACH ROW
        WHEN (NEW.disclosure_id IS DISTINCT FROM OLD.disclosure_id OR NEW.how <> OLD.how)
        EXECUTE FUNCTION refuse_change();
"""
TOLD_REVERSE = """
    DROP TRIGGER intake_authorization_told_once ON intake_authorization;
    DROP TRIGGER intake_authorization_told ON intake_authorization;
    DROP TRIGGER intake_benefitcheck_told ON intake_benefitcheck;
    DROP FUNCTION intake_plan_was_told();
"""
HOW = models.CharField(
    choices=[
        ("consent", "We named the person, with their consent for payment"),
        ("person", "The person asked, alone or with us beside them; we told nothing"),
        ("unnamed", "We asked without saying who it is about"),
        ("unsaid", "Not written down"),
    ],
    default="unsaid",
    max_length=8,
)


def _columns(model: str) -> list:
    return [
        migrations.AddField(model_name=model, name="how", field=HOW, preserve_default=False),
        migrations.AlterField(model_name=model, name="how", field=_without_default()),
        migrations.AddField(
            model_name=model,
            name="disclosure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.disclosure",
            ),
        ),
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=models.Q(("disclosure__isnull", False), ("how", "consent"))
                | models.Q(("disclosure__isnull", True), ("how__in", ["person", "unnamed", "unsaid"])),
                name=f"intake_{model}_told",
                violation_error_message="A plan that was told who it is about has its disclosure.",
            ),
        ),
    ]


def _without_default() -> models.CharField:
    return models.CharField(choices=HOW.choices, max_length=8)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0026_red_flags"),
        ("records", "0023_consent_of_either"),
    ]

    operations = [
        *_columns("benefitcheck"),
        *_columns("authorization"),
        migrations.RunSQL(TOLD, TOLD_REVERSE),
    ]
