"""Programs, beds, recommendations, determinations, medical clearances and admissions."""

import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("intake", "0002_episodes"),
        ("records", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bed",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("label", models.CharField(max_length=20, unique=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["label"],
            },
        ),
        migrations.CreateModel(
            name="BedUse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hold", "Held"),
                            ("return", "Held for a return from detox"),
                            ("stay", "In use"),
                            ("out", "Out of use"),
                        ],
                        max_length=8,
                    ),
                ),
                ("review_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "bed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="programs.bed"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bed_uses",
                        to="intake.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Determination",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("agree", "Agree with the suggestion"),
                            ("other", "Choose another level"),
                            ("refer", "We are not the right place; refer"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("detox", "Medical detox"),
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
                ("detox_first", models.BooleanField()),
                ("reason", records.fields.EncryptedText(editable=True, null=True)),
                ("in_person", records.fields.EncryptedText(editable=True, null=True)),
                ("statement", records.fields.EncryptedText(editable=True)),
                ("statement_sha256", models.CharField(max_length=64)),
                (
                    "changed_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="determinations",
                        to="intake.assessment",
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
                        related_name="determinations",
                        to="intake.episode",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="programs.determination",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MedicalClearance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("needed", "Needed"),
                            ("requested", "Requested"),
                            ("received", "Received"),
                            ("accepted", "Accepted"),
                            ("verified", "Verified"),
                            ("not_cleared", "Not cleared"),
                            ("expired", "Expired"),
                            ("revoked", "Revoked"),
                            ("rejected", "Rejected"),
                        ],
                        default="needed",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("requested_at", models.DateTimeField(null=True)),
                (
                    "received_via",
                    models.CharField(
                        blank=True,
                        choices=[("link", "Partner's link"), ("paper", "Paper or fax, entered by staff")],
                        max_length=8,
                    ),
                ),
                ("received_at", models.DateTimeField(null=True)),
                ("source_id", models.UUIDField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cleared", "Cleared"),
                            ("cleared_with_limits", "Cleared with limits"),
                            ("not_cleared", "Not cleared"),
                        ],
                        max_length=20,
                    ),
                ),
                ("stable", models.BooleanField(null=True)),
                ("examined_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("content", records.fields.EncryptedJSON(editable=True, null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verification", records.fields.EncryptedJSON(editable=True, null=True)),
                ("rejected_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoke_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("red_flag", "A new emergency sign"),
                            ("withdrawal_score", "Withdrawal score above the entry limit"),
                            ("return_to_use", "Return to use after the examination"),
                            ("vital_sign", "A vital sign outside the limits"),
                            ("lab", "A new abnormal lab result"),
                            ("medication", "A change of medicine the examiner did not know of"),
                            ("signer", "The examiner can't be verified"),
                            ("pregnancy", "A positive pregnancy test after signing"),
                            ("wrong_document", "Wrong person, or an altered document"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
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
                        related_name="clearances",
                        to="intake.episode",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rejected_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ClearanceStatusChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("old", models.CharField(blank=True, max_length=12)),
                (
                    "new",
                    models.CharField(
                        choices=[
                            ("needed", "Needed"),
                            ("requested", "Requested"),
                            ("received", "Received"),
                            ("accepted", "Accepted"),
                            ("verified", "Verified"),
                            ("not_cleared", "Not cleared"),
                            ("expired", "Expired"),
                            ("revoked", "Revoked"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("staff", "Staff"),
                            ("partner", "Partner by link"),
                            ("signer", "Person signing"),
                            ("public", "Public page"),
                            ("system", "System"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                (
                    "clearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="programs.medicalclearance",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClearanceLimit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", records.fields.EncryptedText(editable=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
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
                    "clearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="programs.medicalclearance",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
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
                ("slots", models.PositiveSmallIntegerField(null=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                ("inpatient", "residential", "php", "iop", "outpatient", "continuing"),
                            )
                        ),
                        name="programs_program_no_detox",
                        violation_error_message="This center does not give medical detox.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__in", ["inpatient", "residential"]), ("slots__isnull", True)),
                            models.Q(
                                models.Q(("level__in", ["inpatient", "residential"]), _negated=True),
                                ("slots__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="programs_program_beds_or_slots",
                        violation_error_message="A day program has slots; a program with beds has none.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="bed",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="beds", to="programs.program"
            ),
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("admitted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("late_entry", models.BooleanField(default=False)),
                ("late_entry_reason", records.fields.EncryptedText(editable=True, null=True)),
                ("discharged_at", models.DateTimeField(null=True)),
                (
                    "admitted_by",
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
                        related_name="admissions",
                        to="intake.episode",
                    ),
                ),
                (
                    "late_entry_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="programs.bed",
                    ),
                ),
                (
                    "bed_use",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admission",
                        to="programs.beduse",
                    ),
                ),
                (
                    "determination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="programs.determination",
                    ),
                ),
                (
                    "clearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="programs.medicalclearance",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("assessment_version", models.PositiveIntegerField()),
                ("snapshot", records.fields.EncryptedJSON(editable=True)),
                ("result", records.fields.EncryptedJSON(editable=True)),
                ("detox_outcome", models.CharField(max_length=40)),
                ("ladder", models.CharField(max_length=4)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("detox", "Medical detox"),
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
                    "level_after_detox",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("detox", "Medical detox"),
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
                ("detox_first", models.BooleanField()),
                ("detox_ruleset", models.CharField(max_length=60)),
                ("detox_ruleset_sha256", models.CharField(max_length=64)),
                ("loc_ruleset", models.CharField(max_length=60)),
                ("loc_ruleset_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="intake.assessment",
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
                        related_name="recommendations",
                        to="intake.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="determination",
            name="recommendation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="determinations",
                to="programs.recommendation",
            ),
        ),
        migrations.AddIndex(
            model_name="beduse",
            index=models.Index(fields=["episode", "kind"], name="programs_beduse_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("bed", "="), ("period", "&&")],
                name="programs_beduse_no_overlap",
                violation_error_message="This bed is taken at that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["hold", "return", "stay", "out"])),
                name="programs_beduse_kind_known",
                violation_error_message="This kind of use is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("episode__isnull", True), ("kind", "out")),
                    models.Q(models.Q(("kind", "out"), _negated=True), ("episode__isnull", False)),
                    _connector="OR",
                ),
                name="programs_beduse_for_someone",
                violation_error_message="A bed is held for an episode, or out of use for none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__isempty", True), ("period__startswith__isnull", False), _connector="OR"
                ),
                name="programs_beduse_has_start",
                violation_error_message="Say from when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="beduse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "hold"), _negated=True),
                    ("period__isempty", True),
                    ("period__endswith__isnull", False),
                    _connector="OR",
                ),
                name="programs_beduse_hold_ends",
                violation_error_message="A hold needs an end time.",
            ),
        ),
        migrations.AddIndex(
            model_name="medicalclearance",
            index=models.Index(fields=["episode", "-created_at"], name="programs_clearance_newest"),
        ),
        migrations.AddIndex(
            model_name="medicalclearance",
            index=models.Index(
                condition=models.Q(("status__in", ["received", "accepted", "verified"])),
                fields=["valid_until"],
                name="programs_clearance_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["needed", "requested"])),
                fields=("episode",),
                name="programs_medicalclearance_one_awaited",
                violation_error_message="A clearance is already awaited for this episode.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "needed",
                            "requested",
                            "received",
                            "accepted",
                            "verified",
                            "not_cleared",
                            "expired",
                            "revoked",
                            "rejected",
                        ],
                    )
                ),
                name="programs_medicalclearance_status_known",
                violation_error_message="This status is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decision", ""),
                        ("received_at__isnull", True),
                        ("status__in", ["needed", "requested"]),
                    ),
                    models.Q(
                        models.Q(("status__in", ["needed", "requested"]), _negated=True),
                        ("content__isnull", False),
                        ("decision__in", ["cleared", "cleared_with_limits", "not_cleared"]),
                        ("examined_at__isnull", False),
                        ("received_at__isnull", False),
                        ("received_via__in", ["link", "paper"]),
                        ("signed_at__isnull", False),
                        ("stable__isnull", False),
                        ("valid_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_medicalclearance_complete",
                violation_error_message="A received clearance has its decision, examination and end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["accepted", "verified"]), _negated=True),
                    ("accepted_by__isnull", False),
                    _connector="OR",
                ),
                name="programs_medicalclearance_accepted_by",
                violation_error_message="An accepted clearance says who accepted it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "verified"), _negated=True),
                    models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                    _connector="OR",
                ),
                name="programs_medicalclearance_verified_by",
                violation_error_message="A verified clearance says who verified it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_by__isnull", True), ("accepted_by__isnull", False), _connector="OR"),
                    models.Q(("verified_by", models.F("accepted_by")), _negated=True),
                    models.Q(("verified_by", models.F("recorded_by")), _negated=True),
                ),
                name="programs_medicalclearance_two_people",
                violation_error_message="Someone other than who recorded or accepted it must verify it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    models.Q(
                        ("signed_at__gte", models.F("examined_at")),
                        ("valid_until__gt", models.F("examined_at")),
                        (
                            "valid_until__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("examined_at"), "+", models.Value(datetime.timedelta(days=30))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="programs_medicalclearance_times_fit",
                violation_error_message="Signed after the examination, and valid for a limited time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalclearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("revoke_reason", ""),
                        ("revoked_at__isnull", True),
                        models.Q(("status", "revoked"), _negated=True),
                    ),
                    models.Q(
                        (
                            "revoke_reason__in",
                            [
                                "red_flag",
                                "withdrawal_score",
                                "return_to_use",
                                "vital_sign",
                                "lab",
                                "medication",
                                "signer",
                                "pregnancy",
                                "wrong_document",
                            ],
                        ),
                        ("revoked_at__isnull", False),
                        ("status", "revoked"),
                    ),
                    _connector="OR",
                ),
                name="programs_medicalclearance_revoke_reason",
                violation_error_message="A revoked clearance says why.",
            ),
        ),
        migrations.AddIndex(
            model_name="clearancestatuschange",
            index=models.Index(fields=["clearance", "at"], name="programs_clearchange_in_order"),
        ),
        migrations.AddConstraint(
            model_name="clearancelimit",
            constraint=models.UniqueConstraint(
                fields=("clearance", "position"),
                name="programs_clearancelimit_in_order",
                violation_error_message="This limit is already there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="clearancelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="programs_clearancelimit_accepted",
                violation_error_message="An accepted limit says who accepted it and when.",
            ),
        ),
        migrations.AddIndex(
            model_name="admission",
            index=models.Index(fields=["program", "discharged_at"], name="programs_admission_census"),
        ),
        migrations.AddIndex(
            model_name="admission",
            index=models.Index(fields=["-admitted_at", "id"], name="programs_admission_newest"),
        ),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("discharged_at__isnull", True)),
                fields=("episode",),
                name="programs_admission_one_open",
                violation_error_message="This person is already admitted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discharged_at__isnull", True),
                    ("discharged_at__gte", models.F("admitted_at")),
                    _connector="OR",
                ),
                name="programs_admission_discharge_after",
                violation_error_message="Discharge comes after admission.",
            ),
        ),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("late_entry", False), ("late_entry_by__isnull", True)),
                    models.Q(
                        ("late_entry", True),
                        ("late_entry_by__isnull", False),
                        ("late_entry_reason__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_admission_late_entry",
                violation_error_message="A late entry names the supervisor and the reason.",
            ),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["episode", "-made_at"], name="programs_recommend_newest"),
        ),
        migrations.AddIndex(
            model_name="determination",
            index=models.Index(fields=["episode", "-signed_at"], name="programs_determ_newest"),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("episode",),
                name="programs_determination_one_live",
                violation_error_message="Another clinician has decided on this episode.",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", ""), ("outcome", "refer")),
                    models.Q(
                        ("level__in", ["continuing", "inpatient", "iop", "outpatient", "php", "residential"]),
                        ("outcome__in", ["agree", "other"]),
                    ),
                    models.Q(("detox_first", True), ("level", "detox"), ("outcome__in", ["agree", "other"])),
                    _connector="OR",
                ),
                name="programs_determination_level_fits",
                violation_error_message="Choose the level of care.",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "agree"), ("reason__isnull", False), _connector="OR"),
                name="programs_determination_reason",
                violation_error_message="Say why.",
            ),
        ),
    ]
