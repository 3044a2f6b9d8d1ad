"""Who is reviewing an assessment, and decisions below what the rules call safe, which need a second view."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import records.fields

_BEFORE = import_module("programs.migrations.0002_gate")


def _function(sql: str, name: str) -> str:
    """Return the statement of one function, as one that replaces it in place."""
    start = sql.index(f"CREATE FUNCTION {name}(")
    return sql[start : sql.index("END $$;", start) + len("END $$;")].replace("CREATE", "CREATE OR REPLACE", 1)


_JUDGE_BEFORE = _function(_BEFORE.JUDGE, "programs_judge_papers")
_DETOX = "        IF d.level = 'detox' THEN"
JUDGE = _JUDGE_BEFORE.replace(
    _DETOX,
    """        IF d.needs_second AND d.second_agrees IS NOT TRUE THEN
            PERFORM programs_refuse('needs_second_view', 'No second clinician agreed with this decision.');
        END IF;
"""
    + _DETOX,
)

_GUARD_BEFORE = _function(_BEFORE.DETERMINATION, "programs_determination_guard")
_INSERT_ENDS = """            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at'
           OR OLD.superseded_at IS NOT NULL THEN"""
GUARD = _GUARD_BEFORE.replace(
    _INSERT_ENDS,
    """            IF NOT EXISTS (SELECT FROM programs_recommendation
                           WHERE id = NEW.recommendation_id AND assessment_id = NEW.assessment_id) THEN
                PERFORM programs_refuse('other_version', 'A decision rests on its own version of the answers.');
            END IF;
            IF NEW.second_at IS NOT NULL THEN
                PERFORM programs_refuse('second_view', 'A decision is signed first, then seen by a second person.');
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.second_at IS NULL AND NEW.second_at IS NOT NULL THEN
            IF NEW.second_by_id = OLD.signed_by_id OR NOT programs_has_role(NEW.second_by_id, 'clinician') THEN
                PERFORM programs_refuse('second_view', 'The second view is another clinician''s.');
            END IF;
        ELSIF (NEW.second_at, NEW.second_by_id, NEW.second_agrees, NEW.second_words)
            IS DISTINCT FROM (OLD.second_at, OLD.second_by_id, OLD.second_agrees, OLD.second_words) THEN
            PERFORM programs_refuse('determination_is_signed', 'A second view is given once.');
        END IF;
        IF to_jsonb(NEW) - '{superseded_at,second_at,second_by_id,second_agrees,second_words}'::text[]
           <> to_jsonb(OLD) - '{superseded_at,second_at,second_by_id,second_agrees,second_words}'::text[]
           OR OLD.superseded_at IS NOT NULL THEN""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0009_versions"),
        ("programs", "0004_seal_more"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="determination",
            name="clearance_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("detox_partner", "The detox partner"),
                    ("hospital", "A hospital or emergency department"),
                    ("own_doctor", "The person's own doctor or clinic"),
                    ("other", "Somebody else who can examine"),
                ],
                max_length=13,
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="needs_second",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="determination",
            name="second_agrees",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="second_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="second_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="second_words",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("second_agrees__isnull", True),
                        ("second_by__isnull", True),
                        ("second_at__isnull", True),
                        ("second_words__isnull", True),
                    ),
                    models.Q(
                        ("needs_second", True),
                        ("second_agrees__isnull", False),
                        ("second_by__isnull", False),
                        ("second_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_determination_second_complete",
                violation_error_message="A second view says who, when and what.",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("second_agrees", False), _negated=True),
                    models.Q(("second_words__isnull", False), ("superseded_at__isnull", False)),
                    _connector="OR",
                ),
                name="programs_determination_declined_ends",
                violation_error_message="A decision that a second clinician declined says why, and is over.",
            ),
        ),
        migrations.AddField(
            model_name="reviewclaim",
            name="assessment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="claim", to="intake.assessment"
            ),
        ),
        migrations.AddField(
            model_name="reviewclaim",
            name="held_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewclaim",
            name="taken_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="programs_reviewclaim_ends_after_it_begins",
                violation_error_message="A review ends after it began.",
            ),
        ),
        migrations.RunSQL(JUDGE, _JUDGE_BEFORE),
        migrations.RunSQL(GUARD, _GUARD_BEFORE),
    ]
