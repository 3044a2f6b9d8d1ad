"""Whoever was admitted by mistake waits again where they stood: the one way back onto the list."""

from importlib import import_module

from django.db import migrations

_WAITLIST = import_module("programs.migrations.0015_waitlist")
BEFORE = import_module("programs.migrations.0005_versions")._function(
    _WAITLIST.ENTRY, "programs_waitlistentry_guard"
)
_ENDED = "            IF OLD.ended_at IS NOT NULL\n"
if BEFORE.count(_ENDED) != 1:
    raise ValueError(_ENDED)
GUARD = BEFORE.replace(
    _ENDED,
    """            IF OLD.ended_at IS NOT NULL AND NOT (
                   OLD.end_reason = 'admitted' AND NEW.ended_at IS NULL AND NEW.rank = OLD.rank
                   AND NEW.said = OLD.said AND EXISTS (
                       SELECT FROM programs_admissionundo n JOIN programs_admission a ON a.id = n.admission_id
                       WHERE a.episode_id = OLD.episode_id AND a.admitted_at <= OLD.ended_at
                         AND n.undone_at >= OLD.ended_at)
                   AND EXISTS (SELECT FROM intake_episode WHERE id = OLD.episode_id AND status = 'open'))
""",
)


class Migration(migrations.Migration):
    dependencies = [("programs", "0024_stay_moves")]

    operations = [migrations.RunSQL(GUARD, BEFORE)]
