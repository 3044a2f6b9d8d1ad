"""A move to another level, past others who wait for it, keeps its reason as a hold or an admission does."""

import django.db.models.deletion
from django.db import migrations, models

NAME = "programs_passedover_one_place"
PLACES = ("bed_use", "slot_hold", "admission", "stay_move")


def _one_of(places):
    """Return that exactly one of these is there."""
    whole = models.Q()
    for one in places:
        whole |= models.Q(**{f"{other}__isnull": other != one for other in places})
    return whole


class Migration(migrations.Migration):
    dependencies = [("programs", "0029_review_after_move")]

    operations = [
        migrations.RemoveConstraint(model_name="passedover", name=NAME),
        migrations.AddField(
            model_name="passedover",
            name="stay_move",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_over",
                to="programs.staymove",
            ),
        ),
        migrations.AddConstraint(
            model_name="passedover",
            constraint=models.CheckConstraint(
                condition=_one_of(PLACES),
                name=NAME,
                violation_error_message="A reason is about one hold, one admission or one move.",
            ),
        ),
    ]
