"""What follows a stay with nights; without it nobody leaves a 24-hour level, unless it is taken back."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only

REQUIRED = """
    CREATE FUNCTION programs_admission_next_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.discharged_at IS NOT NULL AND OLD.discharged_at IS NULL
           AND EXISTS (SELECT FROM programs_program
                       WHERE id = NEW.program_id AND level IN ('inpatient', 'residential'))
           AND NOT EXISTS (SELECT FROM programs_nextstep WHERE admission_id = NEW.id)
           AND NOT EXISTS (SELECT FROM programs_admissionundo WHERE admission_id = NEW.id) THEN
            PERFORM programs_refuse('no_next_step',
                'Leaving a 24-hour level needs the next step, or the person''s refusal of it.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_admission_next_step() FROM PUBLIC;
    CREATE TRIGGER programs_admission_zz_next_step BEFORE UPDATE ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_next_step();
"""
REQUIRED_REVERSE = """
    DROP TRIGGER programs_admission_zz_next_step ON programs_admission;
    DROP FUNCTION programs_admission_next_step();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0007_admission_work"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NextStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("here", "Care goes on here"),
                            ("elsewhere", "Care goes on elsewhere"),
                            ("refused", "The person does not want a next step"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("detox", "Medical detox"),
                            ("inpatient", "Inpatient"),
                            ("residential", "Residential"),
                            ("php", "Partial hospitalization (PHP)"),
                            ("iop", "Intensive outpatient (IOP)"),
                            ("outpatient", "Outpatient"),
                            ("continuing", "Continuing care"),
                        ],
                        max_length=12,
                    ),
                ),
                ("review_on", models.DateField(null=True)),
                ("words", records.fields.EncryptedText(editable=True, null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "admission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_step",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "here"),
                            (
                                "level__in",
                                ("inpatient", "residential", "php", "iop", "outpatient", "continuing"),
                            ),
                            ("review_on__isnull", False),
                        )
                        | models.Q(
                            ("kind", "elsewhere"),
                            ("level", ""),
                            ("review_on__isnull", False),
                            ("words__isnull", False),
                        )
                        | models.Q(("kind", "refused"), ("level", ""), ("words__isnull", False)),
                        name="programs_nextstep_complete",
                        violation_error_message=(
                            "A next step has a level or a place and a day; a refusal has words."
                        ),
                    )
                ],
            },
        ),
        migrations.RunSQL(REQUIRED, REQUIRED_REVERSE),
        append_only("programs_nextstep"),
    ]
