"""Staff, throttle counters, and the shared table of sign-in counters."""

import uuid

import django.db.models.functions.text
from django.db import migrations, models

import config.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_foundation"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="ThrottleCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=32)),
                ("window_start", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "window_start"), name="accounts_throttlecounter_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("display_name", models.CharField(max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admissions", "Admissions"),
                            ("clinician", "Clinician"),
                            ("supervisor", "Supervisor"),
                            ("privacy", "Privacy officer"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="accounts_user_email_lower",
                        violation_error_message="E-mail addresses are kept in lower case.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "admissions",
                                    "clinician",
                                    "supervisor",
                                    "privacy",
                                    "auditor",
                                    "administrator",
                                ],
                            )
                        ),
                        name="accounts_user_role_known",
                        violation_error_message="Choose one of the six roles.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_superuser", False)),
                        name="accounts_user_no_superuser",
                        violation_error_message="Nobody bypasses the roles.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            """
            CREATE TABLE accounts_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
            """,
            "DROP TABLE accounts_cache",
        ),
    ]
