"""A call that was written on paper first is a source of its own."""

from django.db import migrations, models

NAME = "intake_contactrequest_words_known"
SOURCES = [("web", "Web request"), ("phone", "Incoming call"), ("paper", "Incoming call, written on paper")]


class Migration(migrations.Migration):
    dependencies = [("intake", "0013_second_episode")]

    operations = [
        migrations.AlterField(
            "contactrequest", "source", models.CharField(choices=SOURCES, default="web", max_length=6)
        ),
        migrations.RemoveConstraint("contactrequest", NAME),
        migrations.AddConstraint(
            "contactrequest",
            models.CheckConstraint(
                condition=models.Q(
                    close_reason__in=["", "helped", "cancelled", "not_reached", "no_contact", "not_a_person"],
                    danger__in=["no", "yes", "unsure"],
                    kind__in=["call", "information"],
                    language__in=["en", "es"],
                    source__in=["web", "phone", "paper"],
                    suspicion__in=["", "fast", "trap"],
                ),
                name=NAME,
                violation_error_message="A request uses the agreed words.",
            ),
        ),
    ]
