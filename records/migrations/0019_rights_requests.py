"""A person's requests about their record, with the law's clocks: extended once, closed once."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models

import config.clock
import records.fields

STEPS = """
    CREATE FUNCTION records_rightsrequest_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE
        extending constant text[] := ARRAY['status', 'due_on', 'extended_at', 'extended_by',
                                           'extension_reason'];
        closing constant text[] := ARRAY['status', 'closed_at', 'closed_by', 'outcome', 'disclosure_id'];
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.status = 'open' THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.status = 'open' AND NEW.status = 'extended'
                AND to_jsonb(OLD) - extending = to_jsonb(NEW) - extending
            THEN
                RETURN NEW;
            END IF;
            IF OLD.status IN ('open', 'extended') AND NEW.status IN ('fulfilled', 'denied', 'withdrawn')
                AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
            THEN
                IF NEW.disclosure_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM records_disclosure
                    WHERE id = NEW.disclosure_id AND person_id = NEW.person_id AND basis = 'own_access'
                        AND split_part(subject, ':', 1)
                            = CASE NEW.kind WHEN 'accounting' THEN 'accounting' ELSE 'copy' END
                )
                THEN
                    RAISE EXCEPTION 'What left for a request is a copy for this person.'
                        USING ERRCODE = '23514', CONSTRAINT = 'records_rightsrequest_own_copy';
                END IF;
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'A request is written down, extended once, and closed once.'
            USING ERRCODE = '23514', CONSTRAINT = 'records_rightsrequest_steps';
    END $$;
    REVOKE EXECUTE ON FUNCTION records_rightsrequest_steps() FROM PUBLIC;
    CREATE TRIGGER records_rightsrequest_steps BEFORE INSERT OR UPDATE OR DELETE ON records_rightsrequest
        FOR EACH ROW EXECUTE FUNCTION records_rightsrequest_steps();
"""
STEPS_REVERSE = """
    DROP TRIGGER records_rightsrequest_steps ON records_rightsrequest;
    DROP FUNCTION records_rightsrequest_steps();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0018_emergency_reason"),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "A copy of the record"),
                            ("amendment", "A change to the record"),
                            ("accounting", "An accounting of disclosures"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("extended", "Open, time extended"),
                            ("fulfilled", "Fulfilled"),
                            ("denied", "Denied"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "asked_how",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("phone", "By phone"),
                            ("letter", "By letter or fax"),
                            ("email", "By e-mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("wish", records.fields.EncryptedText(editable=True)),
                ("recorded_at", models.DateTimeField(db_default=config.clock.AppNow(), editable=False)),
                ("recorded_by", models.UUIDField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("extended_by", models.UUIDField(null=True)),
                ("extension_reason", records.fields.EncryptedText(editable=True, null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                ("outcome", records.fields.EncryptedText(editable=True, null=True)),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.datakey"
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_requests",
                        to="records.disclosure",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_requests",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["person", "-received_on"], name="records_request_of_person"),
                    models.Index(
                        condition=models.Q(("status__in", ("open", "extended"))),
                        fields=["due_on", "id"],
                        name="records_request_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_how__in", ["in_person", "phone", "letter", "email"]),
                            ("kind__in", ["access", "amendment", "accounting"]),
                            ("status__in", ["open", "extended", "fulfilled", "denied", "withdrawn"]),
                        ),
                        name="records_rightsrequest_words_known",
                        violation_error_message="A request uses the agreed words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wish__isnull", False),
                            django.db.models.lookups.GreaterThan(
                                models.Func(
                                    models.F("wish"),
                                    function="octet_length",
                                    output_field=models.IntegerField(),
                                ),
                                45,
                            ),
                        ),
                        name="records_rightsrequest_wish",
                        violation_error_message="Write what the person asks for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "due_on",
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("received_on"),
                                            "+",
                                            models.Case(
                                                models.When(kind="access", then=models.Value(30)),
                                                models.When(kind="amendment", then=models.Value(60)),
                                                models.When(kind="accounting", then=models.Value(60)),
                                                output_field=models.IntegerField(),
                                            ),
                                        ),
                                        "+",
                                        models.Case(
                                            models.When(extended_at__isnull=False, then=models.Value(30)),
                                            default=models.Value(0),
                                            output_field=models.IntegerField(),
                                        ),
                                    ),
                                    output_field=models.DateField(),
                                ),
                            )
                        ),
                        name="records_rightsrequest_due",
                        violation_error_message="The day follows from the kind and from when it came.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("extended_at__isnull", True),
                                ("extended_by__isnull", True),
                                ("extension_reason__isnull", True),
                            ),
                            models.Q(
                                ("extended_at__isnull", False),
                                ("extended_by__isnull", False),
                                ("extension_reason__isnull", False),
                                django.db.models.lookups.GreaterThan(
                                    models.Func(
                                        models.F("extension_reason"),
                                        function="octet_length",
                                        output_field=models.IntegerField(),
                                    ),
                                    45,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="records_rightsrequest_extended",
                        violation_error_message="An extension says when, by whom and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("extended_at__isnull", True), ("status", "open")),
                            models.Q(("extended_at__isnull", False), ("status", "extended")),
                            models.Q(("status__in", ("open", "extended")), _negated=True),
                            _connector="OR",
                        ),
                        name="records_rightsrequest_extended_status",
                        violation_error_message="The status says whether the time was extended.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("disclosure__isnull", True),
                                ("outcome__isnull", True),
                                ("status__in", ("open", "extended")),
                            ),
                            models.Q(
                                models.Q(("status__in", ("open", "extended")), _negated=True),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("outcome__isnull", False),
                                django.db.models.lookups.GreaterThan(
                                    models.Func(
                                        models.F("outcome"),
                                        function="octet_length",
                                        output_field=models.IntegerField(),
                                    ),
                                    45,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="records_rightsrequest_closed",
                        violation_error_message="An answered request says when, by whom and what was done.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("accounting",)), ("status", "denied"), _negated=True
                        ),
                        name="records_rightsrequest_never_denied",
                        violation_error_message="An accounting of disclosures can't be denied.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("access", "accounting")), ("status", "fulfilled"), _negated=True
                            ),
                            ("disclosure__isnull", False),
                            _connector="OR",
                        ),
                        name="records_rightsrequest_copy_left",
                        violation_error_message="A copy leaves by the door before its request is fulfilled.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STEPS, STEPS_REVERSE),
    ]
