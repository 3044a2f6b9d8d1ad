"""SQL that migrations of every app share."""

from django.db import migrations


def append_only(table: str) -> migrations.RunSQL:
    """Make `table` insert-and-select only: by privilege for the app, by trigger for everyone."""
    return migrations.RunSQL(
        sql=f"""
            REVOKE UPDATE, DELETE ON {table} FROM clearway_app;
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        reverse_sql=f"""
            DROP TRIGGER {table}_append_only ON {table};
            GRANT UPDATE, DELETE ON {table} TO clearway_app;
        """,
    )


def never_deleted(table: str) -> migrations.RunSQL:
    """Let nobody delete rows of `table`: by privilege for the app, by trigger for everyone."""
    return migrations.RunSQL(
        sql=f"""
            REVOKE DELETE ON {table} FROM clearway_app;
            CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        reverse_sql=f"""
            DROP TRIGGER {table}_never_deleted ON {table};
            GRANT DELETE ON {table} TO clearway_app;
        """,
    )
