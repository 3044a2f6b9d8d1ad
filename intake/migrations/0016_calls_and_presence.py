"""Calling back, who is in an assessment, what is added to an emergency, and which screens were read."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields
from audit.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0015_resume"),
        ("records", "0021_disclosure_within_consent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Callback",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("dropped", "The call dropped"),
                            ("emergency", "The call ended during an emergency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("due_at", models.DateTimeField()),
                ("section", models.CharField(blank=True, max_length=12)),
                ("field", models.CharField(blank=True, max_length=90)),
                ("seconds_in", models.PositiveIntegerField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="callbacks",
                        to="intake.episode",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallbackTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("busy", "Busy"),
                            ("wrong_number", "Wrong number"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "callback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="intake.callback",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("section", models.CharField(max_length=12)),
                ("field", models.CharField(blank=True, max_length=90)),
                ("edited_at", models.DateTimeField(null=True)),
                ("edited_section", models.CharField(blank=True, max_length=12)),
                ("edited_field", models.CharField(blank=True, max_length=90)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presence",
                        to="intake.assessment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SafetyAddition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("not_emergency", models.BooleanField()),
                ("reason", records.fields.EncryptedText(editable=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "safety_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="intake.safetycheck",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ScreenConfirmed",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "screen",
                    models.CharField(
                        choices=[("withdrawal", "Dangerous withdrawal: do not stop all at once")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("answers", records.fields.EncryptedJSON(editable=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screens_confirmed",
                        to="intake.episode",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="intake_callback_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("episode", "reason"),
                name="intake_callback_one_open",
                violation_error_message="This call back is on the list already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="intake_callback_done_by_someone",
                violation_error_message="A call back that is done says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["dropped", "emergency"])),
                name="intake_callback_reason_known",
                violation_error_message="This reason to call back is not known.",
            ),
        ),
        migrations.AddIndex(
            model_name="callbacktry",
            index=models.Index(fields=["callback", "-at"], name="intake_callbacktry_newest"),
        ),
        migrations.AddConstraint(
            model_name="callbacktry",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["reached", "no_answer", "busy", "wrong_number"])),
                name="intake_callbacktry_result_known",
                violation_error_message="This result of a call is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("assessment", "user"),
                name="intake_presence_one_per_user",
                violation_error_message="This person is here already.",
            ),
        ),
        migrations.AddIndex(
            model_name="safetyaddition",
            index=models.Index(fields=["safety_check", "at"], name="intake_addition_in_order"),
        ),
        migrations.AddIndex(
            model_name="screenconfirmed",
            index=models.Index(fields=["episode", "screen", "-at"], name="intake_screen_latest"),
        ),
        migrations.AddConstraint(
            model_name="screenconfirmed",
            constraint=models.CheckConstraint(
                condition=models.Q(("screen__in", ["withdrawal"])),
                name="intake_screen_known",
                violation_error_message="This screen is not known.",
            ),
        ),
        append_only("intake_callbacktry"),
        append_only("intake_safetyaddition"),
        append_only("intake_screenconfirmed"),
    ]
