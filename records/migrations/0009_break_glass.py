"""Opening one record in an emergency, for 30 minutes; and why a record is restricted."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import records.fields

FROZEN = """
    CREATE FUNCTION records_breakglass_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.opened_at BETWEEN app_now() - interval '5 minutes' AND app_now() + interval '5 seconds' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'A record is opened in an emergency now, not at another time.'
                USING ERRCODE = '23514', CONSTRAINT = 'records_breakglass_now';
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL
            AND to_jsonb(OLD) - 'closed_at' = to_jsonb(NEW) - 'closed_at'
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'What was opened in an emergency is closed once, and never changed or deleted.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_breakglass_frozen';
    END $$;
    REVOKE ALL ON FUNCTION records_breakglass_frozen() FROM PUBLIC;
    CREATE TRIGGER records_breakglass_frozen BEFORE INSERT OR UPDATE OR DELETE ON records_breakglass
        FOR EACH ROW EXECUTE FUNCTION records_breakglass_frozen();
"""
THAWED = """
    DROP TRIGGER records_breakglass_frozen ON records_breakglass;
    DROP FUNCTION records_breakglass_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_incidents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="restriction",
            field=records.fields.EncryptedJSON(editable=True, null=True),
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("life", "Danger to life or health now"),
                            (
                                "calling",
                                "The person is on the phone or here, and their team can't be reached",
                            ),
                            ("cover", "I cover for a colleague who can't be reached"),
                            ("other", "Another emergency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", records.fields.EncryptedText(editable=True)),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["user", "-opened_at"], name="records_breakglass_of_user")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("user",),
                        name="records_breakglass_one_each",
                        violation_error_message="You have another record open in an emergency.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["life", "calling", "cover", "other"])),
                        name="records_breakglass_reason_known",
                        violation_error_message="Select the reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("opened_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opened_at"), "+", models.Value(datetime.timedelta(seconds=1800))
                                ),
                            ),
                        ),
                        name="records_breakglass_half_an_hour",
                        violation_error_message="A record opens for 30 minutes at most.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROZEN, THAWED),
    ]
