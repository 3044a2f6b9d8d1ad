"""The event of a web request no longer tells whether somebody said that they are in danger."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("intake.migrations.0004_submit_contact_request").SUBMIT
_TELLS = "jsonb_build_object('kind', p_plain->>'kind', 'danger', p_plain->>'danger'));"
_QUIET = "jsonb_build_object('kind', p_plain->>'kind'));"


def _replacing(sql: str) -> str:
    """Return the statement that replaces the function in place, so that its privileges stay."""
    body = sql[: sql.index("COMMENT ON FUNCTION")]
    return body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


SUBMIT = _replacing(_BEFORE.replace(_TELLS, _QUIET))


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_care_teams")]

    operations = [migrations.RunSQL(SUBMIT, _replacing(_BEFORE))]
