"""What programs offer, and who runs them: a partner's program has no bed here, and nobody is admitted into it."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

_PLACE_BEFORE = import_module("programs.migrations.0005_versions")._function(
    import_module("programs.migrations.0002_gate").PLACE, "programs_judge_place"
)
_DETOX = "        IF p.level = 'detox' THEN"
PLACE = _PLACE_BEFORE.replace(
    _DETOX,
    """        IF p.operated_by <> 'center' THEN
            PERFORM programs_refuse('partner_program', 'A partner runs this program; nobody is admitted into it here.');
        END IF;
"""
    + _DETOX,
)

KIND = """
    CREATE FUNCTION programs_bed_where() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        p programs_program%ROWTYPE;
    BEGIN
        SELECT * INTO p FROM programs_program WHERE id = NEW.program_id FOR SHARE;
        IF p.operated_by <> 'center' THEN
            PERFORM programs_refuse('bed_of_partner', 'A partner runs this program; it has no bed here.');
        END IF;
        IF p.slots IS NOT NULL THEN
            PERFORM programs_refuse('bed_by_day', 'Nobody stays overnight in this program; it counts slots.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_bed_where() FROM PUBLIC;
    CREATE TRIGGER programs_bed_where BEFORE INSERT OR UPDATE OF program_id ON programs_bed
        FOR EACH ROW EXECUTE FUNCTION programs_bed_where();

    CREATE FUNCTION programs_program_kind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF (NEW.level, NEW.operated_by) IS DISTINCT FROM (OLD.level, OLD.operated_by)
           AND EXISTS (SELECT FROM programs_admission WHERE program_id = OLD.id) THEN
            PERFORM programs_refuse('program_kind_fixed',
                'Somebody was admitted into this program: its level, and who runs it, stay.');
        END IF;
        IF (NEW.operated_by <> 'center' OR NEW.slots IS NOT NULL)
           AND EXISTS (SELECT FROM programs_bed WHERE program_id = OLD.id) THEN
            PERFORM programs_refuse('program_has_beds', 'This program has beds: it stays one with beds here.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_program_kind() FROM PUBLIC;
    CREATE TRIGGER programs_program_kind BEFORE UPDATE ON programs_program
        FOR EACH ROW EXECUTE FUNCTION programs_program_kind();
"""
KIND_REVERSE = """
    DROP TRIGGER programs_program_kind ON programs_program;
    DROP FUNCTION programs_program_kind();
    DROP TRIGGER programs_bed_where ON programs_bed;
    DROP FUNCTION programs_bed_where();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0010_red_flags"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="program",
            name="programs_program_no_detox",
        ),
        migrations.RemoveConstraint(
            model_name="program",
            name="programs_program_beds_or_slots",
        ),
        migrations.AddField(
            model_name="program",
            name="about",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="program",
            name="asam_label",
            field=models.CharField(
                blank=True,
                choices=[
                    ("1.0", "1.0"),
                    ("1.5", "1.5"),
                    ("2.1", "2.1"),
                    ("2.5", "2.5"),
                    ("3.1", "3.1"),
                    ("3.5", "3.5"),
                    ("3.7", "3.7"),
                    ("4", "4"),
                ],
                max_length=3,
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="audiences",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("veterans", "Veterans"),
                        ("professionals", "Business professionals and executives"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="medical_staff",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="program",
            name="medicines_continue",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="program",
            name="operated_by",
            field=models.CharField(
                choices=[("center", "This center"), ("partner", "A partner")], default="center", max_length=7
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="psychiatric_medicines",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="program",
            name="services",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("individual", "Individual counseling"),
                        ("groups", "Group therapy"),
                        ("cbt", "Cognitive behavioral therapy (CBT)"),
                        ("dbt", "Dialectical behavior therapy (DBT)"),
                        ("motivation", "Motivational enhancement"),
                        ("education", "Education classes"),
                        ("skills", "Building skills"),
                        ("twelve_step", "12-step groups"),
                        ("support_groups", "Other support groups"),
                        ("mental_groups", "Groups for mental health"),
                        ("family", "Family therapy"),
                        ("family_education", "Education and support for families"),
                        ("withdrawal", "Medicines for withdrawal"),
                        ("monitoring", "Watching over withdrawal day and night"),
                        ("medical_review", "A look at other medical and mental conditions"),
                        ("employment", "Help with work"),
                        ("return_home", "Arranging support for the return home"),
                        ("holistic", "Yoga, art and the like"),
                        ("alumni", "Alumni groups"),
                        ("check_ins", "Check-in calls"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="setting",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hospital", "In a hospital environment"),
                    ("home", "In a home-like place, not a hospital"),
                    ("day", "By day at the center; people live at home"),
                    ("online", "By video or phone"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="stay_days_max",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="program",
            name="stay_days_min",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="program",
            name="track",
            field=models.CharField(
                blank=True, choices=[("short", "Short-term"), ("long", "Long-term")], max_length=5
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="visits_max",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="program",
            name="visits_min",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="program",
            name="week",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(blank=True, max_length=200), blank=True, default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="level",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "level__in",
                        ["detox", "inpatient", "residential", "php", "iop", "outpatient", "continuing"],
                    ),
                    ("operated_by__in", ["center", "partner"]),
                ),
                name="programs_program_vocabulary",
                violation_error_message="This level of care, or who runs it, is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "detox"), _negated=True), ("operated_by", "partner"), _connector="OR"
                ),
                name="programs_program_detox_at_partner",
                violation_error_message="This center does not give medical detox. Partners do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("operated_by", "partner"), ("slots__isnull", True)),
                    models.Q(
                        ("level__in", ["inpatient", "residential"]),
                        ("operated_by", "center"),
                        ("slots__isnull", True),
                    ),
                    models.Q(
                        models.Q(("level__in", ["inpatient", "residential"]), _negated=True),
                        ("operated_by", "center"),
                        ("slots__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_program_beds_or_slots",
                violation_error_message="A day program has slots; one with beds, or of a partner, has none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asam_label__in", ["", "1.0", "1.5", "2.1", "2.5", "3.1", "3.5", "3.7", "4"]),
                    ("setting__in", ["", "hospital", "home", "day", "online"]),
                    ("audiences__contained_by", ["veterans", "professionals"]),
                    (
                        "services__contained_by",
                        [
                            "individual",
                            "groups",
                            "cbt",
                            "dbt",
                            "motivation",
                            "education",
                            "skills",
                            "twelve_step",
                            "support_groups",
                            "mental_groups",
                            "family",
                            "family_education",
                            "withdrawal",
                            "monitoring",
                            "medical_review",
                            "employment",
                            "return_home",
                            "holistic",
                            "alumni",
                            "check_ins",
                        ],
                    ),
                ),
                name="programs_program_offer_known",
                violation_error_message="A part of what is offered is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("track", ""),
                    models.Q(("level", "residential"), ("track__in", ["short", "long"])),
                    _connector="OR",
                ),
                name="programs_program_track_residential",
                violation_error_message="Only residential care is short-term or long-term.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stay_days_max__isnull", True), ("stay_days_min__isnull", True)),
                    models.Q(
                        ("stay_days_max__isnull", False),
                        ("stay_days_min__isnull", False),
                        ("stay_days_max__gte", models.F("stay_days_min")),
                        ("stay_days_min__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="programs_program_stay",
                violation_error_message="The expected stay has a shortest and a longest number of days, in that order.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("visits_max__isnull", True), ("visits_min__isnull", True)),
                    models.Q(
                        ("visits_max__isnull", False),
                        ("visits_min__isnull", False),
                        ("visits_max__gte", models.F("visits_min")),
                        ("visits_min__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="programs_program_visits",
                violation_error_message="How often a week has a lowest and a highest number, in that order.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__len", 0), ("week__len", 7), _connector="OR"),
                name="programs_program_week",
                violation_error_message="A week has seven days.",
            ),
        ),
        migrations.RunSQL(PLACE, _PLACE_BEFORE),
        migrations.RunSQL(KIND, KIND_REVERSE),
    ]
