"""Other ways to pay, prices and estimates, prior authorizations; and an episode that ends for money."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0023_pauses"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Authorization",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("granted", "Granted"), ("refused", "Refused")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked", records.fields.EncryptedJSON(editable=True)),
                ("units_asked", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("answer", records.fields.EncryptedJSON(editable=True, null=True)),
                ("units_granted", models.PositiveSmallIntegerField(null=True)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AuthorizationUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("units", models.SmallIntegerField()),
                ("used_on", models.DateField()),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="OtherWay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appeal", "Appeal"),
                            ("peer_to_peer", "Peer-to-peer review"),
                            ("self_pay", "The person pays"),
                            ("partner", "A partner that takes the plan"),
                            ("public", "A public program or a grant"),
                        ],
                        max_length=12,
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("words", records.fields.EncryptedText(editable=True)),
                ("offered_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("outcome", records.fields.EncryptedJSON(editable=True, null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SelfPayEstimate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SelfPayRate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("inpatient", "Inpatient"),
                            ("residential", "Residential"),
                            ("php", "Partial hospitalization (PHP)"),
                            ("iop", "Intensive outpatient (IOP)"),
                            ("outpatient", "Outpatient"),
                            ("continuing", "Continuing care"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("day", "Day"), ("visit", "Visit"), ("week", "Week")], max_length=5
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                ("reason", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="episode",
            name="intake_episode_close_complete",
        ),
        migrations.AlterField(
            model_name="episode",
            name="close_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("completed", "Care completed"),
                    ("declined_by_person", "The person chose not to go on"),
                    ("lost_contact", "Lost contact"),
                    ("care_elsewhere", "Care elsewhere"),
                    ("financial", "No way to pay was found"),
                    ("not_a_fit", "The center is not a fit"),
                    ("opened_by_mistake", "Opened by mistake"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("close_reason", ""),
                        ("closed_at__isnull", True),
                        ("status", "open"),
                        models.Q(("stage", "closed"), _negated=True),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("stage", "closed"),
                        ("status", "closed"),
                        (
                            "close_reason__in",
                            [
                                "completed",
                                "declined_by_person",
                                "lost_contact",
                                "care_elsewhere",
                                "financial",
                                "not_a_fit",
                                "opened_by_mistake",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="intake_episode_close_complete",
                violation_error_message="A closed episode says when and why; an open one does not.",
            ),
        ),
        migrations.AddField(
            model_name="authorization",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="authorization",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="authorization",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="authorization",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="authorization",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="authorizations", to="intake.policy"
            ),
        ),
        migrations.AddField(
            model_name="authorizationuse",
            name="authorization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="intake.authorization"
            ),
        ),
        migrations.AddField(
            model_name="authorizationuse",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="otherway",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="otherway",
            name="done_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="otherway",
            name="episode",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="other_ways", to="intake.episode"
            ),
        ),
        migrations.AddField(
            model_name="otherway",
            name="offered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfpayestimate",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="selfpayestimate",
            name="episode",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="estimates", to="intake.episode"
            ),
        ),
        migrations.AddField(
            model_name="selfpayestimate",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfpayrate",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfpayestimate",
            name="rate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.selfpayrate"
            ),
        ),
        migrations.AddIndex(
            model_name="authorization",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("state", "granted")),
                fields=["ends_on"],
                name="intake_authorization_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorization",
            constraint=models.CheckConstraint(
                condition=models.Q(("units_asked__gt", 0)),
                name="intake_authorization_asked",
                violation_error_message="Say how many units were asked for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ends_on", None),
                        ("starts_on", None),
                        ("state", "asked"),
                        ("units_granted", None),
                        ("answer__isnull", True),
                        ("decided_at", None),
                        ("decided_by", None),
                    ),
                    models.Q(
                        ("starts_on__lte", models.F("ends_on")),
                        ("state", "granted"),
                        ("units_granted__gt", 0),
                        ("answer__isnull", False),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    models.Q(
                        ("ends_on", None),
                        ("starts_on", None),
                        ("state", "refused"),
                        ("units_granted", None),
                        ("answer__isnull", False),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="intake_authorization_answered",
                violation_error_message="A grant has units, days and its proof; a refusal its proof.",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", None)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="intake_authorization_closed_by_someone",
                violation_error_message="What is no longer needed says since when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorizationuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("units", 0), _negated=True),
                name="intake_authorizationuse_units",
                violation_error_message="Enter how many units were used.",
            ),
        ),
        migrations.AddIndex(
            model_name="otherway",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["due_on"], name="intake_otherway_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="otherway",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["appeal", "peer_to_peer", "self_pay", "partner", "public"])),
                name="intake_otherway_kind_known",
                violation_error_message="This way to pay is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="otherway",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("appeal", "peer_to_peer")), _negated=True),
                    ("due_on__isnull", False),
                    _connector="OR",
                ),
                name="intake_otherway_has_day",
                violation_error_message="An appeal or peer-to-peer review has a last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="otherway",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None), ("outcome__isnull", True)),
                    models.Q(
                        ("done_at__isnull", False), ("done_by__isnull", False), ("outcome__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="intake_otherway_done_complete",
                violation_error_message="What is done says when, by whom and how it went.",
            ),
        ),
        migrations.AddIndex(
            model_name="selfpayrate",
            index=models.Index(fields=["level", "-made_at"], name="intake_selfpayrate_newest"),
        ),
        migrations.AddConstraint(
            model_name="selfpayrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["inpatient", "residential", "php", "iop", "outpatient", "continuing"]),
                    ("unit__in", ["day", "visit", "week"]),
                ),
                name="intake_selfpayrate_known",
                violation_error_message="This level or unit is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfpayrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gt", 0), _connector="OR"),
                name="intake_selfpayrate_amount",
                violation_error_message="A price is more than nothing.",
            ),
        ),
        migrations.AddIndex(
            model_name="selfpayestimate",
            index=models.Index(fields=["episode", "-made_at"], name="intake_estimate_newest"),
        ),
    ]
