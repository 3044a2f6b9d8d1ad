"""Categories are worded for staff; the person reads the words of the consent. No column changes."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0019_rights_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="agreement",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="offered",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purposes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("treatment", "Treatment and coordination of care"),
                        ("payment", "Payment"),
                        ("operations", "Running the program"),
                        ("family", "Keeping family or a helper informed"),
                        ("request", "At the person's request"),
                        ("proceedings", "A legal proceeding"),
                        ("criminal_justice", "Criminal justice supervision"),
                        ("research", "Research"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="courtorder",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("emergency", "Medical emergency"),
                    ("proceedings", "A legal proceeding"),
                    ("service", "A service for the program"),
                    ("audit", "Audit or evaluation"),
                    ("research", "Research"),
                    ("report", "A report that the law allows"),
                    ("own_access", "The person's own access"),
                    ("treatment", "Treatment and coordination of care"),
                    ("payment", "Payment"),
                    ("operations", "Running the program"),
                    ("family", "Keeping family or a helper informed"),
                    ("request", "At the person's request"),
                    ("criminal_justice", "Criminal justice supervision"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="restriction",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("identity", "Name and date of birth"),
                        ("contact", "Phone and ways to be reached"),
                        ("substance_use", "Substance use, amounts and withdrawal"),
                        ("health", "Physical health"),
                        ("medications", "Medicines and allergies"),
                        ("mental_health", "Mental health and safety"),
                        ("pregnancy", "Pregnancy"),
                        ("social", "Home, family and work"),
                        ("insurance", "Insurance"),
                        ("clearance", "Medical clearance"),
                        ("presence", "Being in contact with this center"),
                        ("counseling_notes", "Counseling notes"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
    ]
