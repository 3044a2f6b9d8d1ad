"""What the loop remembers beyond its statuses: late answers, who told us, contacts due, who left early.

An open referral has an owner, a next step and a time for it, in the database too.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.clock
import records.fields

BEFORE = """
    UPDATE referrals_referral SET owner_id = episode.owner_id FROM intake_episode episode
        WHERE episode.id = referrals_referral.episode_id AND referrals_referral.status = 'open'
        AND referrals_referral.owner_id IS NULL;
    UPDATE referrals_referral SET next_due_at = app_now()
        WHERE status = 'open' AND next_due_at IS NULL;
    UPDATE referrals_referral SET next_step = 'choose_partner' WHERE status = 'open' AND next_step = 'none';
    UPDATE referrals_partnerlink SET locked_at = made_at WHERE tries >= 5;
    SET CONSTRAINTS ALL IMMEDIATE;
"""

# A yes that staff entered before there was a place for the name keeps standing as it is.
YES_TOLD = """
    ALTER TABLE referrals_offerstatuschange ADD CONSTRAINT referrals_offerstatuschange_yes_told
        CHECK (NOT (step = 'accept' AND actor_kind = 'staff') OR told_by <> '') NOT VALID;
"""
YES_TOLD_REVERSE = """
    ALTER TABLE referrals_offerstatuschange DROP CONSTRAINT referrals_offerstatuschange_yes_told;
"""

LATE = """
    CREATE FUNCTION referrals_keep_late_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A late answer is never deleted.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_lateanswer_kept';
        END IF;
        IF (NEW.id, NEW.data_key_id, NEW.offer_id, NEW.link_id, NEW.kind, NEW.said, NEW.at, NEW.told_by,
                NEW.recorded_by_id)
            IS DISTINCT FROM (OLD.id, OLD.data_key_id, OLD.offer_id, OLD.link_id, OLD.kind, OLD.said, OLD.at,
                OLD.told_by, OLD.recorded_by_id) THEN
            RAISE EXCEPTION 'What a partner said late is kept as it was said.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_lateanswer_fixed';
        END IF;
        IF OLD.decision <> '' AND (NEW.decision, NEW.decided_at, NEW.decided_by_id)
            IS DISTINCT FROM (OLD.decision, OLD.decided_at, OLD.decided_by_id) THEN
            RAISE EXCEPTION 'A late answer is decided once.'
                USING ERRCODE = '23514', CONSTRAINT = 'referrals_lateanswer_decided_once';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER referrals_lateanswer_keep BEFORE UPDATE OR DELETE ON referrals_lateanswer
        FOR EACH ROW EXECUTE FUNCTION referrals_keep_late_answer();
