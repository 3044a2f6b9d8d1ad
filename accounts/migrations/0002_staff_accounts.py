"""What is done to accounts, kept for good; links that work once; no account is lost, reused or the last."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
from audit.sql import append_only

KEEP = """
    CREATE FUNCTION accounts_keep_an_administrator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('accounts_keep_an_administrator'));
        IF NOT EXISTS (
            SELECT 1 FROM accounts_user WHERE role = 'administrator' AND is_active AND id <> OLD.id
        ) THEN
            RAISE EXCEPTION 'there must be an active administrator'
                USING ERRCODE = '23514', CONSTRAINT = 'accounts_user_last_administrator';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER accounts_user_last_administrator BEFORE UPDATE ON accounts_user FOR EACH ROW
        WHEN (OLD.role = 'administrator' AND OLD.is_active
              AND NOT (NEW.role = 'administrator' AND NEW.is_active))
        EXECUTE FUNCTION accounts_keep_an_administrator();

    CREATE FUNCTION accounts_keep_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION 'an account and its address are kept, and never given to another'
            USING ERRCODE = '23514', CONSTRAINT = 'accounts_user_kept';
    END $$;
    CREATE TRIGGER accounts_user_kept BEFORE DELETE ON accounts_user FOR EACH ROW
        EXECUTE FUNCTION accounts_keep_user();
    CREATE TRIGGER accounts_user_address_kept BEFORE UPDATE ON accounts_user FOR EACH ROW
        WHEN (NEW.email <> OLD.email OR NEW.id <> OLD.id) EXECUTE FUNCTION accounts_keep_user();
    REVOKE DELETE ON accounts_user FROM clearway_app;
"""
KEEP_NO_MORE = """
    GRANT DELETE ON accounts_user TO clearway_app;
    DROP TRIGGER accounts_user_address_kept ON accounts_user;
    DROP TRIGGER accounts_user_kept ON accounts_user;
    DROP FUNCTION accounts_keep_user();
    DROP TRIGGER accounts_user_last_administrator ON accounts_user;
    DROP FUNCTION accounts_keep_an_administrator();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_users"),
        ("audit", "0001_foundation"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="unseen_notices",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("made", "Account made"),
                            ("role", "Role changed"),
                            ("off", "Switched off"),
                            ("on", "Switched on"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "old_role",
                    models.CharField(
                        blank=True,
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
                (
                    "new_role",
                    models.CharField(
                        blank=True,
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
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-at"], name="accounts_change_user_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", True),
                            models.Q(("by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="accounts_accountchange_by_another",
                        violation_error_message="Nobody changes their own account; ask another administrator.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["role", "off"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="accounts_accountchange_has_reason",
                        violation_error_message="Say why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invite", "Choose a first password"),
                            ("password", "Choose a new password"),
                            ("factor", "Set up a new second factor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user",),
                        name="accounts_accountlink_one_live",
                        violation_error_message="There is a link already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new_browser", "Somebody signed in from a browser that was not used before"),
                            ("password", "The password was changed"),
                            ("factor_added", "A way of signing in was added"),
                            ("factor_removed", "A way of signing in was removed"),
                            ("recovery_codes", "New recovery codes were made"),
                            ("recovery", "A link to get back in was asked for"),
                            ("role", "The role was changed"),
                            ("sessions", "Sign-ins were ended by a colleague"),
                        ],
                        max_length=30,
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=60)),
                ("address", models.GenericIPAddressField(null=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-at"], name="accounts_notice_user_at")],
            },
        ),
        migrations.CreateModel(
            name="KnownBrowser",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("mark", models.BinaryField(max_length=32)),
                ("first_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="known_browsers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "mark"),
                        name="accounts_knownbrowser_one_row",
                        violation_error_message="This browser is known already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("password", "Password forgotten"), ("factor", "Second factor lost")],
                        max_length=20,
                    ),
                ),
                ("started_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_by", models.F("user")), _negated=True),
                            models.Q(
                                ("confirmed_by", None),
                                models.Q(("confirmed_by", models.F("user")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="accounts_recovery_not_own",
                        violation_error_message="Nobody vouches for themselves.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("started_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="accounts_recovery_two_people",
                        violation_error_message="Somebody else must confirm who it is.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user",),
                        name="accounts_recovery_one_open",
                        violation_error_message="A recovery is under way already.",
                    ),
                ],
            },
        ),
        append_only("accounts_accountchange"),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
    ]
