"""Every change of a program is its next revision, kept for good; an admission keeps the one it began under."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.sql import append_only

never_deleted = import_module("programs.migrations.0007_admission_work").never_deleted

# One revision row of a program as it stands. What is about the change itself is no part of the offer.
COPY = """
    INSERT INTO programs_programrevision (id, program_id, number, offer, reason, changed_by_id, at)
    SELECT gen_random_uuid(), p.id, p.revision,
           to_jsonb(p) - '{id,revision,reason,changed_by_id}'::text[] || jsonb_build_object('beds', (
               SELECT coalesce(jsonb_agg(b.label ORDER BY b.label), '[]'::jsonb)
               FROM programs_bed b WHERE b.program_id = p.id AND b.active)),
           p.reason, p.changed_by_id, app_now()
    FROM programs_program p"""

HISTORY = f"""
    CREATE FUNCTION programs_program_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.revision <> 1 THEN
                PERFORM programs_refuse('program_revision', 'A program begins with revision 1.');
            END IF;
        ELSIF to_jsonb(NEW) = to_jsonb(OLD) THEN
            RETURN NEW;
        ELSIF NEW.id <> OLD.id OR NEW.revision <> OLD.revision + 1 THEN
            PERFORM programs_refuse('program_revision', 'A change of a program is its next revision.');
        END IF;
        IF btrim(NEW.reason) = '' THEN
            PERFORM programs_refuse('program_reason', 'A change of a program has a reason.');
        END IF;
        IF (TG_OP = 'UPDATE' OR NEW.changed_by_id IS NOT NULL)
           AND NOT programs_has_role(NEW.changed_by_id, 'supervisor') THEN
            PERFORM programs_refuse('needs_supervisor', 'Only a supervisor changes a program.');
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION programs_program_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.revision = OLD.revision THEN
            RETURN NULL;
        END IF;
        {COPY} WHERE p.id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE FUNCTION programs_admission_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        -- The gate has locked the program. A late entry began under what was in force then, else the first.
        SELECT r.id INTO NEW.program_revision_id
            FROM programs_programrevision r JOIN programs_program p ON p.id = r.program_id
            WHERE r.program_id = NEW.program_id
            ORDER BY CASE WHEN NEW.late_entry THEN r.at <= NEW.admitted_at ELSE r.number = p.revision END DESC,
                     CASE WHEN r.at <= NEW.admitted_at THEN r.number END DESC NULLS LAST, r.number
            LIMIT 1;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_program_next(), programs_program_keep(), programs_admission_revision()
        FROM PUBLIC;
    CREATE TRIGGER programs_program_next BEFORE INSERT OR UPDATE ON programs_program
        FOR EACH ROW EXECUTE FUNCTION programs_program_next();
    CREATE TRIGGER programs_program_keep AFTER INSERT OR UPDATE ON programs_program
        FOR EACH ROW EXECUTE FUNCTION programs_program_keep();
    CREATE TRIGGER programs_admission_zz_revision BEFORE INSERT ON programs_admission
        FOR EACH ROW EXECUTE FUNCTION programs_admission_revision();
    REVOKE INSERT ON programs_programrevision FROM clearway_app;
"""
HISTORY_REVERSE = """
    GRANT INSERT ON programs_programrevision TO clearway_app;
    DROP TRIGGER programs_admission_zz_revision ON programs_admission;
    DROP TRIGGER programs_program_keep ON programs_program;
    DROP TRIGGER programs_program_next ON programs_program;
    DROP FUNCTION programs_admission_revision();
    DROP FUNCTION programs_program_keep();
    DROP FUNCTION programs_program_next();
"""

# What is there already: each program as it stands is its first revision, and the one of its admissions.
FIRST = f"""
    {COPY};
    ALTER TABLE programs_admission DISABLE TRIGGER USER;
    UPDATE programs_admission a SET program_revision_id = r.id
        FROM programs_programrevision r WHERE r.program_id = a.program_id;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    ALTER TABLE programs_admission ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0022_coverage"),
        ("programs", "0015_waitlist"),
        ("records", "0023_consent_of_either"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="program",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="reason",
            field=models.CharField(default="Set up", max_length=200),
        ),
        migrations.AddField(
            model_name="program",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name="ProgramRevision",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("offer", models.JSONField()),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="programs.program",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="admission",
            name="program_revision",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="admissions",
                to="programs.programrevision",
            ),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.CheckConstraint(
                condition=models.Q(("program_revision__isnull", False)),
                name="programs_admission_has_revision",
                violation_error_message="An admission keeps what the program was.",
            ),
        ),
        migrations.AddConstraint(
            model_name="programrevision",
            constraint=models.UniqueConstraint(
                fields=("program", "number"),
                name="programs_programrevision_number",
                violation_error_message="This revision exists.",
            ),
        ),
        migrations.RunSQL(HISTORY, HISTORY_REVERSE),
        append_only("programs_programrevision"),
        never_deleted("programs_program"),
    ]
