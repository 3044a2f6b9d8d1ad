#!/usr/bin/env python
"""Runs a management command, as the database's owner for the few that change its shape."""

import os
import sys

# These change tables, roles or the demo clock; everything else runs as the app's own role.
OWNER_COMMANDS = {"migrate", "demo_setup"}
# These compute or set up; they hold no data and need no keys.
KEYLESS_COMMANDS = {"decide", "setup_roles", "collectstatic", "help", "--help", "--version"}


def main() -> None:
    """Pick the settings and the database role, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("CLEARWAY_DB_ROLE", "owner")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.log import say_why_it_ended
    from config.safety import refuse_unsafe

    sys.excepthook = say_why_it_ended
    try:
        if len(sys.argv) > 1 and sys.argv[1] not in KEYLESS_COMMANDS:
            refuse_unsafe(settings)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"Not started: {problem}")


if __name__ == "__main__":
    main()
