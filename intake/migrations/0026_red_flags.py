"""Which results and vital signs are outside the limits for coming here, plain: the admission gate judges by it.

Rows from before keep "no": what they said was judged when it was saved, by revoking the clearance.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0025_rules_of_paying")]

    operations = [
        migrations.AddField(
            model_name="instrumentrecord",
            name="red_flag",
            field=models.BooleanField(default=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assessmentsection",
            name="red_flag_at",
            field=models.DateTimeField(null=True),
        ),
    ]