"""
LATE_REVERSE = """
    DROP TRIGGER referrals_lateanswer_keep ON referrals_lateanswer;
    DROP FUNCTION referrals_keep_late_answer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0025_rules_of_paying"),
        ("programs", "0021_prescriber_calls"),
        ("records", "0023_consent_of_either"),
        ("referrals", "0005_match_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LateAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("yes", "We can take someone"), ("other", "Something else")], max_length=5
                    ),
                ),
                ("said", records.fields.EncryptedJSON(editable=True)),
                ("at", models.DateTimeField(db_default=config.clock.AppNow())),
                (
                    "told_by",
                    models.CharField(
                        blank=True, choices=[("phone", "By phone"), ("fax", "By fax")], max_length=5
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("used", "Taken up"), ("not_needed", "Not needed any more")],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="offer",
            name="calendar_version",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="offer",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="next_contact_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="next_possible_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offermessage",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reached", "Spoke with them"),
                    ("message", "Left a message to call back"),
                    ("no_answer", "No answer"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="offermessage",
            name="said_by",
            field=records.fields.EncryptedText(editable=True, null=True),
        ),
        migrations.AddField(
            model_name="offerstatuschange",
            name="said_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="offerstatuschange",
            name="told_by",
            field=models.CharField(
                blank=True, choices=[("phone", "By phone"), ("fax", "By fax")], max_length=5
            ),
        ),
        migrations.AddField(
            model_name="partnerlink",
            name="locked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="offermessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("question", "Question from the partner"),
                    ("answer", "Answer from us"),
                    ("call", "Phone call"),
                    ("fax", "Fax sent"),
                    ("note", "Note from the partner"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="next_step",
            field=models.CharField(
                choices=[
                    ("choose_partner", "Choose a partner"),
                    ("call_partner", "Call the partner: not opened yet"),
                    ("await_answer", "Waiting for an answer"),
                    ("answer_question", "Answer the partner's question"),
                    ("await_arrival", "Waiting for arrival"),
                    ("missing_between", "Find out where the person is"),
                    ("daily_contact", "Daily contact with the partner"),
                    ("await_return", "Waiting for the return"),
                    ("missed_return", "Expected back, not here: find out where the person is"),
                    ("review_clearance", "Review the clearance that came back"),
                    ("late_answer", "Decide about a partner's late answer"),
                    ("link_locked", "A link was locked after wrong codes: call the partner"),
                    ("consent_ended", "Consent ended: no more may be shared"),
                    ("none", "Nothing"),
                ],
                default="choose_partner",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("status__in", ["accepted", "arrived", "no_show", "clearance_sent"])),
                fields=["status", "last_heard_at"],
                name="referrals_offer_held",
            ),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_at__isnull", True),
                    models.Q(("arrived_at__isnull", False), ("left_at__gte", models.F("arrived_at"))),
                    _connector="OR",
                ),
                name="referrals_offer_left",
                violation_error_message="Somebody who left had arrived before.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerstatuschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("said_by", ""), ("told_by", "")),
                    models.Q(
                        ("actor_kind", "staff"),
                        ("told_by__in", ["phone", "fax"]),
                        models.Q(("said_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referrals_offerstatuschange_told",
                violation_error_message="What a partner told us by phone or fax names who said it.",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(YES_TOLD, YES_TOLD_REVERSE)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="offerstatuschange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_kind", "staff"), ("step", "accept"), _negated=True),
                            models.Q(("told_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="referrals_offerstatuschange_yes_told",
                        violation_error_message="A yes that staff enter names how it was told and by whom.",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="partnerlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tries", 5), _negated=True), ("locked_at__isnull", False), _connector="OR"
                ),
                name="referrals_partnerlink_locked",
                violation_error_message="A locked link says since when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "closed"),
                    models.Q(
                        ("next_due_at__isnull", False),
                        ("owner__isnull", False),
                        models.Q(("next_step", "none"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referrals_referral_owned",
                violation_error_message="An open referral has an owner, a next step and a time for it.",
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="link",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.partnerlink",
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="late_answers", to="referrals.offer"
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="lateanswer",
            index=models.Index(fields=["offer", "at"], name="referrals_late_by_offer"),
        ),
        migrations.AddIndex(
            model_name="lateanswer",
            index=models.Index(
                condition=models.Q(("decision", "")), fields=["offer"], name="referrals_late_undecided"
            ),
        ),
        migrations.AddConstraint(
            model_name="lateanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision__in", ["used", "not_needed"]),
                    ),
                    _connector="OR",
                ),
                name="referrals_lateanswer_decided",
                violation_error_message="A decision says who made it and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("link__isnull", False), ("recorded_by__isnull", True), ("told_by", "")),
                    models.Q(
                        ("link__isnull", True),
                        ("recorded_by__isnull", False),
                        ("told_by__in", ["phone", "fax"]),
                    ),
                    _connector="OR",
                ),
                name="referrals_lateanswer_from",
                violation_error_message="A late answer came through a link, or was told to one of us.",
            ),
        ),
        migrations.RunSQL(LATE, LATE_REVERSE),
    ]
