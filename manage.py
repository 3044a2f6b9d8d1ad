#!/usr/bin/env python
"""Runs a management command, as the database's owner for the few that change its shape."""

import os
import sys

# These change tables, roles or the demo clock; everything else runs as the app's own role.
OWNER_COMMANDS = {"migrate", "demo_setup"}


def main() -> None:
    """Pick the settings and the database role, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("CLEARWAY_DB_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
