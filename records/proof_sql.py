"""SQL that migrations share: what a disclosure rests on fits it, and what was registered only ends."""

from django.db import migrations


def proof_of_same_person(column: str, table: str, also: str = "") -> migrations.RunSQL:
    """Refuse an accounting row whose `column` names a row of `table` about somebody else.

    `also` is a further SQL condition on `proof` (the row of `table`) and NEW (the disclosure).
    """
    name = f"records_disclosure_{column.removesuffix('_id')}_fits"
    sql = f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                SET search_path = public, pg_temp AS $$
            BEGIN
                IF NEW.{column} IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM {table} proof
                        WHERE proof.id = NEW.{column} AND proof.person_id = NEW.person_id {also}
                ) THEN
                    RAISE EXCEPTION 'What a disclosure rests on must fit it.'
                        USING ERRCODE = '23514', CONSTRAINT = '{name}';
                END IF;
                RETURN NEW;
            END $$;
            REVOKE EXECUTE ON FUNCTION {name}() FROM PUBLIC;
            CREATE TRIGGER {name} BEFORE INSERT ON records_disclosure
                FOR EACH ROW EXECUTE FUNCTION {name}();
    """  # noqa: S608 (names written in our own migrations)
    return migrations.RunSQL(
        sql=sql,
        reverse_sql=f"""
            DROP TRIGGER {name} ON records_disclosure;
            DROP FUNCTION {name}();
        """,
    )


def ends_once_function() -> migrations.RunSQL:
    """Create the trigger function behind `ends_once`: its first argument is the column that closes a row."""
    return migrations.RunSQL(
        sql="""
            CREATE FUNCTION records_ends_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                SET search_path = public, pg_temp AS $$
            DECLARE
                closing text[] := TG_ARGV;
            BEGIN
                IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL
                    AND to_jsonb(OLD) - closing = to_jsonb(NEW) - closing
                THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'What was registered stays; only its end is added, once.'
                    USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_frozen';
            END $$;
            REVOKE EXECUTE ON FUNCTION records_ends_once() FROM PUBLIC;
        """,
        reverse_sql="DROP FUNCTION records_ends_once();",
    )


def ends_once(table: str, *columns: str) -> migrations.RunSQL:
    """Freeze the rows of `table` but for `columns`, and wholly once the first of them is set."""
    names = ", ".join(f"'{one}'" for one in columns)
    return migrations.RunSQL(
        sql=f"""
            CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION records_ends_once({names});
        """,
        reverse_sql=f"DROP TRIGGER {table}_frozen ON {table};",
    )
