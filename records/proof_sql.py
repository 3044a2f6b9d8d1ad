"""SQL that migrations share: what a disclosure rests on belongs to the same person, in the database too."""

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
