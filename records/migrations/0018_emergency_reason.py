"""A medical emergency is a reason to join a care team."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0017_counseling_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="careteam",
            name="records_careteam_reason_known",
        ),
        migrations.AlterField(
            model_name="careteam",
            name="reason",
            field=models.CharField(
                choices=[
                    ("created", "Made the record"),
                    ("episode", "Started the episode"),
                    ("request", "Took the call"),
                    ("review", "Assessment sent to the clinicians"),
                    ("added", "Added by a colleague"),
                    ("handed_over", "Handed over"),
                    ("calling_now", "The person is calling now"),
                    ("emergency", "A medical emergency"),
                    ("before", "Worked with the person before care teams"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="careteam",
            constraint=models.CheckConstraint(
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
                            "emergency",
                            "before",
                        ],
                    )
                ),
                name="records_careteam_reason_known",
                violation_error_message="This reason is not known.",
            ),
        ),
    ]
