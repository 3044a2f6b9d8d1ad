"""What a partner can do as bits: filtering 20,000 partners reads a number instead of a list of words."""

from importlib import import_module

import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models

import referrals.sql

BITS = """
    CREATE FUNCTION referrals_facility_bits(levels text[], withdrawal_no text[], medications text[],
        medications_no text[], payers text[], complete boolean, pregnancy text, unit text)
        RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        kinds CONSTANT text[] := '{level,level,level,level,withdrawal,withdrawal,withdrawal,withdrawal,withdrawal,
            withdrawal,withdrawal,withdrawal,withdrawal,withdrawal,medication,medication,medication,medication,
            medication,payer,payer,payer,payer,payer,payer,payer,payer,payer,payer,pregnant,sex,sex}';
        codes CONSTANT text[] := '{detox,evaluation,medication,residential,alcohol,benzo,barb,gabab,gabapentinoid,
            opioid,kratom,stimulant,cannabis,other,buprenorphine,buprenorphine_er,methadone,naltrexone,
            naltrexone_er,aetna,anthem,cigna,united,medicaid,medicare,tricare,private,state_plan,self_pay,yes,
            female,male}';
        plans CONSTANT text[] := '{aetna,anthem,cigna,united}';
        any_medication CONSTANT boolean := NOT complete OR cardinality(medications) = 0;
        any_payer CONSTANT boolean := NOT complete OR cardinality(payers) = 0;
        bits bigint := 0;
        possible boolean;
    BEGIN
        -- What is not known is not refused: it is possible, and a question to ask by phone.
        FOR place IN 1 .. cardinality(codes) LOOP
            CASE kinds[place]
                WHEN 'level' THEN possible := codes[place] = ANY (levels);
                WHEN 'withdrawal' THEN possible := codes[place] <> ALL (withdrawal_no);
                WHEN 'medication' THEN possible := codes[place] <> ALL (medications_no)
                    AND (any_medication OR codes[place] = ANY (medications));
                WHEN 'payer' THEN possible := any_payer OR codes[place] = ANY (payers)
                    OR codes[place] = ANY (plans) AND 'private' = ANY (payers)
                    OR codes[place] = 'private' AND payers && plans;
                WHEN 'pregnant' THEN possible := pregnancy <> 'no';
                ELSE possible := unit IN ('any', codes[place]);
            END CASE;
            IF possible THEN
                bits := bits | (1::bigint << (place - 1));
            END IF;
        END LOOP;
        RETURN bits;
    END $$;
"""
BITS_REVERSE = """
    DROP FUNCTION referrals_facility_bits(text[], text[], text[], text[], text[], boolean, text, text);
"""
before = import_module("referrals.migrations.0004_directory")
# What PostgreSQL computes is no fact of a partner, by its new name as well.
FACTS = before.HISTORY.split("REVOKE ALL")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NEW_FACTS = FACTS.replace(",can,", ",can_bits,")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_consent_of_either"),
        ("referrals", "0007_directory_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="facility",
            name="referrals_facility_can",
        ),
        migrations.RemoveField(
            model_name="facility",
            name="can",
        ),
        migrations.RunSQL(before.CAN_REVERSE, before.CAN),
        migrations.RunSQL(BITS, BITS_REVERSE),
        migrations.AddField(
            model_name="facility",
            name="can_bits",
            field=models.GeneratedField(
                db_persist=True,
                expression=referrals.sql.CanBits(
                    models.F("levels"),
                    models.F("withdrawal_no"),
                    models.F("medications"),
                    models.F("medications_no"),
                    models.F("payers"),
                    models.F("lists_complete"),
                    models.F("pregnancy"),
                    models.F("unit"),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["levels", "withdrawal_yes", "medications", "payers"],
                name="referrals_facility_capability",
            ),
        ),
        migrations.RunSQL(NEW_FACTS, FACTS),
        migrations.AddField(
            model_name="zipcentroid",
            name="x",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.functions.math.Cos(
                        django.db.models.functions.math.Radians(models.F("latitude"))
                    ),
                    "*",
                    django.db.models.functions.math.Cos(
                        django.db.models.functions.math.Radians(models.F("longitude"))
                    ),
                ),
                output_field=models.FloatField(),
            ),
        ),
        migrations.AddField(
            model_name="zipcentroid",
            name="y",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.functions.math.Cos(
                        django.db.models.functions.math.Radians(models.F("latitude"))
                    ),
                    "*",
                    django.db.models.functions.math.Sin(
                        django.db.models.functions.math.Radians(models.F("longitude"))
                    ),
                ),
                output_field=models.FloatField(),
            ),
        ),
        migrations.AddField(
            model_name="zipcentroid",
            name="z",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.math.Sin(
                    django.db.models.functions.math.Radians(models.F("latitude"))
                ),
                output_field=models.FloatField(),
            ),
        ),
    ]
