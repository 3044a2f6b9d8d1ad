"""Answers are saved field by field: revisions hold what changed, where it comes from, and the save's key."""

from django.db import migrations, models

from records.fields import EncryptedJSON

SOURCES = [
    ("asked", "Asked"),
    ("request", "The request for a call"),
    ("earlier", "An earlier episode"),
    ("partner", "A partner facility"),
    ("paper", "Written on paper"),
]


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_quiet_event")]

    operations = [
        migrations.AddField("assessmentsection", "drafts", EncryptedJSON(editable=True, null=True)),
        migrations.AddField(
            "sectionrevision", "source", models.CharField(choices=SOURCES, default="asked", max_length=10)
        ),
        migrations.AddField("sectionrevision", "observed_at", models.DateTimeField(null=True)),
        migrations.AddField("sectionrevision", "save_key", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "sectionrevision",
            models.UniqueConstraint(
                fields=("section", "kind", "save_key"),
                name="intake_revision_one_per_save",
                violation_error_message="This was saved before.",
            ),
        ),
        migrations.AddConstraint(
            "sectionrevision",
            models.CheckConstraint(
                condition=models.Q(source__in=[source for source, _ in SOURCES]),
                name="intake_revision_source_known",
                violation_error_message="This source of an answer is not known.",
            ),
        ),
    ]
