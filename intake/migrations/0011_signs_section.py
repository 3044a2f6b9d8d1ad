"""A section for signs in daily life."""

from django.db import migrations, models

_KEYS = ["substances", "withdrawal", "health", "mental", "signs", "social", "goals"]


class Migration(migrations.Migration):
    dependencies = [("intake", "0010_paper_forms")]

    operations = [
        migrations.AlterField(
            model_name="assessmentsection",
            name="key",
            field=models.CharField(
                choices=[
                    ("substances", "Substances and last use"),
                    ("withdrawal", "Withdrawal"),
                    ("health", "Health and medicines"),
                    ("mental", "Mental health"),
                    ("signs", "Signs in daily life"),
                    ("social", "Home, people, work and paying"),
                    ("goals", "Goals and wishes"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(model_name="assessmentsection", name="intake_section_key_known"),
        migrations.AddConstraint(
            model_name="assessmentsection",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__in", _KEYS)),
                name="intake_section_key_known",
                violation_error_message="This section is not known.",
            ),
        ),
    ]
