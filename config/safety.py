"""What must hold before real people are served; checked when a process of the product starts."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe(settings: Any) -> None:
    """Raise ImproperlyConfigured when this configuration must not start."""
    ring = settings.KEY_RING
    if len(settings.SECRET_KEY or "") < 40:
        raise ImproperlyConfigured("CLEARWAY_SECRET_KEY must be set and at least 40 characters long.")
    if ring["primary"] not in ring["keys"] or len(ring["index_key"]) != 32:
        raise ImproperlyConfigured("The key ring is missing: set CLEARWAY_KEYS_FILE or CLEARWAY_KEYS.")
    trail = ring["audit"]
    if trail["primary"] not in trail["keys"]:
        raise ImproperlyConfigured('The key ring has no "audit" keys, which seal the trail: docs/running.md.')
    if any(len(key) != 32 for key in (*ring["keys"].values(), *trail["keys"].values())):
        raise ImproperlyConfigured("Every key of the key ring must be 32 bytes, base64.")
    if settings.DEBUG and not settings.DEMO:
        raise ImproperlyConfigured("DEBUG shows records in error pages; it is allowed in demo mode only.")
    if not settings.DEMO and "*" in settings.ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this center.")


def refuse_wrong_world(settings: Any) -> None:
    """Raise ImproperlyConfigured when demo mode and the database's mark as a demo disagree, either way."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.demo_world') IS NOT NULL")
        is_demo = cursor.fetchone()[0]
    connection.close()
    if is_demo and not settings.DEMO:
        raise ImproperlyConfigured("This database holds the demo world; real people must not join it.")
    if settings.DEMO and not is_demo:
        raise ImproperlyConfigured("DEMO is set, but this database is not marked as a demo (demo_setup).")
