"""A referral that ends because its episode was paused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="referral",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("returned", "Came back to us"),
                    ("placed_elsewhere", "Stays in care elsewhere"),
                    ("left_early", "Left the partner early"),
                    ("person_declined", "The person chose not to go on"),
                    ("not_needed", "Detox is not needed any more"),
                    ("no_partner", "No partner could take them"),
                    ("paused", "The person stopped for now, or contact was lost"),
                ],
                max_length=20,
            ),
        ),
    ]
