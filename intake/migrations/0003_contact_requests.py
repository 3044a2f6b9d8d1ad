"""Contact requests, amendments and call attempts; an episode may come from a request."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_episodes"),
        ("records", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=20)),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("phone_index", models.BinaryField(max_length=16, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("call", "Call asked for"), ("information", "Information left")],
                        default="call",
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("web", "Web request"), ("phone", "Incoming call")],
                        default="web",
                        max_length=6,
                    ),
                ),
                (
                    "danger",
                    models.CharField(
                        choices=[("no", "No"), ("yes", "Yes"), ("unsure", "I am not sure")], max_length=6
                    ),
                ),
                (
                    "urgent",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("danger__in", ["yes", "unsure"])),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=2)),
                (
                    "suspicion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("fast", "Filled in faster than a person types"),
                            ("trap", "Filled in a field that people can't see"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("calling", "Calling"),
                            ("no_answer", "No answer"),
                            ("reached", "Reached"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("received_at", models.DateTimeField(db_default=config.clock.AppNow())),
                ("due_at", models.DateTimeField(null=True)),
                ("next_call_at", models.DateTimeField(null=True)),
                ("calling_since", models.DateTimeField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("helped", "Helped; nothing more to do"),
                            ("cancelled", "They asked us not to call"),
                            ("not_reached", "Could not be reached after several tries"),
                            ("no_contact", "The number or address does not work"),
                            ("not_a_person", "Not from a person"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "assigned_to",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactAmendment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(choices=[("change", "Changed"), ("cancel", "Cancelled")], max_length=6),
                ),
                ("details", records.fields.EncryptedJSON(editable=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="intake.contactrequest",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CallAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("incoming", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("busy", "Busy"),
                            ("wrong_number", "Wrong number"),
                            ("left_allowed_message", "Left the allowed message"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", records.fields.EncryptedText(editable=True, null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="intake.contactrequest",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="episode",
            name="contact_request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="episodes",
                to="intake.contactrequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.UniqueConstraint(
                fields=("contact_request",),
                name="intake_episode_one_per_request",
                violation_error_message="This request already led to an episode.",
            ),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(
                condition=models.Q(("kind", "call"), ("status__in", ["new", "calling", "no_answer"])),
                fields=["-urgent", "next_call_at", "id"],
                name="intake_contactrequest_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["-received_at", "-id"], name="intake_contactrequest_newest"),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["phone_index"], name="intake_contactrequest_phone"),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.UniqueConstraint(
                fields=("reference",),
                name="intake_contactrequest_reference",
                violation_error_message="This reference is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["new", "calling", "no_answer", "reached", "closed"])),
                name="intake_contactrequest_status_known",
                violation_error_message="This status is not known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "close_reason__in",
                        ["", "helped", "cancelled", "not_reached", "no_contact", "not_a_person"],
                    ),
                    ("danger__in", ["no", "yes", "unsure"]),
                    ("kind__in", ["call", "information"]),
                    ("language__in", ["en", "es"]),
                    ("source__in", ["web", "phone"]),
                    ("suspicion__in", ["", "fast", "trap"]),
                ),
                name="intake_contactrequest_words_known",
                violation_error_message="A request uses the agreed words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "information"),
                    models.Q(("due_at__isnull", False), ("next_call_at__isnull", False)),
                    _connector="OR",
                ),
                name="intake_contactrequest_promised",
                violation_error_message="A call that was asked for has a time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assigned_to__isnull", False),
                        ("calling_since__isnull", False),
                        ("status", "calling"),
                    ),
                    models.Q(models.Q(("status", "calling"), _negated=True), ("calling_since__isnull", True)),
                    _connector="OR",
                ),
                name="intake_contactrequest_calling_has_caller",
                violation_error_message="A call under way names who calls and since when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("status", "closed"),
                        models.Q(("close_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True),
                        ("close_reason", ""),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="intake_contactrequest_close_complete",
                violation_error_message="A closed request says when and why; an open one does not.",
            ),
        ),
        migrations.AddIndex(
            model_name="contactamendment",
            index=models.Index(fields=["request", "at"], name="intake_contactamendment_order"),
        ),
        migrations.AddConstraint(
            model_name="contactamendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["change", "cancel"])),
                name="intake_contactamendment_kind_known",
                violation_error_message="An amendment changes or cancels.",
            ),
        ),
        migrations.AddIndex(
            model_name="callattempt",
            index=models.Index(fields=["request", "at"], name="intake_callattempt_order"),
        ),
        migrations.AddConstraint(
            model_name="callattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["reached", "no_answer", "busy", "wrong_number", "left_allowed_message"])
                ),
                name="intake_callattempt_outcome_known",
                violation_error_message="Choose how the call ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "reached"), ("next_try_at__isnull", False), _connector="OR"),
                name="intake_callattempt_next_try",
                violation_error_message="Say when to try again.",
            ),
        ),
    ]
