"""Nobody decides, and nobody agrees to a decision, while an emergency waits for what was done about it."""

from django.db import migrations

FORWARD = """
    CREATE TRIGGER programs_determination_no_open_emergency BEFORE INSERT ON programs_determination
        FOR EACH ROW EXECUTE FUNCTION intake_refuse_open_emergency();
    CREATE TRIGGER programs_second_view_no_open_emergency
        BEFORE UPDATE OF second_agrees ON programs_determination
        FOR EACH ROW WHEN (NEW.second_agrees AND OLD.second_agrees IS DISTINCT FROM NEW.second_agrees)
        EXECUTE FUNCTION intake_refuse_open_emergency();
"""
REVERSE = """
    DROP TRIGGER programs_second_view_no_open_emergency ON programs_determination;
    DROP TRIGGER programs_determination_no_open_emergency ON programs_determination;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0030_passing_by_move"),
        ("intake", "0002_episodes"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
